"""Experiments: a recipe becomes a translator; what it may learn from, how it chooses, and what it leaves on disk."""

import hashlib
import json
import random
import warnings
from collections.abc import Callable
from dataclasses import asdict, replace
from itertools import product
from pathlib import Path

import pytest
import torch

from tutor_nmt import experiments
from tutor_nmt.adaptation import origin_of
from tutor_nmt.batching import RandomBatches, TokenBatches, encode_pairs
from tutor_nmt.catalogue import known_experiment
from tutor_nmt.checkpoints import copy_weights
from tutor_nmt.cleaning import clean
from tutor_nmt.corpora import ParallelCorpus, SentencePair, load_corpus
from tutor_nmt.experiments import ALPHAS, Recipe, Run, learn_vocabularies, train_translator
from tutor_nmt.model import ModelConfig
from tutor_nmt.noise import add_noise
from tutor_nmt.training import TrainingConfig, mean_loss
from tutor_nmt.translator import Translator
from tutor_nmt.vocabulary import EOS_ID, UNK_ID, SubwordVocabulary, WordVocabulary

# --- a corpus small enough to be learnt in a few seconds ---

KINDS = {"Rote": "Red", "Kleine": "Small", "Alte": "Old"}
NOUNS = {"Hunde": "dogs", "Katzen": "cats", "Kinder": "children", "Pferde": "horses", "Vögel": "birds"}
VERBS = {"sehen": "see", "suchen": "seek", "rufen": "call", "malen": "paint"}


def all_pairs() -> list[SentencePair]:
    """ "Rote Hunde sehen Katzen." and its like, 300 in all, in random but fixed order."""
    pairs = []
    for words in product(KINDS.items(), NOUNS.items(), VERBS.items(), NOUNS.items()):
        german, english = zip(*words, strict=True)
        pairs.append(SentencePair(f"{' '.join(german)}.", f"{' '.join(english)}."))
    random.Random(1).shuffle(pairs)
    return pairs


class Untouchable(list):
    """A split that nobody may look into."""

    def _touched(self, *_):
        raise AssertionError("the test split was looked at")

    __iter__ = __len__ = __getitem__ = __bool__ = _touched


UNSEEN = [SentencePair("Alte Drachen rufen Drachen.", "Old dragons call dragons.")]  # words of "val" alone
EMPTY = [SentencePair("Rote Zebras sehen Zebras.", "..."), SentencePair("Kleine Zebras.", "...")]  # to be cleaned away


def toy_corpus() -> ParallelCorpus:
    pairs = all_pairs()
    splits = {"train": pairs[:250] + EMPTY, "val": pairs[250:273] + UNSEEN, "test": Untouchable()}
    return ParallelCorpus("toy", "de", "en", splits, terms="made here")


RECIPE = Recipe(
    vocabulary="words",
    vocabulary_size=101,
    model=ModelConfig(embedding_size=16, hidden_size=48, encoder_size=24, attention="dot", dropout=0.1),
    training=TrainingConfig(epochs=13, max_tokens=75, learning_rate=0.01, select_by="val_bleu"),
)
SHORT = replace(RECIPE, training=replace(RECIPE.training, epochs=1))


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("run")


@pytest.fixture(scope="module")
def run(folder) -> Run:
    """One run that the tests below look at from all sides."""
    return train_translator(toy_corpus(), RECIPE, folder)


# --- vocabularies ---


@pytest.mark.parametrize("kind", ["words", "bpe", "unigram"])
def test_shared_embeddings_get_one_vocabulary_of_both_sides(kind):
    recipe = replace(RECIPE, vocabulary=kind, vocabulary_size=53)
    source, target = learn_vocabularies(all_pairs(), recipe)
    assert source is target and isinstance(source, WordVocabulary if kind == "words" else SubwordVocabulary)
    assert UNK_ID not in source.encode("Rote Vögel malen Hunde.") + source.encode("Red birds paint dogs.")


