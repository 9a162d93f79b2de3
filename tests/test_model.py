"""Models: every choice of parts makes one that computes and learns, and a wrong choice is named."""

import itertools
from dataclasses import replace

import pytest
import torch
from torch.nn.functional import cross_entropy

from tutor_nmt.attention import AdditiveAttention, DotAttention, GeneralAttention, NoAttention
from tutor_nmt.batching import Batch, Example, make_batch
from tutor_nmt.decoder import BahdanauDecoder, LuongDecoder, StackedDecoder
from tutor_nmt.encoder import CELLS
from tutor_nmt.model import DECODERS, ModelConfig, TranslationModel, build_attention, build_embedding, build_model
from tutor_nmt.vocabulary import EOS_ID, PAD_ID

SRC_SIZE, TGT_SIZE = 13, 17
# Two summed directions of size 5 and a decoder of size 5, so that dot attention fits too.
SMALL = ModelConfig(
    embedding_size=3,
    hidden_size=5,
    encoder_size=5,
    encoder_layers=1,
    decoder_layers=2,
    join="sum",
    dropout=0.0,
    share_embeddings=False,
)
BRIDGED = replace(SMALL, join="bridge", encoder_size=7)  # memory size 14, final size 5
# Of 5, 2 and 3 source words and 2, 7 and 3 target words; their padding differs.
THREE_PAIRS = [
    Example([4, 7, 9, 12, EOS_ID], [5, EOS_ID]),
    Example([8, EOS_ID], [16, 15, 4, 6, 11, 9, EOS_ID]),
    Example([5, 11, EOS_ID], [7, 8, EOS_ID]),
]


@pytest.fixture
def batch() -> Batch:
    return make_batch(THREE_PAIRS)


def loss_of(model: TranslationModel, batch: Batch) -> torch.Tensor:
    logits, _ = model(batch)
    return cross_entropy(logits.flatten(0, 1), batch.tgt_out.flatten(), ignore_index=PAD_ID)


def assert_everything_learns(model: TranslationModel, batch: Batch) -> None:
    loss = loss_of(model, batch)
    assert loss.isfinite()
    loss.backward()
    for name, weight in model.named_parameters():
        assert weight.grad is not None, f"{name} has no part in the loss"
        assert weight.grad.isfinite().all() and (weight.grad != 0).any(), f"{name} cannot learn"


# --- all combinations ---


@pytest.mark.parametrize(
    ("cell", "attention", "attend"),
    [*itertools.product(CELLS, ("none", "additive", "dot", "general"), DECODERS)],
)
def test_every_combination_of_parts_has_a_finite_loss_and_learns_in_all_its_weights(cell, attention, attend, batch):
    model = build_model(replace(SMALL, cell=cell, attention=attention, attend=attend), SRC_SIZE, TGT_SIZE)
    assert_everything_learns(model, batch)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(
    "options",
    [
        {"bidirectional": False},
        {"final": "mean"},
        {"encoder_layers": 2},
        {"encoder_layers": 3},
        {"tie_output": False},
        {"tie_output": False, "readout": False},
        {"init_range": 0.08},
        {"attention": "none", "encoder_layers": 3, "decoder_layers": 1},
        {"attention": "additive", "attend": "before", "encoder_layers": 2, "decoder_layers": 1},
    ],
    ids=lambda options: "-".join(f"{key}={value}" for key, value in options.items()),
)
def test_every_other_choice_learns_in_all_its_weights_too(cell, options, batch):
    assert_everything_learns(build_model(replace(BRIDGED, cell=cell, **options), SRC_SIZE, TGT_SIZE), batch)


@pytest.mark.parametrize(
    ("attend", "decoder"), [("after", LuongDecoder), ("before", BahdanauDecoder), ("between", StackedDecoder)]
)
@pytest.mark.parametrize(
    ("attention", "kind"),
    [("none", NoAttention), ("additive", AdditiveAttention), ("dot", DotAttention), ("general", GeneralAttention)],
)
def test_names_stand_for_the_parts_they_name(attend, decoder, attention, kind):
    model = build_model(replace(SMALL, attend=attend, attention=attention), SRC_SIZE, TGT_SIZE)
    assert type(model.decoder) is decoder and type(model.decoder.attention) is kind


