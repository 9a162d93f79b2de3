"""Training: what the loss counts, how one update moves the weights, and what a run of many updates leaves behind."""

import math
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from tutor_nmt import training
from tutor_nmt.batching import Batch, Example, TokenBatches, make_batch, pad
from tutor_nmt.checkpoints import copy_weights, read_weights
from tutor_nmt.losses import output_losses
from tutor_nmt.model import ModelConfig, TranslationModel, build_model
from tutor_nmt.search import greedy_search
from tutor_nmt.training import (
    TrainingConfig,
    Updater,
    batch_losses,
    build_optimizer,
    choose_precision,
    evaluating,
    fit,
    learning_rate_at,
    mean_loss,
    unroll,
)
from tutor_nmt.vocabulary import BOS_ID, EOS_ID, PAD_ID

WORDS = range(4, 11)  # seven words after the four reserved symbols
KINDS = {
    "Luong": {"attend": "after"},
    "Bahdanau": {"attend": "before", "attention": "additive"},
    "stacked LSTM": {"attend": "between", "decoder_layers": 2, "cell": "lstm"},
}


def sentences(number: int, longest: int, seed: int = 1) -> list[list[int]]:
    """Different random sentences of 1 to `longest` words."""
    chance, found = random.Random(seed), {}
    while len(found) < number:
        found[tuple(chance.choice(WORDS) for _ in range(chance.randint(1, longest)))] = None
    return [list(sentence) for sentence in found]


def turned_round(number: int, longest: int, seed: int = 1) -> list[Example]:
    """Pairs of a sentence and its words from last to first."""
    return [Example([*words, EOS_ID], [*words[::-1], EOS_ID]) for words in sentences(number, longest, seed)]


def copied(number: int, longest: int, seed: int = 1) -> list[Example]:
    """Pairs of a sentence and itself."""
    return [Example([*words, EOS_ID], [*words, EOS_ID]) for words in sentences(number, longest, seed)]


def small_model(seed: int = 1, **choices) -> TranslationModel:
    """A model with random weights; without dropout unless asked for."""
    torch.manual_seed(seed)
    sizes = {"embedding_size": 5, "hidden_size": 7, "encoder_size": 3, "dropout": 0.0}
    return build_model(ModelConfig(**sizes | choices), 11, 11)


def decided_model(**choices) -> TranslationModel:
    """A small model in float64, its weights enlarged, so that words differ clearly in probability."""
    model = small_model(**choices).double()
    with torch.no_grad():
        for weight in model.parameters():
            weight.mul_(4)
    return model


def wider(batch: Batch, src_more: int, tgt_more: int) -> Batch:
    """The same sentences with more padding."""
    return Batch(
        F.pad(batch.src, (0, src_more), value=PAD_ID),
        batch.src_lengths,
        F.pad(batch.tgt_in, (0, tgt_more), value=PAD_ID),
        F.pad(batch.tgt_out, (0, tgt_more), value=PAD_ID),
    )


def same(left: dict[str, Tensor], right: dict[str, Tensor]) -> bool:
    """Bit for bit the same weights."""
    return left.keys() == right.keys() and all(torch.equal(left[name], right[name]) for name in left)


# --- the loss ---


@pytest.mark.parametrize("forcing_ratio", [1.0, 0.0])
@pytest.mark.parametrize("kind", KINDS)
def test_more_padding_changes_nothing(kind, forcing_ratio):
    model = decided_model(**KINDS[kind]).eval()
    batch = make_batch(turned_round(5, longest=7))
    padded = wider(batch, src_more=3, tgt_more=2)
    real = batch.tgt_out != PAD_ID
    features, same_features = unroll(model, batch, forcing_ratio), unroll(model, padded, forcing_ratio)
    torch.testing.assert_close(features[real], same_features[:, :-2][real], atol=1e-12, rtol=0)
    with torch.no_grad():
        (loss, _, count), (same_loss, _, same_count) = (batch_losses(model, one, 0.1) for one in (batch, padded))
    assert count == same_count == batch.num_tokens
    assert float(loss) == pytest.approx(float(same_loss), rel=1e-12)


def test_padding_never_reaches_the_output_layer(monkeypatch):
    model, batch = small_model(), make_batch(turned_round(5, longest=7))
    widths = []

    def spy(features, *rest):
        widths.append(features.shape)
        return output_losses(features, *rest)

    monkeypatch.setattr(training, "output_losses", spy)
    batch_losses(model, batch)
    assert widths == [(batch.num_tokens, 5)] and batch.num_tokens < batch.tgt_out.numel()


