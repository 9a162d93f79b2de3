"""What the encoder leaves behind (`Memory`) and four ways to look at it, all under one contract.

An attention turns a query, the decoder's state, and a memory into a context, the weighted mean of what the encoder
said, and the weights themselves: `(query, memory) -> (context, weights)`. Padding never gets weight.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn


class Memory(NamedTuple):
    """The encoded source: everything a decoder may start from and look at.

    states (batch, src_len, memory_size); padding_mask (batch, src_len), True where padded; final (num_layers, batch,
    hidden_size), a summary to start from; cell, the same shape, where the encoder is an LSTM; keys (batch, src_len,
    key_size), the states as an attention projected them once (`Attention.prepare`).
    """

    states: Tensor
    padding_mask: Tensor
    final: Tensor
    cell: Tensor | None = None
    keys: Tensor | None = None

    @property
    def num_sentences(self) -> int:
        """How many sentences are in memory: the batch size."""
        return self.states.shape[0]

    def select(self, sentences: Tensor) -> "Memory":
        """Keep or copy sentences by index, each tensor along its own batch axis."""
        return Memory(
            self.states[sentences],
            self.padding_mask[sentences],
            self.final[:, sentences],
            None if self.cell is None else self.cell[:, sentences],
            None if self.keys is None else self.keys[sentences],
        )

    def of_rows(self, rows: Tensor, num_rows: int) -> "Memory":
        """The memory of these hypotheses out of `num_rows`, equally many a sentence; itself if that is the same."""
        owners = rows // (num_rows // self.num_sentences)
        kept, counts = torch.unique_consecutive(owners, return_counts=True)
        if counts.unique().numel() > 1:
            kept = owners  # no longer equally many rows a sentence: give each row a copy of its memory
        same = torch.equal(kept, torch.arange(self.num_sentences, device=kept.device))
        return self if same else self.select(kept)


def masked_softmax(scores: Tensor, padding_mask: Tensor) -> Tensor:
    """Softmax over real positions: scores [2., 2., 9.] with the last one padded -> [0.5, 0.5, 0.].

    scores (batch, tgt_len, src_len), padding_mask (batch, src_len), weights as scores. In float32 where the scores
    are half precision, in float64 where they are that. A row without a single real position gets weight nowhere.
    """
    scores = scores.to(torch.promote_types(scores.dtype, torch.float32))
    scores = scores.masked_fill(padding_mask.unsqueeze(1), -torch.inf)
    return torch.softmax(scores, dim=-1).masked_fill(padding_mask.all(-1)[:, None, None], 0.0)


class Attention(nn.Module):
    """The contract; a kind of attention says how a query is scored against a key.

    query (batch, tgt_len, query_size), memory -> context (batch, tgt_len, memory_size), weights (batch, tgt_len,
    src_len).
    """

    def __init__(self, memory_size: int):
        super().__init__()
        self.context_size = memory_size

    def prepare(self, memory: Memory) -> Memory:
        """The memory with its keys projected, once a sentence and not once a step."""
        return memory._replace(keys=self.keys(memory.states))

    def keys(self, states: Tensor) -> Tensor:
        """What queries are scored against: the states themselves, unless a kind of attention projects them."""
        return states

    def scores(self, query: Tensor, keys: Tensor) -> Tensor:
        """How well each query fits each key, before the softmax: (batch, tgt_len, src_len)."""
        raise NotImplementedError

    def forward(self, query: Tensor, memory: Memory) -> tuple[Tensor, Tensor]:
        """Score, normalise over real source positions, average the states."""
        keys = self.keys(memory.states) if memory.keys is None else memory.keys
        weights = masked_softmax(self.scores(query, keys), memory.padding_mask)
        return torch.bmm(weights.to(memory.states.dtype), memory.states), weights


class NoAttention(Attention):
    """Looks at nothing: a context of size 0 and weights of 0. The decoder has only the summary it started from."""

    def __init__(self):
        super().__init__(0)

    def forward(self, query: Tensor, memory: Memory) -> tuple[Tensor, Tensor]:
        """An empty context (batch, tgt_len, 0) and zero weights (batch, tgt_len, src_len)."""
        return query[..., :0], query.new_zeros(*query.shape[:2], memory.states.shape[1])


class DotAttention(Attention):
    """score(q, k) = q·k (Luong et al. 2015, section 3.1, "dot"); query and memory must have the same size.

    `scaled` divides by the square root of the size (Vaswani et al. 2017, Eq. 1), which keeps the softmax soft.
    """

    def __init__(self, query_size: int, memory_size: int, scaled: bool = False):
        super().__init__(memory_size)
        if query_size != memory_size:
            raise ValueError(
                f"dot attention compares query ({query_size}) and memory ({memory_size}) directly; use general"
            )
        self.scale = 1 / math.sqrt(query_size) if scaled else 1.0

    def scores(self, query: Tensor, keys: Tensor) -> Tensor:
        """q·k for every query and key."""
        return torch.bmm(query, keys.transpose(1, 2)) * self.scale


class GeneralAttention(Attention):
    """score(q, k) = q·W k (Luong et al. 2015, section 3.1, "general"): a learnt dot product between different sizes."""

    def __init__(self, query_size: int, memory_size: int):
        super().__init__(memory_size)
        self.key_projection = nn.Linear(memory_size, query_size, bias=False)

    def keys(self, states: Tensor) -> Tensor:
        """W k: (batch, src_len, query_size)."""
        return self.key_projection(states)

    def scores(self, query: Tensor, keys: Tensor) -> Tensor:
        """q·(W k) for every query and key."""
        return torch.bmm(query, keys.transpose(1, 2))


class AdditiveAttention(Attention):
    """score(q, k) = v·tanh(W q + U k) (Bahdanau et al. 2015, appendix A.1.2): a small network compares the two."""

    def __init__(self, query_size: int, memory_size: int, attention_size: int):
        super().__init__(memory_size)
        self.query_projection = nn.Linear(query_size, attention_size, bias=False)
        self.key_projection = nn.Linear(memory_size, attention_size)
        self.energy = nn.Linear(attention_size, 1, bias=False)

    def keys(self, states: Tensor) -> Tensor:
        """U k: (batch, src_len, attention_size)."""
        return self.key_projection(states)

    def scores(self, query: Tensor, keys: Tensor) -> Tensor:
        """v·tanh(W q + U k); needs (batch, tgt_len, src_len, attention_size) numbers at once."""
        compared = torch.tanh(self.query_projection(query).unsqueeze(2) + keys.unsqueeze(1))
        return self.energy(compared).squeeze(-1)