def test_the_configuration_reaches_the_parts():
    config = replace(BRIDGED, cell="lstm", encoder_layers=3, dropout=0.25, final="mean", bidirectional=False)
    model = build_model(config, SRC_SIZE, TGT_SIZE)
    rnn = model.encoder.rnn
    assert (rnn.input_size, rnn.hidden_size, rnn.num_layers, rnn.bidirectional) == (3, 7, 3, False)
    assert (model.encoder.memory_size, model.encoder.final_size, model.encoder.final) == (7, 5, "mean")
    assert (model.decoder.rnn.input_size, model.decoder.rnn.hidden_size, model.decoder.rnn.num_layers) == (3, 5, 2)
    assert rnn.mode == model.decoder.rnn.mode == "LSTM"
    assert model.encoder.dropout.p == rnn.dropout == model.decoder.dropout.p == model.decoder.rnn.dropout == 0.25
    assert model.encoder.embedding.num_embeddings == SRC_SIZE
    assert model.decoder.embedding.num_embeddings == model.decoder.output.out_features == TGT_SIZE


def test_first_weights_are_all_drawn_from_the_range_asked_for():
    torch.manual_seed(3)
    weights = torch.cat(
        [one.detach().flatten() for one in build_model(ModelConfig(init_range=0.08), 50, 50).parameters()]
    )
    assert weights.abs().max() <= 0.08
    assert weights.std() == pytest.approx(0.16 / 12**0.5, rel=0.01)  # of a uniform distribution of that width


# --- the whole ---


def test_logits_and_weights_have_a_place_for_every_target_position(batch):
    logits, weights = build_model(BRIDGED, SRC_SIZE, TGT_SIZE)(batch)
    assert logits.shape == (3, 7, TGT_SIZE)
    assert weights.shape == (3, 7, 5)


@pytest.mark.parametrize("attend", DECODERS)
def test_a_pair_has_the_same_logits_alone_as_in_a_batch(attend, batch):
    """Whoever stands beside it, and however much padding that brings."""
    model = build_model(replace(BRIDGED, attend=attend), SRC_SIZE, TGT_SIZE).double()
    logits, weights = model(batch)
    for index, (src_len, tgt_len) in enumerate([(5, 2), (2, 7), (3, 3)]):
        alone = Batch(
            batch.src[index : index + 1, :src_len],
            batch.src_lengths[index : index + 1],
            batch.tgt_in[index : index + 1, :tgt_len],
            batch.tgt_out[index : index + 1, :tgt_len],
        )
        alone_logits, alone_weights = model(alone)
        torch.testing.assert_close(alone_logits[0], logits[index, :tgt_len])
        torch.testing.assert_close(alone_weights[0], weights[index, :tgt_len, :src_len])
        assert (weights[index, :, src_len:] == 0).all()


def test_a_step_of_search_gives_the_log_probabilities_of_training(batch):
    model = build_model(BRIDGED, SRC_SIZE, TGT_SIZE).double()
    logits, weights = model(batch)
    state = model.start(batch.src, batch.src_lengths)
    for step in range(2):
        log_probs, step_weights, state = model.step(batch.tgt_in[:, step], state)
        assert log_probs.shape == (3, TGT_SIZE) and step_weights.shape == (3, 5)
        torch.testing.assert_close(log_probs.exp().sum(-1), torch.ones(3, dtype=torch.float64))
        torch.testing.assert_close(log_probs, torch.log_softmax(logits[:, step], dim=-1))
        torch.testing.assert_close(step_weights, weights[:, step])


def test_a_tiny_model_learns_three_pairs_by_heart(batch):
    """Also a check that the gradient points the right way."""
    model = build_model(replace(BRIDGED, hidden_size=16, encoder_size=11, embedding_size=7), SRC_SIZE, TGT_SIZE)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.03)
    first = loss_of(model, batch).item()
    for _ in range(100):
        optimizer.zero_grad()
        loss_of(model, batch).backward()
        optimizer.step()
    assert first > 2 and loss_of(model, batch) < 0.1


# --- weights ---


def test_the_number_of_weights_by_hand():
    """One plain layer a side, no attention: e = 3, h = 5, vocabularies of 13 and 17."""
    config = replace(SMALL, cell="rnn", bidirectional=False, attention="none", decoder_layers=1)
    recurrent = 5 * 3 + 5 * 5 + 5 + 5  # weights of input and state; PyTorch has two biases
    readout = 3 * 5 + 3
    untied = build_model(replace(config, tie_output=False), SRC_SIZE, TGT_SIZE)
    assert untied.num_weights() == 13 * 3 + 17 * 3 + 2 * recurrent + readout + (17 * 3 + 17)


def test_shared_weights_count_once():
    untied = build_model(replace(SMALL, tie_output=False), TGT_SIZE, TGT_SIZE).num_weights()
    table = TGT_SIZE * SMALL.embedding_size
    assert build_model(SMALL, TGT_SIZE, TGT_SIZE).num_weights() == untied - table
    assert build_model(replace(SMALL, share_embeddings=True), TGT_SIZE, TGT_SIZE).num_weights() == untied - 2 * table


