"""The translator: raw lines in, raw lines out, whatever is in them; what is saved comes back, what is damaged is named.

Three translators stand in for a real one. `turner` has learnt, in three seconds, to write a sentence from its last word
to its first. `copier` copies without any network, and looks at the word it writes. `untrained(…)` has the form of a
real one and chance for weights: it serves where the form matters and not what is said.
"""

import copy
import json
import pickle
import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from test_files import nearly_full
from tutor_nmt import pretrained
from tutor_nmt import translator as room
from tutor_nmt.batching import Example, make_batch
from tutor_nmt.corpora import ParallelCorpus, SentencePair
from tutor_nmt.experiments import Recipe, train_translator
from tutor_nmt.model import ModelConfig, build_model
from tutor_nmt.search import Candidate, Hypothesis
from tutor_nmt.training import TrainingConfig
from tutor_nmt.translation import choices_of, end_of
from tutor_nmt.translator import MAX_SOURCE_TOKENS, Translation, Translator, TranslatorConfig
from tutor_nmt.vocabulary import EOS_ID, SubwordVocabulary, WordVocabulary, load_vocabulary

DETERMINERS, ADJECTIVES = ("the", "a", "no"), ("red", "blue", "small", "old")
NOUNS, VERBS = ("dog", "cat", "bird", "house", "boat"), ("sees", "finds", "paints")
WORDS = (*DETERMINERS, *ADJECTIVES, *NOUNS, *VERBS)
SENTENCES = [
    " ".join(words)
    for words in (*product(DETERMINERS, ADJECTIVES, NOUNS), *product(DETERMINERS, NOUNS, VERBS, DETERMINERS, NOUNS))
]
NUM_UNSEEN = 40
SIZES = {"embedding_size": 29, "hidden_size": 31, "encoder_size": 17, "dropout": 0.0}


def turned(line: str) -> str:
    return " ".join(reversed(line.split()))


@pytest.fixture(scope="module")
def corpus() -> ParallelCorpus:
    pairs = [SentencePair(line, turned(line)) for line in random.Random(0).sample(SENTENCES, len(SENTENCES))]
    return ParallelCorpus("made-up", "xx", "yy", {"train": pairs[NUM_UNSEEN:], "val": pairs[:NUM_UNSEEN]}, "")


@pytest.fixture(scope="module")
def turner(corpus) -> Translator:
    training = TrainingConfig(epochs=10, max_tokens=120, learning_rate=1e-2, label_smoothing=0.0)
    return train_translator(corpus, Recipe("words", 100, model=ModelConfig(**SIZES), training=training)).translator


@pytest.fixture(scope="module")
def lines(corpus) -> list[str]:
    """Sentences of three and of five words that the turner has not seen, with an empty one between them."""
    unseen = [pair.source for pair in corpus["val"][:13]]
    return [*unseen[:6], "", *unseen[6:]]


def untrained(kind: str = "words", reverse_source: bool = False, seed: int = 0, **choices) -> Translator:
    torch.manual_seed(seed)
    config = ModelConfig(**SIZES | choices)
    source = WordVocabulary(WORDS) if kind == "words" else SubwordVocabulary.train(SENTENCES, 29, kind)
    target = source if config.share_embeddings else WordVocabulary(NOUNS + VERBS)
    model = build_model(config, len(source), len(target)).eval()
    return Translator(TranslatorConfig("xx", "yy", config, reverse_source), model, source, target)


class Copied(NamedTuple):
    """How far each row of the copier has come in its source."""

    sources: list[list[int]]
    positions: list[int]
    src_len: int

    def select(self, rows: Tensor) -> "Copied":
        return Copied([self.sources[row] for row in rows], [self.positions[row] for row in rows], self.src_len)


class Copier(nn.Module):
    """Writes the words of its source in reading order, and attends to the place where the written word stands.

    `turned_round`: its sources come with their last word first, as for a model that was trained so.
    """

    device = torch.device("cpu")

    def __init__(self, vocab_size: int, turned_round: bool):
        super().__init__()
        self.vocab_size, self.turned_round = vocab_size, turned_round
        self.sources: list[list[int]] = []  # all it was ever given

    def start(self, src: Tensor, src_lengths: Tensor) -> Copied:
        rows = [row[:length].tolist() for row, length in zip(src, src_lengths, strict=True)]
        self.sources += rows
        return Copied(rows, [0] * len(rows), src.shape[1])

    def step(self, tokens: Tensor, state: Copied) -> tuple[Tensor, Tensor, Copied]:
        log_probs = torch.full((len(tokens), self.vocab_size), -torch.inf)
        weights = torch.zeros(len(tokens), state.src_len)
        for row, (source, position) in enumerate(zip(state.sources, state.positions, strict=True)):
            words = len(source) - 1
            place = position if position < words else words
            if self.turned_round and position < words:
                place = words - 1 - position
            log_probs[row, source[place]] = 0.0
            weights[row, place] = 1.0
        return log_probs, weights, state._replace(positions=[position + 1 for position in state.positions])


