"""The decoders: one path for one step or many, each hypothesis continued as if it were alone, no look ahead."""

import itertools

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from tutor_nmt.attention import AdditiveAttention, Attention, DotAttention, GeneralAttention, Memory, NoAttention
from tutor_nmt.decoder import BahdanauDecoder, DecoderState, LuongDecoder, RecurrentDecoder, StackedDecoder
from tutor_nmt.encoder import CELLS
from tutor_nmt.positions import SinusoidalPositions
from tutor_nmt.transformer import DecoderLayer, TransformerDecoder, TransformerState

VOCAB_SIZE, EMBEDDING_SIZE, HIDDEN_SIZE, MEMORY_SIZE = 17, 2, 5, 22
SENTENCES, SRC_LEN, STEPS = 3, 13, 7
SRC_LENGTHS = torch.tensor([13, 2, 7])
DECODERS = [LuongDecoder, BahdanauDecoder, StackedDecoder]
ATTENTIONS = ["none", "general", "additive", "dot"]

each_decoder = pytest.mark.parametrize("kind", DECODERS)
each_decoder_of_all = pytest.mark.parametrize("kind", [*DECODERS, TransformerDecoder])
everything = pytest.mark.parametrize(
    ("kind", "cell", "attention"),
    [*itertools.product(DECODERS, CELLS, ATTENTIONS), (TransformerDecoder, "gru", "general")],  # it has neither
)


def make_attention(name: str) -> Attention:
    return {
        "none": NoAttention,
        "general": lambda: GeneralAttention(HIDDEN_SIZE, MEMORY_SIZE),
        "additive": lambda: AdditiveAttention(HIDDEN_SIZE, MEMORY_SIZE, 3),
        "dot": lambda: DotAttention(HIDDEN_SIZE, HIDDEN_SIZE),
    }[name]()


def make_decoder(
    kind: type[RecurrentDecoder | TransformerDecoder], attention: str = "general", **options
) -> RecurrentDecoder | TransformerDecoder:
    """In double precision, two layers deep unless told otherwise."""
    if kind is TransformerDecoder:  # as wide as the memory, without a cell or a kind of attention
        embedding = nn.Embedding(VOCAB_SIZE, MEMORY_SIZE, padding_idx=0)
        options.pop("cell", None)
        layers = [DecoderLayer(MEMORY_SIZE, 2, 19, options.get("dropout", 0.0)) for _ in range(2)]
        return TransformerDecoder(embedding, SinusoidalPositions(), layers, **options).double()
    embedding = nn.Embedding(VOCAB_SIZE, EMBEDDING_SIZE, padding_idx=0)
    return kind(embedding, make_attention(attention), HIDDEN_SIZE, **{"num_layers": 2, **options}).double()


def make_memory(attention: str = "general", num_layers: int = 2, cell: str = "gru") -> Memory:
    """What an encoder might have left of three sentences; the same in every call."""
    generator = torch.Generator().manual_seed(11)
    size = HIDDEN_SIZE if attention == "dot" else MEMORY_SIZE

    def draw(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator, dtype=torch.float64)

    final = draw(num_layers, SENTENCES, HIDDEN_SIZE)
    return Memory(
        states=draw(SENTENCES, SRC_LEN, size),
        padding_mask=torch.arange(SRC_LEN) >= SRC_LENGTHS.unsqueeze(1),
        final=torch.tanh(final),
        cell=2 * final if cell == "lstm" else None,
    )


def draw_tokens(rows: int, steps: int = STEPS) -> torch.Tensor:
    return torch.randint(4, VOCAB_SIZE, (rows, steps), generator=torch.Generator().manual_seed(13))


def assert_equal_within_rounding(found, expected) -> None:
    """To within the rounding of double precision, field by field."""
    for one, other in zip(found, expected, strict=True):
        if isinstance(one, torch.Tensor):
            torch.testing.assert_close(one, other, rtol=0, atol=1e-12)
        else:
            assert one is other is None


def carried(state: DecoderState | TransformerState) -> list[torch.Tensor | None]:
    """All that a state carries beside the memory."""
    if isinstance(state, TransformerState):
        return [one for pair in state.past for one in pair]
    return [state.hidden, state.cell]


# --- one path, two drivers ---


