"""Attention between words: models weigh pieces, people look at words.

`attend_to` forces a given translation upon a translator (teacher forcing) and says for each of its words which source
words it looked at. Pieces are matched with words by the characters that they share, so any tokenisation will do whose
tokens say where they stand.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

import numpy as np
import torch
from numpy.typing import ArrayLike

from .batching import Example, encode_source, make_batch
from .captions import AlignedPair, Token
from .challenge import ChallengeSentence, word_tokens
from .normalization import normalize
from .pairs import SentencePair
from .translator import Translator


class Spanned(Protocol):
    """A token that says where it stands in its line, `line[token.start:token.end]`."""

    start: int
    end: int


class AlignedAttention(NamedTuple):
    """Where each word of a translation looked, when the translation was given.

    weights (target_words, source_words), rows adding up to 1; the words of both sides; and `end` (target_words,), the
    share of its attention that a word had on the source's `<eos>`, which is left out of `weights`.
    """

    weights: np.ndarray
    source_words: list[str]
    target_words: list[str]
    end: np.ndarray


def attend_to(
    translator: Translator,
    pairs: Iterable[SentencePair | AlignedPair | ChallengeSentence],
    later: int = 0,
    batch_size: int = 64,
) -> list[AlignedAttention]:
    """Attention of a translator to the source of each pair while it is made to write the target of that pair.

    `pairs` may bring their tokens (captions with gold links, the challenge set); of others the words are taken as
    `WordVocabulary` cuts them. The weights of the step that predicts a piece belong to that piece; with `later=1` those
    of the next step are taken instead, which have read it. ValueError for a side without words, for lines not
    normalised as the translator would, and for a model without attention.
    """
    if later not in (0, 1):
        raise ValueError(
            f"later={later} is not known; use 0 for the step that predicts a piece, 1 for the one after it"
        )
    read = [_Read(translator, pair) for pair in pairs]
    found: list[AlignedAttention] = []
    for start in range(0, len(read), batch_size):
        some = read[start : start + batch_size]
        for one, weights in zip(some, _forced(translator, [one.example for one in some]), strict=True):
            found.append(one.at_words(weights[later:]))
    return found


def word_weights(
    weights: ArrayLike, source_groups: Sequence[Sequence[int]], target_groups: Sequence[Sequence[int]]
) -> np.ndarray:
    """Attention between words from attention between pieces (target_pieces, source_pieces).

    A group lists the pieces of a word. What is looked at adds up: the sum over a source word's pieces. What looks is
    averaged: the mean over a target word's pieces. Rows that added up to 1 still do. With weights [[0.5, 0.2, 0.3],
    [0.1, 0.2, 0.7]] and groups [[0, 1], [2]] of the source, [[0, 1]] of the target, they are [[0.5, 0.5]]. A piece that
    belongs to several words is divided evenly among them. ValueError for a word without pieces or a piece without word.
    """
    table = np.asarray(weights, dtype=float)
    if table.ndim != 2:
        raise ValueError(f"weights of shape {table.shape} are no table; give (target_pieces, source_pieces)")
    source, target = _shares(source_groups, table.shape[1]), _shares(target_groups, table.shape[0])
    return (target / target.sum(axis=1, keepdims=True)) @ table @ source.T


def piece_groups(line: str, pieces: Sequence[str], tokens: Sequence[Spanned]) -> list[list[int]]:
    """For each token of a line the pieces that spell it, or a part of it.

    `piece_groups("Ja, gern.", ["▁Ja", ",", "▁ge", "rn", "."], word_tokens("Ja, gern."))` is [[0], [1], [2, 3], [4]].
    Pieces are words or SentencePiece's pieces, single bytes among them. ValueError if they do not spell the line.
    """
    spans = _byte_spans(line, pieces)
    groups = []
    for token in tokens:
        start, end = (len(line[:place].encode()) for place in (token.start, token.end))
        # a lone "▁" has no letters of its own: it stands, an empty span, where its word begins
        groups.append([k for k, (a, b) in enumerate(spans) if (a < end and start < b) or (a == b and start <= a < end)])
    return groups


def _byte_spans(line: str, pieces: Sequence[str]) -> list[tuple[int, int]]:
    """Where each piece stands among the line's UTF-8 bytes, spaces apart."""
    written, end, spans = line.encode(), 0, []
    for piece in pieces:
        while written[end : end + 1] == b" ":
            end += 1
        letters = piece.strip("▁ ").encode()
        if not written.startswith(letters, end) and piece.startswith("<0x"):
            letters = bytes([int(piece[3:5], 16)])  # a character never seen in training, byte by byte
        if not written.startswith(letters, end):
            raise ValueError(
                f"piece {piece!r} does not continue {line!r} at {written[end:].decode(errors='replace')!r}"
            )
        spans.append((end, end + len(letters)))
        end += len(letters)
    if written[end:].strip():
        raise ValueError(f"the pieces end before {written[end:].decode(errors='replace')!r} of {line!r}")
    return spans


