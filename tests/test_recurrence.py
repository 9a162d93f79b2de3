"""The GRU with a way back of its own, held against PyTorch's in everything it computes."""

import copy
import itertools

import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

from tutor_nmt import recurrence
from tutor_nmt.recurrence import GRU

INPUT_SIZE, HIDDEN_SIZE = 3, 5
LENGTHS = torch.tensor([2, 7, 1, 7, 4])

shapes = pytest.mark.parametrize(("num_layers", "bidirectional"), [*itertools.product((1, 2, 3), (False, True))])


def both(num_layers: int, bidirectional: bool, **options) -> tuple[GRU, nn.GRU]:
    """Ours and PyTorch's with the same weights, in double precision."""
    shape = {"num_layers": num_layers, "bidirectional": bidirectional, "batch_first": True}
    ours = GRU(INPUT_SIZE, HIDDEN_SIZE, **shape, **options).double()
    theirs = nn.GRU(INPUT_SIZE, HIDDEN_SIZE, **shape, **options).double()
    theirs.load_state_dict(ours.state_dict())
    return ours, theirs


def run(gru: nn.GRU, inputs: torch.Tensor) -> list[torch.Tensor]:
    """States, final states, and the gradients of all weights and of the inputs for a loss that reads both."""
    inputs = inputs.clone().requires_grad_()
    packed = pack_padded_sequence(inputs, LENGTHS, batch_first=True, enforce_sorted=False)
    states, last = gru(packed)
    loss = (states.data**2).sum() + (last * torch.arange(1.0, 1 + last.numel()).view_as(last)).sum()
    return [states.data, last, *torch.autograd.grad(loss, [inputs, *gru.parameters()])]


@shapes
def test_states_final_states_and_all_gradients_are_pytorchs(num_layers, bidirectional, generator):
    inputs = torch.randn(len(LENGTHS), 7, INPUT_SIZE, generator=generator, dtype=torch.float64)
    ours, theirs = both(num_layers, bidirectional)
    torch.testing.assert_close(run(ours, inputs), run(theirs, inputs), rtol=1e-10, atol=1e-12)


def test_the_gradient_is_the_slope(generator):
    gates = torch.randn(9, 3 * 2, generator=generator, dtype=torch.float64, requires_grad=True)
    weight = torch.randn(3 * 2, 2, generator=generator, dtype=torch.float64, requires_grad=True)
    bias = torch.randn(3 * 2, generator=generator, dtype=torch.float64, requires_grad=True)
    for backwards in (False, True):
        assert torch.autograd.gradcheck(recurrence._Steps.apply, (gates, weight, bias, [4, 3, 2], backwards))


def test_it_is_our_own_way_back_that_is_taken_for_packed_sequences_in_training(monkeypatch, generator):
    """Else the tests above would compare PyTorch with itself."""
    ours, _ = both(2, True)
    calls = []
    apply = recurrence._Steps.apply
    monkeypatch.setattr(recurrence._Steps, "apply", lambda *given: calls.append(given[-1]) or apply(*given))
    inputs = torch.randn(len(LENGTHS), 7, INPUT_SIZE, generator=generator, dtype=torch.float64)
    run(ours, inputs)
    assert calls == [False, True, False, True]
    ours(inputs)
    with torch.no_grad():
        ours(pack_padded_sequence(inputs, LENGTHS, batch_first=True, enforce_sorted=False))
    assert len(calls) == 4


def test_dropout_acts_between_layers_in_training_only(generator):
    ours, theirs = both(2, True, dropout=0.5)
    inputs = torch.randn(len(LENGTHS), 7, INPUT_SIZE, generator=generator, dtype=torch.float64)
    first, second = run(ours, inputs)[0], run(ours, inputs)[0]
    assert not torch.equal(first, second)
    torch.testing.assert_close(run(ours.eval(), inputs), run(theirs.eval(), inputs), rtol=1e-10, atol=1e-12)


def test_half_precision_under_autocast_stays_near_and_gradients_are_single(generator):
    ours = GRU(INPUT_SIZE, HIDDEN_SIZE, bidirectional=True, batch_first=True)
    inputs = torch.randn(len(LENGTHS), 7, INPUT_SIZE, generator=generator)
    expected = run(copy.deepcopy(ours), inputs)
    with torch.autocast("cpu", torch.bfloat16):
        found = run(ours, inputs)
    assert found[0].dtype == torch.bfloat16 and {one.dtype for one in found[2:]} == {torch.float32}
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one.float(), other, rtol=0.05, atol=0.05 * float(other.detach().abs().max()))


def test_weights_have_the_names_and_shapes_of_pytorchs_so_that_checkpoints_fit():
    ours, theirs = both(2, True)
    assert {name: one.shape for name, one in ours.named_parameters()} == {
        name: one.shape for name, one in theirs.named_parameters()
    }