def copier(reverse_source: bool = False) -> Translator:
    vocabulary = WordVocabulary(WORDS)
    config = TranslatorConfig("xx", "xx", ModelConfig(**SIZES), reverse_source)
    return Translator(config, Copier(len(vocabulary), reverse_source), vocabulary, vocabulary)


# --- it translates ---


def test_a_task_of_turning_sentences_round_is_learnt(turner, corpus):
    answers = turner.translate([pair.source for pair in corpus["val"]])
    right = sum(answer == pair.target for answer, pair in zip(answers, corpus["val"], strict=True))
    assert right >= 0.8 * NUM_UNSEEN
    untaught = untrained().translate([pair.source for pair in corpus["val"]])  # the control
    assert sum(answer == pair.target for answer, pair in zip(untaught, corpus["val"], strict=True)) < 0.1 * NUM_UNSEEN


def test_one_line_gives_one_line_and_a_list_gives_a_list(turner):
    assert turner.translate("the red dog") == "dog red the"
    assert turner.translate(["the red dog"]) == ["dog red the"]
    assert turner.translate(("the red dog", "a blue boat")) == ["dog red the", "boat blue a"]
    assert turner.translate([]) == []


@pytest.mark.parametrize("batch_size", [1, 2, 7, 64])
@pytest.mark.parametrize("beam_size", [1, 3])
def test_answers_come_in_the_order_of_the_lines_whatever_their_lengths(batch_size, beam_size):
    chance = random.Random(5)
    lines = [" ".join(chance.choices(WORDS, k=chance.randint(0, 9))) for _ in range(23)]
    assert copier().translate(lines, beam_size, batch_size) == lines


def test_a_line_without_text_has_one_empty_translation(turner):
    blank = ["", " ", "\t \n", "\u3000\u200b\u2028", "\x00\x07\ufeff"]
    assert turner.translate(blank) == [""] * len(blank)
    assert turner.translate("") == ""
    for (only,) in turner.translations(blank, n_best=3):
        assert only.text == "" and only.tokens == [] and only.source_tokens == []
        assert only.attention.shape == (0, 0) and only.log_prob == 0 and only.finished


ODD = {
    "10,000 characters": "the red dog " * 834,
    "one word of 10,000 characters": "x" * 10_000,
    "NUL": "the\x00 red\x00dog",
    "emoji": "the 👩🏽‍🚀 sees 🐕‍🦺❤️",
    "right to left": "הכלב الكلب \u202ethe dog\u202c",
    "Chinese": "一只红色的狗。",
    "U+2028 and other line ends": "the\u2028red\u2029dog\x0b\x0c\x85\r\n sees",
    "reserved symbols spelt out": "<bos> the red <unk> <eos> dog <pad> </s>",
    "the mark of a beginning piece": "▁the ▁ red▁",
    "half a surrogate pair": "the \ud83d dog",
    "combining marks": "d\u0308o\u0301g\u0323" + "\u0301" * 50,
    "only punctuation": "?!… -- „“",
}


@pytest.mark.parametrize("kind", ["words", "bpe", "unigram"])
@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_no_line_breaks_it_and_each_gives_one_line(kind, text):
    translator = untrained(kind)
    answers = translator.translate(["a dog", text, "", text], beam_size=2)
    assert len(answers) == 4 and answers[1] == answers[3] and answers[2] == ""
    for answer in answers:
        assert len(answer.splitlines()) <= 1 and not answer.endswith(("\n", "\r"))
        answer.encode("utf-8")  # can be written to a file


@pytest.mark.parametrize("kind", ["words", "bpe"])
def test_reserved_symbols_that_a_user_spells_out_are_ordinary_text(kind):
    translator = untrained(kind)
    ((answer,),) = translator.translations(["the <eos> dog <pad> red <bos>"], beam_size=1)
    assert answer.source_tokens.count("<eos>") == 1 and answer.source_tokens[-1] == "<eos>"
    assert not {"<pad>", "<bos>"} & set(answer.source_tokens)


def test_an_over_long_line_is_cut_and_keeps_its_end_of_sentence():
    ((answer,),) = copier().translations(["dog " * 1000], beam_size=1)
    assert answer.source_tokens == ["dog"] * (MAX_SOURCE_TOKENS - 1) + ["<eos>"]
    assert answer.text == " ".join(["dog"] * (MAX_SOURCE_TOKENS - 1))


