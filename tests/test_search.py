"""Search: on tables that can be solved on paper, against every sentence there is, and on a real small model.

A table takes the model's place: `step` looks up how likely each word is after what a row has written so far. The
words are A, B and C; `<pad> <unk> <bos> <eos>` have the ids 0 to 3.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import product

import pytest
import torch
from torch import Tensor

from tutor_nmt import search as room
from tutor_nmt.batching import Example, make_batch, pad
from tutor_nmt.model import ModelConfig, TranslationModel, build_model
from tutor_nmt.search import Hypothesis, SearchResult, beam_search, greedy_search, length_penalty, sample
from tutor_nmt.vocabulary import BOS_ID, EOS_ID, PAD_ID, UNK_ID

A, B, C = 4, 5, 6
SIZE = 7  # of the vocabulary: four reserved symbols and three words
Written = tuple[int, ...]  # what a row has read so far, <bos> first


@dataclass(frozen=True)
class Rows:
    """The state of a table: for each row its sentence's number and what it has read; a wrong `select` shows."""

    sentences: list[int]
    written: list[Written]

    def select(self, rows: Tensor) -> "Rows":
        return Rows([self.sentences[row] for row in rows], [self.written[row] for row in rows])


@dataclass
class Table:
    """`log_probs(sentence, written)` -> a log-probability for every word; keeps count of the rows it was asked for."""

    log_probs: Callable[[int, Written], Tensor]
    rows: list[int] = field(default_factory=list)

    def step(self, tokens: Tensor, state: Rows) -> tuple[Tensor, Tensor, Rows]:
        self.rows.append(len(tokens))
        written = [(*before, token) for before, token in zip(state.written, tokens.tolist(), strict=True)]
        asked = list(zip(state.sentences, written, strict=True))
        log_probs = torch.stack([self.log_probs(*question) for question in asked])
        # Weights that tell who was asking: (sentence, words read, last word read).
        weights = torch.tensor([[float(sentence), len(read), read[-1]] for sentence, read in asked])
        return log_probs, weights, Rows(state.sentences, written)


def start(num_sentences: int = 1) -> tuple[Rows, Tensor]:
    """The state before the first step, and the `<bos>` of each sentence."""
    return Rows(list(range(num_sentences)), [()] * num_sentences), torch.full((num_sentences,), BOS_ID)


def bigrams(after: dict[int, dict[int, float]], size: int = SIZE) -> Table:
    """A table of probabilities that depend on the last word only; what is not listed is impossible."""

    def log_probs(sentence: int, written: Written) -> Tensor:
        row = torch.zeros(size)
        for word, prob in after.get(written[-1], {}).items():  # rows that only fill a beam read <eos>
            row[word] = prob
        return row.log()

    return Table(log_probs)


def random_table(seed: int, size: int = SIZE) -> Table:
    """Random probabilities that depend on the sentence and on all that was written."""

    @cache
    def log_probs(sentence: int, written: Written) -> Tensor:
        generator = torch.Generator().manual_seed(hash((seed, sentence, written)) % 2**31)
        return torch.log_softmax(2 * torch.randn(size, generator=generator), dim=0)

    return Table(log_probs)


def beam(table: Table, num_sentences: int = 1, max_length: int | Sequence[int] = 5, **options) -> list[SearchResult]:
    return beam_search(table.step, *start(num_sentences), max_length, **options)


def the_best(results: list[SearchResult]) -> list[list[int]]:
    return [result.hypotheses[0].ids for result in results]


# --- solved on paper ---

#                  <bos>
#           A 0.6 /     \ B 0.4
#                A       B
#    <eos> 0.4  /|\     / \  <eos> 0.9
#         A 0.35 |     A 0.1           "A" has 0.6 * 0.4 = 0.24, "B" has 0.4 * 0.9 = 0.36
#           B 0.25
GARDEN_PATH = {BOS_ID: {A: 0.6, B: 0.4}, A: {EOS_ID: 0.4, A: 0.35, B: 0.25}, B: {EOS_ID: 0.9, A: 0.1}}


