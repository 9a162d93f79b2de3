"""Exact search: against every sentence there is, on tables; and how much a bound saves."""

import math

import pytest
import torch

from test_search import GARDEN_PATH, SIZE, A, B, Rows, all_sentences, bigrams, random_table, start
from tutor_nmt.exact import exact_search
from tutor_nmt.search import Hypothesis
from tutor_nmt.vocabulary import BOS_ID, EOS_ID, PAD_ID


def search(table, max_length=4, **options):
    return exact_search(table.step, *start(), max_length, **options)


def likeliest(seed: int, max_length: int) -> Hypothesis:
    """The likeliest finished sentence, from the list of all there are."""
    return next(one for one in all_sentences(random_table(seed), SIZE, max_length, 0.0) if one.finished)


def test_exact_search_finds_the_sentence_that_greedy_misses():
    found = search(bigrams(GARDEN_PATH))
    assert found.proven
    assert found.hypothesis.ids == [B]
    assert math.exp(found.hypothesis.log_prob) == pytest.approx(0.4 * 0.9)


@pytest.mark.parametrize("seed", range(7))
@pytest.mark.parametrize("max_length", [1, 2, 4])
def test_what_is_found_is_the_likeliest_of_all_sentences(seed, max_length):
    found, expected = search(random_table(seed), max_length), likeliest(seed, max_length)
    assert found.proven and found.hypothesis.ids == expected.ids
    assert found.hypothesis.log_prob == pytest.approx(expected.log_prob, abs=1e-5)


@pytest.mark.parametrize("seed", range(7))
def test_the_bound_leaves_out_most_beginnings(seed):
    table = random_table(seed)
    found = search(table)
    assert found.steps == len(table.rows) == sum(table.rows)  # one row at a time
    beginnings = sum(4**length for length in range(4))  # <unk>, A, B, C after each other, not yet ended
    assert found.steps < beginnings / 2


@pytest.mark.parametrize("seed", range(7))
def test_a_sentence_that_is_known_before_saves_steps_and_changes_nothing(seed):
    alone = search(random_table(seed))
    best, known = [one for one in all_sentences(random_table(seed), SIZE, 4, 0.0) if one.finished][:11:10]
    found = search(random_table(seed), at_least=known.log_prob)
    assert found.proven and found.steps <= alone.steps and found.hypothesis.ids == best.ids
    assert search(random_table(seed), at_least=best.log_prob + 1e-5)[:2] == (None, True)  # nothing is likelier


def test_a_search_that_is_given_up_says_so_and_keeps_the_best_so_far():
    enough = search(random_table(3))
    for budget in range(1, enough.steps):
        found = search(random_table(3), budget=budget)
        assert not found.proven and found.steps == budget
        assert found.hypothesis is None or found.hypothesis.log_prob <= enough.hypothesis.log_prob
    last = search(random_table(3), budget=enough.steps)
    assert last.proven and last.hypothesis.ids == enough.hypothesis.ids


def test_a_longer_sentence_is_found_only_where_there_is_room_for_it():
    after = {BOS_ID: {A: 0.9, EOS_ID: 0.1}, A: {B: 1.0}, B: {EOS_ID: 1.0}}
    assert search(bigrams(after), max_length=2).hypothesis.ids == []
    assert search(bigrams(after), max_length=3).hypothesis.ids == [A, B]


def test_where_no_sentence_can_end_none_is_found():
    found = search(bigrams({BOS_ID: {A: 1.0}, A: {A: 1.0}}))
    assert found.hypothesis is None and found.proven


def test_each_words_attention_is_that_of_the_step_that_wrote_it():
    found = search(random_table(5))
    read = (BOS_ID, *found.hypothesis.ids)
    assert found.hypothesis.attention.tolist() == [[0, i + 1, read[i]] for i in range(len(found.hypothesis.ids))]


def test_padding_and_bos_are_never_written():
    after = {BOS_ID: {PAD_ID: 0.5, BOS_ID: 0.4, A: 0.1}, A: {EOS_ID: 1.0}}
    assert search(bigrams(after)).hypothesis.ids == [A]


@pytest.mark.parametrize("options", [{"max_length": 0}, {"budget": 0}])
def test_a_search_without_room_is_refused(options):
    with pytest.raises(ValueError, match="needs max_length >= 1 and budget >= 1"):
        search(random_table(0), **options)


def test_several_sentences_at_once_are_refused():
    with pytest.raises(ValueError, match="one sentence at a time"):
        exact_search(random_table(0).step, Rows([0, 1], [(), ()]), torch.tensor([BOS_ID, BOS_ID]), 3)