def test_the_mean_loss_is_a_mean_over_tokens_and_not_over_batches():
    model = small_model().eval()
    with torch.no_grad():
        model.decoder.output.bias[EOS_ID] -= 3  # the end comes as a surprise
    short = make_batch([Example([4, EOS_ID], [EOS_ID])])  # one token
    long = make_batch([Example([5, 6, EOS_ID], [7, 8, 9, 10, 4, 5, 6, 7, 8, 9, EOS_ID])] * 3)  # 33 tokens
    sums = []
    for batch in (short, long):
        with torch.no_grad():
            logits, _ = model(batch)
        sums.append(float(F.cross_entropy(logits.flatten(0, 1), batch.tgt_out.flatten(), reduction="sum")))
    per_token, mean_of_means = sum(sums) / 34, (sums[0] / 1 + sums[1] / 33) / 2
    assert abs(per_token - mean_of_means) > 0.5, "the two must differ for this test to say anything"
    assert mean_loss(model, [short, long]) == pytest.approx(per_token, rel=1e-5)


def test_the_mean_loss_does_not_depend_on_who_shares_a_batch():
    model, examples = decided_model().eval(), turned_round(13, longest=7)
    losses = [mean_loss(model, TokenBatches(examples, max_tokens)) for max_tokens in (8, 24, 1000)]
    assert losses == pytest.approx([losses[0]] * 3, rel=1e-5)


def test_dropout_is_off_while_the_loss_is_measured_and_then_as_it_was():
    model, batches = small_model(dropout=0.5), TokenBatches(turned_round(13, longest=5))
    model.train()
    first, second = mean_loss(model, batches), mean_loss(model, batches)
    assert first == second and model.training and model.encoder.dropout.training
    model.eval()
    assert mean_loss(model, batches) == first and not model.training


def test_dropout_comes_back_even_after_an_error():
    model = small_model().train()
    with pytest.raises(RuntimeError), evaluating(model):
        raise RuntimeError
    assert model.training


# --- what the decoder is fed ---


def inputs_of(model: TranslationModel, monkeypatch: pytest.MonkeyPatch) -> list[Tensor]:
    """A list that will hold every `tokens` the decoder reads."""
    read: list[Tensor] = []
    features = model.decoder.features
    monkeypatch.setattr(model.decoder, "features", lambda tokens, state: read.append(tokens) or features(tokens, state))
    return read


@pytest.mark.parametrize("kind", KINDS)
def test_full_teacher_forcing_is_the_model_itself(kind, monkeypatch):
    model, batch = small_model(**KINDS[kind]), make_batch(turned_round(5, longest=7))
    expected, _ = model(batch)
    read = inputs_of(model, monkeypatch)
    assert torch.equal(model.decoder.logits(unroll(model, batch)), expected)
    assert len(read) == 1 and torch.equal(read[0], batch.tgt_in)


@pytest.mark.parametrize("kind", KINDS)
def test_without_teacher_forcing_the_decoder_reads_its_own_words(kind, monkeypatch):
    model, batch = decided_model(**KINDS[kind]).eval(), make_batch(turned_round(5, longest=7))
    read = inputs_of(model, monkeypatch)
    with torch.no_grad():
        own = model.decoder.logits(unroll(model, batch, forcing_ratio=0.0)).argmax(-1)
    tokens = torch.cat(read, dim=1)
    assert tokens.shape == batch.tgt_in.shape
    assert (tokens[:, 0] == BOS_ID).all() and torch.equal(tokens[:, 1:], own[:, :-1])
    assert (tokens != batch.tgt_in).any()
    # They are the words that a greedy search writes.
    with torch.no_grad():
        first = torch.full((5,), BOS_ID)
        results = greedy_search(model.step, model.start(batch.src, batch.src_lengths), first, tokens.shape[1])
    for row, result in zip(own.tolist(), results, strict=True):
        found = result.hypotheses[0]
        if not {PAD_ID, BOS_ID} & set(row):  # which search does not write
            assert row[: len(found.ids)] == found.ids