def test_greedy_takes_the_likelier_first_word_and_misses_the_likelier_sentence():
    (result,) = greedy_search(bigrams(GARDEN_PATH).step, *start(), max_length=5)
    (found,) = result.hypotheses
    assert found.ids == [A] and found.finished
    assert found.log_prob == pytest.approx(math.log(0.6 * 0.4))


def test_a_beam_of_two_finds_the_sentence_that_greedy_misses():
    (result,) = beam(bigrams(GARDEN_PATH), beam_size=2, n_best=2, alpha=0.0)
    assert [one.ids for one in result.hypotheses] == [[B], [A]]
    assert [math.exp(one.log_prob) for one in result.hypotheses] == pytest.approx([0.4 * 0.9, 0.6 * 0.4])


def test_the_trace_lists_what_each_step_looked_at_best_first():
    (result,) = beam(bigrams(GARDEN_PATH), beam_size=2, alpha=0.0, trace=True)
    # Two candidates lead out of <bos>; of the five after that, the best 2 * beam_size are looked at.
    assert [[(one.ids, round(math.exp(one.log_prob), 4)) for one in step] for step in result.trace] == [
        [([A], 0.6), ([B], 0.4)],
        [([B, EOS_ID], 0.36), ([A, EOS_ID], 0.24), ([A, A], 0.21), ([A, B], 0.15)],
    ]
    assert [[one.finished for one in step] for step in result.trace] == [[False, False], [True, True, False, False]]


def test_the_trace_says_which_candidates_fell_out_of_the_beam():
    after = {BOS_ID: {A: 0.5, B: 0.3, EOS_ID: 0.2}, A: {A: 0.6, B: 0.4}, B: {A: 0.5, EOS_ID: 0.5}}
    (result,) = beam(bigrams(after), beam_size=2, max_length=2, alpha=0.0, trace=True)
    first, second = result.trace
    # <eos> is third of three: too late to finish, since a beam of two has room for the first two only.
    assert [(one.ids, one.kept) for one in first] == [([A], True), ([B], True), ([EOS_ID], False)]
    kept = {tuple(one.ids): one.kept for one in second}  # 0.3, 0.2, and two with 0.15
    assert kept == {(A, A): True, (A, B): True, (B, A): False, (B, EOS_ID): False}


@pytest.mark.parametrize("seed", range(3))
def test_each_candidate_holds_where_its_last_word_looked(seed):
    for step, looked_at in enumerate(beam(random_table(seed), beam_size=3, trace=True)[0].trace):
        for one in looked_at:  # a table's weights tell who was asking: sentence, words read, last word read
            assert one.weights.tolist() == [0, step + 1, one.ids[-2] if step else BOS_ID]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("beam_size", [1, 2, 5])
def test_a_trace_changes_nothing_that_is_found(seed, beam_size):
    table, traced = random_table(seed), random_table(seed)
    plain = beam(table, 3, beam_size=beam_size, n_best=beam_size)
    found = beam(traced, 3, beam_size=beam_size, n_best=beam_size, trace=True)
    assert traced.rows == table.rows  # the model was asked for as many rows, as often
    for one, other in zip(plain, found, strict=True):
        for before, after in zip(one.hypotheses, other.hypotheses, strict=True):
            assert (before.ids, before.log_prob, before.score) == (after.ids, after.log_prob, after.score)
            assert torch.equal(before.attention, after.attention)


def test_without_a_trace_no_candidate_is_made(monkeypatch):
    monkeypatch.setattr(room, "Candidate", lambda *parts: pytest.fail("a candidate was made that nobody asked for"))
    (result,) = beam(bigrams(GARDEN_PATH), beam_size=2)
    assert result.trace is None
    with pytest.raises(pytest.fail.Exception):  # the control
        beam(bigrams(GARDEN_PATH), beam_size=2, trace=True)
    (result,) = greedy_search(bigrams(GARDEN_PATH).step, *start(), max_length=5)
    assert result.trace is None


