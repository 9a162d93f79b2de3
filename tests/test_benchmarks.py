"""The benches' own parts: what they compare must be the same work, and what they count must be right."""

import sys
from collections import Counter
from pathlib import Path

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from tutor_nmt.batching import Example, make_batch
from tutor_nmt.model import ModelConfig, build_model
from tutor_nmt.training import batch_losses

sys.path.append(str(Path(__file__).parent / "benchmarks"))
import measure
import reference

SMALL = ModelConfig(embedding_size=7, hidden_size=11, encoder_size=13, share_embeddings=False)


@pytest.fixture
def model():
    return build_model(SMALL, 17, 19).double().eval()


def batch_of(*lengths: tuple[int, int]):
    return make_batch([Example([4] * (src - 1) + [3], [5] * (tgt - 1) + [3]) for src, tgt in lengths])


def test_the_tutorials_loop_has_the_loss_and_the_gradients_of_ours(model):
    batch = batch_of((5, 3), (2, 7), (3, 3))
    loss, _, count = batch_losses(model, batch)
    ours = torch.autograd.grad(loss / count, list(model.parameters()))
    theirs = reference.tutorial_loss(model, batch)
    torch.testing.assert_close(theirs, loss / count)
    torch.testing.assert_close(torch.autograd.grad(theirs, list(model.parameters())), ours)


def test_useful_operations_are_those_of_an_update_without_padding(model):
    """PyTorch's own counter sees one thing more: scores are computed for every pair of positions, as we count too."""
    batch = batch_of((5, 3), (5, 3))
    with FlopCounterMode(display=False) as counter:
        loss, _, _ = batch_losses(model.train(), batch)
        loss.backward()
    assert reference.useful_operations(model, batch) == pytest.approx(counter.get_total_flops(), rel=0.03)


def test_padding_is_not_counted_as_useful(model):
    apart = sum(reference.useful_operations(model, batch_of(one)) for one in ((5, 3), (2, 7)))
    assert reference.useful_operations(model, batch_of((5, 3), (2, 7))) == apart


def test_products_are_counted_by_their_sizes_forward_and_backward():
    layer = torch.nn.Linear(3, 5)
    with measure.Products() as products:
        layer(torch.ones(2, 3, requires_grad=True)).sum().backward()
    assert products.sizes == Counter({(2, 3, 5): 1, (2, 5, 3): 1, (5, 2, 3): 1})


def test_works_alternate_and_a_ratio_is_the_median_of_its_rounds():
    done = []
    rates = measure.alternately(lambda: done.append("a") or 1, lambda: done.append("b") or 2, rounds=3)
    assert done == list("ababab") and [len(one) for one in rates] == [3, 3]
    assert measure.ratio([2.0, 9.0, 4.0], [1.0, 3.0, 1.0]) == 3.0