def test_half_teacher_forcing_mixes_the_reference_with_the_models_own_words(monkeypatch):
    model, batch = decided_model(), make_batch([Example([4, 5, EOS_ID], [*[6, 7] * 50, EOS_ID])] * 11)
    read = inputs_of(model, monkeypatch)
    with torch.no_grad():
        own = model.decoder.logits(unroll(model, batch, forcing_ratio=0.5)).argmax(-1)[:, :-1]
    tokens, reference = torch.cat(read, dim=1), batch.tgt_in[:, 1:]
    assert (tokens[:, 0] == BOS_ID).all()
    tokens = tokens[:, 1:]
    assert ((tokens == own) | (tokens == reference)).all()
    forced = (tokens == reference)[own != reference].double()
    assert len(forced) > 500
    assert float(forced.mean()) == pytest.approx(0.5, abs=0.1)  # over four standard deviations of 500 coins


# --- the learning rate ---


def test_the_learning_rate_has_the_values_worked_out_by_hand():
    config = TrainingConfig(learning_rate=1.0, warmup=0.25)  # of 20 steps: 5 to warm up
    steps = (1, 2, 5, 6, 20)
    for schedule, expected in {
        "linear": [1 / 5, 2 / 5, 1, 15 / 16, 1 / 16],  # 16 steps down, the last one a sixteenth above zero
        "inverse_sqrt": [1 / 5, 2 / 5, 1, math.sqrt(5 / 6), 1 / 2],  # four times the warm-up: half the rate
        "constant": [1 / 5, 2 / 5, 1, 1, 1],
    }.items():
        found = [learning_rate_at(step, 20, replace(config, schedule=schedule)) for step in steps]
        assert found == pytest.approx(expected), schedule


@pytest.mark.parametrize("schedule", ["linear", "inverse_sqrt", "constant"])
@pytest.mark.parametrize("warmup", [0.0, 0.05, 0.5, 1.0])
@pytest.mark.parametrize("total_steps", [1, 7, 101])
def test_the_learning_rate_rises_to_its_peak_then_falls_and_never_reaches_zero(schedule, warmup, total_steps):
    config = TrainingConfig(learning_rate=0.003, schedule=schedule, warmup=warmup)
    rates = [learning_rate_at(step, total_steps, config) for step in range(1, total_steps + 1)]
    peak = rates.index(max(rates))
    assert rates[peak] == pytest.approx(0.003) and peak + 1 == max(1, round(warmup * total_steps))
    assert rates[: peak + 1] == sorted(rates[: peak + 1]) and rates[peak:] == sorted(rates[peak:], reverse=True)
    assert rates[-1] > 0
    # No jump where the warm-up ends: one step changes no more than the steepest part of the climb or the descent.
    steepest = 0.003 / min(peak + 1, total_steps - peak)
    assert all(abs(after - before) <= steepest * 1.001 for before, after in zip(rates, rates[1:], strict=False))


def test_an_unknown_schedule_is_refused_at_the_first_step():
    with pytest.raises(ValueError, match="schedule='cosine' is unknown.*linear"):
        learning_rate_at(1, 100, TrainingConfig(schedule="cosine"))


# --- one update ---

PLAIN_SGD = TrainingConfig(
    optimizer="sgd", learning_rate=0.5, schedule="constant", warmup=0.0, clip_norm=0.0, label_smoothing=0.0
)


def movement(model: TranslationModel, batch: Batch, config: TrainingConfig) -> tuple[dict[str, Tensor], float]:
    """How far one update moves each weight, divided by the learning rate; and the length of it all."""
    before = copy_weights(model)
    Updater(model, config, total_steps=1).update(batch, step=1)
    moved = {name: (before[name] - weight) / config.learning_rate for name, weight in copy_weights(model).items()}
    return moved, float(torch.cat([part.flatten() for part in moved.values()]).norm())


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_an_update_follows_the_gradient_of_the_loss_per_target_token(smoothing):
    model, batch = small_model(), make_batch(turned_round(5, longest=7))
    logits, _ = model(batch)
    loss = F.cross_entropy(
        logits.flatten(0, 1), batch.tgt_out.flatten(), ignore_index=PAD_ID, label_smoothing=smoothing
    )
    expected = dict(zip(copy_weights(model), torch.autograd.grad(loss, list(model.parameters())), strict=True))
    moved, _ = movement(model, batch, replace(PLAIN_SGD, label_smoothing=smoothing))
    for name, gradient in expected.items():
        torch.testing.assert_close(moved[name], gradient, atol=1e-5, rtol=1e-4, msg=name)


