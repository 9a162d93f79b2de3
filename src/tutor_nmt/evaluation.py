"""How good are these lines, and these links? BLEU and chrF as sacreBLEU computes them, and alignment error rate.

Strings or links in, numbers out; BLEU and chrF always with their signatures. What a system made comes first, what is
right second, everywhere.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from sacrebleu.metrics import BLEU, CHRF
from sacrebleu.significance import PairedTest

Link = tuple[int, int]  # (i, j): source word i and target word j say the same
TOKENIZERS = {"zh": "zh", "ja": "char"}  # sacreBLEU's tokeniser for languages written without spaces; else 13a


class Score(NamedTuple):
    """A score from 0 to 100 and the signature that says how it was computed."""

    score: float
    signature: str


class Comparison(NamedTuple):
    """Two systems on the same sentences: scores, their difference, and how easily chance alone makes one as large."""

    system: float
    baseline: float
    difference: float
    p_value: float
    signature: str


class AlignmentScore(NamedTuple):
    """Alignment error rate, precision and recall, each from 0 to 1, and how many links were predicted."""

    aer: float
    precision: float
    recall: float
    num_links: int


def bleu(hypotheses: Sequence[str], references: Sequence[str], language: str = "en", lowercase: bool = False) -> Score:
    """Corpus BLEU (Papineni et al. 2002) of detokenised lines, one reference each (sacreBLEU; Post 2018).

    `language` is that of the lines and chooses the tokeniser: 13a, or `zh` for Chinese.
    """
    return _score(_bleu(language, lowercase), hypotheses, references)


def chrf(hypotheses: Sequence[str], references: Sequence[str]) -> Score:
    """Corpus chrF2 (Popović 2015): F-score of character n-grams up to 6, recall weighted twice."""
    return _score(CHRF(), hypotheses, references)


def evaluate(hypotheses: Sequence[str], references: Sequence[str], language: str = "en") -> dict[str, float | str]:
    """What this course reports of a system: `bleu` (cased), `bleu_lc`, `chrf`, each beside its signature."""
    scores = {
        "bleu": bleu(hypotheses, references, language),
        "bleu_lc": bleu(hypotheses, references, language, lowercase=True),
        "chrf": chrf(hypotheses, references),
    }
    return {name: value.score for name, value in scores.items()} | {
        f"{name}_signature": value.signature for name, value in scores.items()
    }


def paired_bootstrap(
    system: Sequence[str], baseline: Sequence[str], references: Sequence[str], language: str = "en", samples: int = 1000
) -> Comparison:
    """Is `system` better than `baseline` in BLEU, or is it luck with these sentences? (Koehn 2004; sacreBLEU's test.)

    The same sentences are drawn for both systems, `samples` times; the p-value is how often a difference at least this
    large comes about when there is none.
    """
    for lines in (system, baseline):
        _check(lines, references)
    metric = _bleu(language, lowercase=False)
    named = [("baseline", list(baseline)), ("system", list(system))]
    signatures, scores = PairedTest(named, {"BLEU": metric}, [list(references)], test_type="bs", n_samples=samples)()
    (old, new), signature = scores["BLEU"], signatures["BLEU"]
    # sacreBLEU counts differences that are larger only, which makes equal systems look surely different.
    p_value = 1.0 if new.score == old.score else float(new.p_value)
    return Comparison(new.score, old.score, new.score - old.score, p_value, str(signature))


def alignment_error_rate(
    predicted: Sequence[AbstractSet[Link]],
    sure: Sequence[AbstractSet[Link]],
    possible: Sequence[AbstractSet[Link]] | None = None,
) -> AlignmentScore:
    """AER of predicted links, a set of (source, target) for each sentence, counted over all of them together.

    With links A, sure S and possible P, which holds S: AER = 1 - (|A∩S| + |A∩P|) / (|A| + |S|), precision |A∩P| / |A|,
    recall |A∩S| / |S| (Och and Ney 2003, "Evaluation methodology"). A = {(0, 0), (1, 2)}, S = {(0, 0)} and
    P = {(0, 0), (1, 1)} give an AER of 1/3. No links at all have a precision of 0. Without `possible`, S stands for it.
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


def _bleu(language: str, lowercase: bool) -> BLEU:
    return BLEU(tokenize=TOKENIZERS.get(language, "13a"), lowercase=lowercase)


def _score(metric: BLEU | CHRF, hypotheses: Sequence[str], references: Sequence[str]) -> Score:
    _check(hypotheses, references)
    result = metric.corpus_score(list(hypotheses), [list(references)])
    return Score(result.score, str(metric.get_signature()))


def _check(hypotheses: Sequence[str], references: Sequence[str]) -> None:
    if isinstance(hypotheses, str) or isinstance(references, str):
        raise ValueError("give lists of lines, not one string")
    if len(hypotheses) != len(references) or not hypotheses:
        raise ValueError(
            f"{len(hypotheses)} hypotheses for {len(references)} references; each line needs its reference"
        )