@pytest.mark.parametrize("kind", ["words", "bpe", "unigram"])
def test_separate_embeddings_get_a_vocabulary_for_each_side(kind):
    model = ModelConfig(share_embeddings=False)
    source, target = learn_vocabularies(all_pairs(), Recipe(vocabulary=kind, vocabulary_size=34, model=model))
    assert UNK_ID not in source.encode("Rote Vögel malen Hunde.") + target.encode("Red birds paint dogs.")
    assert UNK_ID in target.encode("Vögel") and len(source) <= 34  # ö is no English letter


def test_a_vocabulary_of_size_0_holds_every_word_seen_twice_and_spaces_alone_may_part_them():
    pairs = [SentencePair("rot , rot,", "red"), SentencePair("rot, blau", "red")]
    recipe = Recipe(vocabulary="spaces", vocabulary_size=0, model=ModelConfig(share_embeddings=False))
    source, target = learn_vocabularies(pairs, recipe)
    assert (source.tokens[4:], target.tokens[4:]) == (["rot,"], ["red"])
    assert learn_vocabularies(pairs, replace(recipe, vocabulary="words"))[0].tokens[4:] == [",", "rot"]


@pytest.mark.corpus("multi30k-tokenized")
def test_the_walk_throughs_vocabularies_have_the_sizes_it_reports():
    experiment = known_experiment("walk-through")
    learnt = learn_vocabularies(load_corpus(experiment.corpus)["train"], experiment.recipe)
    assert [len(vocabulary) for vocabulary in learnt] == [7859, 5921]


def test_an_unknown_kind_of_vocabulary_is_refused():
    with pytest.raises(ValueError, match="vocabulary='letters' is unknown; use bpe, unigram, words or spaces"):
        learn_vocabularies(all_pairs(), replace(RECIPE, vocabulary="letters"))


def test_a_cleaner_that_drops_many_pairs_is_heard_by_whoever_reads_no_log():
    pairs = [SentencePair(pair.source, pair.source) for pair in toy_corpus()["train"]]
    copies = replace(toy_corpus(), splits={"train": toy_corpus()["train"] + pairs, "val": toy_corpus()["val"]})
    once = replace(RECIPE, training=replace(RECIPE.training, epochs=0))
    with pytest.warns(UserWarning, match="cleaning dropped .* is_copy"):
        train_translator(copies, once)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        train_translator(toy_corpus(), once)


# --- the two scripts of Chinese ---

TRADITIONAL = ["貓聽見雨聲", "馬聽見雨聲", "貓愛魚", "馬愛魚", "貓看見雲", "馬看見雲"]
SIMPLIFIED = ["猫听见雨声", "马听见雨声", "猫爱鱼", "马爱鱼", "猫看见云", "马看见云"]


def mixed_scripts(source: str = "zh", target: str = "de") -> ParallelCorpus:
    """Each sentence once in each script, its words told apart by the other side."""
    pairs = [SentencePair(line, f"Satz {n % 6}") for n, line in enumerate(TRADITIONAL + SIMPLIFIED)]
    if source != "zh":
        pairs = [SentencePair(*reversed(pair)) for pair in pairs]
    return ParallelCorpus("mixed", source, target, {"train": pairs, "val": pairs, "test": Untouchable()}, "made here")


@pytest.mark.parametrize("languages", [("zh", "de"), ("de", "zh")], ids="-".join)
def test_a_recipe_that_simplifies_learns_and_reads_one_script_only(languages):
    words = replace(RECIPE, vocabulary="words", vocabulary_size=0, cleaning=False, simplify=True)
    choices = replace(words, model=replace(words.model, share_embeddings=False), training=TrainingConfig(epochs=0))
    run = train_translator(mixed_scripts(*languages), choices)
    translator = run.translator
    vocabulary = translator.src_vocabulary if languages[0] == "zh" else translator.tgt_vocabulary
    assert set("聽聲貓") & set(vocabulary.tokens) == set() and set("听声猫") <= set(vocabulary.tokens)
    assert Recipe(**run.record()["recipe"] | {"model": choices.model, "training": choices.training}) == choices
    if languages[0] == "zh":
        assert [translator.encode(line) for line in TRADITIONAL] == [translator.encode(line) for line in SIMPLIFIED]
        assert translator.translate(TRADITIONAL) == translator.translate(SIMPLIFIED)


