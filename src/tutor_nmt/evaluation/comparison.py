"""Two systems on the same sentences: how far apart they are, how sure that is, and in which lines it shows."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from sacrebleu.metrics import BLEU, CHRF

from .scores import check_lines, metric_named


class Comparison(NamedTuple):
    """Two systems' scores, their difference, and what chance could make of it.

    Of `samples` differences on sentences drawn anew, 95 % lie from `low` to `high`; `p_value` is how easily chance
    alone makes a difference as large.
    """

    system: float
    baseline: float
    difference: float
    low: float
    high: float
    p_value: float
    samples: int
    seed: int
    signature: str


class LineDifference(NamedTuple):
    """One line in which two systems differ: its place, counted from 0, its chrF with either, and the three texts."""

    index: int
    system_chrf: float
    baseline_chrf: float
    system: str
    baseline: str
    reference: str


def paired_bootstrap(
    system: Sequence[str],
    baseline: Sequence[str],
    references: Sequence[str],
    language: str = "en",
    samples: int = 1000,
    metric: str = "bleu",
    seed: int = 12345,
) -> Comparison:
    """Is `system` better than `baseline` in "bleu" or "chrf", or is it luck with these sentences? (Koehn 2004)

    As many sentences as there are, drawn with replacement and the same for both systems, are scored `samples` times.
    The interval leaves out 2.5 % of the differences at either end. The p-value is sacreBLEU's: how often a difference
    at least this large comes about when there is none; `seed` is its default too. It comes near to that of a one-sided
    test, so that it can be below 0.05 where the interval just holds 0: believe the more careful of the two.
    """
    for lines in (system, baseline):
        check_lines(lines, references)
    if samples < 1:
        raise ValueError(f"samples={samples} draws nothing; use 1000, or at least 1")
    scorer = metric_named(metric, language)
    drawn = np.random.default_rng(seed).choice(len(references), size=(samples, len(references)), replace=True)
    new, new_scores = _resampled(scorer, system, references, drawn)
    old, old_scores = _resampled(scorer, baseline, references, drawn)
    differences = new_scores - old_scores
    low, high = np.quantile(differences, [0.025, 0.975]).tolist()
    by_chance = np.abs(differences) - np.abs(differences).mean()
    # sacreBLEU counts differences that are larger only, which makes equal systems look surely different.
    larger = samples if new == old else int(np.sum(by_chance > abs(new - old)))
    signature = scorer.get_signature()
    signature.update("seed", str(seed))
    signature.update("bs", samples)
    p_value = (larger + 1) / (samples + 1)
    return Comparison(new, old, new - old, low, high, p_value, samples, seed, str(signature))


def differing_lines(
    system: Sequence[str], baseline: Sequence[str], references: Sequence[str], count: int = 20
) -> list[LineDifference]:
    """The lines whose chrF differs most between two systems, at most `count`, the largest difference first.

    Of equal differences the earlier line comes first; lines in which both wrote the same are left out. chrF of one
    line is no measure of a system, only a way to find what to read.
    """
    for lines in (system, baseline):
        check_lines(lines, references)
    if count < 1:
        raise ValueError(f"count={count} shows no line; use at least 1")
    scorer = metric_named("chrf")
    found = []
    for index, (new, old, reference) in enumerate(zip(system, baseline, references, strict=True)):
        if new != old:
            new_chrf, old_chrf = (scorer.sentence_score(line, [reference]).score for line in (new, old))
            found.append(LineDifference(index, new_chrf, old_chrf, new, old, reference))
    return sorted(found, key=lambda line: (-abs(line.system_chrf - line.baseline_chrf), line.index))[:count]


def _resampled(
    metric: BLEU | CHRF, hypotheses: Sequence[str], references: Sequence[str], drawn: np.ndarray
) -> tuple[float, np.ndarray]:
    """A system's score, and its scores on the lines of each row of `drawn` (samples, lines)."""
    # What sacreBLEU's own test does: a line's counts are taken once and added up; no text is read again. The two
    # methods have no public name, and no public one gives chrF's counts.
    counts = np.array(metric._extract_corpus_statistics(list(hypotheses), [list(references)]), dtype=np.int64)
    sums = [np.bincount(row, minlength=len(counts)) @ counts for row in drawn]
    whole, *scores = (float(metric._compute_score_from_stats(one.tolist()).score) for one in [counts.sum(0), *sums])
    return whole, np.array(scores)
