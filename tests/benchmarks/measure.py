"""How the benches measure: alternately, several times, and against what the machine's matrix products could do."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from statistics import median

import torch
from torch.utils._python_dispatch import TorchDispatchMode

ROUNDS = 5


def alternately(*works: Callable[[], float], rounds: int = ROUNDS) -> list[list[float]]:
    """Amounts a second of each work, `rounds` times in turn: what disturbs the machine disturbs all of them.

    A work does something and returns how much of it: tokens, sentences.
    """
    rates: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, found in zip(works, rates, strict=True):
            started = time.perf_counter()
            amount = work()
            found.append(amount / (time.perf_counter() - started))
    return rates


def ratio(numerator: Sequence[float], denominator: Sequence[float]) -> float:
    """The median of the rounds' ratios."""
    return median(one / other for one, other in zip(numerator, denominator, strict=True))


class Products(TorchDispatchMode):
    """Counts the matrix products computed within, by their sizes (rows, inner, columns)."""

    def __init__(self):
        super().__init__()
        self.sizes: Counter[tuple[int, int, int]] = Counter()

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        name = func.overloadpacket.__name__
        if name in ("mm", "addmm"):
            left, right = args[-2:]
            self.sizes[left.shape[0], left.shape[1], right.shape[1]] += 1
        return func(*args, **(kwargs or {}))


def product_rate(sizes: Counter[tuple[int, int, int]], seconds: float = 4.0) -> float:
    """Floating-point operations a second of these products one by one, each measured alone and as often as it counts.

    `seconds`: about how long to measure, shared between the sizes by their part of the work.
    """
    operations = {size: 2 * size[0] * size[1] * size[2] * count for size, count in sizes.items()}
    total, needed = sum(operations.values()), 0.0
    for (rows, inner, columns), work in operations.items():
        left, right = torch.randn(rows, inner), torch.randn(inner, columns)
        out = torch.empty(rows, columns)
        torch.mm(left, right, out=out)
        best, spent = float("inf"), 0.0
        while spent < max(seconds * work / total, 3 * best):
            started = time.perf_counter()
            torch.mm(left, right, out=out)
            once = time.perf_counter() - started
            best, spent = min(best, once), spent + once
        needed += best * sizes[rows, inner, columns]
    return total / needed
