"""From the words of two languages that know what they say to a pair of lines with tokens and gold links."""

from collections.abc import Sequence
from typing import NamedTuple

COMMAS = (",", "，")
STOP = ((0, "stop"),)


class Word(NamedTuple):
    """A token, what it says (node and part, see `says`), and whether it follows without a space."""

    text: str
    meanings: tuple[tuple[int, str], ...] = ()
    glued: bool = False


class Token(NamedTuple):
    """A word or a punctuation mark of a sentence, and where in it: `sentence[token.start:token.end] == token.text`."""

    text: str
    start: int
    end: int


class AlignedPair(NamedTuple):
    """A sentence and its translation, their tokens, and links `(i, j)`: source token i and target token j agree."""

    source: str
    target: str
    source_tokens: tuple[Token, ...]
    target_tokens: tuple[Token, ...]
    links: tuple[tuple[int, int], ...]


def says(node: object, part: str = "") -> tuple[tuple[int, str]]:
    """Return the meaning of a word that says a node, or a part of it such as its article."""
    return ((id(node), part),)


def finished(words: Sequence[Word], stop: str) -> list[Word]:
    """Make a sentence of words: a capital, one comma where two meet, the full stop."""
    kept = []
    for word in words:
        if word.text in COMMAS and kept[-1].text in COMMAS:
            continue
        kept.append(word)
    if kept[-1].text in COMMAS:
        kept.pop()
    text, meanings, _ = kept[0]
    if text[0].islower():
        kept[0] = Word(text[0].upper() + text[1:], meanings)
    kept.append(Word(stop, STOP, glued=True))
    return kept


def line_of(words: Sequence[Word], spaces: bool = True) -> str:
    """Write words as a line, with or without spaces: `spell` without its tokens, in half the time."""
    if not spaces:
        return "".join([text for text, _, _ in words])
    return "".join([text if glued else f" {text}" for text, _, glued in words])[not words[0].glued :]


def spell(words: Sequence[Word], spaces: bool = True) -> tuple[str, tuple[Token, ...]]:
    """Write words as a line, with or without spaces, and say where each one stands.

    >>> spell([Word("Ja"), Word(",", glued=True), Word("gern"), Word(".", glued=True)])[0]
    'Ja, gern.'
    """
    pieces, tokens, end = [], [], 0
    for text, _, glued in words:
        if pieces and spaces and not glued:
            pieces.append(" ")
            end += 1
        pieces.append(text)
        tokens.append(Token(text, end, end + len(text)))
        end += len(text)
    return "".join(pieces), tuple(tokens)


def align(
    source: Sequence[Word], target: Sequence[Word], source_spaces: bool = True, target_spaces: bool = True
) -> AlignedPair:
    """Spell both sides and link the words that share a meaning.

    With `said = says(node)`, `align([Word("läuft", said)], [Word("is"), Word("running", said)]).links` is `((0, 1),)`.
    """
    places: dict[tuple[int, str], list[int]] = {}
    for j, word in enumerate(target):
        for meaning in word.meanings:
            places.setdefault(meaning, []).append(j)
    links = {(i, j) for i, word in enumerate(source) for meaning in word.meanings for j in places.get(meaning, ())}
    source_line, source_tokens = spell(source, source_spaces)
    target_line, target_tokens = spell(target, target_spaces)
    return AlignedPair(source_line, target_line, source_tokens, target_tokens, tuple(sorted(links)))