def test_dirt_that_no_reader_sees_changes_nothing(turner):
    assert (
        turner.translate("\ufeff the\u00a0 red\u200b\tdog\x00\r\n") == turner.translate("the red dog") == "dog red the"
    )


@pytest.mark.parametrize(("beam_size", "n_best"), [(5, 9), (1, 2), (0, 1), (5, 0), (5, -1), (-1, -1)])
def test_more_answers_than_the_beam_is_wide_are_refused(turner, beam_size, n_best):
    refused = f"n_best={n_best} .* beam_size={beam_size}" if beam_size > 0 else f"beam_size={beam_size} follows no"
    with pytest.raises(ValueError, match=refused):
        turner.translations(["the red dog"], beam_size, n_best)


@pytest.mark.parametrize("alpha", [float("nan"), float("inf"), 1000.0, -1000.0])
def test_a_length_penalty_that_no_length_can_have_is_refused(turner, alpha):
    with pytest.raises(ValueError, match=f"alpha={alpha} is no length penalty; use a number from 0 to 2"):
        turner.translations(["the red dog"], alpha=alpha)


@pytest.mark.parametrize("batch_size", [0, -1])
def test_a_batch_without_lines_is_refused(turner, batch_size):
    with pytest.raises(ValueError, match=f"batch_size={batch_size}"):
        turner.translate(["the red dog"], batch_size=batch_size)


def test_one_string_where_a_list_belongs_is_refused(turner):
    with pytest.raises(ValueError, match="list of lines"):
        turner.translations("the red dog")


# --- lines of a batch do not influence each other ---


def as_numbers(found: list[list[Translation]]) -> list[list[tuple]]:
    return [[(one.text, one.tokens, one.source_tokens, one.finished) for one in answers] for answers in found]


COMPANY = "no small house " * 40  # so long that all others are mostly padding beside it


@pytest.mark.parametrize(
    "choices",
    [
        None,
        {"attend": "before", "attention": "additive"},
        {"attend": "between", "decoder_layers": 2, "cell": "lstm"},
        {"kind": "bpe", "attention": "dot", "hidden_size": 34},
        {"attention": "none", "final": "mean", "reverse_source": True},
    ],
    ids=["trained", "Bahdanau", "stacked LSTM", "dot, of pieces", "no attention, reversed"],
)
@pytest.mark.parametrize("beam_size", [1, 4])
def test_in_float64_neither_the_size_of_a_batch_nor_padding_nor_order_changes_anything(
    turner, lines, choices, beam_size
):
    exact = copy.deepcopy(turner) if choices is None else untrained(**choices)
    exact.model.double()
    order = random.Random(3).sample(range(len(lines)), len(lines))

    def found(lines: list[str], batch_size: int) -> list[list[Translation]]:
        return exact.translations(lines, beam_size, n_best=beam_size, batch_size=batch_size)

    shuffled = dict(zip(order, found([lines[index] for index in order], 3), strict=True))
    alone, *others = (
        *(found(lines, batch_size) for batch_size in (1, 2, 5, len(lines))),
        found([COMPANY, *lines], len(lines) + 1)[1:],
        [shuffled[index] for index in range(len(lines))],
    )
    for other in others:
        assert as_numbers(other) == as_numbers(alone)
        for one, same in zip(sum(alone, []), sum(other, []), strict=True):
            assert same.log_prob == pytest.approx(one.log_prob, abs=1e-9)
            assert same.score == pytest.approx(one.score, abs=1e-9)
            assert torch.allclose(same.attention, one.attention, atol=1e-6)  # kept in float32


def test_in_float64_a_greedy_translation_is_scored_to_the_digits_of_float64(turner, lines):
    exact = copy.deepcopy(turner)
    exact.model.double()
    for line, (answer,) in zip(lines, exact.translations(lines, beam_size=1, alpha=0.0), strict=True):
        src = [*exact.src_vocabulary.encode(line), EOS_ID]
        tgt = [exact.tgt_vocabulary.tokens.index(token) for token in answer.tokens] + [EOS_ID] * answer.finished
        with torch.no_grad():
            logits, _ = exact.model(make_batch([Example(src, tgt)]))
        log_probs = torch.log_softmax(logits[0], dim=-1)[range(len(tgt)), tgt]
        assert answer.score == pytest.approx(float(log_probs.sum()) if line else 0.0, abs=1e-9)


