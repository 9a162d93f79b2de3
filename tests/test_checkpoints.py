"""Checkpoints: what is written comes back, damage is named, and a run survives being killed at any moment."""

import json
import os
import pickle
import random
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from itertools import product
from pathlib import Path

import pytest
import safetensors.torch
import torch
from torch import Tensor

from tutor_nmt.batching import Example, TokenBatches
from tutor_nmt.checkpoints import (
    History,
    Progress,
    copy_weights,
    load_checkpoint,
    load_weights,
    read_weights,
    save_checkpoint,
    save_weights,
)
from tutor_nmt.corpora import ParallelCorpus, SentencePair
from tutor_nmt.experiments import Recipe, train_translator
from tutor_nmt.model import ModelConfig, TranslationModel, build_model
from tutor_nmt.training import TrainingConfig, build_optimizer, fit, mean_loss
from tutor_nmt.vocabulary import EOS_ID

NO_SCALER = torch.amp.GradScaler("cpu", enabled=False)
DEFAULTS = asdict(TrainingConfig())


def small_model(seed: int = 1, **choices) -> TranslationModel:
    torch.manual_seed(seed)
    sizes = {"embedding_size": 5, "hidden_size": 7, "encoder_size": 3}
    return build_model(ModelConfig(**sizes | choices), 11, 11)


def same(left: dict[str, Tensor], right: dict[str, Tensor]) -> bool:
    """Bit for bit the same weights."""
    return left.keys() == right.keys() and all(torch.equal(left[name], right[name]) for name in left)


# --- weights ---


def test_weights_written_and_read_are_the_same(tmp_path):
    model, other = small_model(), small_model(seed=2)
    save_weights(model, tmp_path / "weights.safetensors")
    load_weights(other, read_weights(tmp_path / "weights.safetensors"), "the file")
    assert same(copy_weights(other), copy_weights(model))


def test_shared_weights_are_written_once_and_stay_shared(tmp_path):
    model, other = small_model(), small_model(seed=2)
    save_weights(model, tmp_path / "weights.safetensors")
    weights = read_weights(tmp_path / "weights.safetensors")
    assert sum(weight.numel() for weight in weights.values()) == model.num_weights()
    assert sum(weight.shape == (11, 5) for weight in weights.values()) == 1  # both embeddings and the output layer
    load_weights(other, weights, "the file")
    assert other.decoder.output.weight is other.decoder.embedding.weight is other.encoder.embedding.weight


def test_float16_halves_the_file_and_rounds_the_weights(tmp_path):
    model, other = small_model(hidden_size=101), small_model(seed=2, hidden_size=101)
    save_weights(model, tmp_path / "whole.safetensors")
    save_weights(model, tmp_path / "half.safetensors", torch.float16)
    sizes = [(tmp_path / f"{name}.safetensors").stat().st_size for name in ("half", "whole")]
    assert sizes[0] / sizes[1] == pytest.approx(0.5, abs=0.02)
    load_weights(other, read_weights(tmp_path / "half.safetensors"), "the file")
    for name, weight in copy_weights(other).items():
        assert weight.dtype == torch.float32
        assert torch.equal(weight, copy_weights(model)[name].half().float())
    assert {weight.dtype for weight in model.parameters()} == {torch.float32}, "the model itself is not rounded"


def test_a_copy_of_the_weights_is_safe_from_later_updates():
    model = small_model()
    copied, before = copy_weights(model), model.decoder.output.bias.tolist()
    with torch.no_grad():
        model.decoder.output.bias += 1
    assert copied["decoder.output.bias"].tolist() == before != model.decoder.output.bias.tolist()


def test_weights_that_are_missing_unknown_or_misshapen_are_named_and_nothing_is_changed():
    model = small_model()
    weights, before = copy_weights(small_model(seed=2)), copy_weights(model)
    missing = {name: weight for name, weight in weights.items() if name != "decoder.readout.bias"}
    unknown = weights | {"decoder.third_eye": torch.zeros(3)}
    misshapen = weights | {"decoder.readout.bias": torch.zeros(3)}
    for bad, complaint in (
        (missing, "the file lacks decoder.readout.bias"),
        (unknown, "the file holds decoder.third_eye"),
        (misshapen, r"the file: decoder.readout.bias has shape \(3,\), this model needs \(5,\)"),
    ):
        with pytest.raises(ValueError, match=complaint):
            load_weights(model, bad, "the file")
        assert same(copy_weights(model), before)