def test_an_impatient_beam_stops_at_the_first_end_of_sentence_and_a_patient_one_finds_more():
    after = {BOS_ID: {EOS_ID: 0.3, A: 0.6, B: 0.1}, A: {EOS_ID: 0.7, A: 0.3}, B: {EOS_ID: 1.0}}
    options = {"beam_size": 3, "n_best": 3, "alpha": 0.0}
    # After one step "" has ended; after two "A" and "B"; after three "A A", which only the patient beam waits for.
    for patience, finished in [(1 / 3, [[]]), (1, [[A], [], [B]]), (4 / 3, [[A], [], [A, A]])]:
        (result,) = beam(bigrams(after), patience=patience, **options)
        assert [one.ids for one in result.hypotheses if one.finished] == finished


@pytest.mark.parametrize("patience", [0, -1, math.nan, math.inf])
def test_a_patience_that_waits_for_nothing_or_for_ever_is_refused(patience):
    with pytest.raises(ValueError, match="patience="):
        beam(bigrams(GARDEN_PATH), patience=patience)


def test_the_search_does_not_stop_at_the_first_end_of_sentence():
    after = {BOS_ID: {EOS_ID: 0.3, A: 0.6, B: 0.1}, A: {EOS_ID: 1.0}, B: {EOS_ID: 1.0}}
    (result,) = beam(bigrams(after), beam_size=3, n_best=3, alpha=0.0)
    assert [one.ids for one in result.hypotheses] == [[A], [], [B]]  # 0.6 after two steps beats 0.3 after one


@pytest.mark.parametrize("alpha", [0.0, 1.0, 2.0])
def test_the_end_of_sentence_counts_once_in_length_and_probability(alpha):
    after = {BOS_ID: {A: 0.6, B: 0.4}, A: {C: 0.6, EOS_ID: 0.4}, B: {B: 1.0}, C: {C: 0.6, EOS_ID: 0.4}}
    (result,) = beam(bigrams(after), beam_size=31, n_best=31, alpha=alpha)
    found = {tuple(one.ids): one for one in result.hypotheses}
    assert found[A,].log_prob == pytest.approx(math.log(0.6 * 0.4))
    assert found[A,].score == pytest.approx(math.log(0.6 * 0.4) / 2**alpha)  # two tokens: A, <eos>
    assert found[A, C].score == pytest.approx(math.log(0.6 * 0.6 * 0.4) / 3**alpha)  # three: A, C, <eos>
    assert found[B, B, B, B, B].score == pytest.approx(math.log(0.4) / 5**alpha)  # five: cut off before its <eos>


def test_greedy_hypotheses_are_scored_per_token():
    after = {BOS_ID: {A: 0.6, B: 0.4}, A: {EOS_ID: 0.7, B: 0.3}}
    (result,) = greedy_search(bigrams(after).step, *start(), max_length=5)
    assert result.hypotheses[0].score == pytest.approx(math.log(0.6 * 0.7) / 2)


def test_the_length_penalty_is_the_length_to_the_power_of_alpha():
    assert [length_penalty(length, 0.0) for length in (1, 3, 5)] == [1, 1, 1]
    assert [length_penalty(length, 1.0) for length in (1, 3, 5)] == [1, 3, 5]
    assert length_penalty(4, 0.5) == pytest.approx(2.0)


def test_a_larger_alpha_prefers_the_longer_sentence():
    # "" has 0.5; "A A" has 0.45, which is 0.45 ** (1/3) = 0.77 a token.
    after = {BOS_ID: {EOS_ID: 0.5, A: 0.5}, A: {B: 0.9, C: 0.1}, B: {EOS_ID: 1.0}, C: {EOS_ID: 1.0}}
    assert the_best(beam(bigrams(after), beam_size=3, alpha=0.0)) == [[]]
    assert the_best(beam(bigrams(after), beam_size=3, alpha=1.0)) == [[A, B]]


def test_a_sentence_cut_off_at_max_length_is_marked_and_ranks_after_the_finished_ones():
    after = {BOS_ID: {A: 0.9, B: 0.1}, A: {A: 0.9, EOS_ID: 0.1}, B: {EOS_ID: 1.0}}
    (result,) = beam(bigrams(after), max_length=3, beam_size=5, n_best=5, alpha=0.0)
    found = [(one.ids, round(math.exp(one.log_prob), 3), one.finished) for one in result.hypotheses]
    assert found == [([B], 0.1, True), ([A], 0.09, True), ([A, A], 0.081, True), ([A, A, A], 0.729, False)]


