"""Batches: nothing is lost, nothing is added but padding, and of that little."""

import random

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor_nmt.batching import (
    Example,
    RandomBatches,
    TokenBatches,
    encode_pairs,
    encode_source,
    make_batch,
    pad,
    padding_share,
)
from tutor_nmt.corpora import SentencePair, load_corpus
from tutor_nmt.vocabulary import BOS_ID, EOS_ID, PAD_ID, UNK_ID, SubwordVocabulary, WordVocabulary

# One short and one long pair, as ids: 5, 7, 11 and 13 are words.
SHORT, LONG = Example(src=[5, EOS_ID], tgt=[7, 11, EOS_ID]), Example(src=[7, 5, 13, EOS_ID], tgt=[13, EOS_ID])

lengths = st.integers(min_value=1, max_value=13)
corpora = st.lists(st.tuples(lengths, lengths), min_size=1, max_size=41)
budgets = st.integers(min_value=13, max_value=97)


def examples_of(sizes: list[tuple[int, int]]) -> list[Example]:
    """An example of each size; what the words are matters nowhere here."""
    return [Example([4] * (src - 1) + [EOS_ID], [4] * (tgt - 1) + [EOS_ID]) for src, tgt in sizes]


@pytest.fixture
def vocabulary() -> WordVocabulary:
    return WordVocabulary(["a", "b", "c", "d", "e"])  # ids 4 to 8


# --- from lines to ids ---


def test_both_sides_of_a_pair_end_in_eos_and_neither_begins_with_bos(vocabulary):
    assert encode_pairs([SentencePair("a c", "b"), SentencePair("", "x a")], vocabulary, vocabulary) == [
        Example([4, 6, EOS_ID], [5, EOS_ID]),
        Example([EOS_ID], [UNK_ID, 4, EOS_ID]),
    ]


def test_each_side_is_encoded_by_its_own_vocabulary(vocabulary):
    other = WordVocabulary(["b", "a"])
    assert encode_pairs([SentencePair("a b", "a b")], vocabulary, other) == [Example([4, 5, EOS_ID], [5, 4, EOS_ID])]


def test_a_reversed_source_keeps_eos_last_and_leaves_the_target_alone(vocabulary):
    assert encode_source("a b c", vocabulary, reverse=True) == [6, 5, 4, EOS_ID]
    (example,) = encode_pairs([SentencePair("a b c", "a b c")], vocabulary, vocabulary, reverse_source=True)
    assert example == Example([6, 5, 4, EOS_ID], [4, 5, 6, EOS_ID])


@pytest.mark.parametrize(
    ("max_length", "ids"), [(None, [4, 5, 6, EOS_ID]), (4, [4, 5, 6, EOS_ID]), (3, [4, 5, EOS_ID]), (1, [EOS_ID])]
)
def test_a_long_source_keeps_its_first_words_and_its_eos(vocabulary, max_length, ids):
    assert encode_source("a b c", vocabulary, max_length=max_length) == ids


def test_cutting_comes_before_reversing_so_that_the_end_of_the_line_is_lost(vocabulary):
    assert encode_source("a b c", vocabulary, reverse=True, max_length=3) == [5, 4, EOS_ID]


@pytest.mark.parametrize("max_length", [0, -1])
def test_a_maximum_length_without_room_for_eos_is_refused(vocabulary, max_length):
    with pytest.raises(ValueError, match=f"max_length={max_length} leaves no room for <eos>"):
        encode_source("a b c", vocabulary, max_length=max_length)


# --- from ids to rectangles ---


def test_rows_are_filled_up_to_the_longest():
    padded = pad([[5, 7], [3], [11, 13, 17]])
    assert padded.tolist() == [[5, 7, PAD_ID], [3, PAD_ID, PAD_ID], [11, 13, 17]]
    assert padded.dtype == torch.int64
    assert pad([[5], []], pad_id=-100).tolist() == [[5], [-100]]


def test_what_the_decoder_reads_lags_one_word_behind_what_it_must_answer():
    batch = make_batch([SHORT, LONG])
    assert batch.src.tolist() == [[5, EOS_ID, PAD_ID, PAD_ID], [7, 5, 13, EOS_ID]]
    assert batch.src_lengths.tolist() == [2, 4]
    assert batch.tgt_in.tolist() == [[BOS_ID, 7, 11], [BOS_ID, 13, PAD_ID]]
    assert batch.tgt_out.tolist() == [[7, 11, EOS_ID], [13, EOS_ID, PAD_ID]]


def test_tokens_to_predict_include_eos_and_no_padding():
    assert make_batch([SHORT, LONG]).num_tokens == 3 + 2


def test_a_batch_moves_to_a_device_whole_but_its_lengths_stay_on_the_cpu():
    batch = make_batch([SHORT, LONG]).to("meta")  # a device that is always there
    assert [tensor.device.type for tensor in batch] == ["meta", "cpu", "meta", "meta"]


def test_a_batch_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one example"):
        make_batch([])


# --- batches in random order ---


@settings(max_examples=50, deadline=None)
@given(corpora, st.integers(1, 9), st.integers(0, 5), st.integers(0, 5), st.booleans())
def test_random_batches_hold_every_example_once_and_all_but_the_last_are_full(sizes, size, seed, epoch, shuffle):
    groups = RandomBatches(examples_of(sizes), size, seed, shuffle).groups(epoch)
    assert sorted(index for group in groups for index in group) == list(range(len(sizes)))
    assert all(len(group) == size for group in groups[:-1]) and 1 <= len(groups[-1]) <= size


