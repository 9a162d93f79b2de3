"""Attention: each score against its formula, and padding that has no part in anything."""

import pytest
import torch
from torch.nn.functional import scaled_dot_product_attention

from tutor_nmt.attention import (
    AdditiveAttention,
    Attention,
    DotAttention,
    GeneralAttention,
    Memory,
    NoAttention,
    masked_softmax,
)

BATCH, TGT_LEN, SRC_LEN, SIZE, QUERY_SIZE, ATTENTION_SIZE = 3, 2, 5, 7, 11, 13
SRC_LENGTHS = torch.tensor([5, 1, 3])  # so that the padding mask holds 0, 4 and 2 padded positions
KINDS = ["dot", "scaled dot", "general", "additive"]


def make_attention(kind: str) -> Attention:
    attention = {
        "dot": lambda: DotAttention(SIZE, SIZE),
        "scaled dot": lambda: DotAttention(SIZE, SIZE, scaled=True),
        "general": lambda: GeneralAttention(QUERY_SIZE, SIZE),
        "additive": lambda: AdditiveAttention(QUERY_SIZE, SIZE, ATTENTION_SIZE),
    }[kind]()
    return attention.double()


def make_query(kind: str, generator: torch.Generator) -> torch.Tensor:
    """(batch, tgt_len, query_size)"""
    size = SIZE if "dot" in kind else QUERY_SIZE
    return torch.randn(BATCH, TGT_LEN, size, generator=generator, dtype=torch.float64)


@pytest.fixture
def memory(generator) -> Memory:
    states = torch.randn(BATCH, SRC_LEN, SIZE, generator=generator, dtype=torch.float64)
    padding_mask = torch.arange(SRC_LEN) >= SRC_LENGTHS.unsqueeze(1)
    return Memory(states, padding_mask, final=torch.randn(2, BATCH, SIZE, generator=generator, dtype=torch.float64))


# --- what each kind computes ---


def test_dot_attention_by_hand():
    """The query (1, 2) meets states (ln 3, 0), (0, 0) and a padded one: weights 3 : 1 : 0."""
    log3 = torch.log(torch.tensor(3.0))
    states = torch.tensor([[[log3, 0.0], [0.0, 0.0], [9.0, 9.0]]])
    memory = Memory(states, torch.tensor([[False, False, True]]), final=torch.zeros(1, 1, 2))
    context, weights = DotAttention(2, 2)(torch.tensor([[[1.0, 2.0]]]), memory)
    torch.testing.assert_close(weights, torch.tensor([[[0.75, 0.25, 0.0]]]))
    torch.testing.assert_close(context, torch.tensor([[[0.75 * log3, 0.0]]]))


def test_a_masked_softmax_by_hand():
    weights = masked_softmax(torch.tensor([[[2.0, 2.0, 9.0]]]), torch.tensor([[False, False, True]]))
    assert weights.tolist() == [[[0.5, 0.5, 0.0]]]


def test_general_attention_scores_query_times_w_times_key(memory, generator):
    attention, query = make_attention("general"), make_query("general", generator)
    w = attention.key_projection.weight  # (query_size, memory_size)
    expected = torch.einsum("btq,qm,bsm->bts", query, w, memory.states)
    torch.testing.assert_close(attention.scores(query, attention.keys(memory.states)), expected)


def test_additive_attention_scores_v_times_tanh_of_wq_plus_uk(memory, generator):
    attention, query = make_attention("additive"), make_query("additive", generator)
    w, u = attention.query_projection.weight, attention.key_projection.weight
    v, bias = attention.energy.weight[0], attention.key_projection.bias
    scores = attention.scores(query, attention.keys(memory.states))
    assert scores.shape == (BATCH, TGT_LEN, SRC_LEN)
    for sentence in range(BATCH):
        for t in range(TGT_LEN):
            for s in range(SRC_LEN):
                compared = torch.tanh(w @ query[sentence, t] + u @ memory.states[sentence, s] + bias)
                torch.testing.assert_close(scores[sentence, t, s], v @ compared)


def test_scaled_dot_attention_is_pytorchs_whose_mask_has_the_opposite_polarity(memory, generator):
    attention, query = make_attention("scaled dot"), make_query("scaled dot", generator)
    context, _ = attention(query, memory)
    attn_mask = ~memory.padding_mask.unsqueeze(1)  # True where PyTorch may look
    expected = scaled_dot_product_attention(query, memory.states, memory.states, attn_mask=attn_mask)
    torch.testing.assert_close(context, expected)