def test_what_is_impossible_is_not_returned_to_fill_up_the_n_best():
    after = {BOS_ID: {A: 1.0}, A: {EOS_ID: 1.0}}
    (result,) = beam(bigrams(after), beam_size=5, n_best=5)
    assert [one.ids for one in result.hypotheses] == [[A]]


def test_a_beam_wider_than_the_vocabulary_works():
    after = {BOS_ID: {A: 0.7, EOS_ID: 0.3}, A: {A: 0.6, EOS_ID: 0.4}}
    (result,) = beam(bigrams(after, size=5), max_length=3, beam_size=11, n_best=4, alpha=0.0)  # 22 candidates of 55
    assert [one.ids for one in result.hypotheses] == [[], [A], [A, A], [A, A, A]]


# --- against every sentence there is ---


def all_sentences(table: Table, size: int, max_length: int, alpha: float) -> list[Hypothesis]:
    """Every sequence of at most max_length tokens, finished ones first, by score."""
    words = [UNK_ID, *range(4, size)]
    found = []
    for length in range(max_length + 1):
        for ids in product(words, repeat=length):
            total = torch.zeros(())
            for position, word in enumerate(ids):
                total = total + table.log_probs(0, (BOS_ID, *ids[:position]))[word]
            finished = length < max_length
            if finished:
                total = total + table.log_probs(0, (BOS_ID, *ids))[EOS_ID]
            score = float(total) / (length + finished) ** alpha
            found.append(Hypothesis(list(ids), float(total), score, torch.zeros(0), finished))
    return sorted(found, key=lambda one: (not one.finished, -one.score))


@pytest.mark.parametrize("alpha", [0.0, 0.7, 1.0, 1.9])
@pytest.mark.parametrize(("seed", "n_best"), [(1, 1), (2, 5), (3, 31), (4, 31), (5, 31)])
def test_a_beam_as_wide_as_the_space_finds_all_sentences_in_the_right_order(seed, n_best, alpha):
    table, size, max_length = random_table(seed, size=5), 5, 4
    expected = all_sentences(table, size, max_length, alpha)
    assert len(expected) == 31  # <unk> and A in up to four places: 1 + 2 + 4 + 8 finished, 16 cut off
    (result,) = beam(table, max_length=max_length, beam_size=31, n_best=n_best, alpha=alpha)
    assert [one.ids for one in result.hypotheses] == [one.ids for one in expected[:n_best]]
    assert [one.finished for one in result.hypotheses] == [one.finished for one in expected[:n_best]]
    assert [one.score for one in result.hypotheses] == pytest.approx([one.score for one in expected[:n_best]])
    assert [one.log_prob for one in result.hypotheses] == pytest.approx([one.log_prob for one in expected[:n_best]])


@pytest.mark.parametrize("seed", range(7))
def test_a_larger_alpha_never_shortens_the_winner_of_a_wide_beam(seed):
    results = [beam(random_table(seed, size=5), max_length=4, beam_size=31, alpha=a) for a in (0, 0.3, 0.7, 1, 2, 3)]
    lengths = [len(ids) for (ids,) in map(the_best, results)]
    assert lengths == sorted(lengths)


@pytest.mark.parametrize("alpha", [0.0, 0.7, 1.0])
@pytest.mark.parametrize("seed", range(11))
def test_greedy_is_a_beam_of_one(seed, alpha):
    greedy = greedy_search(random_table(seed).step, *start(3), max_length=7, alpha=alpha)
    narrow = beam(random_table(seed), 3, max_length=7, beam_size=1, alpha=alpha)
    for left, right in zip(greedy, narrow, strict=True):
        (one,), (other,) = left.hypotheses, right.hypotheses
        assert (one.ids, one.finished) == (other.ids, other.finished)
        assert one.log_prob == pytest.approx(other.log_prob, abs=1e-5)
        assert one.score == pytest.approx(other.score, abs=1e-5)
        assert torch.equal(one.attention, other.attention)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("beam_size", [2, 5])
