"""Sentences of unequal length become rectangles: padding, masks and batches of similar length.

A `Batch` is what the model reads. The target stands in it twice: `tgt_in` is what the decoder is fed (`<bos> y1 y2`),
`tgt_out` what it must answer (`y1 y2 <eos>`), so that position t predicts the token after the one it reads.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from .corpora import SentencePair
from .vocabulary import BOS_ID, EOS_ID, PAD_ID, Vocabulary


class Example(NamedTuple):
    """One sentence pair as ids, without `<bos>`; both sides end in `<eos>`."""

    src: list[int]
    tgt: list[int]


class Batch(NamedTuple):
    """Padded sentence pairs, ready for the model.

    src (batch, src_len), src_lengths (batch,) on the CPU, tgt_in and tgt_out (batch, tgt_len); all int64.
    """

    src: Tensor
    src_lengths: Tensor
    tgt_in: Tensor
    tgt_out: Tensor

    @property
    def num_tokens(self) -> int:
        """Target tokens to predict, `<eos>` included, padding not: what losses and speeds are counted in."""
        return int((self.tgt_out != PAD_ID).sum())

    def to(self, device: torch.device | str) -> "Batch":
        """The same batch on `device`; lengths stay on the CPU, where packing wants them."""
        return Batch(self.src.to(device), self.src_lengths, self.tgt_in.to(device), self.tgt_out.to(device))


def encode_source(line: str, vocabulary: Vocabulary, reverse: bool = False, max_length: int | None = None) -> list[int]:
    """Ids of one source line and `<eos>`, cut to `max_length` ids in all.

    `reverse` turns the words round, `<eos>` stays last (Sutskever et al. 2014, section 3.3).
    """
    if max_length is not None and max_length < 1:
        raise ValueError(f"max_length={max_length} leaves no room for <eos>; use at least 1")
    ids = vocabulary.encode(line)
    if max_length is not None:
        ids = ids[: max_length - 1]
    return [*(reversed(ids) if reverse else ids), EOS_ID]


def encode_pairs(
    pairs: Iterable[SentencePair], src_vocabulary: Vocabulary, tgt_vocabulary: Vocabulary, reverse_source: bool = False
) -> list[Example]:
    """Both sides of every pair as ids, each with `<eos>` at its end."""
    return [
        Example(
            encode_source(source, src_vocabulary, reverse_source),
            [*tgt_vocabulary.encode(target), tgt_vocabulary.eos_id],
        )
        for source, target in pairs
    ]


def pad(rows: Sequence[Sequence[int]], pad_id: int = PAD_ID) -> Tensor:
    """Fill rows up to the longest: [[5, 7], [3]] -> [[5, 7], [3, 0]], a tensor (rows, longest)."""
    longest = max(map(len, rows))
    return torch.tensor([[*row, *[pad_id] * (longest - len(row))] for row in rows], dtype=torch.long)


def make_batch(examples: Sequence[Example]) -> Batch:
    """Pad some examples into one batch, in their order."""
    if not examples:
        raise ValueError("a batch needs at least one example")
    return Batch(
        src=pad([example.src for example in examples]),
        src_lengths=torch.tensor([len(example.src) for example in examples]),
        tgt_in=pad([[BOS_ID, *example.tgt[:-1]] for example in examples]),
        tgt_out=pad([example.tgt for example in examples]),
    )


class Batches:
    """What all ways to make batches share: iterating gives one epoch, and each epoch has an order of its own.

    The order follows from `seed` and the epoch's number alone; with `shuffle=False` it is always the same.
    """

    def __init__(self, examples: Sequence[Example], seed: int = 0, shuffle: bool = True):
        if not examples:
            raise ValueError("there are no examples to make batches of; is the corpus or the split empty?")
        self.examples, self.seed, self.shuffle = examples, seed, shuffle

    def groups(self, epoch: int = 0) -> list[list[int]]:
        """Which examples stand together in `epoch`: every index exactly once."""
        raise NotImplementedError

    def epoch(self, epoch: int, share: int = 0, shares: int = 1) -> Iterator[Batch]:
        """The batches of one epoch; or one of several shares of each, that of process `share` of `shares`.

        Of five pairs and two shares, share 0 has pairs 0, 2 and 4, share 1 has 1 and 3: of similar length, as they lie
        side by side. Where there is no pair for a share it has the first one with nothing to predict.
        """
        for group in self.groups(epoch):
            if share < len(group):
                yield make_batch([self.examples[index] for index in group[share::shares]])
            else:
                batch = make_batch([self.examples[group[0]]])
                yield batch._replace(tgt_out=torch.full_like(batch.tgt_out, PAD_ID))

    def __iter__(self) -> Iterator[Batch]:
        return self.epoch(0)

    def __len__(self) -> int:
        """Batches in an epoch."""
        return len(self.groups(0))


class RandomBatches(Batches):
    """`batch_size` pairs in the order of chance, as most tutorials make batches: half of it may be padding."""

    def __init__(self, examples: Sequence[Example], batch_size: int, seed: int = 0, shuffle: bool = True):
        super().__init__(examples, seed, shuffle)
        if batch_size < 1:
            raise ValueError(f"batch_size={batch_size} leaves no pair for a batch; use at least 1")
        self.batch_size = batch_size

    def groups(self, epoch: int = 0) -> list[list[int]]:
        """Consecutive `batch_size` indices of a shuffled list; the last group may be smaller."""
        order = list(range(len(self.examples)))
        if self.shuffle:
            random.Random(f"{self.seed} {epoch}").shuffle(order)
        return [order[start : start + self.batch_size] for start in range(0, len(order), self.batch_size)]


class TokenBatches(Batches):
    """Batches of similar length that hold at most `max_tokens` padded tokens on their larger side.

    With `shuffle=False` (validation) they go from short to long.
    """

    def __init__(self, examples: Sequence[Example], max_tokens: int = 4096, seed: int = 0, shuffle: bool = True):
        super().__init__(examples, seed, shuffle)
        longest = max(max(len(src), len(tgt)) for src, tgt in examples)
        if longest > max_tokens:
            raise ValueError(
                f"one example has {longest} tokens, more than max_tokens={max_tokens}; "
                "raise max_tokens or drop over-long pairs when cleaning"
            )
        self.max_tokens = max_tokens

    def groups(self, epoch: int = 0) -> list[list[int]]:
        """Which examples stand together in `epoch`: every index exactly once."""
        generator = random.Random(f"{self.seed} {epoch}")
        order = list(range(len(self.examples)))
        if self.shuffle:
            generator.shuffle(order)  # sorting is stable: among pairs of one length, chance decides who meets whom
        order.sort(key=lambda index: (len(self.examples[index].tgt), len(self.examples[index].src)))
        groups: list[list[int]] = [[]]
        widest = 0
        for index in order:
            widest = max(widest, *map(len, self.examples[index]))
            if groups[-1] and widest * (len(groups[-1]) + 1) > self.max_tokens:
                groups.append([])
                widest = max(map(len, self.examples[index]))
            groups[-1].append(index)
        if self.shuffle:
            generator.shuffle(groups)
        return groups


def padding_share(batches: Iterable[Batch]) -> float:
    """The share of cells that hold padding, source and target together."""
    cells = padded = 0
    for batch in batches:
        for side in (batch.src, batch.tgt_out):
            cells += side.numel()
            padded += int((side == PAD_ID).sum())
    return padded / cells
