"""The Transformer (Vaswani et al. 2017) behind the contracts of the recurrent encoder and decoders.

Every layer normalises what it reads and adds what it found to what was there ("pre-norm", Xiong et al. 2020), so all
states have the size of the word vectors; a last norm stands at the end of each stack.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from .attention import Memory
from .dropout import Dropout
from .multihead import SelfAttention, SourceAttention, linear
from .positions import Positions


class EncoderLayer(nn.Module):
    """Self-attention, then a small network at each position, each added to what it read."""

    def __init__(self, size: int, num_heads: int, feedforward_size: int, dropout: float = 0.0):
        super().__init__()
        self.attention = SelfAttention(size, num_heads)
        self.feedforward = nn.Sequential(linear(size, feedforward_size), nn.ReLU(), linear(feedforward_size, size))
        self.attention_norm, self.feedforward_norm = nn.LayerNorm(size), nn.LayerNorm(size)
        self.dropout = Dropout(dropout)

    def forward(self, states: Tensor, visible: Tensor) -> Tensor:
        """States (batch, src_len, size) -> the same shape."""
        attended, _ = self.attention(self.attention_norm(states), visible)
        return self.feed(states + self.dropout(attended))

    def feed(self, states: Tensor) -> Tensor:
        """The second half of a layer: max(0, x W + b) V + c at each position alone (Eq. 2)."""
        return states + self.dropout(self.feedforward(self.feedforward_norm(states)))


class DecoderLayer(EncoderLayer):
    """As the encoder's, with a look at the source between its two halves."""

    def __init__(self, size: int, num_heads: int, feedforward_size: int, dropout: float = 0.0):
        super().__init__(size, num_heads, feedforward_size, dropout)
        self.source_attention, self.source_norm = SourceAttention(size, num_heads), nn.LayerNorm(size)

    def forward(
        self,
        states: Tensor,
        visible: Tensor,
        past: tuple[Tensor, Tensor],
        keys_values: Tensor,
        padding_mask: Tensor,
    ) -> tuple[Tensor, Tensor, tuple[Tensor, Tensor]]:
        """States (rows, steps, size) -> the same shape, weights (rows, steps, src_len), keys and values so far."""
        attended, past = self.attention(self.attention_norm(states), visible, past)
        states = states + self.dropout(attended)
        found, weights = self.source_attention(self.source_norm(states), keys_values, padding_mask)
        return self.feed(states + self.dropout(found)), weights, past


class TransformerEncoder(nn.Module):
    """Word vectors in their places, then layers in which every word looks at every other: (src, src_lengths) -> Memory.

    The summary is the mean of the states over the real positions; with a `final_size` it passes, for a recurrent
    decoder to start from, through a linear layer of that size and a tanh.
    """

    def __init__(
        self,
        embedding: nn.Embedding,
        positions: Positions,
        layers: Sequence[EncoderLayer],
        dropout: float = 0.0,
        final_size: int | None = None,
    ):
        """The lowest layer comes first; all have the size of a word vector. `dropout`: of the words in their places."""
        super().__init__()
        self.embedding, self.positions, self.layers = embedding, positions, nn.ModuleList(layers)
        self.memory_size = size = embedding.embedding_dim
        self.final_size = final_size or size
        self.norm, self.dropout = nn.LayerNorm(size), Dropout(dropout)
        self.bridge = nn.Linear(size, final_size) if final_size else None

    def forward(self, src: Tensor, src_lengths: Tensor) -> Memory:
        """src (batch, src_len) and src_lengths (batch,) on the CPU -> Memory for these sentences."""
        padding_mask = torch.arange(src.shape[1], device=src.device) >= src_lengths.to(src.device).unsqueeze(1)
        visible = ~padding_mask[:, None, None]
        states = self.dropout(self.positions(self.embedding(src)))
        for layer in self.layers:
            states = layer(states, visible)
        states = self.norm(states).masked_fill(padding_mask.unsqueeze(2), 0.0)
        final = states.sum(1) / src_lengths.to(states).unsqueeze(1)  # the mean over real positions
        if self.bridge is not None:
            final = torch.tanh(self.bridge(final))
        return Memory(states, padding_mask, final.unsqueeze(0))


