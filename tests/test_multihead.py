"""Attention in several heads, against PyTorch's own, with its weights."""

import pytest
import torch
from torch import Tensor, nn

from tutor_nmt.multihead import SelfAttention, SourceAttention, join_heads, split_heads

SENTENCES, SRC_LEN, STEPS, NUM_HEADS, HEAD_SIZE = 3, 7, 5, 2, 11
SIZE = NUM_HEADS * HEAD_SIZE
PADDING = torch.arange(SRC_LEN) >= torch.tensor([7, 1, 4]).unsqueeze(1)
CAUSAL = torch.ones(SRC_LEN, SRC_LEN, dtype=torch.bool).tril()


def draw(*shape: int, seed: int = 5) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def pytorchs(inputs: list[nn.Linear], output: nn.Linear) -> nn.MultiheadAttention:
    """PyTorch's attention with the weights of ours, whose projections stand one below the other."""
    attention = nn.MultiheadAttention(SIZE, NUM_HEADS, batch_first=True).double()
    with torch.no_grad():
        attention.in_proj_weight.copy_(torch.cat([one.weight for one in inputs]))
        attention.in_proj_bias.copy_(torch.cat([one.bias for one in inputs]))
    attention.out_proj.load_state_dict(output.state_dict())
    return attention


def test_heads_are_consecutive_slices_of_a_vector_and_come_back_as_they_were():
    projected = draw(SENTENCES, STEPS, 2 * SIZE)
    keys, values = split_heads(projected, 2, NUM_HEADS)
    assert keys.shape == values.shape == (SENTENCES, NUM_HEADS, STEPS, HEAD_SIZE)
    assert torch.equal(keys[2, 1, 3], projected[2, 3, HEAD_SIZE:SIZE])
    assert torch.equal(values[2, 0, 3], projected[2, 3, SIZE : SIZE + HEAD_SIZE])
    assert torch.equal(torch.cat([join_heads(keys), join_heads(values)], dim=-1), projected)


@pytest.mark.parametrize("masked", ["padding", "future"])
def test_self_attention_is_that_of_pytorch(masked):
    ours = SelfAttention(SIZE, NUM_HEADS).double()
    theirs = pytorchs([ours.projection], ours.output)
    states = draw(SENTENCES, SRC_LEN, SIZE)
    if masked == "padding":
        found, _ = ours(states, ~PADDING[:, None, None])
        expected, _ = theirs(states, states, states, key_padding_mask=PADDING)
    else:
        found, _ = ours(states, CAUSAL)
        expected, _ = theirs(states, states, states, attn_mask=~CAUSAL)
    torch.testing.assert_close(found, expected)


def test_attention_to_the_source_is_that_of_pytorch_and_so_are_its_weights():
    ours = SourceAttention(SIZE, NUM_HEADS).double()
    theirs = pytorchs([ours.query, ours.keys_values], ours.output)
    states, source = draw(SENTENCES, STEPS, SIZE), draw(SENTENCES, SRC_LEN, SIZE, seed=7)
    found, weights = ours(states, ours.keys_values(source), PADDING)
    expected, expected_weights = theirs(states, source, source, key_padding_mask=PADDING, average_attn_weights=True)
    torch.testing.assert_close(found, expected)
    torch.testing.assert_close(weights, expected_weights)
    assert (weights.masked_select(PADDING.unsqueeze(1)) == 0).all()
    torch.testing.assert_close(weights.sum(-1), torch.ones(SENTENCES, STEPS, dtype=torch.float64))


def test_rows_of_one_sentence_ask_it_together_as_if_each_had_a_copy():
    attention, source = SourceAttention(SIZE, NUM_HEADS).double(), draw(SENTENCES, SRC_LEN, SIZE)
    states, keys_values = draw(2 * SENTENCES, STEPS, SIZE, seed=7), attention.keys_values(source)
    copied = (one.repeat_interleave(2, dim=0) for one in (keys_values, PADDING))
    for found, expected in zip(attention(states, keys_values, PADDING), attention(states, *copied), strict=True):
        torch.testing.assert_close(found, expected)


def test_what_stands_at_padding_is_never_seen():
    ours, source = SelfAttention(SIZE, NUM_HEADS).double(), SourceAttention(SIZE, NUM_HEADS).double()
    states, asking = draw(SENTENCES, SRC_LEN, SIZE), draw(SENTENCES, STEPS, SIZE, seed=7)
    scribbled = states.masked_fill(PADDING.unsqueeze(2), 1e3)
    one, other = (ours(given, ~PADDING[:, None, None])[0] for given in (states, scribbled))
    assert torch.equal(one[~PADDING], other[~PADDING])
    one, other = (source(asking, source.keys_values(given), PADDING) for given in (states, scribbled))
    assert torch.equal(one[0], other[0]) and torch.equal(one[1], other[1])


def test_what_was_projected_before_stands_in_for_the_words_before():
    attention, states = SelfAttention(SIZE, NUM_HEADS).double(), draw(SENTENCES, SRC_LEN, SIZE)
    expected, _ = attention(states, CAUSAL)
    found, past = attention(states[:, :3], CAUSAL[:3, :3])
    assert past[0].shape == past[1].shape == (SENTENCES, NUM_HEADS, 3, HEAD_SIZE)
    for start, end in ((3, 4), (4, SRC_LEN)):
        more, past = attention(states[:, start:end], CAUSAL[start:end, :end], past)
        found = torch.cat([found, more], dim=1)
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("learning", [True, False])
def test_half_precision_computes_nearly_the_same_while_learning_and_after(learning):
    """On a processor the two take different ways: a gradient goes back in float32."""
    ours, source = SelfAttention(SIZE, NUM_HEADS), SourceAttention(SIZE, NUM_HEADS)
    states = draw(SENTENCES, SRC_LEN, SIZE).float()

    def outputs() -> list[Tensor]:
        attended, (keys, _) = ours(states, ~PADDING[:, None, None])
        found, weights = source(attended, source.keys_values(states), PADDING)
        return [attended, keys, found, weights]

    with torch.set_grad_enabled(learning):
        exact = outputs()
        with torch.autocast("cpu", torch.bfloat16):
            half = outputs()
    assert [one.dtype for one in half] == [torch.bfloat16, torch.bfloat16, torch.bfloat16, torch.float32]
    for one, other in zip(half, exact, strict=True):
        torch.testing.assert_close(one.float(), other, rtol=0, atol=0.03)
    if learning:
        sum(one.float().square().sum() for one in half).backward()
        assert all(weight.grad.isfinite().all() for part in (ours, source) for weight in part.parameters())


def test_heads_that_do_not_divide_a_vector_are_refused():
    with pytest.raises(ValueError, match="num_heads=3 does not divide the size 22 of a word vector; change either"):
        SelfAttention(SIZE, 3)