def test_a_gradient_longer_than_the_limit_is_shortened_to_it_and_keeps_its_direction():
    batch = make_batch(turned_round(5, longest=7))
    free, length = movement(small_model(), batch, PLAIN_SGD)
    for limit, expected in ((length / 3, length / 3), (length * 3, length), (0.0, length)):  # 0 switches clipping off
        moved, clipped = movement(small_model(), batch, replace(PLAIN_SGD, clip_norm=limit))
        assert clipped == pytest.approx(expected, rel=1e-3)
        for name in free:
            torch.testing.assert_close(moved[name], free[name] * (expected / length), atol=1e-5, rtol=1e-2)


def test_the_length_reported_is_the_gradients_before_clipping():
    model, batch = small_model(), make_batch(turned_round(5, longest=7))
    _, length = movement(small_model(), batch, PLAIN_SGD)
    _, _, norm = Updater(model, replace(PLAIN_SGD, clip_norm=length / 3), total_steps=1).update(batch, step=1)
    assert norm == pytest.approx(length, rel=1e-3)


def test_an_update_forgets_the_gradient_of_the_one_before():
    twice, once, batch = small_model(), small_model(), make_batch(turned_round(5, longest=7))
    updater = Updater(twice, PLAIN_SGD, total_steps=2)
    for step in (1, 2):
        updater.update(batch, step)
        Updater(once, PLAIN_SGD, total_steps=2).update(batch, step)
        once.zero_grad()
    assert same(copy_weights(twice), copy_weights(once))


@pytest.mark.parametrize(
    ("name", "kind"), [("sgd", torch.optim.SGD), ("adam", torch.optim.Adam), ("adamw", torch.optim.AdamW)]
)
def test_optimizers_are_built_by_name_over_all_weights(name, kind):
    model = small_model()
    optimizer = build_optimizer(model, TrainingConfig(optimizer=name, weight_decay=0.3))
    assert type(optimizer) is kind and optimizer.param_groups[0]["weight_decay"] == 0.3
    assert sum(weight.numel() for weight in optimizer.param_groups[0]["params"]) == model.num_weights()


def test_an_unknown_optimizer_is_refused():
    with pytest.raises(ValueError, match="optimizer='adagrad' is unknown.*sgd, adam, adamw"):
        build_optimizer(small_model(), TrainingConfig(optimizer="adagrad"))


# --- precision ---


def test_precision_auto_is_bf16_or_float32_on_a_cpu():
    assert choose_precision("auto", torch.device("cpu")) in (None, torch.bfloat16)
    assert choose_precision("float32", torch.device("cpu")) is None


def test_fp16_on_a_cpu_is_refused_with_the_remedy():
    with pytest.raises(ValueError, match="fp16 needs a CUDA GPU; use bf16 or float32"):
        choose_precision("fp16", torch.device("cpu"))


def test_an_unknown_precision_is_refused():
    with pytest.raises(ValueError, match="precision='double' is unknown.*auto"):
        choose_precision("double", torch.device("cpu"))


@pytest.mark.parametrize("precision", ["auto", "bf16"])
def test_lower_precision_trains_weights_that_stay_float32(precision):
    model, batches = small_model(), TokenBatches(turned_round(53, longest=3))
    before = mean_loss(model, batches)
    fit(model, batches, TrainingConfig(epochs=5, learning_rate=0.03, precision=precision))
    assert mean_loss(model, batches) < before - 0.1
    assert {weight.dtype for weight in model.parameters()} == {torch.float32}


# --- a run ---

BATCHES = TokenBatches(turned_round(29, longest=5), max_tokens=50)


class Interrupted(Exception):
    """What stands for Ctrl-C in these tests."""


def scripted(values: Sequence[float], name: str = "val_loss") -> tuple[Callable, list[dict[str, Tensor]]]:
    """A `validate` that returns these figures one after the other, and the weights it was shown."""
    seen: list[dict[str, Tensor]] = []

    def validate(model: TranslationModel) -> dict[str, float]:
        seen.append(copy_weights(model))
        return {name: values[len(seen) - 1]}

    return validate, seen


def interrupt_after(epochs: int, validate: Callable) -> Callable:
    """The same validation, until the run is killed before the results of the next epoch are kept."""
    calls = []

    def interrupting(model: TranslationModel) -> dict[str, float]:
        if len(calls) == epochs:
            raise Interrupted
        calls.append(1)
        return validate(model)

    return interrupting