@pytest.mark.parametrize("length", [0, 7, 100, -1])
def test_a_file_that_was_cut_off_is_refused_by_name(tmp_path, length):
    path = tmp_path / "weights.safetensors"
    save_weights(small_model(), path)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(ValueError, match=r"weights\.safetensors is not a whole safetensors file"):
        read_weights(path)


class Trap:
    """Would make a file when unpickled."""

    def __reduce__(self):
        return open, ("sprung", "w")


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 a zip archive",
        b'{"a": "JSON file"}',
        "Ein Satz. Noch ein Satz. 一句话。".encode(),
        pickle.dumps(Trap()),
    ],
    ids=["zip", "JSON", "text", "pickle"],
)
def test_a_file_of_another_kind_is_refused_by_name_and_never_unpickled(tmp_path, monkeypatch, content):
    monkeypatch.chdir(tmp_path)
    Path("weights.safetensors").write_bytes(content)
    with pytest.raises(ValueError, match=r"weights\.safetensors is not a whole safetensors file"):
        read_weights("weights.safetensors")
    assert not Path("sprung").exists()


# --- history ---


def test_the_best_epoch_has_the_lowest_loss_or_the_highest_score_and_is_the_first_of_equals():
    history = History(
        [
            {"epoch": 1, "val_loss": 3.0, "val_bleu": 7.0},
            {"epoch": 2, "val_loss": 2.0, "val_bleu": 11.0},
            {"epoch": 3, "val_loss": 2.0, "val_bleu": 11.0},
            {"epoch": 4, "val_loss": 5.0, "val_bleu": 5.0},
        ]
    )
    assert history.best("val_loss")["epoch"] == 2 and history.best("val_bleu")["epoch"] == 2
    assert history.column("val_loss") == [3.0, 2.0, 2.0, 5.0]


def test_a_column_leaves_out_epochs_that_lack_the_figure():
    assert History([{"epoch": 1}, {"epoch": 2, "val_bleu": 3.0}]).column("val_bleu") == [3.0]


def test_a_figure_that_no_epoch_has_is_refused_with_those_there_are():
    assert History().column("val_loss") == []
    with pytest.raises(ValueError, match="no epoch has a figure 'valid_loss'; there are epoch, val_loss"):
        History([{"epoch": 1, "val_loss": 2.0}]).column("valid_loss")


# --- checkpoints of a run ---


def one_update(model: TranslationModel, optimizer: torch.optim.Optimizer) -> None:
    """Any update will do, as long as it follows from the weights and the optimiser's state."""
    optimizer.zero_grad()
    sum((weight**2).sum() for weight in model.parameters()).backward()
    optimizer.step()


@pytest.mark.parametrize("name", ["adam", "adamw", "sgd"])
def test_model_optimiser_and_progress_come_back_and_go_on_alike(tmp_path, name):
    config = TrainingConfig(optimizer=name)
    model, other = small_model(), small_model(seed=2)
    optimizer, other_optimizer = build_optimizer(model, config), build_optimizer(other, config)
    for _ in range(3):
        one_update(model, optimizer)
    progress = Progress(5, 7, 3, History([{"epoch": 1, "val_loss": 0.1 + 0.2, "seconds": 1e-17}]))
    save_checkpoint(tmp_path / "last.safetensors", model, optimizer, NO_SCALER, progress, asdict(config))
    found = load_checkpoint(tmp_path / "last.safetensors", other, other_optimizer, NO_SCALER, asdict(config), DEFAULTS)
    assert found == progress  # to the last digit
    one_update(model, optimizer), one_update(other, other_optimizer)
    assert same(copy_weights(other), copy_weights(model))


def test_another_configuration_is_named(tmp_path):
    config, model = TrainingConfig(), small_model()
    optimizer = build_optimizer(model, config)
    save_checkpoint(tmp_path / "last.safetensors", model, optimizer, NO_SCALER, Progress(), asdict(config))
    other = asdict(TrainingConfig(learning_rate=0.5))
    with pytest.raises(ValueError, match=r"last\.safetensors was made with learning_rate=0.002, not 0.5"):
        load_checkpoint(tmp_path / "last.safetensors", model, optimizer, NO_SCALER, other, DEFAULTS)


