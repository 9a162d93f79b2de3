"""One score, taken apart: by length, by rare and unknown words, by phenomenon or whatever else lines differ in.

Each function gives a plain table, a list of small tuples. Lines are put into groups and each group is scored as a
corpus of its own; the mean of such scores is nobody's BLEU.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from .scores import bleu_parts, check_lines, chrf, metric_named, word_splitter


class GroupScore(NamedTuple):
    """A group of lines: how many, how many words both sides have, the score of all of them together."""

    group: str
    lines: int
    hypothesis_words: int
    reference_words: int
    score: float
    signature: str


class WordGroup(NamedTuple):
    """A group of words: how many both sides have, how many match, and the shares of them; without any, 0."""

    group: str
    hypothesis_words: int
    reference_words: int
    matches: int
    precision: float
    recall: float


class ProbeGroup(NamedTuple):
    """A group of probes: how many there are, and how many were accepted."""

    group: str
    lines: int
    accepted: int


def by_group(
    labels: Sequence[str],
    hypotheses: Sequence[str],
    references: Sequence[str],
    metric: str = "bleu",
    language: str = "en",
    groups: Sequence[str] | None = None,
) -> list[GroupScore]:
    """Corpus "bleu" or "chrf" of the lines of each label, in the order of `groups`, else of the alphabet.

    Words are counted as BLEU cuts them, for both. A group that no line belongs to is left out; ValueError if a label
    is not among `groups`.
    """
    check_lines(hypotheses, references)
    metric_named(metric)
    members = _members(labels, len(references), groups)
    table = []
    for group, lines in members.items():
        sides = [hypotheses[line] for line in lines], [references[line] for line in lines]
        parts = bleu_parts(*sides, language=language)
        score = parts if metric == "bleu" else chrf(*sides)
        words = parts.hypothesis_words, parts.reference_words
        table.append(GroupScore(group, len(lines), *words, score.score, score.signature))
    return table


def by_length(
    lines: Sequence[str],
    hypotheses: Sequence[str],
    references: Sequence[str],
    edges: Sequence[int] = (6, 11, 16, 21),
    metric: str = "bleu",
    language: str = "en",
    lines_language: str | None = None,
) -> list[GroupScore]:
    """Score by the number of words in `lines`, the sources or the references; each edge is a group's least length.

    Edges (6, 11) make the groups "0 to 5", "6 to 10" and "11 or more". Never give the hypotheses as `lines`: groups
    would then differ from system to system. `lines_language` is that of the sources if not `language`.
    """
    split = word_splitter(lines_language or language)
    return _by_number(lines, lambda line: len(split(line)), edges, hypotheses, references, metric, language)


def by_rarity(
    counts: Mapping[str, int],
    lines: Sequence[str],
    hypotheses: Sequence[str],
    references: Sequence[str],
    edges: Sequence[int] = (1, 10, 100),
    metric: str = "bleu",
    language: str = "en",
    lines_language: str | None = None,
) -> list[GroupScore]:
    """Score by how often training had the rarest word of a line, of its source or of its reference.

    Edges (1, 10) make the groups "0", lines with a word never seen, "1 to 9" and "10 or more". `counts` are those of
    `word_counts` in the language of `lines`; a line without a word counts as one of common words.
    """
    split = word_splitter(lines_language or language)
    common = max(edges, default=0)

    def rarest(line: str) -> int:
        return min((counts.get(word, 0) for word in split(line)), default=common)

    return _by_number(lines, rarest, edges, hypotheses, references, metric, language)


def by_frequency(
    counts: Mapping[str, int],
    hypotheses: Sequence[str],
    references: Sequence[str],
    edges: Sequence[int] = (1, 10, 100, 1000),
    language: str = "en",
) -> list[WordGroup]:
    """Precision and recall of words, by how often training had them; a match counts as often as both lines have it.

    Edges (1, 10) make the groups "0", words never seen, "1 to 9" and "10 or more". Recall of rare words is what a
    vocabulary without subwords lacks. `counts` are those of `word_counts` of the training targets.
    """
    check_lines(hypotheses, references)
    split = word_splitter(language)
    found, wanted, matched = Counter(), Counter(), Counter()
    for hypothesis, reference in zip(hypotheses, references, strict=True):
        words, right = Counter(split(hypothesis)), Counter(split(reference))
        found += words
        wanted += right
        matched += words & right
    sums = {group: [0, 0, 0] for group in _intervals(edges)}
    for column, words in enumerate((found, wanted, matched)):
        for word, number in words.items():
            sums[_interval(counts.get(word, 0), edges)][column] += number
    return [
        WordGroup(group, made, there, both, both / made if made else 0.0, both / there if there else 0.0)
        for group, (made, there, both) in sums.items()
        if made or there
    ]


def by_probe(labels: Sequence[str], accepted: Sequence[bool], groups: Sequence[str] | None = None) -> list[ProbeGroup]:
    """How many probes of each label a system passed, such as the phenomena of the challenge set.

    Labels "names", "negation", "names" and accepted True, True, False give ("names", 2, 1), ("negation", 1, 1). Order
    and errors are those of `by_group`.
    """
    if not len(accepted):
        raise ValueError("there is no probe to count; give a label and a verdict for each")
    members = _members(labels, len(accepted), groups)
    return [
        ProbeGroup(group, len(lines), sum(bool(accepted[line]) for line in lines)) for group, lines in members.items()
    ]


def word_counts(lines: Sequence[str], language: str = "en") -> Counter[str]:
    """How often each word occurs in lines, in training above all, cut as BLEU cuts them; case counts."""
    if isinstance(lines, str):
        raise ValueError("give a list of lines, not one string")
    split = word_splitter(language)
    return Counter(word for line in lines for word in split(line))


def _by_number(
    lines: Sequence[str],
    measure: Callable[[str], int],
    edges: Sequence[int],
    hypotheses: Sequence[str],
    references: Sequence[str],
    metric: str,
    language: str,
) -> list[GroupScore]:
    check_lines(hypotheses, references)
    if isinstance(lines, str) or len(lines) != len(references):
        raise ValueError(f"{len(references)} references need a list of as many lines, their sources or themselves")
    groups = _intervals(edges)
    labels = [_interval(measure(line), edges) for line in lines]
    return by_group(labels, hypotheses, references, metric, language, groups)


def _members(labels: Sequence[str], number: int, groups: Sequence[str] | None) -> dict[str, list[int]]:
    """The lines of each group, in the order of the groups; those without a line left out."""
    if isinstance(labels, str) or len(labels) != number:
        raise ValueError(f"{number} lines need a list of as many labels; give one for each")
    members: dict[str, list[int]] = {group: [] for group in (sorted(set(labels)) if groups is None else groups)}
    for line, label in enumerate(labels):
        if label not in members:
            raise ValueError(f"line {line} has the label {label!r}, which is none of the groups {', '.join(members)}")
        members[label].append(line)
    return {group: lines for group, lines in members.items() if lines}


def _intervals(edges: Sequence[int]) -> list[str]:
    """The names of the groups between the edges: (1, 10) -> ["0", "1 to 9", "10 or more"]."""
    if any(low >= high for low, high in zip((0, *edges), edges, strict=False)):
        raise ValueError(f"edges {tuple(edges)} must rise, from 1 or more; each is the least number of a group")
    return [_interval(number, edges) for number in (0, *edges)]


def _interval(number: int, edges: Sequence[int]) -> str:
    """The name of the group a number belongs to: 9 between the edges (1, 10) is "1 to 9"."""
    place = bisect_right(edges, number)
    low = edges[place - 1] if place else 0
    if place == len(edges):
        return f"{low} or more"
    high = edges[place] - 1
    return str(low) if low == high else f"{low} to {high}"
