"""Several processes train one model: each takes its share of every batch, and all make the same update.

Started by torchrun, on one machine with as many processes as it has GPUs (or cores to spare)::

    torchrun --nproc-per-node 4 -m tutor_nmt train …

On two machines, the same line on both; HOST is the first one's name, and --output a folder that both of them see::

    torchrun --nnodes 2 --nproc-per-node 4 --rdzv-id mine --rdzv-backend c10d --rdzv-endpoint HOST:29500 \\
        -m tutor_nmt train …

The gradients travel while they are computed (Li et al. 2020, "PyTorch Distributed", VLDB). Processes that nobody
started together are each alone: rank 0 of 1, and nothing here does anything.
"""

import contextlib
import datetime
import json
import os
import signal
from collections.abc import Callable, Iterator
from typing import TypeVar

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from .batching import Batch

Answer = TypeVar("Answer")  # anything that JSON can write
Losses = Callable[[Batch], tuple[Tensor, Tensor, int]]
PATIENCE = datetime.timedelta(hours=6)  # with the first process, while it validates; a dead one is noticed at once
LOST = (
    "another process of this run has ended or been told to, so this one stops too; "
    "see above for why, then start all of them again with --resume: finished epochs are kept"
)


class ProcessLostError(ConnectionError):
    """Another process of this run is gone, so none of them can go on."""


def world_size() -> int:
    """How many processes train together; 1 if this one is alone."""
    return dist.get_world_size() if dist.is_available() and dist.is_initialized() else 1


def rank() -> int:
    """The number of this process among them, from 0."""
    return dist.get_rank() if world_size() > 1 else 0


def is_first() -> bool:
    """Whether this is the process that validates, speaks and writes files."""
    return rank() == 0


def launcher() -> list[str]:
    """How this process was started: ["python"], or ["torchrun", "--nnodes", "2", "--nproc-per-node", "4"]."""
    if world_size() == 1:
        return ["python"]
    machines, processes = (os.environ.get(name, "1") for name in ("GROUP_WORLD_SIZE", "LOCAL_WORLD_SIZE"))
    return ["torchrun", "--nnodes", machines, "--nproc-per-node", processes]


@contextlib.contextmanager
def joined(device: str) -> Iterator[str]:
    """One of the processes that torchrun started, within; the device this one shall use: of "cuda", its own GPU.

    They meet at the address that torchrun puts into the environment (WORLD_SIZE, RANK, LOCAL_RANK, MASTER_ADDR), and
    talk by gloo, of gradients on GPUs by NCCL. Raises `ProcessLostError` when another one is lost.
    """
    if int(os.environ.get("WORLD_SIZE", 1)) < 2:
        yield device
        return
    on_gpu = device.startswith("cuda")
    if on_gpu:
        device = f"cuda:{os.environ.get('LOCAL_RANK', 0)}" if device == "cuda" else device
        if torch.device(device).index >= torch.cuda.device_count():
            remedy = "start no more processes than this machine has GPUs, or use --device cpu"
            raise ValueError(f"there is no {device} here for process {os.environ.get('RANK')}; {remedy}")
        torch.cuda.set_device(device)
    afterwards = signal.signal(signal.SIGTERM, _stop)  # so torchrun ends those that are left
    try:
        dist.init_process_group("cpu:gloo,cuda:nccl" if on_gpu else "gloo", timeout=PATIENCE)
        yield device
    except (RuntimeError, ProcessLostError) as error:
        if not isinstance(error, dist.DistError | ProcessLostError) and "gloo" not in str(error):
            raise
        afterwards = signal.SIG_IGN  # torchrun's signal may be on its way, and must not cut the last words short
        raise ProcessLostError(LOST) from error
    finally:
        if dist.is_initialized():
            dist.destroy_process_group()
        signal.signal(signal.SIGTERM, afterwards)


def _stop(number: int, frame: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise ProcessLostError(LOST)


def in_parallel(model: nn.Module, losses: Callable[[nn.Module, Batch], tuple[Tensor, Tensor, int]]) -> Losses:
    """`losses` of a batch, of which each process knows its share only: (loss, cross-entropy, target tokens), all sums.

    Cross-entropy and tokens come back summed over all shares; the loss is such that the gradient of loss / tokens, in
    each process, is that of the whole batch: DistributedDataParallel takes the mean over processes, whatever their
    shares hold, so each loss is multiplied by the number of processes first. With 2 tokens here and 6 there the
    gradient is (g + h) / 8 for sums g and h, and not their mean of means (g / 2 + h / 6) / 2.
    """
    if world_size() == 1:
        return lambda batch: losses(model, batch)
    shared = DistributedDataParallel(_Forward(model, losses))  # no device_ids: lengths must stay on the CPU

    def of_the_whole_batch(share: Batch) -> tuple[Tensor, Tensor, int]:
        loss, cross_entropy, count = shared(share)
        sums = torch.tensor([float(cross_entropy), count], dtype=torch.float64)
        dist.all_reduce(sums)
        return loss * world_size(), sums[0], int(sums[1])

    return of_the_whole_batch


class _Forward(nn.Module):
    """A function of a model and a batch as the forward of a module, which is what gradients are gathered behind."""

    def __init__(self, model: nn.Module, function: Callable):
        super().__init__()
        self.model, self.function = model, function

    def forward(self, batch: Batch):
        return self.function(self.model, batch)


def from_first(compute: Callable[[], Answer]) -> Answer:
    """What `compute()` gives in the first process, for all of them; the others wait, and do not call it.

    It travels as JSON, which keeps every digit of a number: {"val_loss": 0.1} arrives as {"val_loss": 0.1}.
    """
    if world_size() == 1:
        return compute()
    content = bytearray(json.dumps(compute() if is_first() else None).encode())
    length = torch.tensor([len(content)])
    dist.broadcast(length, 0)
    letters = (
        torch.frombuffer(content, dtype=torch.uint8) if is_first() else torch.empty(int(length), dtype=torch.uint8)
    )
    dist.broadcast(letters, 0)
    return json.loads(bytes(letters.tolist()))


@contextlib.contextmanager
def first_on_each_machine() -> Iterator[None]:
    """Within, one process of each machine is through before the others there begin: they find what it downloaded."""
    later = os.environ.get("LOCAL_RANK", "0") != "0"
    for its_turn in (not later, later):
        if its_turn:
            yield
        if world_size() > 1:
            dist.all_reduce(torch.zeros(1))  # nobody passes before all have come


def copy_first(model: nn.Module) -> None:
    """Give `model` the weights that it has in the first process."""
    if world_size() > 1:
        for weight in model.parameters():
            dist.broadcast(weight.detach(), 0)


def agree(**facts: object) -> None:
    """`ValueError` in a process that has other facts (values that JSON can write) than the first one."""
    if world_size() == 1:
        return
    for name, value in from_first(lambda: facts).items():
        own = facts[name]
        if own != value:
            raise ValueError(
                f"process {rank()} has {name}={own!r}, process 0 has {value!r}; start all with the same command, "
                "on the same files, and let --output be a folder that every machine sees"
            )
