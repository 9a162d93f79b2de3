"""Several processes: together they do what one does with the whole batch, one of them writes, and none waits in vain.

Real processes are few, as each takes seconds to start: one pair works through all that needs two of them, and two more
jobs are killed. Each has a time-out, so nothing here can hang.
"""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
import torch
import torch.distributed as dist
from torch import nn

from tutor_nmt import checkpoints, experiments, training
from tutor_nmt.__main__ import main
from tutor_nmt.batching import Batch, Example, RandomBatches, TokenBatches
from tutor_nmt.checkpoints import History, read_weights, save_weights
from tutor_nmt.distributed import (
    agree,
    copy_first,
    first_on_each_machine,
    from_first,
    in_parallel,
    is_first,
    joined,
    launcher,
    rank,
    world_size,
)
from tutor_nmt.model import ModelConfig, TranslationModel, build_model
from tutor_nmt.training import TrainingConfig, batch_losses, fit, mean_loss
from tutor_nmt.vocabulary import EOS_ID, PAD_ID

SECONDS = 240  # after which a process that should have ended is stopped
CHANCE = random.Random(1)
SENTENCES = [[CHANCE.randrange(4, 11) for _ in range(CHANCE.randrange(1, 11))] + [EOS_ID] for _ in range(29)]
EXAMPLES = [Example(ids, ids) for ids in SENTENCES]
BATCHES = RandomBatches(EXAMPLES, batch_size=7)  # shares of four and three; of the last pair, one share has nothing
CONFIG = TrainingConfig(epochs=3, clip_norm=0.1, learning_rate=0.01, average=2)
KINDS = {
    "Luong": {},
    "Bahdanau, parted embeddings": {"attend": "before", "attention": "additive", "share_embeddings": False},
    "stacked LSTM": {"attend": "between", "decoder_layers": 2, "cell": "lstm"},
    "no attention, mean": {"attention": "none", "final": "mean", "tie_output": False, "readout": False},
    "sums": {"join": "sum", "encoder_size": 7, "encoder_layers": 2, "decoder_layers": 2},
    "Transformer": {"architecture": "transformer", "hidden_size": 4, "num_heads": 2, "positions": "learned"},
    "mixed": {"architecture": "transformer-encoder", "num_heads": 2},
}


def small_model(seed: int = 1, dropout: float = 0.0, **choices) -> TranslationModel:
    """In float64, so that what differs but by rounding differs by nearly nothing."""
    torch.manual_seed(seed)
    sizes = {"embedding_size": 4, "hidden_size": 7} | ({} if "architecture" in choices else {"encoder_size": 3})
    return build_model(ModelConfig(**sizes | choices, dropout=dropout), 11, 11).double()


def validate(model: TranslationModel) -> dict[str, float]:
    return {"val_loss": mean_loss(model, BATCHES)}


# --- shares of a batch ---


@pytest.mark.parametrize("shares", [1, 2, 3, 5])
@pytest.mark.parametrize("batches", [BATCHES, TokenBatches(EXAMPLES, 40)], ids=["random", "by length"])
def test_every_pair_is_in_exactly_one_share_of_its_batch(batches, shares):
    whole = list(batches.epoch(1))
    parts = [list(batches.epoch(1, share, shares)) for share in range(shares)]
    assert {len(part) for part in parts} == {len(whole)} == {len(batches)}
    for batch, *of_it in zip(whole, *parts, strict=True):
        rows = [tuple(ids for ids in row if ids != PAD_ID) for part in of_it for row in part.tgt_out.tolist()]
        assert sorted(filter(None, rows)) == sorted(
            tuple(ids for ids in row if ids != PAD_ID) for row in batch.tgt_out.tolist()
        )
        assert sum(part.num_tokens for part in of_it) == batch.num_tokens


