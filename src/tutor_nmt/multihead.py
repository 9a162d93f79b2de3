"""Attention in several heads at once (Vaswani et al. 2017, section 3.2.2): within a sentence, and to the source.

Self-attention is PyTorch's `scaled_dot_product_attention`. Attention to the source is written out: its weights are
wanted, and to compute them beside would cost more than to keep them.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention

from .attention import masked_softmax


class SelfAttention(nn.Module):
    """Each position asks the positions it may see, in `num_heads` ways at once (section 3.2.2)."""

    def __init__(self, size: int, num_heads: int):
        super().__init__()
        if size % num_heads:
            raise ValueError(f"num_heads={num_heads} does not divide the size {size} of a word vector; change either")
        self.num_heads = num_heads
        self.projection = linear(size, 3 * size)  # queries, keys and values
        self.output = linear(size, size)

    def forward(
        self, states: Tensor, visible: Tensor, past: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """states (rows, steps, size) -> the same shape, and keys and values so far (rows, num_heads, steps, head_size).

        `visible`: True where a query may see a key, of a shape that spreads to (rows, num_heads, steps, keys).
        """
        query, keys, values = split_heads(self.projection(states), 3, self.num_heads)
        if past is not None:
            keys, values = (torch.cat(pair, dim=2) for pair in zip(past, (keys, values), strict=True))
        asked = query, keys, values
        if query.device.type == "cpu" and query.requires_grad:
            # In half precision, its way back takes four times as long on a processor (seen with torch 2.13).
            asked = (one.to(torch.promote_types(one.dtype, torch.float32)) for one in asked)
        with torch.autocast(query.device.type, enabled=False):
            context = scaled_dot_product_attention(*asked, attn_mask=visible)
        return self.output(join_heads(context)), (keys, values)


class SourceAttention(nn.Module):
    """Each position of the target asks the source, in `num_heads` ways at once."""

    def __init__(self, size: int, num_heads: int):
        super().__init__()
        self.num_heads = num_heads
        self.query = linear(size, size)
        self.keys_values = linear(size, 2 * size)
        self.output = linear(size, size)

    def forward(self, states: Tensor, keys_values: Tensor, padding_mask: Tensor) -> tuple[Tensor, Tensor]:
        """States (rows, steps, size) -> the same shape, and weights (rows, steps, src_len), the mean over the heads.

        keys_values (sentences, src_len, 2 * size), projected once; all rows of a sentence ask them together.
        """
        asking = self.query(states).reshape(keys_values.shape[0], -1, states.shape[-1])
        query, keys, values = *split_heads(asking, 1, self.num_heads), *split_heads(keys_values, 2, self.num_heads)
        scores = query / math.sqrt(query.shape[-1]) @ keys.transpose(-2, -1)
        weights = masked_softmax(scores.flatten(1, 2), padding_mask).view(scores.shape)
        context = self.output(join_heads(weights.to(values.dtype) @ values))
        return context.view(states.shape), weights.mean(1).reshape(*states.shape[:2], -1)


def linear(input_size: int, output_size: int) -> nn.Linear:
    """A linear layer with uniform first weights by Glorot and Bengio (2010), and biases of zero."""
    layer = nn.Linear(input_size, output_size)
    nn.init.xavier_uniform_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


def split_heads(projected: Tensor, parts: int, num_heads: int) -> Tensor:
    """(rows, steps, parts * size) -> (parts, rows, num_heads, steps, head_size)."""
    return projected.unflatten(-1, (parts, num_heads, -1)).permute(2, 0, 3, 1, 4)


def join_heads(context: Tensor) -> Tensor:
    """(rows, num_heads, steps, head_size) -> (rows, steps, size)."""
    return context.transpose(1, 2).flatten(2)
