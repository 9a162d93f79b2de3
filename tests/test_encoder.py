"""The encoder: what it says of a sentence does not depend on the sentences, and the padding, beside it."""

import itertools

import pytest
import torch
from torch import nn

from tutor_nmt.attention import Memory
from tutor_nmt.encoder import CELLS, RecurrentEncoder

VOCAB_SIZE, EMBEDDING_SIZE, HIDDEN_SIZE, FINAL_SIZE = 13, 3, 5, 7
SRC_LENGTHS = torch.tensor([2, 5, 1])  # unsorted, and one of a single word
SRC = torch.tensor([[4, 5, 0, 0, 0], [6, 7, 8, 9, 3], [3, 0, 0, 0, 0]])

everything = pytest.mark.parametrize(
    ("cell", "num_layers", "bidirectional", "join"),
    [*itertools.product(CELLS, (1, 2), (False, True), ("bridge", "sum"))],
)


def make_encoder(join: str = "bridge", **options) -> RecurrentEncoder:
    """In double precision, and with a final size of its own where the join allows one."""
    embedding = nn.Embedding(VOCAB_SIZE, EMBEDDING_SIZE, padding_idx=0)
    final_size = FINAL_SIZE if join == "bridge" else None
    return RecurrentEncoder(embedding, HIDDEN_SIZE, final_size, join=join, **options).double()


