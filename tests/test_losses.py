"""Losses: the reference on whole logits, and the same sums without ever holding them."""

import math

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from tutor_nmt import losses
from tutor_nmt.losses import output_losses, token_losses

TOKENS, FEATURE_SIZE, VOCAB_SIZE = 23, 5, 7
smoothings = pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.7])


@pytest.fixture
def case(generator, monkeypatch) -> tuple[torch.Tensor, nn.Linear, torch.Tensor]:
    """Features, an output layer and targets in double precision; chunks of 9 leave a smaller one of 5."""
    monkeypatch.setattr(losses, "CHUNK", 9)
    features = torch.randn(TOKENS, FEATURE_SIZE, generator=generator, dtype=torch.float64, requires_grad=True)
    return features, nn.Linear(FEATURE_SIZE, VOCAB_SIZE).double(), torch.randint(7, (TOKENS,), generator=generator)


def test_one_of_four_equally_likely_words_costs_log_four_nats_whatever_the_smoothing():
    for smoothing in (0.0, 0.3):
        loss, cross_entropy = token_losses(torch.zeros(3, 4), torch.tensor([0, 3, 1]), smoothing)
        assert float(loss) == pytest.approx(3 * math.log(4)) and float(cross_entropy) == pytest.approx(3 * math.log(4))


@smoothings
def test_the_loss_is_pytorchs_cross_entropy(smoothing, generator):
    logits, targets = torch.randn(11, 7, generator=generator) * 3, torch.randint(7, (11,), generator=generator)
    loss, cross_entropy = token_losses(logits, targets, smoothing)
    torch.testing.assert_close(loss, F.cross_entropy(logits, targets, reduction="sum", label_smoothing=smoothing))
    torch.testing.assert_close(cross_entropy, F.cross_entropy(logits, targets, reduction="sum"))


@pytest.mark.parametrize(
    ("given", "computed"), [("bfloat16", "float32"), ("float32", "float32"), ("float64", "float64")]
)
def test_losses_are_summed_in_float32_at_least_and_never_less_than_what_is_given(given, computed):
    logits = torch.randn(3, 4).to(getattr(torch, given))
    assert {one.dtype for one in token_losses(logits, torch.tensor([0, 1, 2]), 0.1)} == {getattr(torch, computed)}


@smoothings
def test_chunk_by_chunk_the_losses_are_those_of_all_logits_at_once(smoothing, case):
    features, output, targets = case
    expected = token_losses(output(features), targets, smoothing)
    torch.testing.assert_close(output_losses(features, output, targets, smoothing), expected, rtol=1e-12, atol=0)
    with torch.no_grad():
        torch.testing.assert_close(output_losses(features, output, targets, smoothing), expected, rtol=1e-12, atol=0)


@smoothings
def test_chunk_by_chunk_the_gradients_are_those_of_all_logits_at_once(smoothing, case):
    features, output, targets = case
    weights = (features, output.weight, output.bias)
    expected = torch.autograd.grad(3 * token_losses(output(features), targets, smoothing)[0], weights)
    found = torch.autograd.grad(3 * output_losses(features, output, targets, smoothing)[0], weights)
    torch.testing.assert_close(found, expected, rtol=1e-12, atol=1e-14)


def test_the_plain_cross_entropy_is_a_figure_to_report_and_has_no_gradient(case):
    features, output, targets = case
    assert not output_losses(features, output, targets, 0.1)[1].requires_grad
    assert not token_losses(output(features), targets, 0.1)[1].requires_grad


def test_no_more_than_a_chunk_of_logits_exists_at_a_time(case, monkeypatch):
    features, output, targets = case
    rows = []
    linear = F.linear
    monkeypatch.setattr(F, "linear", lambda part, *rest: rows.append(len(part)) or linear(part, *rest))
    output_losses(features, output, targets)[0].backward()
    assert rows == [9, 9, 5]


def test_under_autocast_the_losses_are_near_and_gradients_keep_their_types(generator):
    features = torch.randn(TOKENS, FEATURE_SIZE, generator=generator)
    output, targets = nn.Linear(FEATURE_SIZE, VOCAB_SIZE), torch.randint(7, (TOKENS,), generator=generator)
    halves = features.bfloat16().requires_grad_()
    with torch.autocast("cpu", torch.bfloat16):
        loss, _ = output_losses(halves, output, targets, 0.1)
    loss.backward()
    expected, _ = token_losses(output(features), targets, 0.1)
    assert float(loss.detach()) == pytest.approx(float(expected.detach()), rel=0.02)
    assert (halves.grad.dtype, output.weight.grad.dtype) == (torch.bfloat16, torch.float32)
