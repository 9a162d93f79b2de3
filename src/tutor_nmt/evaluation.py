"""How good are these lines? BLEU and chrF as sacreBLEU computes them, always with their signatures.

Strings in, numbers out. The order of arguments is hypotheses first, references second, everywhere.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sacrebleu.metrics import BLEU, CHRF
from sacrebleu.significance import PairedTest

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