def test_a_choice_that_did_not_exist_yet_when_the_run_began_has_its_default(tmp_path):
    config, model = TrainingConfig(epochs=3), small_model()
    optimizer = build_optimizer(model, config)
    younger = {name: value for name, value in asdict(config).items() if name != "batch_size"}
    save_checkpoint(tmp_path / "last.safetensors", model, optimizer, NO_SCALER, Progress(epoch=1), younger)
    load_checkpoint(tmp_path / "last.safetensors", model, optimizer, NO_SCALER, asdict(config), DEFAULTS)
    with pytest.raises(ValueError, match="made with batch_size=0, not 7"):
        other = asdict(config) | {"batch_size": 7}
        load_checkpoint(tmp_path / "last.safetensors", model, optimizer, NO_SCALER, other, DEFAULTS)


@pytest.mark.parametrize("metadata", [None, {"format": "pt"}], ids=["none", "of another program"])
def test_weights_that_are_no_checkpoint_are_refused_by_name(tmp_path, metadata):
    model, path = small_model(), tmp_path / "best.safetensors"
    path.write_bytes(safetensors.torch.save(copy_weights(model), metadata))
    with pytest.raises(ValueError, match=r"best\.safetensors is not a checkpoint.*needs the last\.safetensors"):
        load_checkpoint(path, model, build_optimizer(model, TrainingConfig()), NO_SCALER, DEFAULTS, DEFAULTS)


CONFIG = json.dumps(asdict(TrainingConfig()))
WHOLE = {"config": CONFIG, "scaler": "{}", "epoch": "1", "step": "1", "best_epoch": "0", "history": "[]"}
FOREIGN = {
    "a configuration that is not JSON": (WHOLE | {"config": "epochs: 10"}, {}),
    "a configuration of another kind": (WHOLE | {"config": "[1, 2]"}, {}),
    "JSON without end": (WHOLE | {"config": "[" * 99_999}, {}),
    "no step": ({name: value for name, value in WHOLE.items() if name != "step"}, {}),
    "a history of no kind": (WHOLE | {"history": "7"}, {}),
    "a tensor of neither model nor optimiser": (WHOLE, {"scheduler.rate": torch.zeros(3)}),
    "a weight of the optimiser without its number": (WHOLE, {"optimizer.exp_avg": torch.zeros(3)}),
}


@pytest.mark.parametrize(("metadata", "more"), FOREIGN.values(), ids=FOREIGN.keys())
def test_a_checkpoint_of_another_make_is_refused_by_name_and_changes_nothing(tmp_path, metadata, more):
    model, path = small_model(), tmp_path / "last.safetensors"
    weights = {f"model.{name}": weight + 1 for name, weight in copy_weights(model).items()}
    before = copy_weights(model)
    path.write_bytes(safetensors.torch.save(weights | more, metadata))
    with pytest.raises(ValueError, match=r"last\.safetensors is not a checkpoint that this version wrote.*start anew"):
        load_checkpoint(path, model, build_optimizer(model, TrainingConfig()), NO_SCALER, DEFAULTS, DEFAULTS)
    assert same(copy_weights(model), before)


def test_a_run_whose_checkpoint_was_cut_off_says_so_when_resumed(tmp_path):
    path = tmp_path / "last.safetensors"
    fit(small_model(), BATCHES, TrainingConfig(epochs=1), directory=tmp_path)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ValueError, match=r"last\.safetensors is not a whole safetensors file"):
        fit(small_model(), BATCHES, TrainingConfig(epochs=1), directory=tmp_path, resume=True)


# --- a process that is killed ---

CHANCE = random.Random(1)
EXAMPLES = [[CHANCE.randrange(4, 11) for _ in range(CHANCE.randrange(1, 5))] + [EOS_ID] for _ in range(29)]
BATCHES = TokenBatches([Example(ids, ids) for ids in EXAMPLES], max_tokens=50)


def train(directory: Path) -> None:
    """A run of very short epochs, so that much of its time goes into writing; resumed if it has begun."""

    def validate(model: TranslationModel) -> dict[str, float]:
        return {"val_loss": mean_loss(model, BATCHES)}

    fit(small_model(dropout=0.3), BATCHES, TrainingConfig(epochs=11), validate, directory, resume=True)


def in_a_process(work: Callable[[], object], killed_after: float | None = None) -> bool:
    """Do some work in a forked process; True if a signal ended it, RuntimeError if an error did."""
    child = os.fork()
    if not child:
        try:
            work()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    if killed_after is not None:
        time.sleep(killed_after)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status) and os.waitstatus_to_exitcode(status):
        raise RuntimeError("a run that was started again did not go on: see the traceback above")
    return os.WIFSIGNALED(status)