def test_without_it_the_other_script_is_other_words():
    words = replace(RECIPE, vocabulary="words", vocabulary_size=0, cleaning=False, training=TrainingConfig(epochs=0))
    choices = replace(words, model=replace(words.model, share_embeddings=False))
    translator = train_translator(mixed_scripts(), choices).translator
    assert translator.encode(TRADITIONAL[0]) != translator.encode(SIMPLIFIED[0])


def test_simplifying_where_nothing_is_chinese_is_refused():
    with pytest.raises(ValueError, match=r"about Chinese \(zh\), and toy joins de and en"):
        train_translator(toy_corpus(), replace(RECIPE, simplify=True))


# --- what a run may learn from ---


def test_the_vocabulary_holds_nothing_from_validation(run):
    vocabulary = run.translator.src_vocabulary
    assert UNSEEN[0] in toy_corpus()["val"]
    assert vocabulary.encode("Drachen") == vocabulary.encode("dragons") == [UNK_ID]
    assert UNK_ID not in vocabulary.encode("Alte Hunde rufen Vögel. Old dogs call birds.")


def test_what_was_cleaned_away_is_not_learnt_from(run):
    assert run.translator.src_vocabulary.encode("Zebras") == [UNK_ID]


def test_the_test_split_is_never_looked_at(run):
    with pytest.raises(AssertionError, match="looked at"):
        list(toy_corpus()["test"])  # the trap works, and the run did not fall into it
    assert len(run.history.epochs) == 13


def test_training_reads_the_cleaned_training_pairs_and_validation_comes_in_order(monkeypatch):
    given = {}

    def spy(model, batches, config, validate, directory, resume):
        given.update(batches=batches, loss=validate(model)["val_loss"], model=model)
        raise InterruptedError

    monkeypatch.setattr(experiments, "fit", spy)
    recipe = replace(SHORT, reverse_source=True)
    with pytest.raises(InterruptedError):
        train_translator(toy_corpus(), recipe)
    pairs = all_pairs()[:250]
    vocabulary, _ = learn_vocabularies(pairs, recipe)
    examples = given["batches"].examples
    assert examples == encode_pairs(pairs, vocabulary, vocabulary, reverse_source=True) and given["batches"].shuffle
    assert examples[0].src == [*vocabulary.encode(pairs[0].source)[::-1], EOS_ID]
    val = encode_pairs(toy_corpus()["val"], vocabulary, vocabulary, reverse_source=True)
    assert given["loss"] == pytest.approx(mean_loss(given["model"], TokenBatches(val, 1000)), rel=1e-5)


def test_training_reads_what_the_recipe_says_uncleaned_pairs_in_random_batches_for_one(monkeypatch):
    def spy(model, batches, *_):
        assert isinstance(batches, RandomBatches) and batches.batch_size == 17
        assert len(batches.examples) == len(toy_corpus()["train"]) == 252
        raise InterruptedError

    monkeypatch.setattr(experiments, "fit", spy)
    recipe = replace(SHORT, cleaning=False, training=replace(SHORT.training, batch_size=17))
    with pytest.raises(InterruptedError):
        train_translator(toy_corpus(), recipe)


