"""Recurrent layers in a form that `torch.export` can write down, with the weights and results of PyTorch's own.

A program has no Python, so no loop over as many steps as a sentence happens to have; and no packed sequences, whose
shapes follow from numbers. What it can hold is a `scan`: one step, written down once, that runs along an axis. Where a
sentence is padded, a step leaves the state as it is.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ..attention import Memory
from ..encoder import RecurrentEncoder

try:
    from torch._higher_order_ops import scan  # not public yet (torch 2.13)
except ImportError:
    scan = None


class Layer(nn.Module):
    """One layer of an RNN, GRU or LSTM in one direction; its state is (hidden,), or (hidden, cell) for an LSTM."""

    def __init__(self, rnn: nn.RNNBase, layer: int, backwards: bool = False):
        super().__init__()
        suffix = f"_l{layer}{'_reverse' * backwards}"
        self.heard, self.said = (
            _linear(getattr(rnn, f"weight_{name}{suffix}"), getattr(rnn, f"bias_{name}{suffix}"))
            for name in ("ih", "hh")
        )
        self.mode, self.hidden_size, self.backwards = rnn.mode, rnn.hidden_size, backwards

    def step(self, gates: Tensor, state: Sequence[Tensor]) -> tuple[Tensor, ...]:
        """The next state, from what the input says to the gates and the state before (the equations of `nn.GRU`)."""
        said = self.said(state[0])
        if self.mode == "GRU":
            (reset, update, new), (resets, updates, news) = gates.chunk(3, dim=-1), said.chunk(3, dim=-1)
            new = torch.tanh(new + torch.sigmoid(reset + resets) * news)
            return (torch.lerp(new, state[0], torch.sigmoid(update + updates)),)
        if self.mode == "LSTM":
            enters, stays, new, leaves = (gates + said).chunk(4, dim=-1)
            cell = torch.sigmoid(stays) * state[1] + torch.sigmoid(enters) * torch.tanh(new)
            return torch.sigmoid(leaves) * torch.tanh(cell), cell
        return (torch.tanh(gates + said),)

    def forward(self, inputs: Tensor, real: Tensor) -> tuple[Tensor, tuple[Tensor, ...]]:
        """Inputs (batch, steps, input_size), real (batch, steps) -> states (batch, steps, hidden_size), last state."""

        def advance(state, now):
            gates, alive = now
            state = tuple(torch.where(alive, *pair) for pair in zip(self.step(gates, state), state, strict=True))
            return state, state[0].clone()

        nothing = inputs.new_zeros(inputs.shape[0], self.hidden_size)
        begun = (nothing, nothing.clone())[: 1 + (self.mode == "LSTM")]
        along = self.heard(inputs).transpose(0, 1), real.t().unsqueeze(2)
        last, states = scan(advance, begun, along, reverse=self.backwards)
        return states.transpose(0, 1) * real.unsqueeze(2), last


class LoopedEncoder(nn.Module):
    """A `RecurrentEncoder` that reads padded sentences: (src, src_lengths) -> the same Memory."""

    def __init__(self, encoder: RecurrentEncoder):
        super().__init__()
        self.rest = encoder
        self.layers = nn.ModuleList(
            nn.ModuleList(Layer(encoder.rnn, layer, bool(direction)) for direction in range(encoder.directions))
            for layer in range(encoder.rnn.num_layers)
        )

    def forward(self, src: Tensor, src_lengths: Tensor) -> Memory:
        """As the encoder's own."""
        real = torch.arange(src.shape[1]) < src_lengths.unsqueeze(1)
        states, last = self.rest.embedding(src), []
        for layer in self.layers:
            found = [direction(states, real) for direction in layer]
            states = torch.cat([one for one, _ in found], dim=-1)
            last += [final for _, final in found]
        joined = [torch.stack(parts) for parts in zip(*last, strict=True)]  # hidden states, and cells if there are
        return self.rest.memory(states, joined[0] if len(joined) == 1 else tuple(joined), src_lengths)


class OneStep(nn.Module):
    """A decoder's recurrent layers, for a single step."""

    def __init__(self, rnn: nn.RNNBase):
        super().__init__()
        self.layers = nn.ModuleList(Layer(rnn, layer) for layer in range(rnn.num_layers))

    def forward(self, inputs: Tensor, state):
        """As the layers themselves: inputs (rows, 1, input_size), and hidden or (hidden, cell)."""
        inputs, states = inputs[:, 0], state if isinstance(state, tuple) else (state,)
        after = []
        for layer, before in zip(self.layers, zip(*states, strict=True), strict=True):
            after.append(layer.step(layer.heard(inputs), before))
            inputs = after[-1][0]
        joined = [torch.stack(parts) for parts in zip(*after, strict=True)]
        return inputs.unsqueeze(1), joined[0] if len(joined) == 1 else tuple(joined)


def write_out_loops(encoder: nn.Module, decoder: nn.Module) -> nn.Module:
    """The encoder in this form; the recurrent layers of the decoder are replaced in place."""
    for name, child in list(decoder.named_children()):
        if isinstance(child, nn.RNNBase):
            setattr(decoder, name, OneStep(child))
    if not isinstance(encoder, RecurrentEncoder):
        return encoder
    if scan is None:
        raise ValueError(f"torch {torch.__version__} cannot write down a loop; install a newer one to export")
    return LoopedEncoder(encoder)


def _linear(weight: Tensor, bias: Tensor) -> nn.Linear:
    layer = nn.Linear(weight.shape[1], weight.shape[0], device="meta")
    layer.weight, layer.bias = nn.Parameter(weight, requires_grad=False), nn.Parameter(bias, requires_grad=False)
    return layer