def test_the_history_tells_each_epoch_as_it_was():
    model, config = small_model(), TrainingConfig(epochs=3, learning_rate=0.0, label_smoothing=0.1)
    expected = mean_loss(model, BATCHES)  # with learning rate 0 nothing changes, and smoothing is not reported
    history = fit(model, BATCHES, config, lambda model: {"val_loss": 7.0})
    assert history.column("epoch") == [1, 2, 3]
    assert history.column("train_loss") == pytest.approx([expected] * 3, rel=1e-5)
    assert history.column("val_loss") == [7.0] * 3
    steps = [sum(len(BATCHES.groups(before)) for before in range(epoch + 1)) for epoch in range(3)]
    assert history.column("step") == steps


def test_the_learning_rate_follows_the_schedule_over_the_whole_run():
    config = TrainingConfig(epochs=3, learning_rate=0.01, warmup=0.5)
    history = fit(small_model(), BATCHES, config)
    total = history.epochs[-1]["step"]
    expected = [learning_rate_at(epoch["step"], total, config) for epoch in history.epochs]
    assert history.column("learning_rate") == expected and expected[-1] < 0.01 / 5


def test_each_epoch_has_its_own_order_of_batches():
    model, read = small_model(), []
    model.encoder.register_forward_pre_hook(lambda module, arguments: read.append(arguments[0].tolist()))
    fit(model, BATCHES, TrainingConfig(epochs=2))
    orders = [[batch.src.tolist() for batch in BATCHES.epoch(epoch)] for epoch in (0, 1)]
    assert read == orders[0] + orders[1] and orders[0] != orders[1]


def test_each_epoch_has_its_own_chance():
    batches = TokenBatches(BATCHES.examples, max_tokens=50, shuffle=False)
    history = fit(small_model(dropout=0.3), batches, TrainingConfig(epochs=3, learning_rate=0.0))
    assert len(set(history.column("train_loss"))) == 3  # the same weights and batches, but not the same dropout


def test_validation_sees_the_model_without_dropout_and_training_with_it():
    model, modes = small_model(dropout=0.3), []
    model.encoder.register_forward_hook(lambda module, *_: modes.append((torch.is_grad_enabled(), module.training)))
    model.eval()  # as a translator leaves it

    @torch.no_grad()
    def validate(model: TranslationModel) -> dict[str, float]:
        for batch in BATCHES:
            model(batch)
        return {"val_loss": 1.0}

    fit(model, BATCHES, TrainingConfig(epochs=2), validate)
    assert set(modes) == {(True, True), (False, False)}
    assert modes[0] == modes[-1 - len(BATCHES)] == (True, True)  # in the second epoch too


def test_the_callers_random_numbers_are_untouched():
    def drawn() -> tuple:
        return torch.rand(3).tolist(), random.random()

    torch.manual_seed(5), random.seed(5)
    expected = drawn()
    torch.manual_seed(5), random.seed(5)
    model = build_model(ModelConfig(5, 7, 3, dropout=0.3), 11, 11)
    torch.manual_seed(5)
    fit(model, BATCHES, TrainingConfig(epochs=1, forcing_ratio=0.5))
    assert drawn() == expected


@pytest.mark.parametrize("chance", [{"dropout": 0.3}, {"forcing_ratio": 0.5}], ids=str)
def test_the_same_seed_gives_the_same_weights_and_another_seed_others(chance):
    def weights(seed: int, outside: int) -> dict[str, Tensor]:
        model = small_model(dropout=chance.get("dropout", 0.0))
        torch.manual_seed(outside)  # what happened before does not matter
        fit(model, BATCHES, TrainingConfig(epochs=2, seed=seed, forcing_ratio=chance.get("forcing_ratio", 1.0)))
        return copy_weights(model)

    assert same(weights(seed=1, outside=3), weights(seed=1, outside=4))
    assert not same(weights(seed=1, outside=3), weights(seed=2, outside=3))


# --- which weights a run ends with ---


@pytest.mark.parametrize(("name", "values"), [("val_loss", [3.0, 1.0, 2.0]), ("val_bleu", [10.0, 30.0, 20.0])])
def test_a_run_ends_with_the_weights_of_its_best_epoch(tmp_path, name, values):
    model, (validate, seen) = small_model(), scripted(values, name)
    fit(model, BATCHES, TrainingConfig(epochs=3, select_by=name), validate, tmp_path)
    assert same(copy_weights(model), seen[1]) and not same(seen[1], seen[2])
    assert same(read_weights(tmp_path / "best.safetensors"), seen[1])


