"""Dirt on demand: spoil a known share of sentence pairs in named ways, and say what was done to each.

What a cleaner finds can then be held against what there was to find. Each way is a function of the clean pairs, the
number of the line to spoil and that of another line; it returns the spoilt pair.
"""

import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

from .pairs import SentencePair

TOO_LONG = 100  # words, or characters of a line without spaces, that an over-long line exceeds on both sides


class NoisyPair(NamedTuple):
    """A pair, what was done to it (None if nothing), and the number of the line of clean pairs that it was."""

    pair: SentencePair
    kind: str | None
    index: int


def misaligned(pairs: Sequence[SentencePair], line: int, other: int) -> SentencePair:
    """Give a line the target of another: one line too many somewhere, and all after it is wrong."""
    return SentencePair(pairs[line].source, pairs[other].target)


def wrong_language(pairs: Sequence[SentencePair], line: int, other: int) -> SentencePair:
    """Give a line a target in the language of the source."""
    return SentencePair(pairs[line].source, pairs[other].source)


def mojibake(pairs: Sequence[SentencePair], line: int, other: int) -> SentencePair:
    """Read the bytes of one side in another encoding: "schön" becomes "schÃ¶n".

    It is the target, where that has more than ASCII, else the source; where neither has, a space becomes what is
    left of a no-break space.
    """
    source, target = pairs[line]
    if not target.isascii():
        return SentencePair(source, _misread(target))
    if not source.isascii():
        return SentencePair(_misread(source), target)
    return SentencePair(source, _misread(target.replace(" ", "\u00a0", 1) if " " in target else f"{target}\u00a0"))


def _misread(text: str) -> str:
    misread = []
    for byte in text.encode("utf-8"):
        try:
            misread.append(bytes([byte]).decode("cp1252"))
        except UnicodeDecodeError:  # five bytes mean nothing in cp1252
            misread.append(chr(byte))
    return "".join(misread)


def markup(pairs: Sequence[SentencePair], line: int, other: int) -> SentencePair:
    """Leave a web page's or a subtitle's markup in the target: tags around it, an entity, or a line break."""
    source, target = pairs[line]
    spoilt = (f"<i>{target}</i>", f"{target}<br/>", f"&quot;{target}&quot;", f"{{\\an8}}{target}")
    return SentencePair(source, spoilt[other % len(spoilt)])


def duplicate(pairs: Sequence[SentencePair], line: int, other: int) -> SentencePair:
    """Repeat another line."""
    return pairs[other]


def truncated(pairs: Sequence[SentencePair], line: int, other: int) -> SentencePair:
    """Cut the target after its first third, as a line-length limit does."""
    source, target = pairs[line]
    words = target.split()
    if len(words) > 1:
        return SentencePair(source, " ".join(words[: max(1, len(words) // 3)]))
    return SentencePair(source, target[: max(1, len(target) // 3)])


def over_long(pairs: Sequence[SentencePair], line: int, other: int) -> SentencePair:
    """Let line ends be lost, so that many pairs stand on one line, more than `TOO_LONG` on both sides."""
    sides = ([pairs[line].source], [pairs[line].target])
    while any(_length(" ".join(side)) <= TOO_LONG for side in sides):
        sides[0].append(pairs[other % len(pairs)].source)
        sides[1].append(pairs[other % len(pairs)].target)
        other += 1
    return SentencePair(*map(" ".join, sides))


def _length(text: str) -> int:
    """Count words, or characters where a sentence has hardly any spaces."""
    words = text.split()
    characters = sum(map(len, words))
    return characters if characters > 12 * len(words) else len(words)


def swapped(pairs: Sequence[SentencePair], line: int, other: int) -> SentencePair:
    """Put the source where the target should be, and the target where the source should be."""
    return SentencePair(pairs[line].target, pairs[line].source)


Spoiler = Callable[[Sequence[SentencePair], int, int], SentencePair]
SPOILERS: dict[str, Spoiler] = {
    spoil.__name__: spoil
    for spoil in (misaligned, wrong_language, mojibake, markup, duplicate, truncated, over_long, swapped)
}


def add_noise(
    pairs: Sequence[SentencePair], share: float, kinds: Sequence[str] = tuple(SPOILERS), seed: int = 0
) -> list[NoisyPair]:
    """Spoil a share of the lines, each kind as often as any other, and say line by line what was done.

    >>> noisy = add_noise([SentencePair("Ja.", "Yes."), SentencePair("Nein.", "No.")], 0.5, ["swapped"])
    >>> noisy[1]
    NoisyPair(pair=SentencePair(source='No.', target='Nein.'), kind='swapped', index=1)

    There are as many lines as before, `round(share * len(pairs))` of them spoilt; which ones, and by what, depends on
    the seed alone. The first line stays clean. A duplicate stands in another line's place and repeats a clean line
    before it, which its `index` names; every other index is the line's own.

    Raises `ValueError` for a share outside 0 to 1, one that leaves no line clean, an unknown kind, or a line that a
    kind cannot change.
    """
    kinds, count = tuple(kinds), round(share * len(pairs))
    if not 0 <= share <= 1:
        raise ValueError(f"share is {share}: it is the part of the lines to spoil, from 0 to 1")
    if not kinds or not set(kinds) <= set(SPOILERS) or len(set(kinds)) < len(kinds):
        raise ValueError(f"kinds are {', '.join(kinds) or 'missing'}: choose from {', '.join(SPOILERS)}, each once")
    if count and count >= len(pairs):
        raise ValueError(f"share {share} of {len(pairs)} lines leaves none clean: ask for less")
    pairs = [SentencePair(*pair) for pair in pairs]
    draw = random.Random(seed).random
    lines = list(range(1, len(pairs)))
    for position in range(len(lines) - 1, 0, -1):  # by hand, as random.shuffle may change between Pythons
        partner = int(draw() * (position + 1))
        lines[position], lines[partner] = lines[partner], lines[position]
    spoilt = {line: kinds[order % len(kinds)] for order, line in enumerate(lines[:count])}
    clean = [line for line in range(len(pairs)) if line not in spoilt]
    noisy = [NoisyPair(pair, None, line) for line, pair in enumerate(pairs)]
    for line, kind in sorted(spoilt.items()):
        others = [other for other in clean if other < line] if kind == "duplicate" else clean
        start = int(draw() * len(others))
        for other in others[start:] + others[:start]:
            pair = SPOILERS[kind](pairs, line, other)
            if pair != pairs[line]:
                noisy[line] = NoisyPair(pair, kind, other if kind == "duplicate" else line)
                break
        else:
            raise ValueError(f"line {line} cannot be made {kind}: no other line differs from it")
    return noisy
