"""The decoder: a language model of the target with a condition, the memory of the source.

All decoders share one path, `decoder(tokens, state) -> (logits, weights, state)`, for any number of steps: training
passes the whole target, search one token at a time, and both give the same numbers. They differ in *when* they look at
the source:

- `LuongDecoder` looks after its recurrent layers (Luong et al. 2015): the whole target is one call of the recurrence.
- `BahdanauDecoder` looks before them (Bahdanau et al. 2015): the recurrence reads the context, so it must loop.
- `StackedDecoder` looks between the lowest layer and those above (as in Wu et al. 2016): the upper layers read the
  context, and still there is no loop.
"""

from typing import Literal, NamedTuple

import torch
from torch import Tensor, nn

from .attention import Attention, Memory
from .dropout import Dropout
from .encoder import CELLS


class DecoderState(NamedTuple):
    """All that a decoder carries from one step to the next.

    `hidden` (num_layers, rows, hidden_size), and `cell` for an LSTM; `memory` of the sentences. There may be more rows
    than sentences: with 4 sentences and 12 rows, rows 0–2 are hypotheses about sentence 0; the memory is not copied.
    """

    memory: Memory
    hidden: Tensor
    cell: Tensor | None = None

    @property
    def num_rows(self) -> int:
        """How many hypotheses are being written."""
        return self.hidden.shape[1]

    def select(self, rows: Tensor) -> "DecoderState":
        """Keep, drop and copy hypotheses: `rows` (new_rows,) says which old row each new one continues."""
        memory = self.memory.of_rows(rows, self.num_rows)
        return DecoderState(memory, self.hidden[:, rows], None if self.cell is None else self.cell[:, rows])


class RecurrentDecoder(nn.Module):
    """What the three recurrent decoders share: a start, an output layer, one path for one step or many."""

    def __init__(
        self,
        embedding: nn.Embedding,
        attention: Attention,
        hidden_size: int,
        cell: Literal["rnn", "gru", "lstm"] = "gru",
        num_layers: int = 1,
        dropout: float = 0.0,
        tie_output: bool = True,
        readout: bool = True,
    ):
        """`tie_output`: the output layer shares its weights with the embedding (Press and Wolf 2017).

        `readout=False`: the output layer reads state and context directly, as in the plainest decoders.
        """
        super().__init__()
        if cell not in CELLS:
            raise ValueError(f"cell={cell!r} is unknown; use one of {', '.join(CELLS)}")
        self.embedding, self.attention = embedding, attention
        self.cell, self.hidden_size, self.num_layers = cell, hidden_size, num_layers
        self.dropout = Dropout(dropout)
        self.build_layers()
        if tie_output and not readout:
            raise ValueError("tie_output needs the readout, which brings states to the embedding's size; set one only")
        size = hidden_size + attention.context_size
        self.readout = nn.Linear(size, embedding.embedding_dim) if readout else None
        self.output = nn.Linear(embedding.embedding_dim if readout else size, embedding.num_embeddings)
        if tie_output:
            self.output.weight = embedding.weight

    def build_layers(self) -> None:
        """Make the recurrent layers this decoder needs."""
        raise NotImplementedError

    def recurrence(self, input_size: int, num_layers: int) -> nn.RNNBase:
        """A stack of recurrent layers of this decoder's cell, size and dropout."""
        dropout = self.dropout.p if num_layers > 1 else 0.0
        return CELLS[self.cell](input_size, self.hidden_size, num_layers, batch_first=True, dropout=dropout)

    def start(self, memory: Memory) -> DecoderState:
        """The state before the first word: the encoder's top layers start the decoder's, its last all that are left."""
        if memory.final.shape[-1] != self.hidden_size:
            raise ValueError(
                f"the memory's final state has size {memory.final.shape[-1]} but the decoder's is {self.hidden_size}; "
                "give the encoder final_size=hidden_size of the decoder"
            )
        top = memory.final.shape[0] - 1
        lowest = max(0, top + 1 - self.num_layers)  # an encoder's top layer has read what those below it say
        layers = [min(lowest + layer, top) for layer in range(self.num_layers)]
        hidden, cell = memory.final[layers], None
        if self.cell == "lstm":
            cell = torch.zeros_like(hidden) if memory.cell is None else memory.cell[layers]
        return DecoderState(self.attention.prepare(memory), hidden, cell)

    def forward(self, tokens: Tensor, state: DecoderState) -> tuple[Tensor, Tensor, DecoderState]:
        """tokens (rows, steps) -> logits (rows, steps, vocab_size), weights (rows, steps, src_len), the next state."""
        features, weights, state = self.features(tokens, state)
        return self.logits(features), weights, state

    def features(self, tokens: Tensor, state: DecoderState) -> tuple[Tensor, Tensor, DecoderState]:
        """As `forward`, with (rows, steps, feature_size) for logits: training picks the real positions first."""
        raise NotImplementedError

    def logits(self, features: Tensor) -> Tensor:
        """(…, feature_size) -> (…, vocab_size), unnormalised log-probabilities."""
        return self.output(features)

    def attend(self, query: Tensor, memory: Memory) -> tuple[Tensor, Tensor]:
        """Let all rows of one sentence ask its memory together: they are so many queries to the same source."""
        rows, steps, query_size = query.shape
        context, weights = self.attention(query.reshape(memory.num_sentences, -1, query_size), memory)
        return context.reshape(rows, steps, context.shape[-1]), weights.reshape(rows, steps, weights.shape[-1])

    def read_out(self, hidden: Tensor, context: Tensor) -> Tensor:
        """tanh(W [hidden; context]) (Luong et al. 2015, Eq. 5), in the embedding's size; [hidden; context] without."""
        features = torch.cat([hidden, context], dim=-1)
        return features if self.readout is None else self.dropout(torch.tanh(self.readout(features)))


