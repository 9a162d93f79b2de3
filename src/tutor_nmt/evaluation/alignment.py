"""Links between source and target words: read from attention, and judged by alignment error rate."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

Link = tuple[int, int]  # (i, j): source word i and target word j say the same


class AlignmentScore(NamedTuple):
    """Alignment error rate, precision and recall, each from 0 to 1, and how many links were predicted."""

    aer: float
    precision: float
    recall: float
    num_links: int


def alignment_error_rate(
    predicted: Sequence[AbstractSet[Link]],
    sure: Sequence[AbstractSet[Link]],
    possible: Sequence[AbstractSet[Link]] | None = None,
) -> AlignmentScore:
    """AER of predicted links, a set of (source, target) for each sentence, counted over all of them together.

    With links A, sure S and possible P, which holds S: the AER is `1 - (|A∩S| + |A∩P|) / (|A| + |S|)`, the precision
    `|A∩P| / |A|`, the recall `|A∩S| / |S|` (Och and Ney 2003, "Evaluation methodology"). `A = {(0, 0), (1, 2)}`,
    `S = {(0, 0)}` and `P = {(0, 0), (1, 1)}` give an AER of 1/3. No links at all have a precision of 0. Without
    `possible`, S stands for it.
    """
    possible = sure if possible is None else possible
    for links in (predicted, sure, possible):
        if isinstance(links, AbstractSet) or not all(isinstance(one, AbstractSet) for one in links):
            raise ValueError("give a list with one set of links for each sentence")
    if not len(predicted) == len(sure) == len(possible):
        raise ValueError(
            f"predicted, sure and possible links are of {len(predicted)}, {len(sure)} and {len(possible)} sentences; "
            "each sentence needs all three"
        )
    num_links, num_sure = sum(map(len, predicted)), sum(map(len, sure))
    if not num_sure:
        raise ValueError("there is no sure link to find; AER needs sentences aligned by hand")
    for number, (certain, allowed) in enumerate(zip(sure, possible, strict=True)):
        if not certain <= allowed:
            link = min(certain - allowed)
            raise ValueError(f"sentence {number}: {link} is sure but not possible; were the two given in this order?")
    found = sum(len(links & certain) for links, certain in zip(predicted, sure, strict=True))
    right = sum(len(links & allowed) for links, allowed in zip(predicted, possible, strict=True))
    return AlignmentScore(
        aer=1 - (found + right) / (num_links + num_sure),
        precision=right / num_links if num_links else 0.0,
        recall=found / num_sure,
        num_links=num_links,
    )


def links_from_weights(weights: ArrayLike, threshold: float | None = None) -> set[Link]:
    """Links (i, j) read from attention weights (target_words, source_words): where each target word looks most.

    [[0.9, 0.1], [0.6, 0.4]] -> {(0, 0), (0, 1)}; with `threshold=0.3` every weight of at least that is a link, (1, 1)
    too. A row of zeros, which looks nowhere, has no link; of equal weights the first counts.
    """
    table = np.asarray(weights, dtype=float)
    if table.ndim != 2:
        raise ValueError(
            f"weights of shape {table.shape} are no table; give (target_words, source_words) of a sentence"
        )
    if not (np.isfinite(table).all() and (table >= 0).all()):
        raise ValueError("weights must be numbers of at least 0; give them after the softmax")
    if threshold is not None and not 0 < threshold <= 1:
        raise ValueError(f"threshold={threshold} is no share of attention; use more than 0 and at most 1")
    if threshold is not None:
        return {(int(i), int(j)) for j, i in np.argwhere(table >= threshold)}
    return {(int(row.argmax()), j) for j, row in enumerate(table) if row.any()}