@pytest.mark.parametrize("cleaning", [True, False])
def test_a_recipe_may_spoil_training_pairs_before_they_are_cleaned_and_nothing_else(monkeypatch, cleaning):
    given = []

    def spy(pairs, corpus, recipe):
        given.append((pairs, list(corpus["val"])))
        raise InterruptedError

    monkeypatch.setattr(experiments, "_untrained", spy)
    for seed in (3, 4):
        recipe = replace(SHORT, noise=0.25, cleaning=cleaning, training=replace(SHORT.training, seed=seed))
        with pytest.raises(InterruptedError), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # so many are dropped that the cleaner says so
            train_translator(toy_corpus(), recipe)
        spoilt = [noisy.pair for noisy in add_noise(toy_corpus()["train"], 0.25, seed=seed)]
        assert len(set(spoilt) - set(toy_corpus()["train"])) > 40
        assert given[-1] == (clean(spoilt, "de", "en")[0] if cleaning else spoilt, toy_corpus()["val"])
    assert given[0][0] != given[1][0]


def test_a_recipe_may_learn_from_the_first_pairs_alone_their_words_included(monkeypatch):
    given = []

    def spy(model, batches, *_):
        given.append((model.decoder.embedding.num_embeddings, batches.examples))
        raise InterruptedError

    monkeypatch.setattr(experiments, "fit", spy)
    with pytest.raises(InterruptedError):
        train_translator(toy_corpus(), replace(SHORT, train_pairs=17))
    pairs = toy_corpus()["train"][:17]
    vocabulary, _ = learn_vocabularies(pairs, SHORT)
    assert given == [(len(vocabulary), encode_pairs(pairs, vocabulary, vocabulary))]


@pytest.mark.parametrize("count", [-1, 253])
def test_more_training_pairs_than_there_are_are_refused_before_anything_is_written(tmp_path, count):
    with pytest.raises(ValueError, match=f"train_pairs={count}, but toy has 252 training pairs; ask for 1 to 252"):
        train_translator(toy_corpus(), replace(SHORT, train_pairs=count), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_model_fed_with_its_own_words_is_validated_with_and_without_the_references():
    training = replace(SHORT.training, forcing_ratio=0.5)
    figures = train_translator(toy_corpus(), replace(SHORT, training=training)).history.epochs[0]
    assert figures["val_loss_free_running"] > figures["val_loss"]
    assert "val_loss_free_running" not in train_translator(toy_corpus(), SHORT).history.epochs[0]


# --- what it chooses ---


def test_a_run_learns_to_translate_sentences_it_has_not_seen(run):
    assert run.history.epochs[-1]["val_loss"] < run.history.epochs[0]["val_loss"] / 2
    pairs = toy_corpus()["val"][:23]
    right = [run.translator.translate(source) == target for source, target in pairs]
    assert sum(right) > 0.6 * len(right)


def test_the_translator_has_the_weights_of_the_epoch_chosen_on_validation(run):
    vocabulary = run.translator.src_vocabulary
    batches = TokenBatches(encode_pairs(toy_corpus()["val"], vocabulary, vocabulary), 1000)
    chosen = run.history.best("val_bleu")
    assert mean_loss(run.translator.model, batches) == pytest.approx(chosen["val_loss"], rel=1e-5)


def test_each_length_penalty_is_tried_and_the_best_is_the_translators(monkeypatch):
    references = {pair.source: pair.target for pair in toy_corpus()["val"]}
    translations = Translator.translations

    def scripted(self, lines, beam_size=5, n_best=1, alpha=None, **options):
        """Right with alpha 1.2, and the worse the further alpha is from it."""
        found = translations(self, lines, beam_size, n_best, alpha, **options)
        spoilt = round(abs(alpha - 1.2) * 10) if beam_size > 1 else len(lines)
        texts = [references[line] if number >= spoilt else "no" for number, line in enumerate(lines)]
        return [[replace(best, text=text)] for (best, *_), text in zip(found, texts, strict=True)]

    monkeypatch.setattr(Translator, "translations", scripted)
    run = train_translator(toy_corpus(), SHORT)
    assert tuple(run.bleu_by_alpha) == ALPHAS
    assert run.bleu_by_alpha[1.2] == pytest.approx(100) and run.translator.config.alpha == 1.2
    assert run.history.column("val_bleu")[0] < 1  # validation during training is greedy


def test_the_length_penalty_is_the_argmax(run):
    best = max(run.bleu_by_alpha.values())
    assert run.bleu_by_alpha[run.translator.config.alpha] == best


# --- what it leaves ---


def test_the_saved_translator_is_the_one_returned(run, folder):
    loaded = Translator.load(folder)
    assert loaded.config == run.translator.config
    lines = [pair.source for pair in toy_corpus()["val"]]
    for beam_size in (1, 5):
        found, expected = loaded.translations(lines, beam_size), run.translator.translations(lines, beam_size)
        assert [(one.text, one.score) for (one,) in found] == [(one.text, one.score) for (one,) in expected]


def test_the_record_beside_it_makes_the_run_repeatable_and_quotes_no_sentence(run, folder):
    text = (folder / "record.json").read_text(encoding="utf-8")
    record = json.loads(text)
    assert record["recipe"] == asdict(RECIPE) and record["seed"] == RECIPE.training.seed
    assert record["history"] == run.history.epochs
    assert {float(alpha): score for alpha, score in record["val_bleu_by_alpha"].items()} == run.bleu_by_alpha
    assert record["num_weights"] == run.translator.model.num_weights()
    assert record["vocabulary_sizes"] == [len(run.translator.src_vocabulary)] * 2
    assert not [pair for pair in all_pairs() if pair.source in text or pair.target in text]


def test_a_run_names_the_commit_it_began_with(monkeypatch):
    asked = iter(["begun", "pulled in the meantime"])
    monkeypatch.setattr(experiments, "commit_of_this_code", lambda: next(asked))
    assert train_translator(toy_corpus(), SHORT).record()["commit"] == "begun"


def test_without_a_folder_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    train_translator(toy_corpus(), SHORT)
    assert not list(tmp_path.iterdir())


def test_the_callers_random_numbers_are_untouched_and_do_not_matter():
    torch.manual_seed(5), random.seed(5)
    expected = torch.rand(3).tolist(), random.random()
    torch.manual_seed(5), random.seed(5)
    first = train_translator(toy_corpus(), SHORT)
    assert (torch.rand(3).tolist(), random.random()) == expected
    second = train_translator(toy_corpus(), SHORT)
    weights = [copy_weights(one.translator.model) for one in (first, second)]
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])