def kill_at_random(directory: Path, seed: int, moments: int) -> dict[str, int]:
    """Train in one folder without interruption; then in others, until that many starts were killed.

    A run is killed and started again until a start gets to its end before its moment has come; then another one begins.
    """
    train(directory / "warm-up")  # torch's first steps take longer than all that follow
    started = time.perf_counter()
    train(directory / "whole")
    seconds, chance, killed, runs = time.perf_counter() - started, random.Random(seed), 0, 0
    while killed < moments:
        if in_a_process(partial(train, directory / f"killed {runs}"), chance.uniform(0, seconds)):
            killed += 1
        else:
            runs += 1
    in_a_process(partial(train, directory / f"killed {runs}"))
    return {"killed": killed, "runs": runs + 1}


PAIRS = [SentencePair(" ".join(map(str, ids)), " ".join(map(str, ids[::-1]))) for ids in EXAMPLES]
CORPUS = ParallelCorpus("made-up", "xx", "yy", {"train": PAIRS[7:], "val": PAIRS[:7]}, "")
RECIPE = Recipe("spaces", 0, cleaning=False, model=ModelConfig(5, 7, 3), training=TrainingConfig(2, max_tokens=50))


def kill_at_each_write(directory: Path) -> dict[str, list[str]]:
    """Make a translator without interruption; then once for each file it writes and each stage of writing it.

    Each of those is killed there: with half of the file written beside its place, with all of it, or with the file just
    put in its place. Then it is started again, and left alone.
    """
    write_bytes, replace, written = Path.write_bytes, Path.replace, []

    def make(folder: Path, fatal: int | None = None, stage: str = "") -> None:
        def die(now: str) -> None:
            if len(written) == fatal and stage == now:
                os.kill(os.getpid(), signal.SIGKILL)

        def write(self: Path, content: bytes) -> None:
            written.append(self.name)
            write_bytes(self, content[: len(content) // 2])
            die("half")
            write_bytes(self, content)
            die("whole")

        def rename(self: Path, target: Path) -> None:
            replace(self, target)
            die("in place")

        written.clear()
        Path.write_bytes, Path.replace = write, rename
        train_translator(CORPUS, RECIPE, folder, resume=True)

    make(directory / "whole")
    names = list(written)
    for number, stage in product(range(1, len(names) + 1), ("half", "whole", "in place")):
        folder = directory / f"{number} {stage}"
        if not in_a_process(partial(make, folder, number, stage)):
            raise RuntimeError(f"nothing was killed while write {number} was {stage}")
        in_a_process(partial(make, folder))
    return {"written": names}


def in_a_fresh_python(work: str, directory: Path, *arguments: object) -> dict:
    """Run one of the functions above where no thread has been started yet, so that forking is safe."""
    command = [sys.executable, __file__, work, str(directory), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that can be forked and killed")


@forks
def test_runs_killed_at_twenty_random_moments_end_like_one_that_was_left_alone(tmp_path):
    seed = random.SystemRandom().randrange(10_000)
    print(f"seed {seed}")  # pytest shows it if this fails
    done = in_a_fresh_python("kill_at_random", tmp_path, seed, 20)
    assert done["killed"] == 20
    for run in range(done["runs"]):
        folder = tmp_path / f"killed {run}"
        assert {path.name for path in folder.iterdir()} == {"last.safetensors", "best.safetensors"}
        for name in ("last", "best"):  # optimiser state included
            assert same(*(read_weights(path / f"{name}.safetensors") for path in (tmp_path / "whole", folder)))


@forks
def test_a_translator_whose_making_is_killed_while_any_file_is_written_is_made_all_the_same(tmp_path):
    written = in_a_fresh_python("kill_at_each_write", tmp_path)["written"]
    assert {".last.safetensors.partial", ".best.safetensors.partial", ".translator.json.partial"} < set(written)
    whole, *others = sorted(tmp_path.iterdir(), key=lambda path: path.name != "whole")
    files = {path.relative_to(whole) for path in whole.rglob("*")}
    assert len(others) == 3 * len(written)
    for folder in others:
        assert {path.relative_to(folder) for path in folder.rglob("*")} == files, folder.name  # nothing half-written
        for name in ("model.safetensors", "translator.json", "shared.json", "checkpoints/best.safetensors"):
            assert (folder / name).read_bytes() == (whole / name).read_bytes(), f"{folder.name}: {name}"
        assert same(*(read_weights(path / "checkpoints" / "last.safetensors") for path in (whole, folder)))


if __name__ == "__main__":
    chosen = {"kill_at_random": kill_at_random, "kill_at_each_write": kill_at_each_write}[sys.argv[1]]
    print(json.dumps(chosen(Path(sys.argv[2]), *map(int, sys.argv[3:]))))