def test_two_shares_are_every_second_pair():
    (batch, *_), (even, *_), (odd, *_) = (list(BATCHES.epoch(0, *part)) for part in ((), (0, 2), (1, 2)))
    assert even.src_lengths.tolist() == batch.src_lengths[::2].tolist() and len(even.src) == 4
    assert odd.src_lengths.tolist() == batch.src_lengths[1::2].tolist() and len(odd.src) == 3


@pytest.mark.parametrize("kind", KINDS)
def test_a_share_without_a_pair_counts_nothing_and_yet_gives_every_weight_a_gradient(kind):
    model = small_model(**KINDS[kind])
    *_, idle = BATCHES.epoch(0, 1, 2)
    assert len(idle.src) == 1 and idle.num_tokens == 0
    loss, cross_entropy, count = batch_losses(model, idle, label_smoothing=0.1)
    assert (loss.item(), cross_entropy.item(), count) == (0, 0, 0)
    loss.backward()
    for name, weight in model.named_parameters():  # for a weight without one the others would wait
        assert weight.grad is not None and not weight.grad.any(), name


# --- alone ---


def test_a_process_that_nobody_started_with_others_is_the_first_of_one(monkeypatch):
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    with joined("cuda") as device:  # no GPU is touched
        assert device == "cuda" and not dist.is_initialized()
        assert (rank(), world_size(), is_first(), launcher()) == (0, 1, True, ["python"])
        assert from_first(lambda: BATCHES) is BATCHES  # nothing travels, so it need not be JSON
        agree(anything=BATCHES)
        with first_on_each_machine():
            pass
        model = small_model()
        copy_first(model)
        loss, cross_entropy, count = in_parallel(model, batch_losses)(next(BATCHES.epoch(0)))
        assert loss.item() == cross_entropy.item() and count == next(BATCHES.epoch(0)).num_tokens


def test_a_group_of_one_that_torchrun_started_is_alone_too(monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "1")
    with joined("cpu"):
        assert not dist.is_initialized()