def test_log_prob_is_the_sum_over_the_words_and_the_attention_is_theirs(seed, beam_size):
    table = random_table(seed)
    results = beam(table, num_sentences=3, max_length=7, beam_size=beam_size, n_best=beam_size)
    for sentence, result in enumerate(results):
        for found in result.hypotheses:
            tokens = [*found.ids, EOS_ID] if found.finished else found.ids
            read = [BOS_ID, *found.ids]
            expected = sum(
                float(table.log_probs(sentence, tuple(read[: i + 1]))[word]) for i, word in enumerate(tokens)
            )
            assert found.log_prob == pytest.approx(expected, abs=1e-5)
            asked = [[sentence, position + 1, read[position]] for position in range(len(found.ids))]
            assert found.attention.tolist() == asked


@pytest.mark.parametrize("seed", range(5))
def test_no_two_of_the_n_best_are_the_same(seed):
    for result in beam(random_table(seed), num_sentences=3, max_length=5, beam_size=7, n_best=7):
        assert len({tuple(one.ids) for one in result.hypotheses}) == len(result.hypotheses) == 7


# --- sentences of a batch do not influence each other ---


def searches() -> dict[str, Callable[..., list]]:
    """Each kind of search as (step, state, first, max_length) -> results."""
    return {
        "greedy": greedy_search,
        "beam": lambda *arguments: beam_search(*arguments, beam_size=3, n_best=3),
        "sample": lambda *arguments: sample(*arguments, top_k=1),
    }


@pytest.mark.parametrize("search", searches())
def test_each_sentence_keeps_its_own_max_length(search):
    endless = bigrams({BOS_ID: {A: 1.0}, A: {A: 1.0}})
    results = searches()[search](endless.step, *start(3), [2, 7, 3])
    assert the_best(results) == [[A] * 2, [A] * 7, [A] * 3]
    assert not any(result.hypotheses[0].finished for result in results)


def test_finished_sentences_drop_out_and_the_others_go_on_unchanged():
    # Sentence 0 says nothing, sentence 1 three words, sentence 2 one word; then each goes on about <eos>.
    say = {0: [], 1: [A, B, C], 2: [C]}

    def log_probs(sentence: int, written: Written) -> Tensor:
        wanted = [*say[sentence], EOS_ID][len(written) - 1]
        return torch.full((SIZE,), 0.02).index_fill(0, torch.tensor(wanted), 0.9).log()

    table = Table(log_probs)
    assert the_best(greedy_search(table.step, *start(3), max_length=11)) == [say[0], say[1], say[2]]
    assert table.rows == [3, 2, 1, 1]


@pytest.mark.parametrize("search", searches())
def test_no_sentences_give_no_results(search):
    assert searches()[search](random_table(1).step, Rows([], []), torch.zeros(0, dtype=torch.long), 3) == []


@pytest.mark.parametrize("search", searches())
def test_padding_and_bos_are_never_written_even_if_the_table_loves_them(search):
    after = dict.fromkeys((BOS_ID, A), {PAD_ID: 0.5, BOS_ID: 0.4, A: 0.06, EOS_ID: 0.04})
    (result,) = searches()[search](bigrams(after).step, *start(), 5)
    assert result.hypotheses[0].ids[0] == A
    assert not {PAD_ID, BOS_ID} & {word for one in result.hypotheses for word in one.ids}
    if search != "beam":  # the log-probability is the model's: what it wastes on <pad> is not shared out
        assert result.hypotheses[0].log_prob == pytest.approx(5 * math.log(0.06), rel=1e-5)


@pytest.mark.parametrize("search", searches())
def test_the_attention_of_an_empty_translation_still_has_the_width_of_the_source(search):
    (result,) = searches()[search](bigrams({BOS_ID: {EOS_ID: 1.0}}).step, *start(), 5)
    assert result.hypotheses[0].ids == [] and result.hypotheses[0].attention.shape == (0, 3)


# --- sampling ---