@pytest.mark.parametrize("kind", KINDS)
def test_the_context_is_the_weighted_mean_of_the_states(kind, memory, generator):
    attention = make_attention(kind)
    context, weights = attention(make_query(kind, generator), memory)
    assert context.shape == (BATCH, TGT_LEN, SIZE) and attention.context_size == SIZE
    assert weights.shape == (BATCH, TGT_LEN, SRC_LEN)
    torch.testing.assert_close(context, torch.einsum("bts,bsm->btm", weights, memory.states))


@pytest.mark.parametrize("kind", KINDS)
def test_weights_are_a_distribution_over_real_positions(kind, memory, generator):
    _, weights = make_attention(kind)(make_query(kind, generator), memory)
    assert (weights >= 0).all()
    torch.testing.assert_close(weights.sum(-1), torch.ones(BATCH, TGT_LEN, dtype=torch.float64))


@pytest.mark.parametrize("kind", KINDS)
def test_each_sentence_and_each_query_is_answered_on_its_own(kind, memory, generator):
    attention, query = make_attention(kind), make_query(kind, generator)
    context, weights = attention(query, memory)
    for sentence in range(BATCH):
        alone = memory.select(torch.tensor([sentence]))
        for t in range(TGT_LEN):
            one_context, one_weights = attention(query[sentence, t].view(1, 1, -1), alone)
            torch.testing.assert_close(one_context[0, 0], context[sentence, t])
            torch.testing.assert_close(one_weights[0, 0], weights[sentence, t])


# --- padding ---


@pytest.mark.parametrize("kind", KINDS)
def test_padding_receives_exactly_no_weight(kind, memory, generator):
    _, weights = make_attention(kind)(make_query(kind, generator), memory)
    assert (weights.transpose(1, 2)[memory.padding_mask] == 0).all()
    assert (weights.transpose(1, 2)[~memory.padding_mask] > 0).all()


@pytest.mark.parametrize("kind", KINDS)
def test_what_stands_in_padding_has_no_influence(kind, memory, generator):
    attention, query = make_attention(kind), make_query(kind, generator)
    huge = memory.states.masked_fill(memory.padding_mask.unsqueeze(-1), 1e30)
    expected, _ = attention(query, memory)
    context, _ = attention(query, memory._replace(states=huge))
    assert torch.equal(context, expected)


@pytest.mark.parametrize("kind", KINDS)
def test_no_gradient_reaches_padding(kind, memory, generator):
    states = memory.states.requires_grad_()
    context, _ = make_attention(kind)(make_query(kind, generator), memory._replace(states=states))
    context.square().sum().backward()
    assert (states.grad[memory.padding_mask] == 0).all()
    assert (states.grad[~memory.padding_mask] != 0).any(-1).all()


@pytest.mark.parametrize("kind", KINDS)
def test_more_padding_changes_nothing(kind, memory, generator):
    attention, query = make_attention(kind), make_query(kind, generator)
    wider = memory._replace(
        states=torch.cat([memory.states, torch.randn(BATCH, 2, SIZE, generator=generator).double()], dim=1),
        padding_mask=torch.cat([memory.padding_mask, torch.ones(BATCH, 2, dtype=torch.bool)], dim=1),
    )
    context, weights = attention(query, memory)
    wider_context, wider_weights = attention(query, wider)
    torch.testing.assert_close(wider_context, context)
    torch.testing.assert_close(wider_weights[..., :SRC_LEN], weights)


@pytest.mark.parametrize("kind", KINDS)
def test_a_sentence_of_nothing_but_padding_gives_zeros_and_no_nan_and_spoils_no_other(kind, memory, generator):
    attention, query = make_attention(kind), make_query(kind, generator)
    expected, _ = attention(query, memory)
    padding_mask = memory.padding_mask.clone()
    padding_mask[1] = True
    states = memory.states.requires_grad_()
    context, weights = attention(query, memory._replace(states=states, padding_mask=padding_mask))
    assert (weights[1] == 0).all() and (context[1] == 0).all()
    torch.testing.assert_close(context[[0, 2]], expected[[0, 2]])
    context.square().sum().backward()
    assert (states.grad[1] == 0).all() and states.grad.isfinite().all()
    assert all(weight.grad.isfinite().all() for weight in attention.parameters())