@everything
def test_all_steps_at_once_equal_one_step_at_a_time(kind, cell, attention):
    """Training takes the one way, search the other: were they to differ, a model would not do what it learnt."""
    decoder, memory = make_decoder(kind, attention, cell=cell), make_memory(attention, cell=cell)
    tokens = draw_tokens(SENTENCES)
    logits, weights, end = decoder(tokens, decoder.start(memory))
    assert logits.shape == (SENTENCES, STEPS, VOCAB_SIZE) and weights.shape == (SENTENCES, STEPS, SRC_LEN)

    state = decoder.start(memory)
    for step in range(STEPS):
        one_logits, one_weights, state = decoder(tokens[:, step : step + 1], state)
        assert_equal_within_rounding(
            (one_logits[:, 0], one_weights[:, 0]),
            (logits[:, step], weights[:, step]),
        )
    assert_equal_within_rounding(carried(state), carried(end))
    assert (carried(end)[1] is not None) == (cell == "lstm" or kind is TransformerDecoder)


@everything
def test_the_future_cannot_leak(kind, cell, attention):
    decoder, memory = make_decoder(kind, attention, cell=cell), make_memory(attention, cell=cell)
    tokens = draw_tokens(SENTENCES)
    logits, weights, _ = decoder(tokens, decoder.start(memory))
    for step in range(1, STEPS):
        changed = tokens.clone()
        changed[:, step:] = (changed[:, step:] - 3) % (VOCAB_SIZE - 4) + 4  # another word everywhere from here on
        assert (changed[:, step:] != tokens[:, step:]).all()
        new_logits, new_weights, _ = decoder(changed, decoder.start(memory))
        assert_equal_within_rounding(
            (new_logits[:, :step], new_weights[:, :step]), (logits[:, :step], weights[:, :step])
        )
        assert not torch.allclose(new_logits[:, step], logits[:, step])


@each_decoder_of_all
def test_features_then_logits_are_what_a_call_gives(kind):
    decoder, tokens = make_decoder(kind), draw_tokens(SENTENCES)
    features, weights, _ = decoder.features(tokens, decoder.start(make_memory()))
    assert features.shape == (SENTENCES, STEPS, decoder.embedding.embedding_dim)
    logits, called_weights, _ = decoder(tokens, decoder.start(make_memory()))
    assert torch.equal(decoder.logits(features), logits) and torch.equal(weights, called_weights)


# --- against loops written out ---


def gru_cell(rnn: nn.GRU, layer: int = 0) -> nn.GRUCell:
    """PyTorch's GRU of one step, with the weights of one layer of `rnn`."""
    cell = nn.GRUCell(getattr(rnn, f"weight_ih_l{layer}").shape[1], HIDDEN_SIZE).double()
    cell.load_state_dict({name: getattr(rnn, f"{name}_l{layer}") for name in cell.state_dict()})
    return cell


def look(decoder: RecurrentDecoder, query: torch.Tensor, sentence: int, memory: Memory) -> torch.Tensor:
    """The context (memory_size,) of general attention for one query, over the real words of one sentence."""
    words = memory.states[sentence, : SRC_LENGTHS[sentence]]
    scores = words @ decoder.attention.key_projection.weight.T @ query
    return torch.softmax(scores, dim=0) @ words


def answer(decoder: RecurrentDecoder, hidden: torch.Tensor, context: torch.Tensor) -> torch.Tensor:
    return decoder.output(torch.tanh(decoder.readout(torch.cat([hidden, context]))))


def test_bahdanaus_decoder_is_this_loop():
    """Look with the state so far, then read word and context."""
    decoder, memory, tokens = make_decoder(BahdanauDecoder, num_layers=1), make_memory(), draw_tokens(SENTENCES)
    memory = memory._replace(final=memory.final[:1])
    logits, _, _ = decoder(tokens, decoder.start(memory))
    recur = gru_cell(decoder.rnn)
    for sentence in range(SENTENCES):
        hidden = memory.final[0, sentence]
        for step in range(STEPS):
            context = look(decoder, hidden, sentence, memory)
            hidden = recur(torch.cat([decoder.embedding(tokens[sentence, step]), context]), hidden)
            torch.testing.assert_close(answer(decoder, hidden, context), logits[sentence, step])


def test_bahdanaus_decoder_of_two_layers_looks_with_the_upper_one():
    decoder, memory, tokens = make_decoder(BahdanauDecoder), make_memory(), draw_tokens(SENTENCES)
    logits, _, _ = decoder(tokens, decoder.start(memory))
    recur_low, recur_high = gru_cell(decoder.rnn, 0), gru_cell(decoder.rnn, 1)
    for sentence in range(SENTENCES):
        low, high = memory.final[:, sentence]
        for step in range(STEPS):
            context = look(decoder, high, sentence, memory)
            low = recur_low(torch.cat([decoder.embedding(tokens[sentence, step]), context]), low)
            high = recur_high(low, high)
            torch.testing.assert_close(answer(decoder, high, context), logits[sentence, step])