def test_neither_order_nor_company_changes_a_translation(turner, lines):
    in_order = turner.translate(lines)
    assert turner.translate(lines[::-1]) == in_order[::-1]
    assert turner.translate([*lines, "no small house " * 100])[:-1] == in_order


# --- several answers, and what they are ranked by ---


@pytest.fixture(scope="module")
def n_best(turner, lines) -> list[list[Translation]]:
    return turner.translations([line for line in lines if line], beam_size=7, n_best=5)


def test_the_best_answers_come_in_the_order_of_their_scores_and_none_twice(n_best):
    for answers in n_best:
        assert len(answers) == 5
        assert len({tuple(one.tokens) for one in answers}) == 5
        ranks = [(not one.finished, -one.score) for one in answers]
        assert ranks == sorted(ranks)


def test_the_first_of_several_is_the_one_answer(turner, lines, n_best):
    best = [answers[0].text for answers in n_best]
    assert best == turner.translate([line for line in lines if line], beam_size=7)


def test_log_prob_and_attention_are_those_of_the_model_itself(turner, lines, n_best):
    # The oracle: force the model through the answer, all steps at once, and add up what it says.
    for line, answers in zip(filter(None, lines), n_best, strict=True):
        src = [*turner.src_vocabulary.encode(line), EOS_ID]
        for answer in answers:
            tgt = [turner.tgt_vocabulary.tokens.index(token) for token in answer.tokens] + [EOS_ID] * answer.finished
            with torch.no_grad():
                logits, weights = turner.model(make_batch([Example(src, tgt)]))
            log_probs = torch.log_softmax(logits[0], dim=-1)[range(len(tgt)), tgt]
            assert answer.log_prob == pytest.approx(float(log_probs.sum()), abs=1e-4)
            assert torch.allclose(answer.attention, weights[0, : len(answer.tokens)], atol=1e-5)


@pytest.mark.parametrize("alpha", [0.0, 0.7, 2.0, None])
def test_alpha_given_overrides_the_length_penalty_of_the_model(turner, lines, alpha):
    translator = Translator(
        replace(turner.config, alpha=1.3), turner.model, turner.src_vocabulary, turner.tgt_vocabulary
    )
    used = 1.3 if alpha is None else alpha
    for answers in translator.translations(list(filter(None, lines)), beam_size=5, n_best=4, alpha=alpha):
        for one in answers:
            length = len(one.tokens) + one.finished  # <eos> counts
            assert one.score == pytest.approx(one.log_prob / length**used, abs=1e-6)


def test_an_answer_that_finds_no_end_is_cut_off_and_says_so():
    translator = untrained()
    with torch.no_grad():
        translator.model.decoder.output.bias[EOS_ID] = -1e9
    for beam_size in (1, 3):  # the two are searched together, and each keeps the limit of its own length
        (short,), (long,) = translator.translations(["the red dog", "no old bird sees the house"], beam_size)
        assert not short.finished and len(short.tokens) == 2 * 4 + 10
        assert not long.finished and len(long.tokens) == 2 * 7 + 10


# --- attention ---


@pytest.mark.parametrize(
    "choices",
    [{}, {"attend": "before"}, {"attend": "between", "decoder_layers": 2}, {"reverse_source": True}],
    ids=["after", "before", "between", "reversed"],
)
@pytest.mark.parametrize("beam_size", [1, 3])
def test_every_written_token_spreads_a_weight_of_one_over_the_source(choices, beam_size):
    translator = untrained(**choices)
    lines = ["the red dog", "a dog", "no old bird sees the house", ""]
    for line, answers in zip(lines, translator.translations(lines, beam_size, n_best=beam_size), strict=True):
        for one in answers:
            assert one.source_tokens == ([*line.split(), "<eos>"] if line else [])
            assert one.attention.shape == (len(one.tokens), len(one.source_tokens))
            assert torch.allclose(one.attention.sum(dim=1), torch.ones(len(one.tokens)), atol=1e-5)
            assert (one.attention >= 0).all()


@pytest.mark.parametrize("beam_size", [1, 3])
def test_a_source_read_from_its_end_is_shown_in_reading_order(beam_size):
    translator = copier(reverse_source=True)
    lines = ["the red dog sees no cat", "a bird", "dog"]  # of unequal lengths: padding must not shift anything
    found = translator.translations(lines, beam_size)
    assert sorted(map(len, translator.model.sources)) == [2, 3, 7]
    longest = max(translator.model.sources, key=len)
    assert translator.src_vocabulary.decode(longest) == "cat no sees dog red the"  # what the model was given
    assert longest[-1] == EOS_ID
    for line, (answer,) in zip(lines, found, strict=True):
        assert answer.text == line
        assert answer.source_tokens == [*line.split(), "<eos>"]
        # Each word looked at itself: ones on the diagonal, and nothing on <eos>.
        assert torch.equal(answer.attention, torch.eye(len(answer.tokens), len(answer.tokens) + 1))


