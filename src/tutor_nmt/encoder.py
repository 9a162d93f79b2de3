"""The encoder reads the source once, in both directions if asked, and leaves a `Memory`."""

from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from .attention import Memory
from .dropout import Dropout
from .recurrence import GRU

CELLS: dict[str, type[nn.RNNBase]] = {"rnn": nn.RNN, "gru": GRU, "lstm": nn.LSTM}


class RecurrentEncoder(nn.Module):
    """Embeddings, then a stack of RNN, GRU or LSTM layers: (src, src_lengths) -> Memory.

    Two directions are joined in one of two ways. "bridge": states are the two directions side by side, and the two
    final states pass through a linear layer and a tanh (Bahdanau et al. 2015, appendix A.2.2, which reads only the
    backward one). "sum": states and final states of the two directions are added. With `final="mean"` the summary is
    the mean of the top layer's states over the real positions, bridged to the size asked for. "layers" is "sum" with
    the final states added up wrongly, layers in place of directions: a known tutorial's mistake, kept to be measured.
    """

    def __init__(
        self,
        embedding: nn.Embedding,
        hidden_size: int,
        final_size: int | None = None,
        cell: Literal["rnn", "gru", "lstm"] = "gru",
        num_layers: int = 1,
        bidirectional: bool = True,
        join: Literal["bridge", "sum", "layers"] = "bridge",
        final: Literal["last", "mean"] = "last",
        dropout: float = 0.0,
    ):
        """`hidden_size`: of one direction. `final_size`: of `Memory.final`, as the decoder needs it."""
        super().__init__()
        for name, value, known in (
            ("cell", cell, CELLS),
            ("join", join, ("bridge", "sum", "layers")),
            ("final", final, ("last", "mean")),
        ):
            if value not in known:
                raise ValueError(f"{name}={value!r} is unknown; use one of {', '.join(known)}")
        self.embedding = embedding
        self.dropout = Dropout(dropout)
        self.directions = 2 if bidirectional else 1
        self.join, self.final = join, final
        self.rnn = CELLS[cell](
            embedding.embedding_dim,
            hidden_size,
            num_layers,
            batch_first=True,
            bidirectional=bidirectional,
            dropout=dropout if num_layers > 1 else 0.0,
        )
        self.memory_size = hidden_size * (self.directions if join == "bridge" else 1)
        self.final_size = final_size or hidden_size
        if join != "bridge" and self.final_size != self.memory_size:
            raise ValueError(
                f"summed directions have size {self.memory_size}, not {self.final_size}; use join='bridge'"
            )
        self.bridge = nn.Linear(self.memory_size, self.final_size) if join == "bridge" else None
        self.cell_bridge = nn.Linear(self.memory_size, self.final_size) if join == "bridge" and cell == "lstm" else None

    def forward(self, src: Tensor, src_lengths: Tensor) -> Memory:
        """src (batch, src_len) and src_lengths (batch,) on the CPU -> Memory for these sentences."""
        embedded = self.dropout(self.embedding(src))
        # Packed, each direction starts and stops at the sentence's own ends: the backward one never reads padding.
        packed = pack_padded_sequence(embedded, src_lengths, batch_first=True, enforce_sorted=False)
        packed_states, last = self.rnn(packed)
        states, _ = pad_packed_sequence(packed_states, batch_first=True, total_length=src.shape[1])
        return self.memory(states, last, src_lengths)

    def memory(self, states: Tensor, last: Tensor | tuple[Tensor, Tensor], src_lengths: Tensor) -> Memory:
        """What the layers said, as a Memory: their states, zero where padded, and last ones in PyTorch's own order."""
        places = torch.arange(states.shape[1], device=states.device)
        padding_mask = places >= src_lengths.to(states.device).unsqueeze(1)
        if self.join != "bridge":
            states = states.unflatten(-1, (self.directions, -1)).sum(-2)
        hidden, cell = map(self._join_final, last) if isinstance(last, tuple) else (self._join_final(last), None)
        if self.final == "mean":
            # Padded states are zero, so their sum is the sum over real ones; the same mean starts every layer.
            mean = states.sum(1) / src_lengths.to(states).unsqueeze(1)
            hidden = mean.expand(hidden.shape[0], -1, -1)
        if self.bridge is not None:
            hidden = torch.tanh(self.bridge(hidden))
        if self.cell_bridge is not None:
            cell = self.cell_bridge(cell)  # no tanh: an LSTM's cell is not bounded
        return Memory(self.dropout(states), padding_mask, hidden, cell)

    def _join_final(self, final: Tensor) -> Tensor:
        """(num_layers * directions, batch, hidden) -> (num_layers, batch, memory_size): the directions of one layer.

        Subtle: PyTorch orders them layer by layer (forward and backward of layer 0, then of layer 1), so the two
        directions of a layer are neighbours; adding the first half to the second would add *layers*.
        """
        if self.join == "layers":
            return sum(final.chunk(self.directions))
        layers = final.unflatten(0, (-1, self.directions))
        if self.join == "sum":
            return layers.sum(1)
        return torch.cat(layers.unbind(1), dim=-1)