def _shares(groups: Sequence[Sequence[int]], num_pieces: int) -> np.ndarray:
    """Which share of each piece belongs to each word: (words, pieces), columns adding up to 1."""
    table = np.zeros((len(groups), num_pieces))
    for word, group in enumerate(groups):
        if not group:
            raise ValueError(f"word {word} has no pieces; every word needs one")
        if not 0 <= min(group) <= max(group) < num_pieces:
            raise ValueError(f"word {word} has pieces {list(group)}, but there are {num_pieces}; count them from 0")
        table[word, list(group)] = 1.0
    owners = table.sum(axis=0)
    if not owners.all():
        raise ValueError(f"piece {int(owners.argmin())} belongs to no word; its weight would be lost")
    return table / owners


class _Read:
    """A pair as ids for the model, and which pieces spell which of its words."""

    def __init__(self, translator: Translator, pair: SentencePair | AlignedPair | ChallengeSentence):
        self.reversed = translator.config.reverse_source
        ids, self.words, self.groups = [], [], []
        for side, vocabulary in (("source", translator.src_vocabulary), ("target", translator.tgt_vocabulary)):
            line = getattr(pair, side)
            tokens: Sequence[Token] = getattr(pair, f"{side}_tokens", None) or word_tokens(line)
            if not tokens:
                raise ValueError(f"the {side} {line!r} has no words to look at")
            if normalize(line) != line:
                raise ValueError(f"the {side} {line!r} is not as a translator reads it; call normalize on it first")
            self.words.append([line[token.start : token.end] for token in tokens])
            self.groups.append(piece_groups(line, vocabulary.tokenize(line), tokens))
            ids.append(encode_source(line, vocabulary, self.reversed and side == "source"))
        self.example = Example(*ids)

    def at_words(self, weights: np.ndarray) -> AlignedAttention:
        """Word-level weights from rows for the target's pieces, and perhaps more, and columns for the source's."""
        num_target, num_source = len(self.example.tgt) - 1, len(self.example.src) - 1  # without <eos>
        pieces, end = weights[:num_target, :num_source], weights[:num_target, num_source]
        if self.reversed:
            pieces = pieces[:, ::-1]
        if not pieces.any():
            raise ValueError("this model looks at no word: it has no attention, or none but at <eos>")
        both = word_weights(pieces, *self.groups)
        rest = both.sum(axis=1, keepdims=True)
        both = np.divide(both, rest, out=np.zeros_like(both), where=rest > 0)
        alone = word_weights(end[:, None], [[0]], self.groups[1])[:, 0]
        return AlignedAttention(both, *self.words, alone)


@torch.inference_mode()
def _forced(translator: Translator, examples: Sequence[Example]) -> list[np.ndarray]:
    """Weights (tgt_len, src_len) of each example under teacher forcing, padding left out."""
    model = translator.model
    was_training = model.training
    model.eval()
    try:
        _, weights = model(make_batch(examples).to(model.device))
    finally:
        model.train(was_training)
    table = weights.double().cpu().numpy()
    return [one[: len(tgt), : len(src)] for one, (src, tgt) in zip(table, examples, strict=True)]
