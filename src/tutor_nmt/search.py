"""Search: from step-by-step probabilities to whole sentences.

Everything here knows two things of a model only: `step(tokens, state) -> (log_probs, weights, state)`, one step for all
rows, and `state.select(rows)`, which keeps and copies rows. It writes into the log_probs it is given. Tests put a table
of transitions in the model's place.

Sentences of a batch never influence each other: each is searched as if it were alone.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import torch
from torch import Tensor

from .vocabulary import BOS_ID, EOS_ID, PAD_ID


class State(Protocol):
    """Whatever a model carries along; search only picks rows of it."""

    def select(self, rows: Tensor) -> "State": ...


Step = Callable[[Tensor, State], tuple[Tensor, Tensor, State]]


class Candidate(NamedTuple):
    """One way to go on that a step of the beam looked at."""

    ids: list[int]
    log_prob: float
    kept: bool  # in the beam of the next step, or finished
    finished: bool
    weights: Tensor  # (src_len,), where the model looked to write the last word


@dataclass(frozen=True)
class Hypothesis:
    """A translation as ids, `<eos>` left out, with what the model thought of it.

    log_prob: natural logarithm of its probability, `<eos>` included if it got that far (`finished`). score: log_prob
    divided by the length penalty, what hypotheses are ranked by. attention (len(ids), src_len).
    """

    ids: list[int]
    log_prob: float
    score: float
    attention: Tensor
    finished: bool = True


@dataclass(frozen=True)
class SearchResult:
    """The hypotheses of one sentence, best first, and on request the candidates of each step."""

    hypotheses: list[Hypothesis]
    trace: list[list[Candidate]] | None = None


def length_penalty(length: int, alpha: float) -> float:
    """length ** alpha, with `<eos>` counted: log-probabilities are divided by it.

    alpha 0 ranks by probability, which favours short sentences, since every word costs; alpha 1 ranks by the mean
    log-probability a token; the larger alpha, the longer the winners.
    """
    return length**alpha


def greedy_search(
    step: Step, state: State, first: Tensor, max_length: int | Sequence[int], alpha: float = 1.0
) -> list[SearchResult]:
    """The likeliest token at each step, until `<eos>` or `max_length` tokens; one hypothesis a sentence.

    `first` (sentences,): the `<bos>` each sentence starts with. `max_length`: tokens at most, `<eos>` counted, one
    number for all or one a sentence. `alpha` as in `length_penalty`; it changes the score, not the choice.
    """
    return _one_by_one(step, state, first, max_length, alpha, lambda log_probs: log_probs.argmax(-1))


def sample(
    step: Step,
    state: State,
    first: Tensor,
    max_length: int | Sequence[int],
    temperature: float = 1.0,
    top_k: int = 0,
    top_p: float = 1.0,
    generator: torch.Generator | None = None,
) -> list[SearchResult]:
    """Draw each token from the model's distribution, sharpened by `temperature` < 1 or flattened by > 1.

    `top_k` keeps the k likeliest tokens (0: all); `top_p` the fewest whose probabilities reach p (Holtzman et al. 2020,
    section 3.1). The hypothesis' log_prob is that of the model itself, not of the reshaped distribution.
    """
    if temperature <= 0 or top_k < 0 or not 0 < top_p <= 1:
        raise ValueError(f"needs temperature > 0, top_k >= 0, 0 < top_p <= 1; got {temperature}, {top_k}, {top_p}")

    def draw(log_probs: Tensor) -> Tensor:
        ranked, order = torch.log_softmax(log_probs / temperature, dim=-1).sort(dim=-1, descending=True)
        probs = ranked.exp()
        dropped = probs.cumsum(-1) - probs >= top_p  # what stands before it already reaches p
        if top_k:
            dropped[:, top_k:] = True
        drawn = torch.multinomial(probs.masked_fill(dropped, 0.0), 1, generator=generator)
        return order.gather(1, drawn).squeeze(1)

    return _one_by_one(step, state, first, max_length, 1.0, draw)


def beam_search(
    step: Step,
    state: State,
    first: Tensor,
    max_length: int | Sequence[int],
    beam_size: int = 5,
    n_best: int = 1,
    alpha: float = 1.0,
    trace: bool = False,
    patience: float = 1.0,
) -> list[SearchResult]:
    """Keep the `beam_size` best beginnings at each step; return the `n_best` finished ones by `score`, best first.

    A sentence is done when it has `patience * beam_size` finished hypotheses (Kasai et al. 2024) or reaches
    `max_length`, not at the first `<eos>`: a later one may score higher. A beam as wide as the space of sentences finds
    the best of all; a beam of 1 is greedy.
    `alpha` as in `length_penalty`. With `trace`, each result lists the 2 * beam_size best candidates of every step;
    without, none is made.
    """
    if not 1 <= n_best <= beam_size:
        raise ValueError(f"needs 1 <= n_best <= beam_size; got n_best={n_best}, beam_size={beam_size}")
    if not 0 < patience < math.inf:
        raise ValueError(f"patience={patience} is no part of the beam to wait for; use 1, or another number above 0")
    beams = [_Beam(beam_size, limit, alpha, trace, patience) for limit in _limits(max_length, first)]
    active = list(beams)
    tokens, width = first, 1  # rows a sentence: all hypotheses begin as one, and the first step makes beam_size of it
    totals = torch.zeros((len(first), 1), device=first.device)
    while active:
        log_probs, weights, state = step(tokens, state)
        # At most beam_size of the candidates end in <eos>, so twice as many always leave enough to go on with, and of
        # one row no more can be among them.
        values, words = writable(log_probs).topk(min(2 * beam_size, log_probs.shape[-1]))
        values, words = (one.unflatten(0, (len(active), width)) for one in (values, words))
        per_row = values.shape[-1]
        values = (totals.unsqueeze(2) + values).flatten(1)
        values, best = values.topk(min(2 * beam_size, values.shape[1]))
        parents, words, values = (best // per_row).tolist(), words.flatten(1).gather(1, best).tolist(), values.tolist()
        rows, next_tokens, next_totals, going_on = [], [], [], []
        for index, beam in enumerate(active):
            kept = beam.advance(parents[index], words[index], values[index], weights, index * width)
            if beam.done:
                continue
            going_on.append(beam)
            for parent, token, total in kept:
                rows.append(index * width + parent)
                next_tokens.append(token)
                next_totals.append(total)
        active = going_on
        if active:
            state = state.select(torch.tensor(rows, device=first.device))
            tokens = torch.tensor(next_tokens, device=first.device)
            totals, width = log_probs.new_tensor(next_totals).unflatten(0, (len(active), beam_size)), beam_size
    return [SearchResult(beam.best(n_best), beam.trace) for beam in beams]


class _Node(NamedTuple):
    """The last word of a hypothesis and the way back to its first."""

    token: int
    previous: "_Node | None"
    weights: Tensor

    def path(self) -> list["_Node"]:
        nodes, node = [], self
        while node is not None:
            nodes.append(node)
            node = node.previous
        return nodes[::-1]


class _Beam:
    """The beam of one sentence: what is alive, what is finished."""

    def __init__(self, size: int, limit: int, alpha: float, trace: bool, patience: float):
        self.size, self.limit, self.alpha, self.enough = size, limit, alpha, patience * size
        self.trace: list[list[Candidate]] | None = [] if trace else None
        self.alive: list[tuple[_Node | None, float]] = [(None, 0.0)] + [(None, -math.inf)] * (size - 1)
        self.finished: list[Hypothesis] = []
        self.length = 0

    @property
    def done(self) -> bool:
        return len(self.finished) >= self.enough or self.length == self.limit or not self._possible()

    def _possible(self) -> bool:
        return any(total > -math.inf for _, total in self.alive)

    def advance(
        self, parents: list[int], tokens: list[int], totals: list[float], weights: Tensor, row: int
    ) -> list[tuple[int, int, float]]:
        """Take the candidates in order of their totals; what goes on: `size` times (parent, token, total)."""
        self.length += 1
        before, self.alive, kept, looked_at = self.alive, [], [], []
        for rank, (parent, token, total) in enumerate(zip(parents, tokens, totals, strict=True)):
            if total == -math.inf:
                break
            node = _Node(token, before[parent][0], weights[row + parent])
            finishes = token == EOS_ID and rank < self.size
            continues = token != EOS_ID and len(kept) < self.size
            if finishes:
                self.finished.append(self._hypothesis(node, total, True))
            if continues:
                kept.append((parent, token, total))
                self.alive.append((node, total))
            if self.trace is not None:
                ids = [step.token for step in node.path()]
                looked_at.append(Candidate(ids, total, finishes or continues, finishes, node.weights))
        while len(kept) < self.size:  # fewer ways to go on than the beam is wide
            kept.append((0, EOS_ID, -math.inf))
            self.alive.append((None, -math.inf))
        if self.trace is not None:
            self.trace.append(looked_at)
        return kept

    def best(self, n_best: int) -> list[Hypothesis]:
        """Finished ones by score; those cut off at `max_length` only fill up what is missing."""
        cut_off = [self._hypothesis(node, total, False) for node, total in self.alive if total > -math.inf]
        by_score = [sorted(group, key=lambda one: -one.score) for group in (self.finished, cut_off)]
        return (by_score[0] + by_score[1])[:n_best]

    def _hypothesis(self, node: _Node, total: float, finished: bool) -> Hypothesis:
        path = node.path()
        ids = [step.token for step in path if step.token != EOS_ID]
        return _hypothesis(ids, [step.weights for step in path], total, len(path), self.alpha, finished)


def _one_by_one(
    step: Step,
    state: State,
    first: Tensor,
    max_length: int | Sequence[int],
    alpha: float,
    choose: Callable[[Tensor], Tensor],
) -> list[SearchResult]:
    """One hypothesis a sentence, each token chosen from log_probs (rows, vocab_size); finished rows drop out."""
    limits = _limits(max_length, first)
    ids: list[list[int]] = [[] for _ in limits]
    attention: list[list[Tensor]] = [[] for _ in limits]
    totals = [0.0] * len(limits)
    finished = [False] * len(limits)
    active, tokens = list(range(len(limits))), first
    while active:
        log_probs, weights, state = step(tokens, state)
        tokens = choose(writable(log_probs))
        gained = log_probs.gather(1, tokens.unsqueeze(1)).squeeze(1).tolist()
        rows = []
        for row, (sentence, token) in enumerate(zip(active, tokens.tolist(), strict=True)):
            totals[sentence] += gained[row]
            finished[sentence] = token == EOS_ID
            attention[sentence].append(weights[row])
            if not finished[sentence]:
                ids[sentence].append(token)
                if len(ids[sentence]) < limits[sentence]:
                    rows.append(row)
        if rows and len(rows) < len(active):
            picked = torch.tensor(rows, device=tokens.device)
            state, tokens = state.select(picked), tokens[picked]
        active = [active[row] for row in rows]
    return [
        SearchResult([_hypothesis(ids[i], attention[i], totals[i], len(ids[i]) + finished[i], alpha, finished[i])])
        for i in range(len(limits))
    ]


def _hypothesis(
    ids: list[int], weights: list[Tensor], log_prob: float, length: int, alpha: float, finished: bool
) -> Hypothesis:
    attention = torch.stack(weights)[: len(ids)]  # there is always a step, so the width is known even without ids
    return Hypothesis(ids, log_prob, log_prob / length_penalty(length, alpha), attention, finished)


def _limits(max_length: int | Sequence[int], first: Tensor) -> list[int]:
    limits = [max_length] * len(first) if isinstance(max_length, int) else list(max_length)
    if len(limits) != len(first) or min(limits, default=1) < 1:
        raise ValueError(
            f"max_length needs a number >= 1, or one for each of the {len(first)} sentences; got {max_length}"
        )
    return limits


def writable(log_probs: Tensor) -> Tensor:
    """`<pad>` and `<bos>` are never written, whatever the model thinks of them.

    In place, since a copy of all log-probabilities at each step costs a greedy search a good part of its speed.
    """
    log_probs[..., [PAD_ID, BOS_ID]] = -torch.inf
    return log_probs