#                 A 0.5, B 0.3, C 0.2, and then the end
DRAW = {BOS_ID: {A: 0.5, B: 0.3, C: 0.2}, A: {EOS_ID: 1.0}, B: {EOS_ID: 1.0}, C: {EOS_ID: 1.0}}
DRAWS = 3001


def draws(**options) -> Counter[int]:
    """How often each word came first in many draws of one seed."""
    generator = torch.Generator().manual_seed(1)
    results = sample(bigrams(DRAW).step, *start(DRAWS), 5, generator=generator, **options)
    return Counter(word for (word,) in the_best(results))


def shares(**probs: float) -> dict[int, float]:
    """Numbers in proportion to these, by word, with sum 1."""
    return {{"A": A, "B": B, "C": C}[name]: prob / sum(probs.values()) for name, prob in probs.items()}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, shares(A=0.5, B=0.3, C=0.2)),
        ({"temperature": 0.5}, shares(A=0.25, B=0.09, C=0.04)),  # p ** (1 / temperature)
        ({"temperature": 2.0}, shares(A=0.5**0.5, B=0.3**0.5, C=0.2**0.5)),
        ({"temperature": 0.01}, shares(A=1)),
        ({"top_k": 1}, shares(A=1)),
        ({"top_k": 2}, shares(A=5, B=3)),
        ({"top_k": 99}, shares(A=5, B=3, C=2)),
        ({"top_p": 0.4}, shares(A=1)),  # A alone reaches 0.4, though 0.5 exceeds it
        ({"top_p": 0.6}, shares(A=5, B=3)),  # A is not enough, A and B are
        ({"top_p": 0.9}, shares(A=5, B=3, C=2)),
        ({"temperature": 0.5, "top_p": 0.6}, shares(A=1)),  # sharpened first: A has 0.25 / 0.38 = 0.66
    ],
    ids=lambda value: " ".join(f"{name} {number:.2g}" for name, number in value.items()),
)
def test_sampled_frequencies_are_the_probabilities(options, expected):
    counts = draws(**options)
    assert counts.keys() == expected.keys()
    chi_square = sum((counts[word] - DRAWS * share) ** 2 / (DRAWS * share) for word, share in expected.items())
    assert chi_square < 14  # exceeded once in a thousand seeds where three words are possible


def test_the_log_prob_of_a_sample_is_the_models_own_whatever_reshaped_the_draw():
    (result,) = sample(bigrams(DRAW).step, *start(), 5, temperature=0.01, top_k=2, top_p=0.9)
    assert result.hypotheses[0].log_prob == pytest.approx(math.log(0.5))


@pytest.mark.parametrize("seed", range(3))
def test_sampling_with_a_vanishing_temperature_or_top_k_of_one_is_greedy(seed):
    greedy = the_best(greedy_search(random_table(seed).step, *start(5), 7))
    assert the_best(sample(random_table(seed).step, *start(5), 7, temperature=1e-4)) == greedy
    assert the_best(sample(random_table(seed).step, *start(5), 7, top_k=1)) == greedy


def test_a_generator_makes_samples_repeatable_and_leaves_the_global_one_alone():
    before = torch.get_rng_state()
    first, again, other = (
        the_best(sample(random_table(1).step, *start(5), 7, generator=torch.Generator().manual_seed(seed)))
        for seed in (1, 1, 2)
    )
    assert first == again != other
    assert torch.equal(torch.get_rng_state(), before)


# --- bad arguments ---


@pytest.mark.parametrize("options", [{"beam_size": 0}, {"beam_size": 2, "n_best": 3}, {"n_best": 0}], ids=str)
def test_a_beam_without_room_for_the_n_best_is_refused(options):
    with pytest.raises(ValueError, match="1 <= n_best <= beam_size"):
        beam(bigrams(GARDEN_PATH), **options)


@pytest.mark.parametrize("options", [{"temperature": 0.0}, {"top_k": -1}, {"top_p": 0.0}, {"top_p": 1.1}], ids=str)
def test_a_distribution_that_cannot_be_drawn_from_is_refused(options):
    with pytest.raises(ValueError, match="temperature > 0"):
        sample(bigrams(GARDEN_PATH).step, *start(), 5, **options)


