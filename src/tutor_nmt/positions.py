"""Where a word stands: a Transformer reads all words at once and would not know, so each word is told its place."""

import math

import torch
from torch import Tensor, nn

MAX_POSITIONS = 1024  # that learned positions reach; a translator reads 400 tokens and writes 810 at most


class Positions(nn.Module):
    """The contract: word vectors scaled up, and to each the vector of its position added.

    The factor sqrt(size) (Vaswani et al. 2017, section 3.4) brings numbers of a size about 1/sqrt(size), as word
    vectors of length one have them, to the size of the sinusoids, about one.
    """

    def forward(self, words: Tensor, first: int = 0) -> Tensor:
        """Word vectors (rows, steps, size) of positions `first`, `first` + 1, … -> the same shape."""
        size = words.shape[-1]
        numbers = torch.arange(first, first + words.shape[1], device=words.device)
        return words * math.sqrt(size) + self.vectors(numbers, size).to(words.dtype)

    def vectors(self, numbers: Tensor, size: int) -> Tensor:
        """The vectors (steps, size) of these positions, counted from 0."""
        raise NotImplementedError


class SinusoidalPositions(Positions):
    """Sines and cosines of ever longer waves: nothing to learn, and no position is too far."""

    def vectors(self, numbers: Tensor, size: int) -> Tensor:
        """As the function `sinusoids`."""
        return sinusoids(numbers, size)


class LearnedPositions(Positions):
    """A vector learnt for each of the first 1024 positions; those beyond the longest training sentence stay chance."""

    def __init__(self, size: int):
        super().__init__()
        self.table = nn.Embedding(MAX_POSITIONS, size)
        nn.init.normal_(self.table.weight, std=0.1)  # small beside the words, as in Gehring et al. 2017, section 3.5

    def vectors(self, numbers: Tensor, size: int) -> Tensor:
        """Rows of the table; ValueError for a position beyond it."""
        reached = int(numbers[-1]) + 1
        if reached > MAX_POSITIONS:
            raise ValueError(
                f"learned positions end at {MAX_POSITIONS}, but a sentence has {reached} tokens; "
                "use positions='sinusoidal', or drop over-long pairs when cleaning"
            )
        return self.table(numbers)


def sinusoids(numbers: Tensor, size: int) -> Tensor:
    """sin(p / 10000^(2i/size)) at 2i and the cosine at 2i + 1 (Vaswani et al. 2017, section 3.5): (steps, size).

    Of size 4, position 0 is [0, 1, 0, 1] and position 1 is [sin 1, cos 1, sin 0.01, cos 0.01].
    """
    places = torch.arange(size, device=numbers.device)
    angles = numbers.unsqueeze(1) / 10000 ** (2 * (places // 2) / size)
    return torch.where(places % 2 == 0, angles.sin(), angles.cos())


def build_positions(kind: str, size: int) -> Positions:
    """Positions by their name: sinusoidal or learned."""
    if kind not in ("sinusoidal", "learned"):
        raise ValueError(f"positions={kind!r} is unknown; use one of sinusoidal, learned")
    return SinusoidalPositions() if kind == "sinusoidal" else LearnedPositions(size)