# --- resuming ---


class Interrupted(Exception):
    """What stands for Ctrl-C in these tests."""


def interrupted_after(epochs: int) -> Callable[[str], None]:
    """A log that breaks a run off when so many epochs have been told."""
    told = []

    def log(message: str) -> None:
        told.append(message)
        if sum(message.startswith("val_loss") for message in told) == epochs:
            raise Interrupted

    return log


def test_an_interrupted_run_goes_on_to_the_same_translator(run, tmp_path):
    with pytest.raises(Interrupted):
        train_translator(toy_corpus(), RECIPE, tmp_path, log=interrupted_after(3))
    with pytest.raises(FileNotFoundError, match="holds no translator.json"):
        Translator.load(tmp_path)  # nobody takes half a run for a translator
    told = []
    resumed = train_translator(toy_corpus(), RECIPE, tmp_path, resume=True, log=told.append)
    assert sum(message.startswith("val_loss") for message in told) == 11  # two of thirteen epochs were kept
    expected, found = copy_weights(run.translator.model), copy_weights(resumed.translator.model)
    assert all(torch.equal(found[name], expected[name]) for name in expected)
    assert resumed.history.column("val_loss") == run.history.column("val_loss")
    assert resumed.bleu_by_alpha == run.bleu_by_alpha
    assert Translator.load(tmp_path).config == resumed.translator.config