@pytest.mark.parametrize("search", searches())
@pytest.mark.parametrize("max_length", [0, [3, 0], [3], [3, 3, 3]], ids=str)
def test_a_max_length_that_leaves_no_room_or_names_other_sentences_is_refused(search, max_length):
    with pytest.raises(ValueError, match="2 sentences"):
        searches()[search](bigrams(GARDEN_PATH).step, *start(2), max_length)


# --- with a real model ---

MODELS = {
    "Luong": ModelConfig(attend="after"),
    "Bahdanau": ModelConfig(attention="additive", attend="before"),
    "stacked LSTM": ModelConfig(attend="between", decoder_layers=2, encoder_layers=2, cell="lstm"),
    "no attention": ModelConfig(attention="none"),
}
SOURCES = [[7, 4, 9, 10, 5, 8, EOS_ID], [6, EOS_ID], [9, 9, 4, 7, EOS_ID], [5, 10, EOS_ID], [4] * 10 + [EOS_ID]]
LIMITS = [2 * len(source) for source in SOURCES]


def real_model(name: str) -> TranslationModel:
    """A small model in float64, its weights enlarged until it has opinions: some sentences end, some do not."""
    torch.manual_seed(3)
    config = MODELS[name].__dict__ | {"embedding_size": 5, "hidden_size": 7, "encoder_size": 3}
    model = build_model(ModelConfig(**config), 11, 11).double().eval()
    with torch.no_grad():
        for weight in model.parameters():
            weight.mul_(3)
        model.decoder.output.bias[EOS_ID] += 1
    return model


@torch.no_grad()
def translate(model: TranslationModel, chosen: Sequence[int], beam_size: int, n_best: int = 1) -> list[SearchResult]:
    sources = [SOURCES[index] for index in chosen]
    state = model.start(pad(sources), torch.tensor([len(source) for source in sources]))
    first = torch.full((len(sources),), BOS_ID)
    limits = [LIMITS[index] for index in chosen]
    if beam_size == 1:
        return greedy_search(model.step, state, first, limits)
    return beam_search(model.step, state, first, limits, beam_size, n_best)


@pytest.mark.parametrize("beam_size", [1, 5])
@pytest.mark.parametrize("name", MODELS)
def test_a_sentence_is_translated_alike_alone_in_a_batch_and_in_another_order(name, beam_size):
    model = real_model(name)
    alone = [translate(model, [index], beam_size, beam_size)[0] for index in range(len(SOURCES))]
    assert len({len(result.hypotheses[0].ids) for result in alone}) > 2  # else little is tested: they end together
    for order in ([0, 1, 2, 3, 4], [4, 2, 0, 1, 3]):
        for index, result in zip(order, translate(model, order, beam_size, beam_size), strict=True):
            length = len(SOURCES[index])
            assert [one.ids for one in result.hypotheses] == [one.ids for one in alone[index].hypotheses]
            for one, other in zip(result.hypotheses, alone[index].hypotheses, strict=True):
                # The log-softmax of a step is float32, hence not the last digit.
                assert one.log_prob == pytest.approx(other.log_prob, abs=1e-5)
                assert one.attention.shape == (len(one.ids), 11) and not one.attention[:, length:].any()
                torch.testing.assert_close(one.attention[:, :length], other.attention, atol=1e-6, rtol=0)


@pytest.mark.parametrize("name", MODELS)
def test_log_prob_is_what_teacher_forcing_gives_the_same_sentence(name):
    model = real_model(name)
    for source, result in zip(SOURCES, translate(model, range(len(SOURCES)), beam_size=3, n_best=3), strict=True):
        for found in result.hypotheses:
            written = [*found.ids, EOS_ID] if found.finished else found.ids
            with torch.no_grad():
                logits, weights = model(make_batch([Example(source, written)]))
            log_probs = torch.log_softmax(logits[0], dim=-1).gather(1, torch.tensor(written).unsqueeze(1))
            assert found.log_prob == pytest.approx(float(log_probs.sum()), abs=1e-4)
            torch.testing.assert_close(
                found.attention[:, : len(source)], weights[0, : len(found.ids)], atol=1e-6, rtol=0
            )
