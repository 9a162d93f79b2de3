"""A GRU that learns faster from sentences of unequal length than PyTorch's own does on a processor."""

from collections.abc import Sequence
from itertools import accumulate

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence

from .dropout import dropout


class GRU(nn.GRU):
    """`nn.GRU` with the same weights and results; only the way back through a packed sequence is another.

    PyTorch's own visits all weights again at every step, and clears memory of the size of the whole batch. Here each
    step computes the gradient of its gates alone, and one matrix product at the end makes the weights' gradient.
    """

    def forward(self, input, hx=None):
        """As `nn.GRU`: a padded tensor or a packed sequence -> states and final states."""
        ours = isinstance(input, PackedSequence) and hx is None and input.data.device.type == "cpu" and self.bias
        if not (ours and torch.is_grad_enabled()):
            return super().forward(input, hx)
        data, batch_sizes, sorted_indices, unsorted_indices = input
        sizes, last = batch_sizes.tolist(), []
        for layer in range(self.num_layers):
            if layer:
                data = dropout(data, self.dropout, self.training)
            states = []
            for direction in ("", "_reverse")[: 1 + self.bidirectional]:
                weight_ih, weight_hh, bias_ih, bias_hh = (
                    getattr(self, f"{name}_l{layer}{direction}")
                    for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
                )
                gates = nn.functional.linear(data, weight_ih, bias_ih)  # of all steps at once
                weight_hh, bias_hh = weight_hh.to(gates.dtype), bias_hh.to(gates.dtype)  # half, under autocast
                one, final = _Steps.apply(gates, weight_hh, bias_hh, sizes, bool(direction))
                states.append(one)
                last.append(final)
            data = torch.cat(states, dim=-1)
        packed = PackedSequence(data, batch_sizes, sorted_indices, unsorted_indices)
        return packed, self.permute_hidden(torch.stack(last), unsorted_indices)


class _Steps(torch.autograd.Function):
    """h' = (1 - z) n + z h with n = tanh(x_n + r (W h + b)), step by step (PyTorch's form of Cho et al. 2014).

    gates (all steps of all rows, 3 * hidden_size): what the inputs say to r, z and n; `sizes`: rows alive at each step.
    """

    @staticmethod
    def forward(ctx, gates: Tensor, weight: Tensor, bias: Tensor, sizes: Sequence[int], backwards: bool):
        size = weight.shape[1]
        states, before, new, heard = (gates.new_empty(len(gates), size) for _ in range(4))
        reset_update = gates.new_empty(len(gates), 2 * size)
        hidden = gates.new_zeros(sizes[0], size)  # the rows that have ended keep their last state
        with torch.autocast("cpu", enabled=False):
            for step in _ranges(sizes, backwards):
                rows = hidden[: step.stop - step.start]
                before[step] = rows
                said = torch.addmm(bias, rows, weight.t())
                torch.add(gates[step, : 2 * size], said[:, : 2 * size], out=reset_update[step]).sigmoid_()
                heard[step] = said[:, 2 * size :]
                reset, update = reset_update[step].chunk(2, dim=1)
                torch.addcmul(gates[step, 2 * size :], reset, heard[step], out=new[step]).tanh_()
                torch.lerp(new[step], rows, update, out=states[step])
                rows.copy_(states[step])
        ctx.save_for_backward(weight, before, reset_update, new, heard)
        ctx.sizes, ctx.backwards = sizes, backwards
        return states, hidden

    @staticmethod
    def backward(ctx, d_states: Tensor, d_last: Tensor):
        weight, before, reset_update, new, heard = ctx.saved_tensors
        size = weight.shape[1]
        d_gates = before.new_empty(len(before), 3 * size)  # of what the inputs say
        d_said = torch.empty_like(d_gates)  # of what the state before says: the same, but behind r for n
        d_hidden = d_last.clone()
        for step in _ranges(ctx.sizes, not ctx.backwards):
            carried = d_hidden[: step.stop - step.start]
            carried += d_states[step]
            (reset, update), n = reset_update[step].chunk(2, dim=1), new[step]
            to_reset, to_update, to_new = d_gates[step].chunk(3, dim=1)
            kept = carried * update
            torch.sub(carried, kept, out=to_new)
            to_update.copy_((before[step] - n).mul_(kept).mul_(1 - update))
            to_new.mul_(1 - n * n)
            to_reset.copy_((to_new * heard[step]).mul_(reset).mul_(1 - reset))
            d_said[step, : 2 * size] = d_gates[step, : 2 * size]
            torch.mul(to_new, reset, out=d_said[step, 2 * size :])
            torch.addmm(kept, d_said[step], weight, out=carried)
        return d_gates, d_said.t() @ before, d_said.sum(0), None, None


def _ranges(sizes: Sequence[int], backwards: bool) -> list[slice]:
    """Where each step's rows lie in a packed sequence: [3, 1] -> [slice(0, 3), slice(3, 4)]."""
    ends = list(accumulate(sizes))
    ranges = [slice(end - size, end) for end, size in zip(ends, sizes, strict=True)]
    return ranges[::-1] if backwards else ranges