def test_without_attention_there_is_weight_nowhere():
    translator = untrained(attention="none")
    ((answer,),) = translator.translations(["the red dog"])
    assert answer.attention.shape == (len(answer.tokens), 4) and not answer.attention.any()


# --- how the search went ---


@pytest.mark.parametrize("choices", [{}, {"reverse_source": True}], ids=["as read", "reversed"])
def test_an_explanation_holds_the_translations_and_each_of_them_ends_a_path(choices, lines):
    translator = untrained(**choices)
    plain = translator.translations(lines, beam_size=3, n_best=3, batch_size=5)
    explained = translator.explain(lines, beam_size=3, batch_size=5)
    for answers, one in zip(plain, explained, strict=True):
        assert [(answer.text, answer.score) for answer in one.translations] == [(a.text, a.score) for a in answers]
        for answer, (step, place) in zip(one.translations, one.ends, strict=bool(one.steps)):
            last = one.steps[step][place]
            assert last.kept and last.finished == answer.finished
            assert (last.log_prob, last.score) == pytest.approx((answer.log_prob, answer.score))
            tokens, weights = [], []
            while step >= 0:  # back to the beginning
                choice = one.steps[step][place]
                tokens.insert(0, choice.token)
                weights.insert(0, choice.weights)
                step, place = step - 1, choice.parent
            assert place is None
            assert tokens == [*answer.tokens, "<eos>"][: len(tokens)]
            assert torch.equal(torch.stack(weights)[: len(answer.tokens)], answer.attention)


def test_choices_go_on_from_kept_ones_and_of_each_step_the_best_are_kept(turner):
    (one,) = turner.explain(["the red dog"], beam_size=3)
    assert len(one.steps) > 3 and [choice.parent for choice in one.steps[0]] == [None] * 6
    for before, step in zip(one.steps, one.steps[1:], strict=False):
        assert [choice.log_prob for choice in step] == sorted((choice.log_prob for choice in step), reverse=True)
        for choice in step:
            assert before[choice.parent].kept and not before[choice.parent].finished
            assert choice.log_prob <= before[choice.parent].log_prob
            assert len(choice.weights) == len(one.source_tokens) == 4


def test_a_parent_is_counted_among_all_candidates_of_its_step():
    look = torch.ones(1)
    before = [
        Candidate([4], -0.5, True, False, look),
        Candidate([EOS_ID], -1.0, True, True, look),  # finished
        Candidate([5], -1.5, True, False, look),
    ]
    step = [Candidate([5, 6], -2.0, True, False, look), Candidate([4, EOS_ID], -2.5, True, True, look)]
    names = {4: "a", 5: "b", 6: "c", EOS_ID: "<eos>"}
    found = choices_of(step, before, names.get, alpha=1.0, weights=torch.ones(2, 1))
    assert [(one.token, one.parent, one.score) for one in found] == [("c", 2, -1.0), ("<eos>", 0, -1.25)]


def test_alpha_is_that_of_the_choices_too(turner):
    (one,) = turner.explain(["the red dog"], beam_size=2, alpha=2.0)
    assert all(choice.score == choice.log_prob / n**2 for n, step in enumerate(one.steps, 1) for choice in step)


@pytest.mark.parametrize(("line", "beam_size"), [("", 3), ("the red dog", 1)], ids=["no text", "greedy"])
def test_where_there_was_nothing_to_choose_there_are_no_steps(turner, line, beam_size):
    (one,) = turner.explain([line], beam_size)
    assert one.steps == [] and one.ends == [] and one.translations[0].text == " ".join(line.split()[::-1])


def test_a_trace_of_another_search_is_refused():
    trace = [[Candidate([4], -1.0, True, False, torch.ones(2))]]
    with pytest.raises(ValueError, match="of the same search"):
        end_of(Hypothesis([5], -1.0, -1.0, torch.ones(1, 2), finished=False), trace)


# --- no trace is left ---


@pytest.mark.parametrize("flag", [True, False])
def test_translating_leaves_the_training_flag_and_all_chance_alone(turner, lines, flag):
    translator = copy.deepcopy(turner)
    for module in translator.model.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.5
    translator.model.train(flag)
    before = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].copy()
    answers = translator.translate(lines)
    assert all(module.training is flag for module in translator.model.modules())
    assert answers == turner.translate(lines)  # dropout was off
    assert torch.equal(torch.get_rng_state(), before[0])
    assert random.getstate() == before[1] and (np.random.get_state()[1] == before[2]).all()
    assert all(weight.grad is None for weight in translator.model.parameters())