def test_a_run_begun_before_a_choice_existed_can_be_resumed_with_its_default(run, tmp_path):
    with pytest.raises(Interrupted):
        train_translator(toy_corpus(), RECIPE, tmp_path, log=interrupted_after(2))
    path = tmp_path / "checkpoints" / "recipe.json"
    begun = json.loads(path.read_text(encoding="utf-8"))
    assert begun.pop("noise") == 0.0 and begun["model"].pop("init_range") == 0.0
    path.write_text(json.dumps(begun), encoding="utf-8")
    with pytest.raises(ValueError, match="init_range"):
        other = replace(RECIPE, model=replace(RECIPE.model, init_range=0.1))
        train_translator(toy_corpus(), other, tmp_path, resume=True)
    with pytest.raises(Interrupted):
        train_translator(toy_corpus(), RECIPE, tmp_path, resume=True, log=interrupted_after(1))


def test_a_finished_run_is_not_overwritten_unasked_nor_resumed_as_another(run, folder):
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(ValueError, match="holds an earlier run"):
        train_translator(toy_corpus(), RECIPE, folder)
    others = {
        "hidden_size": replace(RECIPE, model=replace(RECIPE.model, hidden_size=37)),
        "learning_rate": replace(RECIPE, training=replace(RECIPE.training, learning_rate=0.5)),
        "vocabulary_size": replace(RECIPE, vocabulary_size=41),
        "reverse_source": replace(RECIPE, reverse_source=not RECIPE.reverse_source),
    }
    for name, other in others.items():
        with pytest.raises(ValueError, match=name):
            train_translator(toy_corpus(), other, folder, resume=True)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


# --- going on from a trained translator ---

# Other animals do other things; of their words only the verbs are known.
DOMAIN = ParallelCorpus(
    "domain",
    "de",
    "en",
    {
        "train": [SentencePair(f"Graue Wölfe {de} Hunde.", f"Grey wolves {en} dogs.") for de, en in VERBS.items()] * 5,
        "val": [SentencePair("Graue Wölfe sehen Katzen.", "Grey wolves see cats.")] * 3,
    },
    terms="made here",
)
FINE = replace(SHORT, cleaning=False, training=replace(SHORT.training, epochs=3, learning_rate=0.003))


def weights_of(translator: Translator) -> dict[str, torch.Tensor]:
    return copy_weights(translator.model)


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def test_fine_tuning_begins_with_the_weights_and_vocabularies_it_is_given(run, folder):
    none = replace(FINE, training=replace(FINE.training, epochs=0))
    begun = train_translator(DOMAIN, none, begin_with=folder).translator
    assert same(weights_of(begun), weights_of(run.translator))
    assert begun.src_vocabulary.tokens == run.translator.src_vocabulary.tokens
    assert begun.src_vocabulary.encode("Wölfe") == [UNK_ID]  # nothing was learnt from the new pairs' words
    lines = [pair.source for pair in toy_corpus()["val"]]
    options = {"beam_size": 1, "alpha": 1.0}
    before, after = (one.translations(lines, **options) for one in (run.translator, begun))
    assert [one.text for (one,) in before] == [one.text for (one,) in after]
    assert not same(weights_of(train_translator(DOMAIN, none).translator), weights_of(run.translator))


def test_fine_tuning_changes_the_weights_and_leaves_the_folder_it_began_with_alone(run, folder):
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    tuned = train_translator(DOMAIN, FINE, begin_with=folder)
    assert not same(weights_of(tuned.translator), weights_of(run.translator))
    assert tuned.history.epochs[0]["step"] < 10  # steps and schedule are counted anew
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_fine_tuned_translator_learns_the_domain_sooner_than_one_begun_anew(run, folder):
    tuned, anew = train_translator(DOMAIN, FINE, begin_with=folder), train_translator(DOMAIN, FINE)
    assert tuned.history.column("val_loss")[0] < anew.history.column("val_loss")[0]