def test_processes_that_cannot_meet_are_told_what_is_missing(monkeypatch):
    for name, value in {"WORLD_SIZE": "2", "RANK": "0"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("MASTER_ADDR", raising=False)
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(ValueError, match="MASTER_ADDR"), joined("cpu"):
        pass
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_process_without_a_gpu_of_its_own_is_told_so(monkeypatch):
    for name, value in {"WORLD_SIZE": "100", "RANK": "99", "LOCAL_RANK": "99"}.items():
        monkeypatch.setenv(name, value)
    with (
        pytest.raises(ValueError, match="there is no cuda:99 here for process 99.*or use --device cpu"),
        joined("cuda"),
    ):
        pass


# --- two processes ---


def processes(*arguments: str | Path, number: int = 2) -> list[subprocess.CompletedProcess]:
    """This file run by several processes at once, as torchrun would start them; what each of them said."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    there = os.environ | {"WORLD_SIZE": str(number), "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    there |= {"OMP_NUM_THREADS": "1"}
    command = [sys.executable, __file__, *map(str, arguments)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    started = [
        subprocess.Popen(command, env=there | {"RANK": str(one), "LOCAL_RANK": str(one)}, **pipes)
        for one in range(number)
    ]
    try:
        said = [one.communicate(timeout=SECONDS) for one in started]
    finally:
        for one in started:
            one.kill()
    return [
        subprocess.CompletedProcess(command, one.returncode, *streams)
        for one, streams in zip(started, said, strict=True)
    ]


class Interrupted(RandomBatches):
    """Batches that break off before the second epoch."""

    def epoch(self, epoch: int, share: int = 0, shares: int = 1) -> Iterator[Batch]:
        if epoch:
            raise KeyboardInterrupt
        return super().epoch(epoch, share, shares)


def train_in_all_ways(directory: Path) -> dict[str, object]:
    """What one of the processes sees while all train; called in one alone, what it sees as the only one."""
    written, validated, local = [], [], []
    write = checkpoints.write_atomically

    def count_writing(path: Path, content: bytes) -> None:
        if Path(path).parent == directory / "whole":
            written.append(Path(path).name)
        write(path, content)

    def count_validating(model: TranslationModel) -> dict[str, float]:
        validated.append(world_size())
        return validate(model)

    def losses_of_the_share(*arguments, **choices):
        losses = batch_losses(*arguments, **choices)
        if torch.is_grad_enabled():  # in training, not in validation
            local.append(losses[0].item())
        return losses

    def run(name: str, model: TranslationModel, batches=BATCHES, config=CONFIG, resume=False, **choices) -> History:
        history = fit(model, batches, config, count_validating, directory / name, resume, **choices)
        save_weights(model, directory / f"{name}-{rank()}.safetensors")
        return history

    seen: dict[str, object] = {"rank": rank(), "world_size": world_size(), "launcher": launcher()}
    checkpoints.write_atomically = count_writing
    history = run("whole", small_model())
    checkpoints.write_atomically = write
    seen |= {"history": history.epochs, "averaged": history.averaged, "written": written, "validated": validated}
    for name, dropout in (("interrupted", 0.0), ("dropout interrupted", 0.3)):
        try:
            run(name, small_model(dropout=dropout), Interrupted(EXAMPLES, 7))
        except KeyboardInterrupt:
            # For the test to go on with alone.
            from_first(lambda name=name: str(shutil.copytree(directory / name, directory / f"{name} once")))
        run(name, small_model(seed=2, dropout=dropout), resume=True)
    run("dropout", small_model(dropout=0.3))
    training.batch_losses = losses_of_the_share
    twice = RandomBatches([EXAMPLES[0]] * 2, 2)
    for name, dropout in (("alike", 0.0), ("chance", 0.3)):
        local.clear()
        run(name, small_model(dropout=dropout), twice, replace(CONFIG, epochs=1))
        seen[name] = list(local)
    training.batch_losses = batch_losses
    model = nn.Linear(1, 1, bias=False)
    numbers = ([2.0, 4.0], [1.0] * 6)[rank()] if world_size() > 1 else [2.0, 4.0, *[1.0] * 6]
    loss, total, count = in_parallel(model, sums)(torch.tensor(numbers))
    (loss / count).backward()
    seen |= {"gradient": float(model.weight.grad), "total": float(total), "count": count}
    with first_on_each_machine():  # all write into one file in turns; the first one takes its time
        time.sleep(0.0 if rank() else 0.3)
        with open(directory / "turns", "a") as file:
            file.write(f"{rank()}")
    seen["came"] = from_first(lambda: {"from": rank(), "digits": 0.1 + 0.2})
    try:
        agree(epochs=3, seed=rank())
    except ValueError as error:
        seen["disagreed"] = str(error)
    return seen


def sums(model: nn.Linear, numbers: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, int]:
    """Losses whose gradient is the sum of the numbers."""
    loss = (model.weight * numbers).sum()
    return loss, numbers.sum(), len(numbers)


@pytest.fixture(scope="module")
def alone(tmp_path_factory) -> tuple[Path, dict]:
    directory = tmp_path_factory.mktemp("alone")
    return directory, train_in_all_ways(directory)


@pytest.fixture(scope="module")
def two(tmp_path_factory) -> tuple[Path, list[dict]]:
    """What two processes saw, and the folder they wrote to."""
    directory = tmp_path_factory.mktemp("two")
    done = processes("ways", directory)
    assert [one.returncode for one in done] == [0, 0], "\n".join(one.stderr for one in done)
    seen = [json.loads(one.stdout) for one in done]
    assert [(one["rank"], one["world_size"]) for one in seen] == [(0, 2), (1, 2)]
    return directory, seen


def apart(path: Path, other: Path) -> float:
    """The largest difference between two files of tensors of the same names."""
    one, another = read_weights(path), read_weights(other)
    assert one.keys() == another.keys()
    return max(float((one[name].double() - another[name].double()).abs().max()) for name in one)


def test_two_processes_have_the_loss_curve_of_one_with_the_whole_batch(alone, two):
    for name in ("train_loss", "val_loss", "gradient_norm", "learning_rate", "step"):
        expected = [epoch[name] for epoch in alone[1]["history"]]
        for one in two[1]:
            assert [epoch[name] for epoch in one["history"]] == pytest.approx(expected, rel=1e-9), name
    assert two[1][0]["averaged"] == pytest.approx(alone[1]["averaged"], rel=1e-9)
    assert alone[1]["history"][0]["train_loss"] > alone[1]["history"][-1]["train_loss"] + 0.01
    assert all(epoch["gradient_norm"] > CONFIG.clip_norm for epoch in alone[1]["history"])  # so clipping was tried too
    assert apart(alone[0] / "whole" / "last.safetensors", two[0] / "whole" / "last.safetensors") < 1e-9


def test_the_gradient_is_that_of_the_whole_batch_where_shares_are_unequal(alone, two):
    for one in (alone[1], *two[1]):
        assert one["gradient"] == pytest.approx(12 / 8)  # and not (6 / 2 + 6 / 6) / 2 = 2, the mean of means
        assert (one["total"], one["count"]) == (12, 8)


def test_in_the_end_all_processes_hold_the_same_best_weights(alone, two):
    for name in ("whole", "interrupted", "dropout"):
        assert apart(two[0] / f"{name}-0.safetensors", two[0] / f"{name}-1.safetensors") == 0
    assert apart(two[0] / "whole-0.safetensors", alone[0] / "whole-0.safetensors") < 1e-9


def test_the_first_process_alone_validates_and_writes_each_file_once(alone, two):
    first, second = two[1]
    assert first["written"] == alone[1]["written"] and first["written"].count("last.safetensors") == 3
    assert len(first["validated"]) == len(alone[1]["validated"])
    assert second["written"] == second["validated"] == []
    for name in ("whole", "interrupted", "dropout"):
        assert {path.name for path in (two[0] / name).iterdir()} == {path.name for path in (alone[0] / name).iterdir()}


@pytest.mark.parametrize("dropout", ["", "dropout "])
def test_a_run_of_two_that_was_interrupted_goes_on_to_the_same_bits(two, dropout):
    whole, resumed = two[0] / (dropout.strip() or "whole"), two[0] / f"{dropout}interrupted"
    assert apart(whole / "last.safetensors", resumed / "last.safetensors") == 0  # optimiser state included


def test_a_run_of_two_can_be_resumed_by_one(alone, two):
    config, folder = CONFIG, two[0] / "interrupted once"
    history = fit(small_model(seed=2), BATCHES, config, validate, folder, resume=True)
    assert history.column("val_loss") == pytest.approx([epoch["val_loss"] for epoch in alone[1]["history"]], rel=1e-9)
    assert apart(alone[0] / "whole" / "last.safetensors", folder / "last.safetensors") < 1e-9


def test_dropout_falls_on_other_places_in_each_share(two):
    first, second = two[1]
    assert first["alike"] == second["alike"] and len(first["alike"]) == 1  # the same pair, and no dropout
    assert abs(first["chance"][0] - second["chance"][0]) > 1e-3


def test_of_those_on_one_machine_the_first_is_through_before_the_others_begin(two):
    assert (two[0] / "turns").read_text() == "01"


def test_what_the_first_process_found_reaches_the_others_to_the_last_digit(two):
    assert [one["came"] for one in two[1]] == [{"from": 0, "digits": 0.1 + 0.2}] * 2


def test_a_process_started_with_another_choice_is_told_so(two):
    assert "disagreed" not in two[1][0]
    assert "process 1 has seed=1, process 0 has 0; start all with the same command" in two[1][1]["disagreed"]


# --- a process that is killed ---

WORDS = (("the", "a", "no"), ("red", "blue", "odd"), ("dog", "cat", "zebra"), ("runs", "sleeps", "zigzags"))
SMALL = ["--source", "xx", "--target", "yy", "--vocabulary", "words", "--embedding-size", "13", "--hidden-size", "17",
         "--encoder-size", "11", "--dropout", "0", "--max-tokens", "100", "--epochs", "3",
         "--device", "cpu"]  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> list[str]:
    """Options for two files: sentences, and the same with their words turned round."""
    folder = tmp_path_factory.mktemp("corpus")
    lines = [" ".join(words) for words in product(*WORDS)]
    (folder / "made-up.xx").write_text("\n".join(lines))
    (folder / "made-up.yy").write_text("\n".join(" ".join(line.split()[::-1]) for line in lines))
    return ["--files", str(folder / "made-up.xx"), str(folder / "made-up.yy"), *SMALL]


def torchrun(*arguments: str | Path) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2", *map(str, arguments)]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, env=environment)


def epochs_done(folder: Path) -> int:
    with open(folder / "checkpoints" / "last.safetensors", "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    return int(header["__metadata__"]["epoch"])


def die(number: int, while_first_validates: int) -> None:
    """Make process `number` kill itself while the first one is in validation number `while_first_validates`.

    If that is not the first one, the first one has a long validation, from which no lost connection wakes it.
    """
    calls, ask, measure = [], training.from_first, experiments.mean_loss

    def reached(own: bool) -> bool:
        calls.append(1)
        if len(calls) == while_first_validates and own:
            os.kill(os.getpid(), signal.SIGKILL)
        return len(calls) == while_first_validates

    def mean_loss_or_die(*arguments) -> float:
        if reached(rank() == number):
            time.sleep(SECONDS)
        return measure(*arguments)

    def ask_or_die(compute):
        if not is_first():
            reached(rank() == number)
        return ask(compute)

    experiments.mean_loss, training.from_first = mean_loss_or_die, ask_or_die


def test_a_killed_process_ends_the_job_with_one_clear_line_and_the_run_resumes(data, tmp_path):
    job = ["train", *data, "--output", tmp_path / "two"]
    killed = torchrun(__file__, "die", "1", "2", *job)
    assert killed.returncode != 0
    (said,) = [line for line in killed.stderr.splitlines() if line.startswith("tutor_nmt: error")]
    assert "another process of this run has ended" in said and "--resume" in said
    assert epochs_done(tmp_path / "two") == 1
    resumed = torchrun("-m", "tutor_nmt", *job, "--resume")
    assert resumed.returncode == 0, resumed.stderr
    best = json.loads(resumed.stdout)["best"]  # said once
    assert resumed.stderr.count("val_loss") == 2
    record = json.loads((tmp_path / "two" / "record.json").read_text())
    assert record["command"].startswith("torchrun --nnodes 1 --nproc-per-node 2 -m tutor_nmt train")
    assert record["hardware"].endswith("2 processes of 1 thread(s)")
    assert main([*map(str, job[:-1]), str(tmp_path / "one")]) == 0
    alone = json.loads((tmp_path / "one" / "record.json").read_text())
    assert best["epoch"] == 3 and len(alone["history"]) == 3
    for name in ("val_loss", "train_loss"):
        assert [epoch[name] for epoch in record["history"]] == pytest.approx(
            [epoch[name] for epoch in alone["history"]], rel=1e-4
        )


def test_those_who_wait_for_a_first_process_that_is_killed_stop_by_themselves(data, tmp_path):
    first, second = processes("die", "0", "1", "train", *data, "--output", tmp_path / "two")
    assert first.returncode == -signal.SIGKILL
    (said,) = second.stderr.splitlines()
    assert second.returncode == 1 and said.startswith("tutor_nmt: error: another process of this run has ended")


if __name__ == "__main__":
    chosen, *rest = sys.argv[1:]
    if chosen == "ways":
        with joined("cpu"):
            print(json.dumps(train_in_all_ways(Path(rest[0]))))
        assert not dist.is_initialized()
    else:
        die(int(rest[0]), int(rest[1]))
        sys.exit(main(rest[2:]))