def test_shared_embeddings_are_one_table_for_both_sides_and_separate_ones_two():
    shared = build_model(replace(SMALL, share_embeddings=True), TGT_SIZE, TGT_SIZE)
    assert shared.encoder.embedding is shared.decoder.embedding
    separate = build_model(SMALL, TGT_SIZE, TGT_SIZE)
    assert separate.encoder.embedding.weight.data_ptr() != separate.decoder.embedding.weight.data_ptr()


def test_the_device_is_where_the_weights_are():
    model = build_model(SMALL, SRC_SIZE, TGT_SIZE)
    assert model.device == torch.device("cpu")
    assert model.to("meta").device == torch.device("meta")


# --- the vector of <pad> ---


def test_word_vectors_have_a_length_of_about_one_and_that_of_pad_is_zero():
    embedding = build_embedding(1009, 101)
    lengths = embedding.weight.detach().norm(dim=1)
    assert lengths[PAD_ID] == 0
    assert lengths[1:].mean().item() == pytest.approx(1, abs=0.05)
    assert build_embedding(11, 3).weight.requires_grad


def test_reading_pad_teaches_its_vector_nothing():
    embedding = build_embedding(11, 3)
    embedding(torch.tensor([[5, PAD_ID], [7, PAD_ID]])).sum().backward()
    assert (embedding.weight.grad[PAD_ID] == 0).all()
    assert (embedding.weight.grad[[5, 7]] == 1).all()


def test_the_vector_of_pad_stays_zero_where_the_output_layer_has_weights_of_its_own(batch):
    model = build_model(replace(SMALL, tie_output=False), SRC_SIZE, TGT_SIZE)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.1)
    for _ in range(3):
        loss_of(model, batch).backward()
        optimizer.step()
    for part in (model.encoder, model.decoder):
        assert (part.embedding.weight[PAD_ID] == 0).all()
        assert (part.embedding.weight[EOS_ID] != 0).any()


@pytest.mark.parametrize("attend", DECODERS)
def test_whatever_the_vector_of_pad_is_no_real_position_reads_it(attend, batch):
    """A tied output layer moves it, as every word that is not the answer; only the logit of <pad> itself may notice."""
    model = build_model(replace(BRIDGED, attend=attend), SRC_SIZE, TGT_SIZE)
    expected, _ = model(batch)
    with torch.no_grad():
        for part in (model.encoder, model.decoder):
            part.embedding.weight[PAD_ID] = 1e3
    found, _ = model(batch)
    real = batch.tgt_out != PAD_ID
    torch.testing.assert_close(found[real][:, PAD_ID + 1 :], expected[real][:, PAD_ID + 1 :])


# --- wrong choices ---


def test_sharing_embeddings_between_vocabularies_of_different_sizes_is_refused():
    with pytest.raises(ValueError, match="13 and 17 entries; train a joint one or set share_embeddings=False"):
        build_model(replace(SMALL, share_embeddings=True), SRC_SIZE, TGT_SIZE)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"attention": "lucky"}, "attention='lucky' is unknown; use one of none, additive, dot, general"),
        ({"attend": "never"}, "attend='never' is unknown; use one of after, before, between"),
        ({"cell": "qrnn"}, "cell='qrnn' is unknown; use one of rnn, gru, lstm"),
        ({"join": "max"}, "join='max' is unknown; use one of bridge, sum"),
        ({"final": "first"}, "final='first' is unknown; use one of last, mean"),
        ({"attend": "between", "decoder_layers": 1}, "num_layers=1: attention between layers needs at least two"),
        ({"attention": "dot", "encoder_size": 7, "join": "bridge"}, "use general"),
        ({"hidden_size": -1}, "hidden_size=-1 builds no model; use at least 1"),
        ({"embedding_size": 0}, "embedding_size=0 builds no model"),
        ({"decoder_layers": 0}, "decoder_layers=0 builds no model"),
        ({"dropout": float("nan")}, "dropout=nan is a share"),
        ({"dropout": 1.0}, "dropout=1.0 is a share"),
        ({"init_range": -1.0}, "init_range=-1.0 is no range"),
        ({"encoder_size": 7}, "summed directions have size 7, not 5; use join='bridge'"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_with_a_remedy(options, message):
    with pytest.raises(ValueError, match=message):
        build_model(replace(SMALL, **options), SRC_SIZE, TGT_SIZE)


def test_an_attention_of_unknown_name_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match="attention='' is unknown; use one of none, additive, dot, general"):
        build_attention("", 3, 5)


def test_the_defaults_build_a_model():
    config = ModelConfig()
    model = build_model(config, SRC_SIZE, SRC_SIZE)
    assert isinstance(model.decoder, LuongDecoder) and isinstance(model.decoder.attention, GeneralAttention)
    assert model.encoder.memory_size == 256