@pytest.mark.parametrize(("name", "values"), [("val_loss", [3.0, 1.0, 4.0, 2.0]), ("val_bleu", [2.0, 9.0, 1.0, 5.0])])
def test_an_averaged_run_ends_with_the_mean_of_its_best_epochs_and_says_how_good_that_is(tmp_path, name, values):
    model, (validate, seen) = small_model(), scripted([*values, 7.0], name)
    history = fit(model, BATCHES, TrainingConfig(epochs=4, select_by=name, average=2), validate, tmp_path)
    expected = {name: (seen[1][name] + seen[3][name]) / 2 for name in seen[1]}
    assert same(copy_weights(model), expected) and same(seen[4], expected)  # the mean is what was validated last
    assert history.averaged == {name: 7.0} and history.column(name) == values
    assert {path.name for path in tmp_path.iterdir()} == {
        "last.safetensors",
        "epoch-2.safetensors",
        "epoch-4.safetensors",
    }


def test_an_interrupted_average_is_the_same_average(tmp_path):
    values, config = [1.0, 4.0, 2.0, 5.0, 3.0], TrainingConfig(epochs=4, average=2)
    whole, interrupted, resumed = small_model(), small_model(), small_model()
    fit(whole, BATCHES, config, scripted(values)[0], tmp_path / "whole")
    with pytest.raises(Interrupted):
        fit(interrupted, BATCHES, config, interrupt_after(3, scripted(values)[0]), tmp_path / "cut")
    (tmp_path / "cut" / "epoch-4.safetensors").touch()  # as if it had been killed when that was written
    fit(resumed, BATCHES, config, scripted(values[3:])[0], tmp_path / "cut", resume=True)
    assert same(copy_weights(resumed), copy_weights(whole))
    names = [sorted(path.name for path in (tmp_path / run).iterdir()) for run in ("whole", "cut")]
    assert names[0] == names[1] == ["epoch-1.safetensors", "epoch-3.safetensors", "last.safetensors"]


def test_without_validation_the_average_is_that_of_the_last_epochs():
    model, other = small_model(), small_model()
    assert not fit(model, BATCHES, TrainingConfig(epochs=3, average=2)).averaged  # nothing was measured
    fit(other, BATCHES, TrainingConfig(epochs=3, average=2), scripted([3.0, 2.0, 1.0, 0.5])[0])
    assert same(copy_weights(model), copy_weights(other))


def test_of_equally_good_epochs_the_first_is_the_best():
    model, (validate, seen) = small_model(), scripted([2.0, 1.0, 1.0])
    fit(model, BATCHES, TrainingConfig(epochs=3), validate)
    assert same(copy_weights(model), seen[1])


def test_without_validation_a_run_ends_with_its_last_weights(tmp_path):
    model, other = small_model(), small_model()
    fit(model, BATCHES, TrainingConfig(epochs=3, patience=1), directory=tmp_path)  # patience has nothing to go by
    validate, seen = scripted([3.0, 2.0, 1.0])
    fit(other, BATCHES, TrainingConfig(epochs=3, patience=1), validate)
    assert same(copy_weights(model), seen[2]) and same(read_weights(tmp_path / "best.safetensors"), seen[2])


def test_a_run_stops_when_patience_epochs_brought_nothing_better(tmp_path):
    values, config = [5.0, 4.0, 6.0, 4.0, 3.0], TrainingConfig(epochs=5, patience=2)
    model, (validate, seen) = small_model(), scripted(values)
    history = fit(model, BATCHES, config, validate, tmp_path)
    assert history.column("val_loss") == values[:4]  # the 3.0 that patience would have been rewarded with is not seen
    assert same(copy_weights(model), seen[1])
    again = fit(small_model(), BATCHES, config, scripted([0.0])[0], tmp_path, resume=True)
    assert again == history, "a run that has stopped does not go on when resumed"


def test_patience_starts_anew_with_every_better_epoch():
    values = [5.0, 6.0, 4.0, 6.0, 3.0, 6.0, 7.0]
    history = fit(small_model(), BATCHES, TrainingConfig(epochs=7, patience=2), scripted(values)[0])
    assert history.column("val_loss") == values


