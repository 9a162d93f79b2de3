"""BLEU and chrF of whole corpora, as sacreBLEU computes them (Post 2018), and the counts that BLEU is made of."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from sacrebleu.metrics import BLEU, CHRF

TOKENIZERS = {"zh": "zh", "ja": "char"}  # sacreBLEU's tokeniser for languages written without spaces; else 13a


class Score(NamedTuple):
    """A score from 0 to 100 and the signature that says how it was computed."""

    score: float
    signature: str


class BleuParts(NamedTuple):
    """What BLEU is made of: the score is `brevity_penalty` times the geometric mean of the precisions, n = 1 to 4.

    A precision is 100 * matches / total. Where no n-gram of a length matches, sacreBLEU puts half of what one match
    would give in place of zero, then a quarter, and so on ("smooth:exp"). Where no word matches or no line has four
    words, the score is 0.
    """

    score: float
    matches: tuple[int, ...]
    totals: tuple[int, ...]
    precisions: tuple[float, ...]
    brevity_penalty: float
    hypothesis_words: int
    reference_words: int
    signature: str


def bleu(hypotheses: Sequence[str], references: Sequence[str], language: str = "en", lowercase: bool = False) -> Score:
    """Corpus BLEU (Papineni et al. 2002) of detokenised lines, one reference each (sacreBLEU; Post 2018).

    `language` is that of the lines and chooses the tokeniser: 13a, or `zh` for Chinese.
    """
    return _score(_bleu(language, lowercase), hypotheses, references)


def bleu_parts(
    hypotheses: Sequence[str], references: Sequence[str], language: str = "en", lowercase: bool = False
) -> BleuParts:
    """The counts behind `bleu`: n-grams that match, clipped at the reference's, of how many, and both lengths.

    "the the the" for "the cat" has 1 match of 3 words, and 0 of 2 word pairs.
    """
    metric = _bleu(language, lowercase)
    result = _corpus_score(metric, hypotheses, references)
    return BleuParts(
        result.score,
        tuple(result.counts),
        tuple(result.totals),
        tuple(result.precisions),
        result.bp,
        result.sys_len,
        result.ref_len,
        str(metric.get_signature()),
    )


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


def metric_named(name: str, language: str = "en") -> BLEU | CHRF:
    """sacreBLEU's object for "bleu" (cased) or "chrf"; ValueError names the two."""
    if name == "bleu":
        return _bleu(language, lowercase=False)
    if name == "chrf":
        return CHRF()
    raise ValueError(f"metric {name!r} is unknown; use bleu or chrf")


def word_splitter(language: str = "en") -> Callable[[str], list[str]]:
    """Cuts a line into the words that BLEU counts: "Snow!" -> ["Snow", "!"]."""
    tokenize = _bleu(language, lowercase=False).tokenizer
    return lambda line: tokenize(line.rstrip()).split()


def check_lines(hypotheses: Sequence[str], references: Sequence[str]) -> None:
    """Refuse what is not one line for each reference, with a ValueError."""
    if isinstance(hypotheses, str) or isinstance(references, str):
        raise ValueError("give lists of lines, not one string")
    if len(hypotheses) != len(references) or not hypotheses:
        raise ValueError(
            f"{len(hypotheses)} hypotheses for {len(references)} references; each line needs its reference"
        )


def _bleu(language: str, lowercase: bool) -> BLEU:
    return BLEU(tokenize=TOKENIZERS.get(language, "13a"), lowercase=lowercase)


def _score(metric: BLEU | CHRF, hypotheses: Sequence[str], references: Sequence[str]) -> Score:
    result = _corpus_score(metric, hypotheses, references)
    return Score(result.score, str(metric.get_signature()))


def _corpus_score(metric: BLEU | CHRF, hypotheses: Sequence[str], references: Sequence[str]):
    check_lines(hypotheses, references)
    return metric.corpus_score(list(hypotheses), [list(references)])