def test_the_record_says_what_the_run_began_with(run, folder, tmp_path):
    tuned = train_translator(DOMAIN, FINE, tmp_path, begin_with=folder)
    named = origin_of(folder)
    digest = hashlib.sha256((folder / "translator.json").read_bytes()).hexdigest()
    assert tuned.begun_with == named == f"sha256:{digest}"
    assert json.loads((tmp_path / "record.json").read_text(encoding="utf-8"))["begun_with"] == named
    assert "begun_with" not in run.record()
    assert origin_of("multi30k-de-en") == "multi30k-de-en@1" == origin_of("multi30k-de-en@1")
    assert origin_of(tmp_path) != named


def test_dropout_may_be_chosen_anew_and_the_length_penalty_is(run, folder):
    other = replace(FINE, model=replace(FINE.model, dropout=0.37), training=replace(FINE.training, epochs=0))
    begun = train_translator(DOMAIN, other, begin_with=folder)
    assert begun.translator.config.model.dropout == 0.37 and begun.translator.config.alpha in ALPHAS
    assert same(weights_of(begun.translator), weights_of(run.translator))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"model": replace(RECIPE.model, hidden_size=37)}, "hidden_size=48, not 37"),
        ({"model": replace(RECIPE.model, attention="general")}, "attention='dot', not 'general'"),
        ({"reverse_source": True}, "reverse_source=False, not True"),
    ],
)
def test_a_recipe_for_another_model_is_refused_before_anything_is_written(run, folder, tmp_path, change, said):
    with pytest.raises(ValueError, match=f"was trained with {said}: go on with its own, or begin anew"):
        train_translator(DOMAIN, replace(FINE, **change), tmp_path / "new", begin_with=folder)
    assert not list(tmp_path.iterdir())


def test_another_language_is_refused(run, folder):
    turned = replace(DOMAIN, source_language="en", target_language="de")
    with pytest.raises(ValueError, match="source_language='de', not 'en'"):
        train_translator(turned, FINE, begin_with=folder)


def test_a_place_without_a_translator_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="translator.json"):
        train_translator(DOMAIN, FINE, begin_with=tmp_path)
    with pytest.raises(ValueError, match="no translator is called 'nobody'"):
        train_translator(DOMAIN, FINE, begin_with="nobody")


def test_an_interrupted_fine_tuning_goes_on_to_the_same_translator_and_with_no_other(run, folder, tmp_path):
    whole = train_translator(DOMAIN, FINE, begin_with=folder)
    place = tmp_path / "tuned"
    with pytest.raises(Interrupted):
        train_translator(DOMAIN, FINE, place, log=interrupted_after(2), begin_with=folder)
    other = tmp_path / "other"
    train_translator(DOMAIN, FINE, other, begin_with=folder)
    for begun_with in (None, other):
        with pytest.raises(ValueError, match="began with begun_with='sha256:"):
            train_translator(DOMAIN, FINE, place, resume=True, begin_with=begun_with)
    resumed = train_translator(DOMAIN, FINE, place, resume=True, begin_with=folder)
    assert same(weights_of(resumed.translator), weights_of(whole.translator))
    assert resumed.record()["begun_with"] == whole.begun_with
    with pytest.raises(ValueError, match="began with begun_with=''"):
        train_translator(toy_corpus(), RECIPE, folder, resume=True, begin_with=other)


def test_a_recipe_for_subtitles_takes_off_what_stands_beside_the_words(monkeypatch):
    def spy(pairs, corpus, recipe):
        given.append(pairs)
        raise InterruptedError

    given = []
    monkeypatch.setattr(experiments, "_untrained", spy)
    pairs = [SentencePair(f"- {pair.source}", f"MAN: {pair.target}") for pair in DOMAIN["train"][:4]]
    pairs += all_pairs()[:90] + [SentencePair("Untertitel von Eule", "Subtitles by Owl")]
    for subtitles in (True, False):
        with pytest.raises(InterruptedError):
            train_translator(replace(DOMAIN, splits={"train": pairs}), replace(RECIPE, subtitles=subtitles))
    assert given == [DOMAIN["train"][:4] + all_pairs()[:90], pairs]