def test_without_patience_a_run_never_stops_early():
    history = fit(small_model(), BATCHES, TrainingConfig(epochs=5), scripted([1.0, 2.0, 3.0, 4.0, 5.0])[0])
    assert len(history.epochs) == 5


def test_choosing_by_a_figure_that_is_not_measured_is_refused_with_those_that_are():
    with pytest.raises(ValueError, match="select_by='val_chrf'.*val_loss"):
        fit(small_model(), BATCHES, TrainingConfig(epochs=1, select_by="val_chrf"), scripted([1.0])[0])


def test_a_loss_that_is_no_longer_a_number_stops_the_run_before_anything_is_kept(tmp_path):
    model = small_model()
    with torch.no_grad():
        model.decoder.output.bias[5] = math.nan
    with pytest.raises(ValueError, match="no longer a number in epoch 1; lower learning_rate"):
        fit(model, BATCHES, TrainingConfig(epochs=3), directory=tmp_path)
    assert not list(tmp_path.iterdir())


# --- resuming ---


@pytest.mark.parametrize(("optimizer", "interrupted_after"), [("adam", 1), ("adam", 3), ("adamw", 3), ("sgd", 1)])
@pytest.mark.parametrize("chance", [{"dropout": 0.3}, {"forcing_ratio": 0.5}], ids=str)
def test_an_interrupted_run_ends_like_an_uninterrupted_one_bit_for_bit(tmp_path, chance, optimizer, interrupted_after):
    config = TrainingConfig(epochs=4, optimizer=optimizer, forcing_ratio=chance.get("forcing_ratio", 1.0))
    dropout = chance.get("dropout", 0.0)

    def validate(model: TranslationModel) -> dict[str, float]:
        return {"val_loss": mean_loss(model, BATCHES)}

    whole = small_model(dropout=dropout)
    expected = fit(whole, BATCHES, config, validate, tmp_path / "whole")
    with pytest.raises(Interrupted):
        fit(small_model(dropout=dropout), BATCHES, config, interrupt_after(interrupted_after, validate), tmp_path / "a")
    resumed = small_model(seed=2, dropout=dropout)  # whatever it is before, the checkpoint replaces it
    torch.manual_seed(7)
    history = fit(resumed, BATCHES, config, validate, tmp_path / "a", resume=True)
    assert same(copy_weights(resumed), copy_weights(whole))
    for name in ("step", "learning_rate", "train_loss", "gradient_norm", "val_loss"):
        assert history.column(name) == expected.column(name)
    for name in ("last", "best"):  # optimiser state included
        left, right = (read_weights(tmp_path / run / f"{name}.safetensors") for run in ("whole", "a"))
        assert same(left, right)


def test_the_best_weights_survive_an_interruption(tmp_path):
    config = TrainingConfig(epochs=4)
    validate, seen = scripted([3.0, 1.0, 2.0, 2.0])
    with pytest.raises(Interrupted):
        fit(small_model(), BATCHES, config, interrupt_after(3, validate), tmp_path)
    resumed = small_model(seed=2)
    fit(resumed, BATCHES, config, lambda model: {"val_loss": 2.0}, tmp_path, resume=True)
    assert same(copy_weights(resumed), seen[1])


def test_resuming_where_nothing_has_begun_begins(tmp_path):
    started, resumed = small_model(), small_model()
    fit(started, BATCHES, TrainingConfig(epochs=2))
    fit(resumed, BATCHES, TrainingConfig(epochs=2), directory=tmp_path, resume=True)
    assert same(copy_weights(started), copy_weights(resumed))


def test_an_earlier_run_is_not_overwritten_unasked(tmp_path):
    fit(small_model(), BATCHES, TrainingConfig(epochs=1), directory=tmp_path)
    before = (tmp_path / "last.safetensors").read_bytes()
    with pytest.raises(ValueError, match="holds an earlier run; resume it or name another folder"):
        fit(small_model(), BATCHES, TrainingConfig(epochs=1), directory=tmp_path)
    assert (tmp_path / "last.safetensors").read_bytes() == before


OTHER_CHOICES = {
    "epochs": 2,
    "max_tokens": 51,
    "batch_size": 7,
    "optimizer": "sgd",
    "learning_rate": 0.1,
    "schedule": "constant",
    "warmup": 0.2,
    "weight_decay": 0.1,
    "clip_norm": 2.0,
    "label_smoothing": 0.2,
    "forcing_ratio": 0.9,
    "precision": "bf16",
    "select_by": "val_bleu",
    "average": 2,
    "patience": 3,
    "seed": 2,
}


