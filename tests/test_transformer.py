"""The Transformer: its layers against PyTorch's, no look ahead, and everything around it working as with any model.

What all decoders have in common is tested in test_decoder.py, the heads in test_multihead.py.
"""

import itertools
import json
import random
from dataclasses import asdict, replace

import pytest
import torch
from torch import Tensor, nn

from test_encoder import SRC, SRC_LENGTHS, assert_same_sentence
from test_model import THREE_PAIRS, assert_everything_learns
from test_training import copied, share_right, small_model, turned_round
from tutor_nmt.__main__ import main
from tutor_nmt.batching import TokenBatches, make_batch
from tutor_nmt.catalogue import EXPERIMENTS
from tutor_nmt.decoder import BahdanauDecoder, LuongDecoder, StackedDecoder
from tutor_nmt.encoder import CELLS
from tutor_nmt.model import DECODERS, ModelConfig, TranslationModel, build_model
from tutor_nmt.positions import MAX_POSITIONS, build_positions, sinusoids
from tutor_nmt.records import experiment_of, kept_records, recipe_hash
from tutor_nmt.search import beam_search, greedy_search
from tutor_nmt.training import TrainingConfig, fit, mean_loss
from tutor_nmt.transformer import DecoderLayer, EncoderLayer, TransformerDecoder, TransformerEncoder
from tutor_nmt.translator import MAX_SOURCE_TOKENS, Translator, TranslatorConfig
from tutor_nmt.vocabulary import BOS_ID, WordVocabulary

VOCAB_SIZE, NUM_LAYERS, NUM_HEADS, SIZE, FEEDFORWARD = 17, 3, 2, 22, 19
STEPS = 7
BATCH = make_batch(THREE_PAIRS)
TRANSFORMER = ModelConfig(
    architecture="transformer",
    embedding_size=SIZE,
    hidden_size=SIZE,
    encoder_layers=NUM_LAYERS,
    decoder_layers=2,
    num_heads=NUM_HEADS,
    feedforward_size=FEEDFORWARD,
    dropout=0.0,
)
UNDER_RECURRENCE = replace(TRANSFORMER, architecture="transformer-encoder", hidden_size=11)
each_architecture = pytest.mark.parametrize("config", [TRANSFORMER, UNDER_RECURRENCE], ids=lambda one: one.architecture)
each_kind_of_positions = pytest.mark.parametrize("positions", ["sinusoidal", "learned"])


def make_encoder(positions: str = "sinusoidal", final_size: int | None = None) -> TransformerEncoder:
    embedding = nn.Embedding(VOCAB_SIZE, SIZE, padding_idx=0)
    layers = [EncoderLayer(SIZE, NUM_HEADS, FEEDFORWARD) for _ in range(NUM_LAYERS)]
    return TransformerEncoder(embedding, build_positions(positions, SIZE), layers, final_size=final_size).double()


def make_model(config: ModelConfig = TRANSFORMER, **choices) -> TranslationModel:
    return build_model(replace(config, **choices), VOCAB_SIZE, VOCAB_SIZE).double()


def draw(*shape: int, seed: int = 5) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def copy_linear(layer: nn.Linear, *parts: nn.Linear) -> None:
    """Give a layer the weights of others, one below the other."""
    with torch.no_grad():
        layer.weight.copy_(torch.cat([part.weight for part in parts]))
        layer.bias.copy_(torch.cat([part.bias for part in parts]))


class Projection(nn.Module):
    """PyTorch's attention keeps its projections as bare weights; here they look like a layer."""

    def __init__(self, attention: nn.MultiheadAttention):
        super().__init__()
        self.weight, self.bias = attention.in_proj_weight, attention.in_proj_bias


def pytorchs(layer: EncoderLayer) -> nn.TransformerEncoderLayer | nn.TransformerDecoderLayer:
    """PyTorch's layer with the norm first, and the weights of ours."""
    looks = isinstance(layer, DecoderLayer)
    kind = nn.TransformerDecoderLayer if looks else nn.TransformerEncoderLayer
    theirs = kind(SIZE, NUM_HEADS, FEEDFORWARD, dropout=0.0, batch_first=True, norm_first=True).double()
    copy_linear(Projection(theirs.self_attn), layer.attention.projection)
    copy_linear(theirs.self_attn.out_proj, layer.attention.output)
    copy_linear(theirs.linear1, layer.feedforward[0])
    copy_linear(theirs.linear2, layer.feedforward[2])
    norms = [layer.attention_norm, layer.feedforward_norm]
    if looks:
        source = layer.source_attention
        copy_linear(Projection(theirs.multihead_attn), source.query, source.keys_values)
        copy_linear(theirs.multihead_attn.out_proj, source.output)
        norms.insert(1, layer.source_norm)
    for number, norm in enumerate(norms, start=1):
        getattr(theirs, f"norm{number}").load_state_dict(norm.state_dict())
    return theirs


