"""The challenge sets: hand-written sentences with English references, each probing one thing.

150 are German captions, of which 100 carry word alignments made by hand, sure and possible links as in Och and Ney
(2003); 64 are Chinese sentences of everyday life. How they were written, what a probe means and by which conventions
words were linked stands in the README beside the data. No model was scored on them before they were committed, and none
is trained or tuned on them.
"""

import re
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from ..captions import Token
from ..vocabulary import WORDS

__all__ = ["EVERYDAY_PHENOMENA", "PHENOMENA", "ChallengeSentence", "Token", "load_challenge", "word_tokens"]

PHENOMENA = (
    "compounds",
    "separable verbs",
    "negation",
    "numbers",
    "names",
    "relative clauses",
    "ambiguity",
    "gender",
)
EVERYDAY_PHENOMENA = (
    "measure words",
    "aspect",
    "word order",
    "negation",
    "questions",
    "comparison",
    "numbers and names",
    "unsaid subjects",
)
SETS = {"de-en": PHENOMENA, "zh-en": EVERYDAY_PHENOMENA}
COLUMNS = "id\tphenomenon\tsource\ttarget\tprobe\tlinks"
LINK = re.compile(r"(\d+)([-?])(\d+)")


class ChallengeSentence(NamedTuple):
    """A caption, its reference, what it probes, its words, and the links `(i, j)` between source and target words.

    `sure` and `possible` are None where nobody aligned the caption; every sure link is possible too.
    """

    number: int
    phenomenon: str
    source: str
    target: str
    probe: str
    source_tokens: tuple[Token, ...]
    target_tokens: tuple[Token, ...]
    sure: frozenset[tuple[int, int]] | None = None
    possible: frozenset[tuple[int, int]] | None = None

    def accepts(self, translation: str) -> bool:
        """Whether a translation has what the probe asks for, and nothing it forbids.

        The probe `"tak*...off; !him"` accepts "He is taking his hat off." and refuses "He takes him off."
        """
        return all(_holds(condition, translation) for condition in self.probe.split("; "))


def word_tokens(line: str) -> tuple[Token, ...]:
    """The words and marks of a line and where they stand, cut as `WordVocabulary` cuts raw text.

    >>> word_tokens("Ja, gern.")[1:3]
    (Token(text=',', start=2, end=3), Token(text='gern', start=4, end=8))
    """
    return tuple(Token(found[0], *found.span()) for found in WORDS.finditer(line))


@lru_cache
def _load(languages: str) -> tuple[ChallengeSentence, ...]:
    file = resources.files(__package__).joinpath(f"{languages}.tsv")
    return tuple(parse_challenge(file.read_text(encoding="utf-8"), languages))


def load_challenge(languages: str = "de-en") -> list[ChallengeSentence]:
    """All sentences of a set in their order, "de-en" or "zh-en"; ValueError if there is no such set.

    `[one for one in load_challenge() if one.sure is not None]` are the 100 with alignments.
    """
    if languages not in SETS:
        raise ValueError(f"there is no challenge set {languages!r}; there are {', '.join(SETS)}")
    return list(_load(languages))


def parse_challenge(text: str, languages: str = "de-en") -> list[ChallengeSentence]:
    """Read sentences from the text of a file like `de-en.tsv`; ValueError names the line that is damaged, and how."""
    header, *lines = text.removesuffix("\n").split("\n")
    if header != COLUMNS:
        raise ValueError(f"the first line of the challenge set is {header!r}, not its columns; install the file again")
    sentences = []
    for number, line in enumerate(lines, start=1):
        try:
            sentences.append(_parsed(number, line, SETS[languages]))
        except ValueError as error:
            raise ValueError(f"caption {number} of the challenge set is damaged: {error}") from error
    return sentences


def _parsed(number: int, line: str, phenomena: tuple[str, ...]) -> ChallengeSentence:
    fields = line.split("\t")
    if len(fields) != len(COLUMNS.split("\t")):
        raise ValueError(f"{len(fields)} columns, not {len(COLUMNS.split())}")
    written, phenomenon, source, target, probe, links = fields
    if written != str(number):
        raise ValueError(f"its id is {written!r}; ids count from 1 without a gap")
    if phenomenon not in phenomena:
        raise ValueError(f"phenomenon {phenomenon!r} is unknown; use one of {', '.join(phenomena)}")
    if not (source and target and probe):
        raise ValueError("source, target and probe must not be empty")
    words = word_tokens(source), word_tokens(target)
    sure, possible = _links(links, *map(len, words)) if links else (None, None)
    return ChallengeSentence(number, phenomenon, source, target, probe, *words, sure, possible)


def _links(text: str, source_words: int, target_words: int) -> tuple[frozenset, frozenset]:
    """Sure and possible links of "0-0 2?1 2-2", all within the numbers of words."""
    found = {}
    for written in text.split(" "):
        parts = LINK.fullmatch(written)
        if not parts:
            raise ValueError(f"{written!r} is no link; write 3-4 if it is sure, 3?4 if it is possible")
        link = int(parts[1]), int(parts[3])
        if link[0] >= source_words or link[1] >= target_words:
            raise ValueError(f"link {written} is beyond {source_words} source and {target_words} target words")
        if link in found:
            raise ValueError(f"link {written} is written twice")
        found[link] = parts[2]
    return frozenset(link for link, kind in found.items() if kind == "-"), frozenset(found)


def _holds(condition: str, translation: str) -> bool:
    """One condition of a probe: one of its alternatives occurs, or with "!" none."""
    found = any(_pattern(alternative).search(translation) for alternative in condition.lstrip("!").split("|"))
    return found != condition.startswith("!")


def _pattern(alternative: str) -> re.Pattern[str]:
    """ "tak*...off" as whole words: `*` is any letters, `...` any stretch of the line."""
    parts = re.split(r"(\.\.\.|\*)", alternative)
    spelt = "".join({"...": r"\b.*?\b", "*": r"\w*"}.get(part, re.escape(part)) for part in parts)
    return re.compile(rf"(?<!\w){spelt}(?!\w)", re.IGNORECASE)
