"""Checkpoints: what is written comes back, damage is named, and a run survives being killed at any moment."""

import json
import os
import pickle
import random
import signal
import subprocess
import sys
import time
from dataclasses import asdict
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
    write_atomically,
)
from tutor_nmt.model import ModelConfig, TranslationModel, build_model
from tutor_nmt.training import TrainingConfig, build_optimizer, fit, mean_loss
from tutor_nmt.vocabulary import EOS_ID

NO_SCALER = torch.amp.GradScaler("cpu", enabled=False)


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


# --- writing whole or not at all ---


def test_a_file_is_written_with_the_folders_above_it(tmp_path):
    write_atomically(tmp_path / "runs" / "1" / "notes.txt", b"new")
    assert (tmp_path / "runs" / "1" / "notes.txt").read_bytes() == b"new"


@pytest.mark.parametrize("failing", ["write_bytes", "replace"])
def test_when_writing_fails_the_old_content_stays_and_nothing_lies_beside_it(tmp_path, monkeypatch, failing):
    path, write_bytes = tmp_path / "notes.txt", Path.write_bytes
    path.write_bytes(b"old")

    def fail(self: Path, content) -> None:
        if failing == "write_bytes":
            write_bytes(self, content[:1])  # the disk is full after one byte
        raise OSError("no space left")

    monkeypatch.setattr(Path, failing, fail)
    with pytest.raises(OSError, match="no space left"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_whoever_reads_while_the_file_is_written_sees_the_old_one(tmp_path, monkeypatch):
    path, replace, seen = tmp_path / "notes.txt", Path.replace, []
    path.write_bytes(b"old")
    monkeypatch.setattr(Path, "replace", lambda self, target: (seen.append(path.read_bytes()), replace(self, target)))
    write_atomically(path, b"new")
    assert seen == [b"old"] and path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


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
    found = load_checkpoint(tmp_path / "last.safetensors", other, other_optimizer, NO_SCALER, asdict(config))
    assert found == progress  # to the last digit
    one_update(model, optimizer), one_update(other, other_optimizer)
    assert same(copy_weights(other), copy_weights(model))


def test_another_configuration_is_named(tmp_path):
    config, model = TrainingConfig(), small_model()
    optimizer = build_optimizer(model, config)
    save_checkpoint(tmp_path / "last.safetensors", model, optimizer, NO_SCALER, Progress(), asdict(config))
    other = asdict(TrainingConfig(learning_rate=0.5))
    with pytest.raises(ValueError, match=r"last\.safetensors was made with learning_rate=0.002, not 0.5"):
        load_checkpoint(tmp_path / "last.safetensors", model, optimizer, NO_SCALER, other)


@pytest.mark.parametrize("metadata", [None, {"format": "pt"}], ids=["none", "of another program"])
def test_weights_that_are_no_checkpoint_are_refused_by_name(tmp_path, metadata):
    model, path = small_model(), tmp_path / "best.safetensors"
    path.write_bytes(safetensors.torch.save(copy_weights(model), metadata))
    with pytest.raises(ValueError, match=r"best\.safetensors is not a checkpoint.*needs the last\.safetensors"):
        load_checkpoint(path, model, build_optimizer(model, TrainingConfig()), NO_SCALER, asdict(TrainingConfig()))


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


def kill_three_times(directory: Path, seed: int) -> list[bool]:
    """Train without interruption in one folder; in another, kill the run three times, then let it finish."""
    train(directory / "warm-up")  # torch's first steps take longer than all that follow
    started = time.perf_counter()
    train(directory / "whole")
    seconds, chance = time.perf_counter() - started, random.Random(seed)
    killed = []
    for _ in range(3):
        child = os.fork()
        if not child:
            train(directory / "killed")
            os._exit(0)
        time.sleep(chance.uniform(0, seconds / 2))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        killed.append(os.WIFSIGNALED(status))
    train(directory / "killed")
    return killed


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that can be forked and killed")
def test_a_run_that_is_killed_three_times_ends_like_one_that_was_left_alone(tmp_path):
    seed = random.SystemRandom().randrange(10_000)
    print(f"seed {seed}")  # pytest shows it if this fails
    done = subprocess.run([sys.executable, __file__, tmp_path, str(seed)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)[0] is True  # at least the first kill came before the end
    for name in ("last", "best"):
        left, right = (read_weights(tmp_path / run / f"{name}.safetensors") for run in ("whole", "killed"))
        assert same(left, right)


if __name__ == "__main__":
    print(json.dumps(kill_three_times(Path(sys.argv[1]), int(sys.argv[2]))))


def test_a_figure_that_no_epoch_has_is_refused_with_those_there_are():
    assert History().column("val_loss") == []
    with pytest.raises(ValueError, match="no epoch has a figure 'valid_loss'; there are epoch, val_loss"):
        History([{"epoch": 1, "val_loss": 2.0}]).column("valid_loss")