def test_the_training_flag_comes_back_after_an_error_too(turner, monkeypatch):
    translator = copy.deepcopy(turner)
    translator.model.train()
    monkeypatch.setattr(room, "beam_search", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        translator.translate("the red dog")
    assert translator.model.training


def test_half_precision_computes_nearly_the_same_and_leaves_the_weights(turner, lines):
    exact = turner.translations(lines, beam_size=3)
    rounded = turner.translations(lines, beam_size=3, precision="bf16")
    assert {weight.dtype for weight in turner.model.parameters()} == {torch.float32}
    same = [one.text == other.text for (one,), (other,) in zip(exact, rounded, strict=True)]
    assert sum(same) >= 0.8 * len(lines)
    differences = [abs(one.log_prob - other.log_prob) for (one,), (other,) in zip(exact, rounded, strict=True)]
    assert 0 < max(differences)  # it did compute otherwise


# --- saving and loading ---


FORMS: dict[str, Callable[[], Translator]] = {
    "shared words": untrained,
    "two word vocabularies": lambda: untrained(share_embeddings=False),
    "shared pieces": lambda: untrained("bpe"),
    "pieces and words": lambda: untrained("unigram", share_embeddings=False, tie_output=False),
    "reversed, with LSTM": lambda: untrained(reverse_source=True, cell="lstm", attend="before", attention="additive"),
}
every_form = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())


def same_answers(one: Translator, other: Translator, lines: list[str]) -> bool:
    return as_numbers(one.translations(lines, 3, 3)) == as_numbers(other.translations(lines, 3, 3))


@every_form
def test_what_is_saved_comes_back_and_translates_alike(form, tmp_path, lines):
    translator = form()
    translator.save(tmp_path / "new" / "folder")
    loaded = Translator.load(tmp_path / "new" / "folder")
    assert loaded.config == translator.config
    assert same_answers(loaded, translator, lines)
    assert not loaded.model.training
    shared = translator.src_vocabulary is translator.tgt_vocabulary
    assert (loaded.src_vocabulary is loaded.tgt_vocabulary) == shared


@every_form
def test_a_saved_folder_holds_json_pieces_tensors_and_prose_only(form, tmp_path):
    form().save(tmp_path, card="# A card\n")
    files = {path.name for path in tmp_path.iterdir()}
    assert {"translator.json", "model.safetensors", "README.md"} < files
    assert {path.suffix for path in tmp_path.iterdir()} <= {".json", ".model", ".safetensors", ".md"}
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == "# A card\n"


def test_without_a_card_none_is_written(tmp_path):
    untrained().save(tmp_path)
    assert not (tmp_path / "README.md").exists()


def test_saving_in_half_precision_halves_the_file_and_hardly_changes_a_number(turner, lines, tmp_path):
    turner.save(tmp_path / "whole")
    turner.save(tmp_path / "half", dtype=torch.float16)
    sizes = [(tmp_path / name / "model.safetensors").stat().st_size for name in ("half", "whole")]
    assert sizes[0] < 0.6 * sizes[1]
    loaded = Translator.load(tmp_path / "half")
    assert {weight.dtype for weight in loaded.model.parameters()} == {torch.float32}
    pairs = zip(turner.translations(lines), loaded.translations(lines), strict=True)
    differences = [abs(one.log_prob - other.log_prob) for (one,), (other,) in pairs if one.text == other.text]
    assert len(differences) >= 0.8 * len(lines)
    assert max(differences) < 0.05
    assert {weight.dtype for weight in turner.model.parameters()} == {torch.float32}


def test_loading_leaves_chance_alone(tmp_path):
    untrained().save(tmp_path)
    before = torch.get_rng_state()
    Translator.load(tmp_path)
    assert torch.equal(torch.get_rng_state(), before)


@every_form
def test_nothing_is_ever_unpickled(form, tmp_path, monkeypatch):
    form().save(tmp_path)

    def refuse(*args, **kwargs):
        pytest.fail("something was unpickled")

    for owner, name in ((pickle, "load"), (pickle, "loads"), (pickle, "Unpickler"), (torch, "load")):
        monkeypatch.setattr(owner, name, refuse)
    Translator.load(tmp_path).translate("the red dog", beam_size=1)


def test_a_pickle_in_the_place_of_the_weights_is_refused(tmp_path):
    translator = untrained()
    translator.save(tmp_path)
    torch.save(translator.model.state_dict(), tmp_path / "model.safetensors")
    with pytest.raises(ValueError, match=r"model\.safetensors"):
        Translator.load(tmp_path)


