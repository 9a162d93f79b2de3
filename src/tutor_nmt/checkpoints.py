"""Weights and running state on disk: safetensors and JSON only, written whole or not at all, never unpickled."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import safetensors.torch
import torch
from torch import Tensor, nn

from .files import write_atomically


@dataclass
class History:
    """What happened in each epoch, one dictionary of numbers each, and where the best one was."""

    epochs: list[dict[str, float]] = field(default_factory=list)
    averaged: dict[str, float] = field(default_factory=dict)  # figures of the mean of the best epochs' weights

    def column(self, name: str) -> list[float]:
        """One figure over the epochs, to plot: `history.column("val_loss")`; ValueError if no epoch has it."""
        if self.epochs and not any(name in epoch for epoch in self.epochs):
            raise ValueError(f"no epoch has a figure {name!r}; there are {', '.join(self.epochs[0])}")
        return [epoch[name] for epoch in self.epochs if name in epoch]

    def best(self, name: str) -> dict[str, float]:
        """The epoch with the best figure: the lowest loss, or the highest score; the first of equals."""
        return self.epochs[self.ranking(name)[0]]

    def ranking(self, name: str) -> list[int]:
        """The epochs, counted from 0, from the best figure to the worst; of equals the first one first."""
        figures = [epoch[name] for epoch in self.epochs]
        return sorted(range(len(figures)), key=figures.__getitem__, reverse=not name.endswith("loss"))


@dataclass
class Progress:
    """Where a run stands: what a checkpoint keeps beside the weights and the optimiser."""

    epoch: int = 0  # epochs finished
    step: int = 0  # updates made
    best_epoch: int = -1  # counted from 0; -1: none yet
    history: History = field(default_factory=History)


def save_weights(model: nn.Module, path: str | Path, dtype: torch.dtype | None = None) -> None:
    """Write all weights, shared ones once; `dtype=torch.float16` halves the file."""
    weights = {name: weight.detach().to("cpu", dtype) for name, weight in model.named_parameters()}
    write_atomically(path, safetensors.torch.save(weights))


def read_weights(path: str | Path) -> dict[str, Tensor]:
    """The tensors of a safetensors file; ValueError if it is cut off or something else."""
    try:
        return safetensors.torch.load_file(path)
    except safetensors.SafetensorError as error:
        raise ValueError(f"{path} is not a whole safetensors file ({error}); copy or train it again") from error


def copy_weights(model: nn.Module) -> dict[str, Tensor]:
    """All weights as they are now, shared ones once, safe from later updates."""
    return {name: weight.detach().clone() for name, weight in model.named_parameters()}


def average_weights(several: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
    """The mean of several models' weights, name by name: of {"bias": 1} and {"bias": 3} it is {"bias": 2}.

    It makes sense for models of one training run only: those of another have their units in another order.
    """
    first, *others = several
    return {name: torch.stack([weight, *(one[name] for one in others)]).mean(0) for name, weight in first.items()}


class KeptWeights:
    """The weights of the best epochs of a run, in memory and, given a directory, on disk: at most `number` of them."""

    def __init__(self, directory: str | Path | None, number: int):
        self.directory, self.number = directory, number
        self.weights: dict[int, dict[str, Tensor]] = {}

    def path(self, epoch: int) -> Path:
        """Where the weights of an epoch lie, counted from 0 (in the name from 1)."""
        return Path(self.directory) / ("best.safetensors" if self.number == 1 else f"epoch-{epoch + 1}.safetensors")

    def read(self, epochs: Sequence[int]) -> None:
        """Take up those of an earlier run, and remove what it had no time to remove."""
        self.weights = {epoch: read_weights(self.path(epoch)) for epoch in epochs}
        for path in set(Path(self.directory).glob("epoch-*.safetensors")) - {self.path(epoch) for epoch in epochs}:
            path.unlink()

    def add(self, epoch: int, model: nn.Module) -> None:
        """Keep the weights as they are now."""
        self.weights[epoch] = copy_weights(model)
        if self.directory is not None:
            save_weights(model, self.path(epoch))

    def drop_all_but(self, epochs: Sequence[int]) -> None:
        """Forget every other epoch: to be called when the run can go on without them, whatever happens."""
        kept = {self.path(epoch) for epoch in epochs} if self.directory is not None else set()
        for epoch in self.weights.keys() - set(epochs):
            del self.weights[epoch]
            if self.directory is not None and self.path(epoch) not in kept:
                self.path(epoch).unlink(missing_ok=True)


def load_weights(model: nn.Module, weights: dict[str, Tensor], origin: str) -> None:
    """Put `weights` into `model`; ValueError, naming `origin`, if a name or a shape does not fit."""
    expected = dict(model.named_parameters())
    if missing := sorted(expected.keys() - weights.keys()):
        raise ValueError(f"{origin} lacks {', '.join(missing[:3])}; it belongs to another kind of model")
    if unknown := sorted(weights.keys() - expected.keys()):
        raise ValueError(f"{origin} holds {', '.join(unknown[:3])}, which this model does not have")
    for name, weight in expected.items():
        if weights[name].shape != weight.shape:
            found, needed = tuple(weights[name].shape), tuple(weight.shape)
            raise ValueError(f"{origin}: {name} has shape {found}, this model needs {needed}")
    with torch.no_grad():
        for name, weight in expected.items():
            weight.copy_(weights[name])


def save_checkpoint(
    path: Path,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    scaler: torch.amp.GradScaler,
    progress: Progress,
    config: dict[str, object],
) -> None:
    """Everything a run needs to go on, in one file."""
    tensors = {f"model.{name}": weight.detach() for name, weight in model.named_parameters()}
    for index, state in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{index}.{key}": torch.as_tensor(value) for key, value in state.items()}
    metadata = {
        "config": config,
        "scaler": scaler.state_dict(),
        "epoch": progress.epoch,
        "step": progress.step,
        "best_epoch": progress.best_epoch,
        "history": progress.history.epochs,
    }
    content = safetensors.torch.save(tensors, {key: json.dumps(value) for key, value in metadata.items()})
    write_atomically(path, content)


def load_checkpoint(
    path: Path,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    scaler: torch.amp.GradScaler,
    config: dict[str, object],
    defaults: dict[str, object],
) -> Progress:
    """Put a checkpoint back; ValueError if it was made with another configuration or is not whole.

    `defaults`: what a choice means that did not exist yet when the run began.
    """
    tensors = read_weights(path)
    with safetensors.safe_open(path, "pt") as opened:
        written = opened.metadata() or {}
    if "config" not in written:  # looked for before anything is parsed: other programs write other metadata
        raise ValueError(f"{path} is not a checkpoint of a training run; resume needs the last.safetensors it wrote")
    state, parts = optimizer.state_dict(), {"model": {}, "optimizer": {}}
    try:
        metadata = {key: json.loads(value) for key, value in written.items()}
        begun_with, scaling = defaults | dict(metadata["config"]), metadata["scaler"]
        progress = Progress(
            metadata["epoch"], metadata["step"], metadata["best_epoch"], History(list(metadata["history"]))
        )
        for full_name, tensor in tensors.items():
            part, _, name = full_name.partition(".")
            parts[part][name] = tensor
        for full_name, tensor in parts["optimizer"].items():
            index, _, key = full_name.partition(".")
            state["state"].setdefault(int(index), {})[key] = tensor
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"{path} is not a checkpoint that this version wrote ({error}); start anew") from error
    for name, value in config.items():
        if begun_with[name] != value:
            raise ValueError(
                f"{path} was made with {name}={begun_with[name]!r}, not {value!r}; "
                "resume with the same configuration or start in another folder"
            )
    load_weights(model, parts["model"], str(path))
    optimizer.load_state_dict(state)
    scaler.load_state_dict(scaling)
    return progress