def test_luongs_decoder_is_this_loop():
    """Read the word, then look with the new state."""
    decoder, memory, tokens = make_decoder(LuongDecoder), make_memory(), draw_tokens(SENTENCES)
    logits, _, _ = decoder(tokens, decoder.start(memory))
    recur_low, recur_high = gru_cell(decoder.rnn, 0), gru_cell(decoder.rnn, 1)
    for sentence in range(SENTENCES):
        low, high = memory.final[:, sentence]
        for step in range(STEPS):
            low = recur_low(decoder.embedding(tokens[sentence, step]), low)
            high = recur_high(low, high)
            context = look(decoder, high, sentence, memory)
            torch.testing.assert_close(answer(decoder, high, context), logits[sentence, step])


def test_the_stacked_decoder_is_this_loop():
    """Read the word below, look with the lower state, read lower state and context above."""
    decoder, memory, tokens = make_decoder(StackedDecoder), make_memory(), draw_tokens(SENTENCES)
    logits, _, _ = decoder(tokens, decoder.start(memory))
    recur_low, recur_high = gru_cell(decoder.lower), gru_cell(decoder.upper)
    for sentence in range(SENTENCES):
        low, high = memory.final[:, sentence]
        for step in range(STEPS):
            low = recur_low(decoder.embedding(tokens[sentence, step]), low)
            context = look(decoder, low, sentence, memory)
            high = recur_high(torch.cat([low, context]), high)
            torch.testing.assert_close(answer(decoder, high, context), logits[sentence, step])


# --- hypotheses: rows of the state ---


@everything
def test_hypotheses_that_share_a_memory_write_as_if_each_had_a_copy(kind, cell, attention):
    decoder, memory = make_decoder(kind, attention, cell=cell), make_memory(attention, cell=cell)
    owners = torch.arange(SENTENCES).repeat_interleave(2)  # 0 0 1 1 2 2
    shared = decoder.start(memory).select(owners)
    copied = decoder.start(memory.select(owners))
    assert shared.memory.num_sentences == SENTENCES and copied.memory.num_sentences == shared.num_rows == 6
    tokens = draw_tokens(6, steps=2)
    (logits, weights, end), (copied_logits, copied_weights, copied_end) = (
        decoder(tokens, shared),
        decoder(tokens, copied),
    )
    assert_equal_within_rounding(
        (logits, weights, *carried(end)), (copied_logits, copied_weights, *carried(copied_end))
    )


@pytest.mark.parametrize(
    ("rows", "owners", "memory_of"),
    [
        ([0, 1, 2, 3, 4, 5], [0, 0, 1, 1, 2, 2], [0, 1, 2]),  # nothing changes
        ([1, 0, 3, 3, 4, 4], [0, 0, 1, 1, 2, 2], [0, 1, 2]),  # reordered and copied within their sentences
        ([0, 2, 5], [0, 1, 2], [0, 1, 2]),  # one hypothesis a sentence is kept
        ([0, 1, 4, 5], [0, 0, 2, 2], [0, 2]),  # sentence 1 is finished
        ([5], [2], [2]),  # one hypothesis is left of all
        ([4, 5, 0, 0], [2, 2, 0, 0], [2, 0]),  # the sentences change places
        ([0, 0, 0, 1, 2], [0, 0, 0, 0, 1], [0, 0, 0, 0, 1]),  # unequal numbers: every row gets a memory of its own
        ([0, 2, 1, 3], [0, 1, 0, 1], [0, 1, 0, 1]),  # the rows of a sentence are not neighbours
    ],
)
def test_rows_are_kept_dropped_copied_and_moved_together_with_the_memory_of_their_sentence(rows, owners, memory_of):
    decoder, memory = make_decoder(LuongDecoder, cell="lstm"), make_memory(cell="lstm")
    state = decoder.start(memory).select(torch.arange(SENTENCES).repeat_interleave(2))
    _, _, state = decoder(draw_tokens(6, steps=1), state)  # from here on, the two rows of a sentence differ
    selected = state.select(torch.tensor(rows))
    assert torch.equal(selected.hidden, state.hidden[:, rows])
    assert torch.equal(selected.cell, state.cell[:, rows])
    assert selected.num_rows == len(rows)
    assert torch.equal(selected.memory.states, memory.states[memory_of])
    rows_per_sentence = selected.num_rows // selected.memory.num_sentences
    assert torch.equal(
        selected.memory.states.repeat_interleave(rows_per_sentence, dim=0), memory.states[owners]
    )  # each row's own sentence