class TransformerState(NamedTuple):
    """All that the decoder carries from one step to the next: of every layer's self-attention, what it projected.

    `past`: for each layer keys and values (rows, num_heads, steps so far, head_size); `memory` of the sentences, of
    which each may have several rows, as in `DecoderState`.
    """

    memory: Memory
    past: tuple[tuple[Tensor, Tensor], ...]

    @property
    def num_rows(self) -> int:
        """How many hypotheses are being written."""
        return self.past[0][0].shape[0]

    @property
    def num_steps(self) -> int:
        """How many words each of them has."""
        return self.past[0][0].shape[2]

    def select(self, rows: Tensor) -> "TransformerState":
        """Keep, drop and copy hypotheses: `rows` (new_rows,) says which old row each new one continues."""
        past = tuple((keys[rows], values[rows]) for keys, values in self.past)
        return TransformerState(self.memory.of_rows(rows, self.num_rows), past)


class TransformerDecoder(nn.Module):
    """Target words in their places, then layers that look at the words before and at the source.

    Keys and values of the source are projected once a sentence, those of all layers side by side in `Memory.keys`. The
    weights it returns are those of the top layer, the mean over its heads.
    """

    def __init__(
        self,
        embedding: nn.Embedding,
        positions: Positions,
        layers: Sequence[DecoderLayer],
        dropout: float = 0.0,
        tie_output: bool = True,
    ):
        """As the encoder; `tie_output`: the output layer shares the embedding's weights (Press and Wolf 2017)."""
        super().__init__()
        self.embedding, self.positions, self.layers = embedding, positions, nn.ModuleList(layers)
        self.hidden_size = size = embedding.embedding_dim
        self.norm, self.dropout = nn.LayerNorm(size), Dropout(dropout)
        self.output = nn.Linear(size, embedding.num_embeddings)
        if tie_output:
            self.output.weight = embedding.weight

    def start(self, memory: Memory) -> TransformerState:
        """The state before the first word: nothing written, and the source projected for every layer."""
        if memory.states.shape[-1] != self.hidden_size:
            raise ValueError(
                f"the memory's states have size {memory.states.shape[-1]} but the decoder's have {self.hidden_size}; "
                "give encoder and decoder word vectors of one size"
            )
        keys = torch.cat([layer.source_attention.keys_values(memory.states) for layer in self.layers], dim=-1)
        heads = self.layers[0].attention.num_heads
        nothing = keys.new_empty(memory.num_sentences, heads, 0, self.hidden_size // heads)
        return TransformerState(memory._replace(keys=keys), ((nothing, nothing),) * len(self.layers))

    def forward(self, tokens: Tensor, state: TransformerState) -> tuple[Tensor, Tensor, TransformerState]:
        """tokens (rows, steps) -> logits (rows, steps, vocab_size), weights (rows, steps, src_len), the next state."""
        features, weights, state = self.features(tokens, state)
        return self.logits(features), weights, state

    def features(self, tokens: Tensor, state: TransformerState) -> tuple[Tensor, Tensor, TransformerState]:
        """As `forward`, with (rows, steps, hidden_size) for logits: training picks the real positions first."""
        written, steps = state.num_steps, tokens.shape[1]
        # Subtle: step i is number written + i of the sentence, and sees itself and all that was written before.
        visible = torch.ones(steps, written + steps, dtype=torch.bool, device=tokens.device).tril(written)
        states, past = self.dropout(self.positions(self.embedding(tokens), written)), []
        keys = state.memory.keys.chunk(len(self.layers), dim=-1)
        for layer, before, of_source in zip(self.layers, state.past, keys, strict=True):
            states, weights, so_far = layer(states, visible, before, of_source, state.memory.padding_mask)
            past.append(so_far)
        return self.norm(states), weights, TransformerState(state.memory, tuple(past))

    def logits(self, features: Tensor) -> Tensor:
        """(…, hidden_size) -> (…, vocab_size), unnormalised log-probabilities."""
        return self.output(features)
