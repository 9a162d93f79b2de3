"""Eight bits in place of thirty-two: how far numbers may move, and what must not change."""

import copy

import pytest
import torch
from torch import nn

from tutor_nmt.challenge import load_challenge
from tutor_nmt.model import ModelConfig, build_model
from tutor_nmt.quantization import QuantizedGRU, QuantizedLinear, num_bytes, quantized, rounded
from tutor_nmt.translator import Translator, TranslatorConfig
from tutor_nmt.vocabulary import WordVocabulary

WORDS = WordVocabulary([f"word{number}" for number in range(97)])
KINDS = {
    "Luong": {"encoder_size": 17},
    "Bahdanau": {"encoder_size": 17, "attend": "before", "attention": "additive"},
    "stacked": {"encoder_size": 17, "attend": "between", "decoder_layers": 2},
    "LSTM": {"encoder_size": 17, "cell": "lstm"},
    "Transformer": {"architecture": "transformer", "hidden_size": 44, "feedforward_size": 53},
}


def untrained(kind: str) -> Translator:
    torch.manual_seed(1)
    config = ModelConfig(**{"embedding_size": 44, "hidden_size": 31} | KINDS[kind])
    model = build_model(config, len(WORDS), len(WORDS)).eval()
    return Translator(TranslatorConfig("xx", "yy", config), model, WORDS, WORDS)


@pytest.fixture(scope="module")
def shipped() -> Translator:
    return Translator.from_pretrained("multi30k-de-en@1")


def test_rounding_is_done_by_hand():
    numbers, scales = rounded(torch.tensor([[254.0, -100.3], [-127.0, 63.4], [0.0, 0.0]]))
    assert numbers.tolist() == [[127, -50], [-127, 63], [0, 0]] and numbers.dtype == torch.int8
    assert scales.flatten().tolist()[:2] == [2.0, 1.0]


def test_a_row_of_small_numbers_keeps_its_digits_beside_a_row_of_large_ones():
    torch.manual_seed(2)
    values = torch.randn(5, 31) * torch.tensor([1e-4, 1e-2, 1.0, 1e2, 1e4]).unsqueeze(1)
    numbers, scales = rounded(values)
    away = (numbers * scales - values).abs()
    assert (away <= scales * 0.501).all()
    assert (away.amax(1) < 0.01 * values.abs().amax(1)).all()


def test_a_linear_layer_of_whole_numbers_is_exact():
    torch.manual_seed(3)
    layer = nn.Linear(13, 7)
    with torch.no_grad():
        layer.weight.copy_(torch.randint(-127, 128, (7, 13)))
        layer.weight[:, 0] = 127  # every row's scale is 1
    values = torch.randint(-127, 128, (3, 5, 13)).float()
    values[..., 0] = -127
    torch.testing.assert_close(QuantizedLinear(layer.weight, layer.bias)(values), layer(values).detach())


def test_a_gru_in_eight_bits_follows_the_one_it_was_made_from():
    torch.manual_seed(4)
    gru = nn.GRU(13, 31, num_layers=2, batch_first=True)
    inputs, hidden = torch.randn(5, 7, 13), torch.randn(2, 5, 31)
    for ours, theirs in zip(QuantizedGRU(gru)(inputs, hidden), gru(inputs, hidden), strict=True):
        torch.testing.assert_close(ours, theirs.detach(), atol=0.03, rtol=0)


@pytest.mark.parametrize("kind", KINDS)
def test_log_probs_stay_close_for_every_kind_of_model(kind):
    translator = untrained(kind)
    src, lengths = torch.randint(4, 100, (3, 7)), torch.tensor([7, 2, 5])
    tokens, found = torch.randint(4, 100, (3, 4)), []
    with torch.inference_mode():
        for model in (translator.model, quantized(translator).model):
            state, steps = model.start(src, lengths), []
            for token in tokens.unbind(1):
                log_probs, _, state = model.step(token, state)
                steps.append(log_probs)
            found.append(torch.stack(steps))
    moved = (found[1] - found[0]).abs().max()
    assert 0 < moved < 0.06 < (found[0].roll(1, 0) - found[0]).abs().max()


@pytest.mark.parametrize("kind", ["stacked", "Transformer"])
def test_the_original_is_left_untouched(kind):
    translator = untrained(kind)
    before = copy.deepcopy(translator.model.state_dict())
    lines = ["word3 word5 word7", "word11"]
    said = translator.translate(lines)
    made = quantized(translator)
    assert translator.translate(lines) == said and len(made.translate(lines)) == 2
    after = translator.model.state_dict()
    assert before.keys() == after.keys() and all(torch.equal(before[name], after[name]) for name in before)
    assert all(weight.requires_grad for weight in translator.model.parameters())
    translator.model.train()


def test_tied_weights_stay_tied_and_count_once():
    model = quantized(untrained("Luong")).model
    assert model.decoder.output.weight is model.decoder.embedding.table.weight
    assert model.encoder.embedding.table.weight is model.decoder.embedding.table.weight
    layer = nn.Linear(3, 5)
    assert num_bytes(layer) == 4 * (15 + 5) == num_bytes(nn.ModuleList([layer, layer]))
    assert num_bytes(QuantizedLinear(layer.weight, layer.bias)) == 15 + 4 * 5 + 4 * 5


def test_the_shipped_translator_becomes_smaller_and_hardly_another(shipped):
    small = quantized(shipped)
    assert num_bytes(small.model) < 0.5 * num_bytes(shipped.model)
    lines = [one.source for one in load_challenge()][::5]
    same = sum(map(str.__eq__, small.translate(lines, beam_size=1), shipped.translate(lines, beam_size=1)))
    assert 0.7 * len(lines) <= same
    assert small.translations(lines[:3], precision="bf16")


def test_it_refuses_to_learn_and_goes_on_translating():
    translator = quantized(untrained("Luong"))
    said = translator.translate("word3 word5")
    with pytest.raises(ValueError, match="a quantized model does not learn; train the one it was made from"):
        translator.model.train()
    assert not any(module.training for module in translator.model.modules())
    assert translator.translate("word3 word5") == said


def test_it_is_not_saved_and_says_what_is(tmp_path):
    with pytest.raises(ValueError, match="not saved; save the one it was made from"):
        quantized(untrained("Luong")).save(tmp_path / "small")
    assert not (tmp_path / "small").exists()


def test_what_cannot_be_quantized_is_refused():
    translator = untrained("Luong")
    with pytest.raises(ValueError, match="quantized already"):
        quantized(quantized(translator))
    with pytest.raises(ValueError, match="ensemble"):
        quantized(Translator(translator.config, nn.Linear(3, 5), WORDS, WORDS))
    translator.model.to("meta")  # any device but the processor
    with pytest.raises(ValueError, match=r"on meta; move it with model\.cpu\(\)"):
        quantized(translator)