def test_a_memory_is_not_copied_where_it_need_not_be():
    state = make_decoder(LuongDecoder).start(make_memory())
    six = state.select(torch.tensor([0, 0, 1, 1, 2, 2]))
    assert six.memory is state.memory
    assert six.select(torch.tensor([1, 0, 2, 2, 5, 4])).memory is state.memory


@pytest.mark.parametrize(
    ("kind", "cell"), [*zip(DECODERS, ("lstm", "gru", "rnn"), strict=True), (TransformerDecoder, "gru")]
)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_whatever_rows_are_selected_each_hypothesis_is_continued_as_if_it_were_alone(kind, cell, data):
    """The oracle keeps for each row its sentence and all its words, and writes them anew from the start."""
    torch.manual_seed(0)
    decoder, memory = make_decoder(kind, cell=cell), make_memory(cell=cell)
    state = decoder.start(memory)
    hypotheses: list[tuple[int, list[int]]] = [(sentence, []) for sentence in range(SENTENCES)]
    for _ in range(3):
        rows = data.draw(st.lists(st.integers(0, len(hypotheses) - 1), min_size=1, max_size=7), label="rows")
        state = state.select(torch.tensor(rows))
        words = data.draw(st.lists(st.integers(4, 16), min_size=len(rows), max_size=len(rows)), label="words")
        hypotheses = [(hypotheses[row][0], [*hypotheses[row][1], word]) for row, word in zip(rows, words, strict=True)]
        logits, weights, state = decoder(torch.tensor(words).unsqueeze(1), state)
    for row, (sentence, written) in enumerate(hypotheses):
        alone = decoder.start(memory.select(torch.tensor([sentence])))
        expected_logits, expected_weights, _ = decoder(torch.tensor([written]), alone)
        assert_equal_within_rounding(
            (logits[row, -1], weights[row, -1]), (expected_logits[0, -1], expected_weights[0, -1])
        )


@each_decoder_of_all
def test_a_state_is_not_changed_by_the_step_taken_from_it(kind):
    """A search may come back to it."""
    decoder, tokens = make_decoder(kind, cell="lstm"), draw_tokens(SENTENCES, steps=2)
    state = decoder.start(make_memory(cell="lstm"))
    once, again = decoder(tokens, state), decoder(tokens, state)
    assert torch.equal(once[0], again[0]) and torch.equal(carried(once[2])[1], carried(again[2])[1])


# --- the start ---


@each_decoder
def test_a_decoder_starts_from_the_encoders_final_states_layer_by_layer(kind):
    memory = make_memory(cell="lstm")
    state = make_decoder(kind, cell="lstm").start(memory)
    assert torch.equal(state.hidden, memory.final) and torch.equal(state.cell, memory.cell)


def test_a_deeper_decoder_starts_its_upper_layers_from_the_encoders_top_one():
    memory = make_memory(cell="lstm")
    state = make_decoder(LuongDecoder, cell="lstm", num_layers=5).start(memory)
    assert torch.equal(state.hidden, memory.final[[0, 1, 1, 1, 1]])
    assert torch.equal(state.cell, memory.cell[[0, 1, 1, 1, 1]])


def test_a_shallower_decoder_starts_from_the_encoders_top_layers_which_have_read_the_others():
    memory = make_memory(num_layers=3)
    assert torch.equal(make_decoder(LuongDecoder, num_layers=1).start(memory).hidden, memory.final[[2]])
    assert torch.equal(make_decoder(LuongDecoder, num_layers=2).start(memory).hidden, memory.final[[1, 2]])


@each_decoder
def test_the_start_of_an_lstm_depends_on_the_encoders_cells_in_every_layer(kind):
    decoder, memory, tokens = make_decoder(kind, cell="lstm"), make_memory(cell="lstm"), draw_tokens(SENTENCES)
    logits, _, _ = decoder(tokens, decoder.start(memory))
    for layer in range(2):
        other = memory.cell.clone()
        other[layer] += 1
        changed, _, _ = decoder(tokens, decoder.start(memory._replace(cell=other)))
        assert not torch.allclose(changed, logits)


