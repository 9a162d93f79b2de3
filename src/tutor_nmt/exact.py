"""Exact search: the likeliest sentence of all, to count what a beam misses.

Every token costs, so a beginning is never less likely than what it grows into. One that has become less likely than the
best sentence found so far can be left, with all that would have followed (Stahlberg and Byrne 2019, section 3).
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor

from .search import Hypothesis, State, Step, writable
from .vocabulary import EOS_ID


class ExactResult(NamedTuple):
    """What was found, whether it is proven that nothing likelier exists, and how often the model was asked."""

    hypothesis: Hypothesis | None  # None: nothing likelier than `at_least` was found
    proven: bool
    steps: int


class _Beginning(NamedTuple):
    """A beginning that ends in `token`, not yet read by the model: `state` is that before it."""

    log_prob: float
    token: int
    state: State
    previous: tuple[int, ...]
    weights: tuple[Tensor, ...]


def exact_search(
    step: Step, state: State, first: Tensor, max_length: int, budget: int = 1000, at_least: float = -math.inf
) -> ExactResult:
    """The likeliest sentence of at most `max_length` tokens, `<eos>` counted, for one source sentence: depth first.

    `first` (1,): the `<bos>` it starts with. `budget`: how often the model may be asked; when it is used up, the result
    is the best so far and not `proven`. `at_least`: only sentences with a log-probability above it are looked for; a
    beam's leaves far less to search. No length penalty: with one, a longer sentence may be better, and nothing bounds.
    """
    if first.shape != (1,):
        raise ValueError(f"exact search takes one sentence at a time, but first has the shape {tuple(first.shape)}")
    if max_length < 1 or budget < 1:
        raise ValueError(f"needs max_length >= 1 and budget >= 1; got {max_length} and {budget}")
    best, bound, steps = None, at_least, 0
    waiting = [_Beginning(0.0, first.item(), state, (), ())]
    while waiting:
        one = waiting.pop()
        if one.log_prob <= bound:
            continue
        if steps == budget:
            return ExactResult(best, False, steps)
        log_probs, weights, state = step(first.new_tensor([one.token]), one.state)
        steps += 1
        ids = (*one.previous, one.token) if one.weights else ()  # <bos> is none of them
        looked = (*one.weights, weights[0])
        totals = one.log_prob + writable(log_probs)[0]
        if (ended := totals[EOS_ID].item()) > bound:
            bound, best = ended, Hypothesis(list(ids), ended, ended, torch.stack(looked)[: len(ids)])
        if len(looked) < max_length:
            totals[EOS_ID] = -math.inf
            likely = (totals > bound).nonzero().squeeze(1)
            likely = likely[totals[likely].argsort()]  # the likeliest last: it is the first to be taken
            for token, total in zip(likely.tolist(), totals[likely].tolist(), strict=True):
                waiting.append(_Beginning(total, token, state, ids, looked))
    return ExactResult(best, True, steps)