def test_random_batches_follow_from_seed_and_epoch_alone():
    def order(seed, epoch, shuffle=True):
        return sum(RandomBatches(examples_of([(2, 2)] * 37), 5, seed, shuffle).groups(epoch), [])

    assert order(1, 0) == order(1, 0) != list(range(37)) == order(1, 0, shuffle=False)
    assert len({tuple(order(seed, epoch)) for seed in (1, 2) for epoch in (0, 1)}) == 4


def test_a_random_batch_of_no_pair_is_refused():
    with pytest.raises(ValueError, match="batch_size=0 leaves no pair"):
        RandomBatches(examples_of([(2, 2)]), 0)


# --- batches of similar length ---


@settings(max_examples=100, deadline=None)
@given(corpora, budgets, st.integers(0, 5), st.integers(0, 5), st.booleans())
def test_every_example_stands_in_exactly_one_batch_of_an_epoch(sizes, max_tokens, seed, epoch, shuffle):
    groups = TokenBatches(examples_of(sizes), max_tokens, seed, shuffle).groups(epoch)
    assert sorted(index for group in groups for index in group) == list(range(len(sizes)))
    assert all(groups)


@settings(max_examples=100, deadline=None)
@given(corpora, budgets, st.integers(0, 5))
def test_no_batch_exceeds_the_budget_on_either_side_padding_included(sizes, max_tokens, epoch):
    for batch in TokenBatches(examples_of(sizes), max_tokens).epoch(epoch):
        assert batch.src.numel() <= max_tokens and batch.tgt_out.numel() <= max_tokens


@settings(max_examples=100, deadline=None)
@given(corpora, budgets)
def test_a_batch_ends_only_where_one_more_example_would_exceed_the_budget(sizes, max_tokens):
    groups = TokenBatches(examples_of(sizes), max_tokens, shuffle=False).groups()
    for group, following in zip(groups, groups[1:], strict=False):
        one_more = [*group, following[0]]
        assert max(max(sizes[index]) for index in one_more) * len(one_more) > max_tokens


@settings(max_examples=50, deadline=None)
@given(corpora, budgets, st.integers(0, 5))
def test_every_epoch_has_the_number_of_batches_that_len_gives(sizes, max_tokens, epoch):
    batches = TokenBatches(examples_of(sizes), max_tokens)
    assert len(list(batches.epoch(epoch))) == len(batches)


def test_batches_hold_the_words_of_their_examples():
    examples = [Example([index, EOS_ID], [index, index, EOS_ID]) for index in range(4, 41)]
    batches = TokenBatches(examples, max_tokens=11)
    seen = [int(row[0]) for batch in batches for row in batch.src]
    assert sorted(seen) == list(range(4, 41))
    assert all(torch.equal(batch.src[:, 0], batch.tgt_out[:, 1]) for batch in batches)


def test_seed_and_epoch_alone_decide_on_the_order():
    examples = examples_of([(index % 7 + 1, index % 5 + 1) for index in range(101)])
    batches = TokenBatches(examples, max_tokens=31, seed=3)
    first = batches.groups(epoch=1)
    random.seed(7)
    torch.manual_seed(7)
    assert batches.groups(epoch=1) == first == TokenBatches(examples, max_tokens=31, seed=3).groups(epoch=1)
    assert batches.groups(epoch=2) != first
    assert TokenBatches(examples, max_tokens=31, seed=5).groups(epoch=1) != first


def test_another_epoch_brings_other_sentences_of_one_length_together():
    """Not only the batches change places: who meets whom changes too."""
    batches = TokenBatches(examples_of([(3, 3)] * 41), max_tokens=15)
    together = [{frozenset(group) for group in batches.groups(epoch)} for epoch in (0, 1)]
    assert together[0] != together[1]


def test_long_and_short_batches_come_in_any_order_in_training():
    batches = TokenBatches(examples_of([(length, length) for length in range(1, 13)] * 5), max_tokens=24)
    widths = [batch.src.shape[1] for batch in batches]
    assert widths != sorted(widths)


def test_without_shuffling_batches_go_from_short_to_long_in_every_epoch():
    sizes = [(index % 7 + 1, index % 5 + 1) for index in range(101)]
    batches = TokenBatches(examples_of(sizes), max_tokens=31, shuffle=False)
    tgt_lens = [batch.tgt_out.shape[1] for batch in batches]
    assert tgt_lens == sorted(tgt_lens)
    assert batches.groups(0) == batches.groups(1)


def test_an_example_that_fits_no_batch_is_refused_with_a_remedy():
    assert len(TokenBatches(examples_of([(3, 11), (2, 2)]), max_tokens=11)) == 2
    for size in ((3, 11), (11, 3)):
        with pytest.raises(ValueError, match="has 11 tokens, more than max_tokens=10; raise max_tokens or drop"):
            TokenBatches(examples_of([(2, 2), size]), max_tokens=10)


def test_a_corpus_without_examples_is_refused():
    with pytest.raises(ValueError, match="no examples .* is the corpus or the split empty"):
        TokenBatches([])


def test_the_share_of_padding_counts_both_sides():
    # The sources fill 6 of 8 cells, the targets 5 of 6: 3 of 14 hold padding.
    assert padding_share([make_batch([SHORT, LONG])]) == pytest.approx(3 / 14)
    assert padding_share([make_batch([SHORT]), make_batch([LONG])]) == 0


@pytest.mark.corpus("multi30k")
def test_token_batches_of_multi30k_hold_at_most_8_percent_padding_and_random_ones_half():
    pairs = load_corpus("multi30k")["train"]
    vocabulary = SubwordVocabulary.train((line for pair in pairs for line in pair), size=8000)
    examples = encode_pairs(pairs, vocabulary, vocabulary)
    for epoch in (0, 1):
        assert padding_share(TokenBatches(examples, max_tokens=4096).epoch(epoch)) <= 0.08
    assert padding_share(RandomBatches(examples, batch_size=128)) > 0.4