def by_the_book(encoder: RecurrentEncoder, sentence: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """PyTorch's own recurrent network over one sentence without padding, its directions still apart.

    States forward and backward (src_len, hidden_size), final states and LSTM's cells as lists [layer][direction].
    """
    directions = encoder.directions
    states, last = encoder.rnn(encoder.embedding(sentence))  # without a batch axis: nothing there to be padded
    hidden, cell = last if isinstance(last, tuple) else (last, None)
    split = [
        None if final is None else [final[start : start + directions] for start in range(0, len(final), directions)]
        for final in (hidden, cell)
    ]
    return states.split(HIDDEN_SIZE, dim=-1), *split


def assert_same_sentence(one: Memory, other: Memory, index: int, other_index: int = 0) -> None:
    """The same states over the words both hold, the same summary, only padding beyond."""
    length = min(one.states.shape[1], other.states.shape[1])
    torch.testing.assert_close(one.states[index, :length], other.states[other_index, :length])
    torch.testing.assert_close(one.final[:, index], other.final[:, other_index])
    if one.cell is not None:
        torch.testing.assert_close(one.cell[:, index], other.cell[:, other_index])


# --- against PyTorch, sentence by sentence ---


@everything
def test_states_are_those_of_pytorch_run_sentence_by_sentence(cell, num_layers, bidirectional, join):
    encoder = make_encoder(join, cell=cell, num_layers=num_layers, bidirectional=bidirectional)
    assert isinstance(encoder.rnn, {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}[cell])
    memory = encoder(SRC, SRC_LENGTHS)
    for index, length in enumerate(SRC_LENGTHS):
        directions, _, _ = by_the_book(encoder, SRC[index, :length])
        expected = torch.cat(directions, dim=-1) if join == "bridge" else sum(directions)
        torch.testing.assert_close(memory.states[index, :length], expected)
        assert memory.states.shape[-1] == encoder.memory_size == expected.shape[-1]


@everything
def test_the_summary_is_each_directions_state_after_its_own_last_word(cell, num_layers, bidirectional, join):
    encoder = make_encoder(join, cell=cell, num_layers=num_layers, bidirectional=bidirectional)
    memory = encoder(SRC, SRC_LENGTHS)
    assert memory.final.shape == (num_layers, len(SRC), encoder.final_size)
    assert (memory.cell is not None) == (cell == "lstm")
    for index, length in enumerate(SRC_LENGTHS):
        _, finals, cells = by_the_book(encoder, SRC[index, :length])
        for layer in range(num_layers):
            if join == "sum":
                expected, expected_cell = sum(finals[layer]), sum(cells[layer]) if cells else None
            else:
                expected = torch.tanh(encoder.bridge(torch.cat(list(finals[layer]))))
                expected_cell = encoder.cell_bridge(torch.cat(list(cells[layer]))) if cells else None
            torch.testing.assert_close(memory.final[layer, index], expected)
            if cells:
                torch.testing.assert_close(memory.cell[layer, index], expected_cell)


@pytest.mark.parametrize("join", ["bridge", "sum"])
def test_the_mean_summary_averages_the_top_states_over_real_words_for_every_layer(join):
    encoder = make_encoder(join, num_layers=2, final="mean")
    memory = encoder(SRC, SRC_LENGTHS)
    for index, length in enumerate(SRC_LENGTHS):
        mean = memory.states[index, :length].mean(0)
        expected = torch.tanh(encoder.bridge(mean)) if join == "bridge" else mean
        for layer in range(2):
            torch.testing.assert_close(memory.final[layer, index], expected)


@pytest.mark.parametrize("join", ["bridge", "sum"])
def test_joining_takes_the_two_directions_of_a_layer_and_not_two_layers(join):
    """PyTorch lays final states out as forward 0, backward 0, forward 1, backward 1: its halves are layers.

    With weights of zero and biases of 2 in layer 0 alone, both directions of layer 0 end in tanh(2) and those of
    layer 1 in 0. Joined rightly, layer 0 has all and layer 1 nothing; adding the halves gives each layer half.
    """
    encoder = make_encoder(join, cell="rnn", num_layers=2)
    for weight in encoder.rnn.parameters():
        nn.init.zeros_(weight)
    nn.init.constant_(encoder.rnn.bias_ih_l0, 2.0)
    nn.init.constant_(encoder.rnn.bias_ih_l0_reverse, 2.0)
    _, last = encoder.rnn(encoder.embedding(SRC))
    once = torch.tensor(2.0, dtype=torch.float64).tanh().expand(len(SRC), HIDDEN_SIZE)
    torch.testing.assert_close(last, torch.stack([once, once, 0 * once, 0 * once]))
    halves_added = last[:2] + last[2:]

    final = encoder(SRC, SRC_LENGTHS).final
    if join == "sum":
        torch.testing.assert_close(final, torch.stack([2 * once, 0 * once]))
        torch.testing.assert_close(halves_added, torch.stack([once, once]))
        encoder.join = "layers"  # the mistake, on purpose: it may be measured, and must be the one that people make
        torch.testing.assert_close(encoder(SRC, SRC_LENGTHS).final, halves_added)
    else:
        both = torch.cat([once, once], dim=-1)
        torch.testing.assert_close(final, torch.tanh(encoder.bridge(torch.stack([both, 0 * both]))))


# --- padding ---


@everything
def test_more_padding_changes_nothing(cell, num_layers, bidirectional, join):
    encoder = make_encoder(join, cell=cell, num_layers=num_layers, bidirectional=bidirectional)
    memory = encoder(SRC, SRC_LENGTHS)
    wider = encoder(nn.functional.pad(SRC, (0, 2)), SRC_LENGTHS)
    assert wider.states.shape[:2] == (3, 7)
    for index in range(3):
        assert_same_sentence(memory, wider, index, index)


@pytest.mark.parametrize("final", ["last", "mean"])
def test_no_direction_reads_what_stands_in_padding(final):
    """The backward one starts at the sentence's own last word, not at the end of the row."""
    encoder = make_encoder(final=final, num_layers=2)
    scribbled = SRC.masked_fill(torch.arange(5) >= SRC_LENGTHS.unsqueeze(1), 12)
    for expected, found in zip(encoder(SRC, SRC_LENGTHS), encoder(scribbled, SRC_LENGTHS), strict=True):
        assert expected is found is None or torch.equal(expected, found)


def test_padding_is_marked_true_and_only_padding():
    memory = make_encoder()(SRC, SRC_LENGTHS)
    assert memory.padding_mask.dtype == torch.bool
    assert memory.padding_mask.tolist() == (SRC == 0).tolist()


def test_states_at_padding_are_zero():
    memory = make_encoder()(SRC, SRC_LENGTHS)
    assert (memory.states[memory.padding_mask] == 0).all()


# --- batches ---


@everything
def test_a_sentence_is_encoded_alone_as_in_a_batch(cell, num_layers, bidirectional, join):
    encoder = make_encoder(join, cell=cell, num_layers=num_layers, bidirectional=bidirectional)
    memory = encoder(SRC, SRC_LENGTHS)
    for index, length in enumerate(SRC_LENGTHS):
        alone = encoder(SRC[index : index + 1, :length], SRC_LENGTHS[index : index + 1])
        assert_same_sentence(memory, alone, index)


def test_sentences_may_come_in_any_order_and_stay_in_it():
    encoder = make_encoder(num_layers=2)
    memory, order = encoder(SRC, SRC_LENGTHS), [2, 0, 1]
    turned = encoder(SRC[order], SRC_LENGTHS[order])
    for new, old in enumerate(order):
        assert_same_sentence(memory, turned, old, new)
        assert torch.equal(memory.padding_mask[old], turned.padding_mask[new])


def test_one_direction_knows_nothing_of_later_words_and_two_do():
    changed = SRC.clone()
    changed[1, 4] = 11
    for bidirectional in (False, True):
        encoder = make_encoder(bidirectional=bidirectional)
        before, after = (encoder(src, SRC_LENGTHS).states[1, :4] for src in (SRC, changed))
        assert torch.equal(before, after) != bidirectional


# --- options ---


def test_the_final_size_is_the_hidden_size_unless_told_otherwise():
    encoder = RecurrentEncoder(nn.Embedding(VOCAB_SIZE, EMBEDDING_SIZE), HIDDEN_SIZE)
    assert encoder(SRC, SRC_LENGTHS).final.shape == (1, 3, HIDDEN_SIZE)
    assert encoder.memory_size == 2 * HIDDEN_SIZE


def test_dropout_acts_in_training_only():
    encoder = make_encoder(dropout=0.5)
    first, second = (encoder(SRC, SRC_LENGTHS).states for _ in range(2))
    assert not torch.equal(first, second)
    encoder.eval()
    first, second = (encoder(SRC, SRC_LENGTHS).states for _ in range(2))
    assert torch.equal(first, second)


@pytest.mark.parametrize("num_layers", [1, 2])
def test_dropout_between_layers_is_asked_for_only_where_there_are_two(num_layers):
    """PyTorch warns otherwise, and warnings are errors here."""
    encoder = make_encoder(dropout=0.5, num_layers=num_layers)
    assert encoder.rnn.dropout == (0.5 if num_layers == 2 else 0.0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"cell": "qrnn"}, "cell='qrnn' is unknown; use one of rnn, gru, lstm"),
        ({"join": "max"}, "join='max' is unknown; use one of bridge, sum"),
        ({"final": "first"}, "final='first' is unknown; use one of last, mean"),
        ({"join": "sum", "final_size": 7}, "summed directions have size 5, not 7; use join='bridge'"),
    ],
)
def test_an_option_that_does_not_exist_is_refused_with_those_that_do(options, message):
    with pytest.raises(ValueError, match=message):
        RecurrentEncoder(nn.Embedding(VOCAB_SIZE, EMBEDDING_SIZE), HIDDEN_SIZE, **options)
