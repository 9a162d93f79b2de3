"""Positions: the sinusoids by hand, their own laws, and a table that ends where it says."""

import math

import pytest
import torch

from tutor_nmt.positions import MAX_POSITIONS, LearnedPositions, SinusoidalPositions, build_positions, sinusoids
from tutor_nmt.translator import MAX_SOURCE_TOKENS

ROWS, STEPS, SIZE = 3, 5, 7


def test_sinusoids_of_size_four_by_hand():
    """Two waves: one of length 2 pi, one a hundred times as long, 10000^(2/4) = 100."""
    expected = [[0, 1, 0, 1], [math.sin(1), math.cos(1), math.sin(0.01), math.cos(0.01)]]
    expected += [[math.sin(2), math.cos(2), math.sin(0.02), math.cos(0.02)]]
    torch.testing.assert_close(sinusoids(torch.arange(3), 4), torch.tensor(expected))


def test_sinusoids_are_the_formula_of_the_paper_at_every_place():
    found = sinusoids(torch.tensor([0, 11, 401]), SIZE)
    for row, position in enumerate((0, 11, 401)):
        for place in range(SIZE):
            angle = position / 10000 ** ((place - place % 2) / SIZE)
            expected = math.cos(angle) if place % 2 else math.sin(angle)
            assert found[row, place].item() == pytest.approx(expected, abs=1e-4)


def test_the_products_of_two_sinusoids_depend_on_their_distance_alone():
    """sin a sin b + cos a cos b = cos(a - b): what lets a model learn to look so many words to the left."""
    vectors = sinusoids(torch.arange(101), 22).double()
    products = vectors @ vectors.T
    for distance in (0, 3, 17):
        along = products.diagonal(distance)
        torch.testing.assert_close(along, along[:1].expand_as(along), rtol=0, atol=1e-4)
    assert (products.diagonal(3) < products.diagonal(0)[3:] - 0.5).all()


@pytest.mark.parametrize("kind", ["sinusoidal", "learned"])
def test_a_sentence_may_be_placed_at_once_or_piece_by_piece(kind):
    positions, words = build_positions(kind, SIZE), torch.randn(ROWS, STEPS, SIZE)
    pieces = [positions(words[:, :2]), positions(words[:, 2:3], first=2), positions(words[:, 3:], first=3)]
    torch.testing.assert_close(torch.cat(pieces, dim=1), positions(words))
    assert not torch.allclose(positions(words[:, 2:3]), pieces[1])


@pytest.mark.parametrize("kind", ["sinusoidal", "learned"])
def test_words_are_scaled_by_the_root_of_their_size_before_they_are_placed(kind):
    positions, words = build_positions(kind, SIZE), torch.randn(ROWS, STEPS, SIZE)
    nowhere = positions(torch.zeros(ROWS, STEPS, SIZE))
    torch.testing.assert_close(positions(words) - nowhere, words * 7**0.5)
    assert (nowhere == nowhere[:1]).all() and (nowhere[0, 0] != nowhere[0, 1]).any()


def test_the_same_word_differs_from_place_to_place_and_precision_is_kept():
    for precision in (torch.float32, torch.float64):
        placed = SinusoidalPositions()(torch.ones(1, STEPS, SIZE, dtype=precision))
        assert placed.dtype == precision and len(placed[0].unique(dim=0)) == STEPS


def test_sinusoids_go_beyond_any_length_and_have_nothing_to_learn():
    positions = SinusoidalPositions()
    placed = positions(torch.zeros(1, 2, SIZE), first=10**6)
    assert placed.isfinite().all() and placed.abs().max() <= 1
    assert list(positions.parameters()) == [] and positions.state_dict() == {}


def test_learned_positions_end_with_their_table_and_say_what_to_do():
    positions = LearnedPositions(SIZE)
    assert positions(torch.zeros(1, MAX_POSITIONS, SIZE)).shape == (1, MAX_POSITIONS, SIZE)
    for first, steps in ((0, MAX_POSITIONS + 1), (MAX_POSITIONS, 1)):
        with pytest.raises(ValueError, match="end at 1024, but a sentence has 1025 tokens; use positions='sinusoidal'"):
            positions(torch.zeros(1, steps, SIZE), first)


def test_learned_positions_reach_as_far_as_a_translator_reads_and_writes():
    assert MAX_POSITIONS >= 2 * MAX_SOURCE_TOKENS + 10


def test_a_position_learns_from_the_words_that_stand_there():
    positions = LearnedPositions(SIZE)
    positions(torch.zeros(ROWS, 2, SIZE), first=3).sum().backward()
    learning = positions.table.weight.grad.ne(0).any(1).nonzero().flatten()
    assert learning.tolist() == [3, 4]


def test_unknown_positions_are_refused_with_those_there_are():
    with pytest.raises(ValueError, match="positions='rotary' is unknown; use one of sinusoidal, learned"):
        build_positions("rotary", SIZE)
