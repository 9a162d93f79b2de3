"""What a translation is and, on request, how the search came to it: plain data that a person, or a view, can read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from torch import Tensor

from .search import Candidate, Hypothesis, length_penalty


@dataclass(frozen=True)
class Translation:
    """One translation and how it came about.

    `tokens` and `source_tokens` are pieces or words, the source's ending in `<eos>`, in the order of the text;
    attention (len(tokens), len(source_tokens)) says where each target token looked. log_prob and score as in
    `search.Hypothesis`; `finished` is False if the longest length allowed cut it off.
    """

    text: str
    tokens: list[str]
    source_tokens: list[str]
    attention: Tensor
    log_prob: float
    score: float
    finished: bool


class Choice(NamedTuple):
    """A token that a step of the search could go on with: a `search.Candidate` in words.

    parent: the place, in the step before, of the beginning it goes on from; None in the first step. log_prob: of the
    whole beginning, this token included. score: log_prob divided by the length penalty. weights (len(source_tokens),):
    where the model looked to write it, which all choices of one parent share.
    """

    token: str
    parent: int | None
    log_prob: float
    score: float
    kept: bool
    finished: bool
    weights: Tensor


@dataclass(frozen=True)
class Explanation:
    """The translations of a line, best first, and the search that found them.

    steps: the choices of each step, best first; none where there was nothing to choose (a line without text, or a beam
    of one). ends: for each translation the step and the place in it where it ends: (2, 0) is the best of the third.
    """

    translations: list[Translation]
    steps: list[list[Choice]] = field(default_factory=list)
    ends: list[tuple[int, int]] = field(default_factory=list)

    @property
    def source_tokens(self) -> list[str]:
        """The source as the model reads it, `<eos>` last."""
        return self.translations[0].source_tokens


def choices_of(
    step: Sequence[Candidate], before: Sequence[Candidate], token: Callable[[int], str], alpha: float, weights: Tensor
) -> list[Choice]:
    """The candidates of a step as choices, with weights (len(step), source tokens) in the order one reads.

    `token` gives the text of an id; `before` are the candidates of the step before, none before the first.
    """
    places = {tuple(one.ids): place for place, one in enumerate(before)}
    return [
        Choice(
            token=token(one.ids[-1]),
            parent=places.get(tuple(one.ids[:-1])),
            log_prob=one.log_prob,
            score=one.log_prob / length_penalty(len(one.ids), alpha),
            kept=one.kept,
            finished=one.finished,
            weights=row,
        )
        for one, row in zip(step, weights, strict=True)
    ]


def end_of(hypothesis: Hypothesis, trace: Sequence[Sequence[Candidate]]) -> tuple[int, int]:
    """Where a hypothesis ends: the step, and the place in it of its `<eos>`, or of its last word if it was cut off."""
    step = len(hypothesis.ids) - (not hypothesis.finished)
    for place, one in enumerate(trace[step]):
        if one.finished == hypothesis.finished and one.ids[: len(hypothesis.ids)] == hypothesis.ids:
            return step, place
    raise ValueError(f"the trace holds no candidate with the ids {hypothesis.ids}; give the trace of the same search")