class LuongDecoder(RecurrentDecoder):
    """Recurrence over the target first, then one look at the source for all steps at once."""

    def build_layers(self) -> None:
        """One stack, fed with words."""
        self.rnn = self.recurrence(self.embedding.embedding_dim, self.num_layers)

    def features(self, tokens: Tensor, state: DecoderState) -> tuple[Tensor, Tensor, DecoderState]:
        """Embed, recur, attend, read out."""
        hidden, last, cell = _run(self.rnn, self.dropout(self.embedding(tokens)), state.hidden, state.cell)
        hidden = self.dropout(hidden)
        context, weights = self.attend(hidden, state.memory)
        return self.read_out(hidden, context), weights, DecoderState(state.memory, last, cell)


class BahdanauDecoder(RecurrentDecoder):
    """A look at the source before each step: the recurrence reads the context, so steps come one after the other."""

    def build_layers(self) -> None:
        """One stack, fed with words and contexts."""
        self.rnn = self.recurrence(self.embedding.embedding_dim + self.attention.context_size, self.num_layers)

    def features(self, tokens: Tensor, state: DecoderState) -> tuple[Tensor, Tensor, DecoderState]:
        """For each step: attend with the state so far, recur over [word; context]; read out all steps together."""
        memory, hidden, cell = state
        steps: list[tuple[Tensor, Tensor, Tensor]] = []
        for word in self.dropout(self.embedding(tokens)).split(1, dim=1):
            context, weights = self.attend(hidden[-1].unsqueeze(1), memory)
            top, hidden, cell = _run(self.rnn, torch.cat([word, context], dim=-1), hidden, cell)
            steps.append((top, context, weights))
        top, context, weights = (torch.cat(parts, dim=1) for parts in zip(*steps, strict=True))
        return self.read_out(self.dropout(top), context), weights, DecoderState(memory, hidden, cell)


class StackedDecoder(RecurrentDecoder):
    """The lowest layer asks, the layers above read its state beside the answer; needs at least two layers."""

    def build_layers(self) -> None:
        """A lower layer fed with words, a stack above it fed with its states and contexts."""
        if self.num_layers < 2:
            raise ValueError(f"num_layers={self.num_layers}: attention between layers needs at least two")
        self.lower = self.recurrence(self.embedding.embedding_dim, 1)
        self.upper = self.recurrence(self.hidden_size + self.attention.context_size, self.num_layers - 1)

    def features(self, tokens: Tensor, state: DecoderState) -> tuple[Tensor, Tensor, DecoderState]:
        """Embed, recur below, attend, recur above, read out."""
        cells = (None, None) if state.cell is None else (state.cell[:1], state.cell[1:])
        asking, low, low_cell = _run(self.lower, self.dropout(self.embedding(tokens)), state.hidden[:1], cells[0])
        asking = self.dropout(asking)
        context, weights = self.attend(asking, state.memory)
        top, high, high_cell = _run(self.upper, torch.cat([asking, context], dim=-1), state.hidden[1:], cells[1])
        cell = None if low_cell is None else torch.cat([low_cell, high_cell])
        state = DecoderState(state.memory, torch.cat([low, high]), cell)
        return self.read_out(self.dropout(top), context), weights, state


def _run(rnn: nn.RNNBase, inputs: Tensor, hidden: Tensor, cell: Tensor | None) -> tuple[Tensor, Tensor, Tensor | None]:
    """Call an RNN, GRU or LSTM alike: (outputs, last hidden, last cell or None)."""
    if cell is None:
        outputs, hidden = rnn(inputs, hidden)
    else:
        outputs, (hidden, cell) = rnn(inputs, (hidden, cell))
    return outputs, hidden, cell