def test_a_folder_half_written_is_not_a_translator(tmp_path, monkeypatch):
    def disk_full(*args):
        raise OSError("no space left")

    monkeypatch.setattr(room, "save_weights", disk_full)
    with pytest.raises(OSError, match="no space left"):
        untrained().save(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"translator\.json"):
        Translator.load(tmp_path)


@pytest.mark.parametrize("size", [40, 1000])
def test_a_disk_that_is_full_after_a_few_bytes_leaves_nothing_half_written(tmp_path, size):
    with nearly_full(size), pytest.raises(OSError, match=r"make room there.*(shared.json|model.safetensors)"):
        untrained().save(tmp_path)
    assert not list(tmp_path.glob(".*")) and not (tmp_path / "translator.json").exists()
    for path in tmp_path.iterdir():  # what did fit is whole
        assert path.name == "shared.json" and load_vocabulary(path).tokens == WordVocabulary(WORDS).tokens


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def rewrite(path: Path, **changes) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def put(content: bytes) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(content)


def change(part: str, **changes) -> Callable[[Path], None]:
    return lambda path: rewrite(path, **{part: json.loads(path.read_text())[part] | changes})


def remove(part: str) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        content = json.loads(path.read_text())
        del content[part]
        path.write_text(json.dumps(content))

    return damage


DAMAGES = {
    "no description": ("translator.json", Path.unlink),
    "half a description": ("translator.json", truncate),
    "an empty description": ("translator.json", put(b"")),
    "a list for a description": ("translator.json", put(b"[1, 2]")),
    "a number for a description": ("translator.json", put(b"7")),
    "a description that is not UTF-8": ("translator.json", put(b'{"format": 1, "\xff": 2}')),
    "a description without a format": ("translator.json", remove("format")),
    "a description without a model": ("translator.json", remove("model")),
    "a description without vocabularies": ("translator.json", remove("vocabularies")),
    "a description without a language": ("translator.json", remove("source_language")),
    "a description with a model of no kind": ("translator.json", lambda path: rewrite(path, model=3)),
    "a description with an unknown entry": ("translator.json", lambda path: rewrite(path, colour="red")),
    "a description with an unknown choice": ("translator.json", change("model", layer_norm=True)),
    "a description with an unknown cell": ("translator.json", change("model", cell="quantum")),
    "a description with a size in words": ("translator.json", change("model", hidden_size="large")),
    "a description with a size of minus one": ("translator.json", change("model", hidden_size=-1)),
    "a description with a numbered vocabulary": ("translator.json", change("vocabularies", source=7)),
    "a description with checksums of no kind": ("translator.json", lambda path: rewrite(path, sha256=7)),
    "a description with a penalty in words": ("translator.json", lambda path: rewrite(path, alpha="large")),
    "a description with a direction in words": ("translator.json", lambda path: rewrite(path, reverse_source="no")),
    "a description without end": ("translator.json", put(b"[" * 99_999)),
    "a vocabulary without end": ("shared.json", put(b"[" * 99_999)),
    "a newer format": ("translator.json", lambda path: rewrite(path, format=2)),
    "no vocabulary": ("shared.json", Path.unlink),
    "half a vocabulary": ("shared.json", truncate),
    "an empty vocabulary": ("shared.json", put(b"")),
    "another JSON for a vocabulary": ("shared.json", put(b'{"a": 1}')),
    "a list for a vocabulary": ("shared.json", put(b"[]")),
    "no weights": ("model.safetensors", Path.unlink),
    "half of the weights": ("model.safetensors", truncate),
    "a cut-off header of the weights": ("model.safetensors", put(b"\x08\x00")),
    "empty weights": ("model.safetensors", put(b"")),
    "a web page for weights": ("model.safetensors", put(b"<!DOCTYPE html><title>404</title>" * 30)),
}


def error_of(directory: Path) -> str:
    """What loading says, which must be one of the two errors that are promised."""
    with pytest.raises((ValueError, FileNotFoundError)) as caught:
        Translator.load(directory)
    return str(caught.value)