def with_varied_weights(module: nn.Module) -> nn.Module:
    """Norms and biases that differ from one and zero, so that none can be left out."""
    for weight in module.parameters():
        if weight.dim() == 1:
            nn.init.normal_(weight, 0.5, 0.5)
    return module


# --- against PyTorch ---


def test_an_encoder_layer_is_that_of_pytorch():
    layer = with_varied_weights(EncoderLayer(SIZE, NUM_HEADS, FEEDFORWARD).double())
    states, padding = draw(3, 5, SIZE), torch.arange(5) >= SRC_LENGTHS.unsqueeze(1)
    expected = pytorchs(layer)(states, src_key_padding_mask=padding)
    torch.testing.assert_close(layer(states, ~padding[:, None, None]), expected)


def test_a_decoder_layer_is_that_of_pytorch():
    layer = with_varied_weights(DecoderLayer(SIZE, NUM_HEADS, FEEDFORWARD).double())
    states, source, padding = draw(3, STEPS, SIZE), draw(3, 5, SIZE, seed=7), torch.arange(5) >= SRC_LENGTHS[:, None]
    future = torch.ones(STEPS, STEPS, dtype=torch.bool).triu(1)
    expected = pytorchs(layer)(states, source, tgt_mask=future, memory_key_padding_mask=padding)
    nothing = states.new_empty(3, NUM_HEADS, 0, SIZE // NUM_HEADS)
    found, _, _ = layer(states, ~future, (nothing, nothing), layer.source_attention.keys_values(source), padding)
    torch.testing.assert_close(found, expected)


def test_a_whole_model_is_word_vectors_in_their_places_pytorchs_layers_and_a_norm():
    model = with_varied_weights(make_model())
    encoder, decoder = model.encoder, model.decoder

    def placed(tokens: Tensor) -> Tensor:
        return encoder.embedding(tokens) * 22**0.5 + sinusoids(torch.arange(tokens.shape[1]), SIZE)

    padding = torch.arange(BATCH.src.shape[1]) >= BATCH.src_lengths.unsqueeze(1)
    source, states = placed(BATCH.src), placed(BATCH.tgt_in)
    for layer in encoder.layers:
        source = pytorchs(layer)(source, src_key_padding_mask=padding)
    source = encoder.norm(source)
    future = torch.ones(states.shape[1], states.shape[1], dtype=torch.bool).triu(1)
    for layer in decoder.layers:
        states = pytorchs(layer)(states, source, tgt_mask=future, memory_key_padding_mask=padding)
    states = decoder.norm(states)

    logits, _ = model(BATCH)
    torch.testing.assert_close(encoder(BATCH.src, BATCH.src_lengths).states[~padding], source[~padding])
    torch.testing.assert_close(logits, states @ encoder.embedding.weight.T + decoder.output.bias)


def test_the_weights_shown_are_those_of_the_top_layer():
    model, seen = make_model(), []
    for layer in model.decoder.layers:
        layer.source_attention.register_forward_hook(lambda *call: seen.append(call[-1][1]))
    _, weights = model(BATCH)
    assert torch.equal(weights, seen[-1]) and not torch.allclose(weights, seen[0])


# --- the encoder's contract ---


@each_kind_of_positions
def test_a_sentence_is_encoded_alone_as_in_a_batch_and_as_with_more_padding(positions):
    encoder = make_encoder(positions=positions, final_size=7)
    memory, wider = encoder(SRC, SRC_LENGTHS), encoder(nn.functional.pad(SRC, (0, 2)), SRC_LENGTHS)
    assert wider.states.shape[:2] == (3, 7) and memory.final.shape == (1, 3, 7)
    for index, length in enumerate(SRC_LENGTHS):
        assert_same_sentence(memory, wider, index, index)
        assert_same_sentence(memory, encoder(SRC[index : index + 1, :length], SRC_LENGTHS[index : index + 1]), index)


def test_what_stands_in_padding_is_not_read_and_its_states_are_zero():
    encoder, padding = make_encoder(), torch.arange(5) >= SRC_LENGTHS.unsqueeze(1)
    for expected, found in zip(
        encoder(SRC, SRC_LENGTHS), encoder(SRC.masked_fill(padding, 12), SRC_LENGTHS), strict=True
    ):
        assert expected is found is None or torch.equal(expected, found)
    memory = encoder(SRC, SRC_LENGTHS)
    assert torch.equal(memory.padding_mask, padding) and (memory.states[padding] == 0).all()


def test_the_summary_is_the_mean_of_the_states_over_real_words_bridged_where_a_size_is_asked_for():
    for encoder in (make_encoder(), make_encoder(final_size=7)):
        memory = encoder(SRC, SRC_LENGTHS)
        for index, length in enumerate(SRC_LENGTHS):
            expected = memory.states[index, :length].mean(0)
            if encoder.bridge is not None:
                expected = torch.tanh(encoder.bridge(expected))
            torch.testing.assert_close(memory.final[0, index], expected)
        assert memory.final.shape[-1] == encoder.final_size


def test_every_word_hears_of_every_other_and_of_the_order():
    encoder, turned = make_encoder(), SRC.clone()
    before = encoder(SRC, SRC_LENGTHS).states[1]
    turned[1, 1:3] = SRC[1, [2, 1]]
    assert (encoder(turned, SRC_LENGTHS).states[1] != before).any(-1).all()


# --- the decoder looks back and never ahead ---


@each_kind_of_positions
def test_no_later_word_has_a_gradient_and_every_earlier_one_has(positions):
    model = make_model(positions=positions, tie_output=False, share_embeddings=False)
    tokens = torch.tensor([[BOS_ID, 4, 5, 6, 7, 8, 9]])
    for step in range(STEPS):
        model.zero_grad()
        logits, _, _ = model.decoder(tokens, model.start(SRC[1:2], SRC_LENGTHS[1:2]))
        logits[0, step].square().sum().backward()
        heard = model.decoder.embedding.weight.grad.ne(0).any(1).nonzero().flatten().tolist()
        assert heard == sorted(tokens[0, : step + 1].tolist())


@each_kind_of_positions
@pytest.mark.parametrize("pieces", [(1,) * STEPS, (2, 1, 4), (3, 4), (6, 1)], ids=str)
def test_any_number_of_steps_at_once_writes_the_same(positions, pieces):
    model = make_model(positions=positions)
    tokens = torch.randint(4, VOCAB_SIZE, (3, STEPS))
    state = model.start(SRC, SRC_LENGTHS)
    logits, weights, _ = model.decoder(tokens, state)
    found = []
    for piece in tokens.split(pieces, dim=1):
        *said, state = model.decoder(piece, state)
        found.append(said)
    for whole, parts in zip((logits, weights), zip(*found, strict=True), strict=True):
        torch.testing.assert_close(torch.cat(parts, dim=1), whole)
    assert state.num_steps == STEPS and state.num_rows == 3


def test_rows_are_selected_together_with_what_they_have_written_and_the_memory_is_not_copied():
    model = make_model()
    state = model.start(SRC, SRC_LENGTHS).select(torch.tensor([0, 0, 1, 1, 2, 2]))
    _, _, state = model.decoder(torch.randint(4, VOCAB_SIZE, (6, 2)), state)
    rows = torch.tensor([1, 1, 2, 3, 5, 4])
    selected = state.select(rows)
    assert selected.memory is state.memory and selected.num_rows == 6
    for one, other in zip(selected.past, state.past, strict=True):
        assert torch.equal(one[0], other[0][rows]) and torch.equal(one[1], other[1][rows])
    finished = state.select(torch.tensor([2, 3]))
    assert torch.equal(finished.memory.keys, state.memory.keys[[1]]) and finished.memory.num_sentences == 1


def test_the_source_is_projected_once_a_sentence_for_all_layers():
    model = make_model()
    state, calls = model.start(SRC, SRC_LENGTHS), []
    assert state.memory.keys.shape == (3, 5, 2 * 2 * SIZE)
    for layer in model.decoder.layers:
        layer.source_attention.keys_values.register_forward_hook(lambda *call: calls.append(call))
    model.decoder(torch.full((3, 1), BOS_ID), state.select(torch.tensor([0, 1, 2])))
    assert not calls


# --- as a model ---


@each_architecture
@pytest.mark.parametrize(
    "options",
    [{}, {"positions": "learned"}, {"tie_output": False}, {"share_embeddings": False}, {"encoder_layers": 1}],
    ids=str,
)
def test_every_weight_learns(config, options):
    assert_everything_learns(make_model(config, **options), BATCH)


@pytest.mark.parametrize(("attend", "cell"), [*itertools.product(DECODERS, CELLS)])
@pytest.mark.parametrize("attention", ["none", "general", "additive"])
def test_every_recurrent_decoder_stands_on_a_transformer_encoder(attend, cell, attention):
    model = make_model(UNDER_RECURRENCE, attend=attend, cell=cell, attention=attention)
    assert type(model.encoder) is TransformerEncoder
    assert type(model.decoder) is {"after": LuongDecoder, "before": BahdanauDecoder, "between": StackedDecoder}[attend]
    if attention == "none":  # then the summary is the only way to the encoder
        model.encoder(BATCH.src, BATCH.src_lengths).final.square().sum().backward()
        assert all(weight.grad is not None for weight in model.encoder.parameters())
    else:
        assert_everything_learns(model, BATCH)


@each_architecture
def test_a_pair_has_the_same_logits_alone_as_in_a_batch(config):
    model = make_model(config)
    logits, weights = model(BATCH)
    assert logits.shape == (3, 7, VOCAB_SIZE) and weights.shape == (3, 7, 5)
    for index, (src_len, tgt_len) in enumerate([(5, 2), (2, 7), (3, 3)]):
        one = slice(index, index + 1)
        alone = model(
            BATCH._replace(
                src=BATCH.src[one, :src_len],
                src_lengths=BATCH.src_lengths[one],
                tgt_in=BATCH.tgt_in[one, :tgt_len],
            )
        )
        torch.testing.assert_close(alone[0][0], logits[index, :tgt_len])
        torch.testing.assert_close(alone[1][0], weights[index, :tgt_len, :src_len])
        assert (weights[index, :, src_len:] == 0).all()


def test_the_configuration_reaches_the_parts():
    model = build_model(replace(TRANSFORMER, dropout=0.25, positions="learned"), VOCAB_SIZE, VOCAB_SIZE)
    for part, number in ((model.encoder, NUM_LAYERS), (model.decoder, 2)):
        assert len(part.layers) == number and part.dropout.p == 0.25
        for layer in part.layers:
            assert layer.attention.num_heads == NUM_HEADS and layer.dropout.p == 0.25
            assert layer.feedforward[0].out_features == FEEDFORWARD
        assert part.positions.table.weight.shape == (MAX_POSITIONS, SIZE)
    assert all(layer.source_attention.num_heads == NUM_HEADS for layer in model.decoder.layers)
    assert model.decoder.output.weight is model.decoder.embedding.weight is model.encoder.embedding.weight
    assert model.encoder.bridge is None


def test_dropout_acts_in_training_only():
    model = make_model(dropout=0.5)
    assert not torch.equal(model(BATCH)[0], model(BATCH)[0])
    model.eval()
    assert torch.equal(model(BATCH)[0], model(BATCH)[0])


def test_the_number_of_weights_by_hand():
    attention, norm = 4 * (SIZE * SIZE + SIZE), 2 * SIZE
    feedforward = SIZE * FEEDFORWARD + FEEDFORWARD + FEEDFORWARD * SIZE + SIZE
    encoder = NUM_LAYERS * (attention + feedforward + 2 * norm) + norm
    decoder = 2 * (2 * attention + feedforward + 3 * norm) + norm
    assert make_model().num_weights() == VOCAB_SIZE * SIZE + encoder + decoder + VOCAB_SIZE


def test_first_logits_and_states_are_of_moderate_size():
    """Word vectors of length one, scaled up, meet positions of their size; a last norm keeps tied logits small."""
    model = build_model(ModelConfig(architecture="transformer", dropout=0.0), 1009, 1009)
    logits, _ = model(BATCH)
    assert 0.5 < logits.std() < 2
    placed = model.encoder.positions(model.encoder.embedding(BATCH.src[:1]))
    assert 0.8 < placed.std() < 1.6


@each_architecture
@pytest.mark.parametrize("precision", ["float32", "bf16"])
def test_training_goes_on_as_with_any_model(config, precision):
    examples = copied(101, 5)
    model = build_model(replace(config, dropout=0.1), 11, 11)
    batches = TokenBatches(examples, max_tokens=200)
    before = mean_loss(model, batches)
    training = TrainingConfig(epochs=3, learning_rate=3e-3, precision=precision, forcing_ratio=0.9)
    fit(model, batches, training)
    assert mean_loss(model, batches) < 0.9 * before


def test_a_small_transformer_learns_to_turn_sentences_round_that_it_never_saw():
    seed = random.SystemRandom().randrange(10_000)
    print(f"seed {seed}")  # pytest shows it if the test fails
    examples = turned_round(2001, 5, seed)
    unseen, seen = examples[:101], examples[101:]
    sizes = {"embedding_size": 48, "hidden_size": 48, "encoder_size": 128, "feedforward_size": 96}
    model = small_model(seed, architecture="transformer", encoder_layers=2, decoder_layers=2, **sizes)
    before = share_right(model, unseen)
    config = TrainingConfig(epochs=8, learning_rate=4e-3, warmup=0.1, label_smoothing=0.0, seed=seed)
    fit(model, TokenBatches(seen, 300, seed), config)
    assert before < 0.1 and share_right(model, unseen) > 0.7


# --- search and translator ---


@each_architecture
def test_a_beam_of_one_is_greedy_and_every_beam_finds_each_sentence_as_if_alone(config):
    model = make_model(config).eval()
    first, limits = torch.full((3,), BOS_ID), [9, 11, 7]
    with torch.inference_mode():
        greedy = greedy_search(model.step, model.start(SRC, SRC_LENGTHS), first, limits)
        narrow = beam_search(model.step, model.start(SRC, SRC_LENGTHS), first, limits, beam_size=1)
        wide = beam_search(model.step, model.start(SRC, SRC_LENGTHS), first, limits, beam_size=5, n_best=3)
        for index, length in enumerate(SRC_LENGTHS):
            assert greedy[index].hypotheses[0].ids == narrow[index].hypotheses[0].ids
            alone = model.start(SRC[index : index + 1, :length], SRC_LENGTHS[index : index + 1])
            (expected,) = beam_search(model.step, alone, first[:1], limits[index], beam_size=5, n_best=3)
            for one, other in zip(wide[index].hypotheses, expected.hypotheses, strict=True):
                assert one.ids == other.ids and one.log_prob == pytest.approx(other.log_prob)
                torch.testing.assert_close(one.attention[:, :length], other.attention)


def make_translator(**choices) -> Translator:
    torch.manual_seed(3)
    vocabulary = WordVocabulary("ein Hund läuft und bellt laut nachts".split())
    config = replace(TRANSFORMER, **choices)
    model = build_model(config, len(vocabulary), len(vocabulary)).eval()
    return Translator(TranslatorConfig("de", "de", config), model, vocabulary, vocabulary)


@each_kind_of_positions
def test_a_translator_is_saved_and_loaded_and_says_the_same(positions, tmp_path):
    translator = make_translator(positions=positions)
    lines = ["ein Hund läuft", "", "und bellt laut und bellt", "nachts"]
    translator.save(tmp_path)
    again = Translator.load(tmp_path)
    assert again.config == translator.config
    for beam_size, precision in itertools.product((1, 3), ("float32", "bf16")):
        found = translator.translations(lines, beam_size, precision=precision)
        for (one,), (other,) in zip(found, again.translations(lines, beam_size, precision=precision), strict=True):
            assert one.text == other.text and torch.equal(one.attention, other.attention)
    explained = translator.explain(lines, beam_size=3)
    assert [one.translations[0].text for one in explained] == [
        best.text for (best,) in translator.translations(lines, 3)
    ]


@each_kind_of_positions
def test_the_longest_line_a_translator_reads_and_the_longest_it_may_write_break_nothing(positions):
    """Untrained, it hardly ever ends a sentence, so it writes as much as it may: 2 * 400 + 10 tokens."""
    translator = make_translator(positions=positions)
    with torch.no_grad():
        translator.model.decoder.output.bias[3] = -torch.inf  # <eos>: it never ends
    ((best,),) = translator.translations([" ".join(["Hund"] * 1000)], beam_size=1)
    assert len(best.source_tokens) == MAX_SOURCE_TOKENS and len(best.tokens) == 2 * MAX_SOURCE_TOKENS + 10
    assert best.attention.isfinite().all() and not best.finished


def test_the_command_trains_a_transformer_and_translates_with_it(tmp_path, capsys):
    lines = [f"{one} {two}\t{two} {one}" for one, two in itertools.product("abcdefg", "hijklmn")]
    (tmp_path / "pairs.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    sizes = "--embedding-size 12 --hidden-size 12 --num-heads 3 --feedforward-size 7 --positions learned"
    command = f"train --files {tmp_path}/pairs.tsv --source xx --target yy --output {tmp_path}/run --epochs 1"
    command += f" --architecture transformer {sizes} --vocabulary words --vocabulary-size 50 --no-cleaning --device cpu"
    assert main(command.split()) == 0, capsys.readouterr().err
    translator = Translator.load(tmp_path / "run")
    assert type(translator.model.decoder) is TransformerDecoder and translator.config.model.num_heads == 3
    assert len(translator.translate(["a h", "b i"])) == 2


# --- records ---


def test_records_from_before_there_were_transformers_keep_their_recipes_and_hashes():
    record = kept_records()["captions-attention"][1]
    assert "architecture" not in record["recipe"]["model"]
    assert recipe_hash(experiment_of(record)) == record["recipe_hash"] == recipe_hash(EXPERIMENTS["captions-attention"])


@pytest.mark.parametrize("choices", [{}, {"num_heads": 2}, {"feedforward_size": 19}, {"positions": "learned"}], ids=str)
def test_a_transformers_choices_have_a_part_in_its_hash(choices):
    experiment = EXPERIMENTS["multi30k-de-en-quick"]
    others = [experiment]
    for options in [{}, choices]:
        model = ModelConfig(architecture="transformer", **options)
        others.append(replace(experiment, recipe=replace(experiment.recipe, model=model)))
    assert len({recipe_hash(one) for one in others}) == (3 if choices else 2)
    record = json.loads(json.dumps({"experiment": "multi30k-de-en-quick", "recipe": asdict(others[-1].recipe)}))
    assert recipe_hash(experiment_of(record)) == recipe_hash(others[-1])


# --- wrong choices ---


@pytest.mark.parametrize(
    ("config", "options", "message"),
    [
        (TRANSFORMER, {"num_heads": 3}, "num_heads=3 does not divide the size 22 of a word vector; change either"),
        (TRANSFORMER, {"positions": "rotary"}, "positions='rotary' is unknown; use one of sinusoidal, learned"),
        (TRANSFORMER, {"architecture": "perceptron"}, "architecture='perceptron' is unknown; use one of recurrent"),
        (TRANSFORMER, {"hidden_size": 5}, "hidden_size=5 and embedding_size=22: .* make the two equal"),
        (TRANSFORMER, {"num_heads": 0}, "num_heads=0 builds no model"),
        (TRANSFORMER, {"feedforward_size": 0}, "feedforward_size=0 builds no model"),
        (TRANSFORMER, {"cell": "lstm"}, "cell='lstm' means nothing to architecture='transformer'; leave it out"),
        (TRANSFORMER, {"attention": "none"}, "attention='none' means nothing"),
        (TRANSFORMER, {"init_range": 0.1}, "init_range=0.1 means nothing"),
        (UNDER_RECURRENCE, {"bidirectional": False}, "bidirectional=False means nothing to .*'transformer-encoder'"),
        (ModelConfig(), {"num_heads": 8}, "num_heads=8 means nothing to architecture='recurrent'; leave it out"),
    ],
)
def test_a_choice_that_cannot_be_or_has_no_effect_is_refused_with_a_remedy(config, options, message):
    with pytest.raises(ValueError, match=message):
        make_model(config, **options)


def test_a_memory_of_another_size_is_refused_with_a_remedy():
    memory = make_encoder()(SRC, SRC_LENGTHS)
    decoder = make_model(embedding_size=8, hidden_size=8).decoder
    with pytest.raises(ValueError, match="states have size 22 but the decoder's have 8; give .* one size"):
        decoder.start(memory)