@pytest.fixture(scope="module")
def finished_run(tmp_path_factory) -> Path:
    directory = tmp_path_factory.mktemp("run")
    fit(small_model(), BATCHES, TrainingConfig(epochs=1), directory=directory)
    return directory


@pytest.mark.parametrize("name", [field.name for field in fields(TrainingConfig)])
def test_resuming_with_another_configuration_is_refused_and_names_the_difference(finished_run, name):
    config = TrainingConfig(**asdict(TrainingConfig(epochs=1)) | {name: OTHER_CHOICES[name]})
    with pytest.raises(ValueError, match=f"made with {name}=.*not {OTHER_CHOICES[name]!r}.*another folder"):
        fit(small_model(), BATCHES, config, directory=finished_run, resume=True)


# --- what is shown while it runs ---


def on_a_terminal(monkeypatch: pytest.MonkeyPatch, answer: bool) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: answer, raising=False)
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)


@pytest.mark.parametrize(
    ("terminal", "environment", "asked", "shown"),
    [
        (False, None, None, False),
        (True, None, None, True),
        (True, "0", None, False),
        (False, None, True, True),
        (True, None, False, False),
    ],
)
def test_the_bar_shows_on_terminals_only_unless_told_otherwise(
    capsys, monkeypatch, terminal, environment, asked, shown
):
    on_a_terminal(monkeypatch, terminal)
    monkeypatch.delenv("TUTOR_NMT_PROGRESS", raising=False)
    if environment is not None:
        monkeypatch.setenv("TUTOR_NMT_PROGRESS", environment)
    fit(small_model(), BATCHES, TrainingConfig(epochs=1), show_progress=asked)
    out, err = capsys.readouterr()
    assert ("epoch 1/1" in err) is shown and bool(err) is shown and out == ""


# --- a task that must be learnt ---


def share_right(model: TranslationModel, examples: Sequence[Example]) -> float:
    """The share of sentences that a greedy search gets right to the last word."""
    model.eval()
    with torch.no_grad():
        state = model.start(pad([src for src, _ in examples]), torch.tensor([len(src) for src, _ in examples]))
        results = greedy_search(model.step, state, torch.full((len(examples),), BOS_ID), max_length=11)
    right = [result.hypotheses[0].ids == tgt[:-1] for result, (_, tgt) in zip(results, examples, strict=True)]
    return sum(right) / len(right)


def learnt(task: Callable[..., list[Example]], longest: int, epochs: int, **choices) -> tuple[float, float]:
    """The share right of unseen sentences before and after training; the seed is another one each time."""
    seed = random.SystemRandom().randrange(10_000)
    print(f"seed {seed}")  # pytest shows it if the test fails
    examples = task(2001, longest, seed)
    unseen, seen = examples[:101], examples[101:]
    model = small_model(seed, **choices)
    before = share_right(model, unseen)
    config = TrainingConfig(epochs=epochs, learning_rate=0.01, warmup=0.1, label_smoothing=0.0, seed=seed)
    fit(model, TokenBatches(seen, 1000, seed), config)
    return before, share_right(model, unseen)


def test_a_small_model_learns_to_turn_sentences_round_that_it_never_saw():
    before, after = learnt(turned_round, 5, epochs=24, embedding_size=24, hidden_size=48, encoder_size=24)
    assert before < 0.1 and after > 0.8


def test_very_short_sentences_can_be_copied_without_attention_from_memory_alone():
    sizes = {"embedding_size": 24, "hidden_size": 64, "encoder_size": 32}
    before, after = learnt(copied, 4, epochs=30, attention="none", **sizes)
    assert before < 0.1 and after > 0.8


@pytest.mark.parametrize(
    "wrong",
    [{"epochs": -1}, {"max_tokens": 0}, {"learning_rate": -0.1}, {"clip_norm": -1.0}, {"patience": -1},
     {"weight_decay": float("nan")}, {"learning_rate": float("inf")}, {"batch_size": -3}, {"warmup": 5},
     {"label_smoothing": -0.1}, {"forcing_ratio": 1.5}],
)  # fmt: skip
def test_a_configuration_that_makes_no_sense_is_refused_by_name(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        TrainingConfig(**wrong)