@pytest.mark.parametrize(("name", "damage"), DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_file_is_named(tmp_path, name, damage):
    untrained().save(tmp_path)
    damage(tmp_path / name)
    assert name in error_of(tmp_path)


@pytest.mark.parametrize("damage", [Path.unlink, truncate, put(b""), put(b"not pieces at all")])
def test_damaged_pieces_are_named(tmp_path, damage):
    untrained("bpe").save(tmp_path)
    damage(tmp_path / "shared.model")
    assert "shared.model" in error_of(tmp_path)


@pytest.mark.parametrize("outside", ["../shared.json", "/dev/zero", "sub/shared.json"])
def test_a_folder_that_points_out_of_itself_is_refused_before_anything_is_read(tmp_path, outside):
    untrained().save(tmp_path / "mine")
    path = tmp_path / "mine" / "translator.json"
    description = json.loads(path.read_text())
    for changes in ({"vocabularies": {"source": outside, "target": outside}}, {"sha256": {outside: "0" * 64}}):
        path.write_text(json.dumps(description | changes))
        said = error_of(tmp_path / "mine")
        assert repr(outside) in said and "climbs out of its folder" in said


def test_a_newer_format_asks_for_a_newer_package(tmp_path):
    untrained().save(tmp_path)
    rewrite(tmp_path / "translator.json", format=2)
    assert "newer" in error_of(tmp_path)


@pytest.mark.parametrize(
    "choices",
    [{"hidden_size": 37}, {"attention": "additive"}, {"decoder_layers": 2}, {"tie_output": False}, {"kind": "bpe"}],
    ids=["another size", "another attention", "more layers", "an output of its own", "another vocabulary"],
)
def test_the_weights_of_another_model_are_refused(tmp_path, choices):
    untrained().save(tmp_path / "mine")
    untrained(**choices).save(tmp_path / "other")
    for one, other in (("mine", "other"), ("other", "mine")):
        shutil.copytree(tmp_path / one, tmp_path / f"{one} mixed")
        shutil.copy(tmp_path / other / "model.safetensors", tmp_path / f"{one} mixed")
        assert "model.safetensors" in error_of(tmp_path / f"{one} mixed")


@pytest.mark.parametrize("words", [WORDS[:-1], WORDS[::-1]], ids=["smaller", "of the same size"])
def test_the_vocabulary_of_another_model_is_refused(tmp_path, words):
    untrained().save(tmp_path)
    WordVocabulary(words).save(tmp_path / "shared.json")
    assert "shared.json" in error_of(tmp_path)


def test_the_weights_of_another_run_are_refused_though_they_fit(tmp_path):
    untrained().save(tmp_path / "mine")
    untrained(seed=1).save(tmp_path / "other")
    shutil.copy(tmp_path / "other" / "model.safetensors", tmp_path / "mine")
    assert "model.safetensors" in error_of(tmp_path / "mine")


def test_a_missing_folder_is_named_with_the_remedy(tmp_path):
    assert "nowhere" in error_of(tmp_path / "nowhere")
    assert "Translator.save" in error_of(tmp_path)


# --- translators that travel with the package ---


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """A package whose only translators are those put here, each with an alpha that tells which it is."""
    monkeypatch.setattr(pretrained, "resources", SimpleNamespace(files=lambda package: tmp_path / "pretrained"))

    def ship(name: str, alpha: float) -> None:
        translator = untrained()
        translator.config = replace(translator.config, alpha=alpha)
        translator.save(tmp_path / "pretrained" / name)

    return ship


def test_a_name_alone_means_the_newest_version_and_a_version_exactly_that(shipped):
    for version in (9, 10, 2):
        shipped(f"cats-xx-yy@{version}", version)
    shipped("cats-xx-zz@11", 11)
    assert Translator.from_pretrained("cats-xx-yy").config.alpha == 10  # as numbers, 10 is newer than 9
    for version in (2, 9, 10):
        assert Translator.from_pretrained(f"cats-xx-yy@{version}").config.alpha == version
    assert [folder.name for folder in pretrained.pretrained()] == [
        "cats-xx-yy@2", "cats-xx-yy@9", "cats-xx-yy@10", "cats-xx-zz@11",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name", ["dogs", "cats", "cats-xx-yy@3", "cats-xx-yy@", "@2", "", "../pretrained/cats-xx-yy@2"]
)
def test_an_unknown_name_is_refused_with_the_names_there_are(shipped, name):
    shipped("cats-xx-yy@2", 2)
    shipped("mice-xx-yy@1", 1)
    with pytest.raises(ValueError, match=r"cats-xx-yy@2, mice-xx-yy@1") as caught:
        Translator.from_pretrained(name)
    assert repr(name) in str(caught.value)


def test_a_package_without_translators_says_so(shipped):
    with pytest.raises(ValueError, match="none yet"):
        Translator.from_pretrained("cats-xx-yy")


def test_a_precision_that_search_does_not_know_is_refused_and_not_taken_for_another(turner):
    with pytest.raises(ValueError, match="precision='fp16' is unknown; use float32 or bf16"):
        turner.translations(["the red dog"], precision="fp16")
