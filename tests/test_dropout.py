"""Dropout from shared draws: the right share, everywhere, independent, and the same gradient as the values saw."""

import pytest
import torch
from torch import nn

from tutor_nmt.dropout import Dropout, dropout

MANY = 4 * 53 * 1009  # numbers; four come from one draw


@pytest.mark.parametrize("p", [0.1, 0.3, 0.5, 0.9])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float64])
def test_the_share_asked_for_becomes_zero_and_the_rest_grows_so_that_the_mean_stays(p, dtype):
    dropped = dropout(torch.ones(MANY, dtype=dtype), p, training=True)
    spread = (p * (1 - p) / MANY) ** 0.5
    assert float((dropped == 0).double().mean()) == pytest.approx(p, abs=5 * spread)
    kept = dropped[dropped != 0]
    torch.testing.assert_close(kept, torch.full_like(kept, 1 / (1 - p)), rtol=1e-2, atol=0)
    assert dropped.dtype == dtype


def test_each_of_the_four_numbers_of_a_draw_is_dropped_as_often_and_on_its_own():
    zero = (dropout(torch.ones(MANY), 0.3, training=True).view(-1, 4) == 0).double()
    torch.testing.assert_close(zero.mean(0), torch.full((4,), 0.3, dtype=torch.float64), rtol=0, atol=0.01)
    torch.testing.assert_close(torch.corrcoef(zero.t()), torch.eye(4, dtype=torch.float64), rtol=0, atol=0.02)


@pytest.mark.parametrize("shape", [(1,), (3,), (5, 7), (2, 3, 5), (0, 4)])
def test_any_shape_is_kept_also_where_draws_are_left_over(shape):
    assert dropout(torch.ones(shape), 0.5, training=True).shape == shape


def test_the_gradient_passes_where_the_values_passed():
    values = torch.ones(101, requires_grad=True)
    dropped = dropout(values, 0.3, training=True)
    dropped.sum().backward()
    assert torch.equal(values.grad, dropped.detach())


def test_nothing_happens_outside_training_or_without_a_share():
    values = torch.ones(101)
    assert dropout(values, 0.3, training=False) is values and dropout(values, 0.0, training=True) is values
    module = Dropout(0.3).eval()
    assert module(values) is values and isinstance(module, nn.Dropout)
    assert not dropout(values, 1.0, training=True).any()


def test_a_module_with_dropout_compiles_in_one_piece():
    compiled = torch.compile(Dropout(0.3), backend="eager", fullgraph=True)
    assert float((compiled(torch.ones(MANY)) == 0).double().mean()) == pytest.approx(0.3, abs=0.01)


def test_chance_follows_from_the_seed_alone():
    def drawn(seed):
        torch.manual_seed(seed)
        return Dropout(0.5).train()(torch.ones(101))

    assert torch.equal(drawn(1), drawn(1)) and not torch.equal(drawn(1), drawn(2))