@pytest.mark.parametrize("score", [-1e5, -1e10, -1e30])
def test_padding_receives_no_weight_however_low_the_real_scores_are(score):
    """Where a mask is a large negative number instead of minus infinity, padding wins here."""
    weights = masked_softmax(torch.tensor([[[score, score, 0.0]]]), torch.tensor([[False, False, True]]))
    assert weights.tolist() == [[[0.5, 0.5, 0.0]]]


# --- precision ---


def test_half_precision_scores_neither_overflow_nor_lose_their_sum():
    """The largest half is 65,504: a mask of -1e9 is beyond it, and a sum of 1,000 weights is coarse."""
    scores = torch.full((1, 1, 1009), 60_000.0, dtype=torch.float16)
    padding_mask = torch.zeros(1, 1009, dtype=torch.bool)
    padding_mask[:, 1000:] = True
    scores[..., 1000:] = 65_000.0
    weights = masked_softmax(scores, padding_mask)
    assert weights.dtype == torch.float32
    torch.testing.assert_close(weights[..., :1000], torch.full((1, 1, 1000), 0.001))
    assert (weights[..., 1000:] == 0).all()


@pytest.mark.parametrize("kind", KINDS)
def test_a_half_precision_memory_gives_a_half_precision_context(kind, memory, generator):
    attention = make_attention(kind).bfloat16()
    query = make_query(kind, generator).bfloat16()
    context, weights = attention(query, memory._replace(states=memory.states.bfloat16()))
    assert context.dtype == torch.bfloat16 and weights.dtype == torch.float32
    assert context.isfinite().all()


def test_double_precision_stays_double():
    scores = torch.tensor([[[0.0, 1e-12]]], dtype=torch.float64)
    weights = masked_softmax(scores, torch.zeros(1, 2, dtype=torch.bool))
    assert weights[0, 0, 1] > weights[0, 0, 0]


# --- the contract ---


@pytest.mark.parametrize("kind", KINDS)
def test_preparing_a_memory_once_changes_no_result(kind, memory, generator):
    attention, query = make_attention(kind), make_query(kind, generator)
    prepared = attention.prepare(memory)
    assert memory.keys is None and prepared.keys is not None
    for expected, found in zip(attention(query, memory), attention(query, prepared), strict=True):
        assert torch.equal(expected, found)


def test_a_prepared_memory_is_not_projected_again(memory, generator):
    attention, query = make_attention("general"), make_query("general", generator)
    prepared = attention.prepare(memory)
    attention.key_projection = None  # a second projection would now fail
    attention(query, prepared)


def test_no_attention_has_an_empty_context_and_no_weight(memory, generator):
    attention = NoAttention()
    context, weights = attention(make_query("general", generator), attention.prepare(memory))
    assert attention.context_size == 0 and list(attention.parameters()) == []
    assert context.shape == (BATCH, TGT_LEN, 0)
    assert weights.shape == (BATCH, TGT_LEN, SRC_LEN) and (weights == 0).all()


def test_dot_attention_between_different_sizes_is_refused():
    with pytest.raises(ValueError, match=r"query \(11\) and memory \(7\) directly; use general"):
        DotAttention(11, 7)


@pytest.mark.parametrize("kept", [[2], [0, 0, 2, 1], [1, 0]])
def test_a_memory_selects_sentences_in_every_field_along_its_own_axis(memory, generator, kept):
    memory = GeneralAttention(QUERY_SIZE, SIZE).double().prepare(memory._replace(cell=memory.final + 1))
    selected = memory.select(torch.tensor(kept))
    assert memory.num_sentences == BATCH and selected.num_sentences == len(kept)
    for new, old in enumerate(kept):
        for field in ("states", "padding_mask", "keys"):
            assert torch.equal(getattr(selected, field)[new], getattr(memory, field)[old])
        for field in ("final", "cell"):
            assert torch.equal(getattr(selected, field)[:, new], getattr(memory, field)[:, old])


def test_a_memory_without_cell_and_keys_selects_none_of_them(memory):
    selected = memory.select(torch.tensor([0]))
    assert selected.cell is None and selected.keys is None