def test_an_lstm_after_an_encoder_without_cells_starts_them_at_zero():
    state = make_decoder(LuongDecoder, cell="lstm").start(make_memory(cell="gru"))
    assert torch.equal(state.cell, torch.zeros_like(state.hidden))


def test_the_memory_is_prepared_once_at_the_start_and_handed_on_as_it_is():
    decoder = make_decoder(BahdanauDecoder)
    state = decoder.start(make_memory())
    assert state.memory.keys.shape == (SENTENCES, SRC_LEN, HIDDEN_SIZE)
    assert decoder(draw_tokens(SENTENCES), state)[2].memory is state.memory


def test_a_final_state_of_another_size_is_refused_with_a_remedy():
    memory = make_memory()._replace(final=torch.zeros(1, SENTENCES, 7, dtype=torch.float64))
    with pytest.raises(ValueError, match="has size 7 but the decoder's is 5; give the encoder final_size=hidden_size"):
        make_decoder(LuongDecoder).start(memory)


# --- what is learnt through what ---


@pytest.mark.parametrize(
    ("kind", "attention"),
    [*itertools.product(DECODERS, ("general", "additive", "dot")), (TransformerDecoder, "general")],
)
def test_with_attention_the_encoders_states_receive_a_gradient_and_padding_none(kind, attention):
    decoder, memory = make_decoder(kind, attention), make_memory(attention)
    states = memory.states.requires_grad_()
    decoder(draw_tokens(SENTENCES), decoder.start(memory))[0].square().sum().backward()
    assert (states.grad[~memory.padding_mask] != 0).any(-1).all()
    assert (states.grad[memory.padding_mask] == 0).all()


@each_decoder
def test_without_attention_the_summary_is_the_only_way_to_the_encoder(kind):
    decoder, memory = make_decoder(kind, "none"), make_memory()
    states, final = memory.states.requires_grad_(), memory.final.requires_grad_()
    decoder(draw_tokens(SENTENCES), decoder.start(memory))[0].square().sum().backward()
    assert states.grad is None
    assert (final.grad != 0).any(-1).all()


# --- what a decoder is made of ---


@each_decoder_of_all
def test_a_tied_output_layer_shares_the_embeddings_storage(kind):
    tied, untied = make_decoder(kind), make_decoder(kind, tie_output=False)
    assert tied.output.weight is tied.embedding.weight
    assert tied.output.weight.data_ptr() == tied.embedding.weight.data_ptr()
    assert untied.output.weight.data_ptr() != untied.embedding.weight.data_ptr()
    assert untied.output.weight.shape == tied.output.weight.shape == tied.embedding.weight.shape


@each_decoder
def test_without_a_readout_the_output_layer_reads_state_and_context_themselves(kind):
    decoder = make_decoder(kind, readout=False, tie_output=False).eval()
    assert decoder.output.weight.shape == (VOCAB_SIZE, HIDDEN_SIZE + MEMORY_SIZE)
    state = decoder.start(make_memory())
    features, weights, following = decoder.features(draw_tokens(SENTENCES, 1), state)
    torch.testing.assert_close(features[:, 0, :HIDDEN_SIZE], following.hidden[-1])
    torch.testing.assert_close(features[..., HIDDEN_SIZE:], torch.bmm(weights, state.memory.states))
    with pytest.raises(ValueError, match="tie_output needs the readout"):
        make_decoder(kind, readout=False)


@each_decoder_of_all
def test_dropout_acts_in_training_only(kind):
    decoder, tokens, memory = make_decoder(kind, dropout=0.5), draw_tokens(SENTENCES), make_memory()
    first, second = (decoder(tokens, decoder.start(memory))[0] for _ in range(2))
    assert not torch.equal(first, second)
    decoder.eval()
    first, second = (decoder(tokens, decoder.start(memory))[0] for _ in range(2))
    assert torch.equal(first, second)


def test_attention_between_layers_needs_two_of_them():
    with pytest.raises(ValueError, match="num_layers=1: attention between layers needs at least two"):
        make_decoder(StackedDecoder, num_layers=1)


def test_an_unknown_cell_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match="cell='qrnn' is unknown; use one of rnn, gru, lstm"):
        make_decoder(LuongDecoder, cell="qrnn")


def test_a_state_knows_its_rows_by_the_second_axis_of_hidden():
    state = DecoderState(make_memory(), torch.zeros(2, 3, HIDDEN_SIZE))
    assert state.num_rows == 3
