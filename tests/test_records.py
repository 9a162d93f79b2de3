"""Records: what a named experiment leaves behind, and that the kept ones can still be believed."""

import dataclasses
import json
import random
import re
import shlex
from contextlib import ExitStack

import pytest

from test_files import nearly_full
from tutor_nmt import catalogue, records
from tutor_nmt.__main__ import build_parser, main
from tutor_nmt.catalogue import EXPERIMENTS, Experiment, known_experiment
from tutor_nmt.corpora import CORPORA, ParallelCorpus, SentencePair, leakage_key, load_corpus
from tutor_nmt.evaluation import evaluate
from tutor_nmt.experiments import Recipe
from tutor_nmt.model import ModelConfig
from tutor_nmt.pretrained import pretrained_folder
from tutor_nmt.records import (
    corpus_of,
    experiment_of,
    kept_records,
    recipe_hash,
    run_experiment,
    tuning_log,
)
from tutor_nmt.training import TrainingConfig
from tutor_nmt.translator import Translator

KEPT = [(name, seed, record) for name, seeds in kept_records().items() for seed, record in seeds.items()]
every_kept_record = pytest.mark.parametrize(
    ("name", "seed", "record"), KEPT, ids=[f"{name}-{seed}" for name, seed, _ in KEPT]
)


def with_its_corpus(kept: list[tuple[str, int, dict]]) -> pytest.MarkDecorator:
    """One test a record, which asks for the record's corpus where that one must be fetched."""
    rows = []
    for name, seed, record in kept:
        corpus = EXPERIMENTS[name].corpus
        marks = [pytest.mark.corpus(corpus)] if corpus in CORPORA else []
        rows.append(pytest.param(name, seed, record, id=f"{name}-{seed}", marks=marks))
    return pytest.mark.parametrize(("name", "seed", "record"), rows)


PARTS = {
    *("experiment", "recipe_hash", "recipe", "seed", "command", "commit", "versions", "hardware"),
    *("num_weights", "vocabulary_sizes", "history", "val_bleu_by_alpha", "scores", "outputs"),
}
TINY = Experiment(
    about="words turned round, to see a record made",
    corpus="turned round",
    source="de",
    target="de",
    test_split="test",
    recipe=Recipe(
        vocabulary="words",
        vocabulary_size=50,
        model=ModelConfig(embedding_size=7, hidden_size=11, encoder_size=5),
        training=TrainingConfig(epochs=2, max_tokens=200),
    ),
    minutes=1,
)


@pytest.fixture
def tiny(monkeypatch, tmp_path):
    """One small experiment in the place of all others, on a corpus made here, in a folder of its own."""
    chance = random.Random(5)
    words = "rot blau grün Hund Katze Haus sieht ruft".split()
    lines = sorted({" ".join(chance.choices(words, k=chance.randint(2, 5))) for _ in range(170)})
    pairs = [SentencePair(line, " ".join(line.split()[::-1])) for line in chance.sample(lines, len(lines))]
    splits = {"train": pairs[30:], "val": pairs[:17], "test": pairs[17:30]}
    corpus = ParallelCorpus("turned round", "de", "de", splits, "made up")
    monkeypatch.setattr(records, "load_corpus", lambda name, source, target: corpus)
    monkeypatch.setattr(catalogue, "EXPERIMENTS", {"tiny": TINY})
    return tmp_path, corpus


def test_a_record_holds_all_that_is_needed_to_repeat_and_to_believe_the_run(tiny):
    folder, corpus = tiny
    path = run_experiment("tiny", 3, folder)
    assert path == folder / "tiny" / "seed-3.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    assert set(record) == PARTS | {"seconds"}
    assert sum(epoch["seconds"] for epoch in record["history"]) < record["seconds"] < 60
    assert (record["experiment"], record["seed"], record["recipe_hash"]) == ("tiny", 3, recipe_hash(TINY))
    assert record["recipe"] == dataclasses.asdict(TINY.with_seed(3).recipe)
    assert [epoch["epoch"] for epoch in record["history"]] == [1, 2]
    for setting, beam_size in {"greedy": 1, "beam_5": 5}.items():
        lines = record["outputs"]["test"][setting]
        translator = Translator.load(folder / "tiny" / "seed-3")
        assert lines == translator.translate([pair.source for pair in corpus["test"]], beam_size)
        scores = evaluate(lines, [pair.target for pair in corpus["test"]], "de")
        assert {name: record["scores"]["test"][setting][name] for name in scores} == scores


def test_further_splits_are_scored_beside_the_test_split(tiny, monkeypatch):
    folder, corpus = tiny
    monkeypatch.setattr(catalogue, "EXPERIMENTS", {"tiny": dataclasses.replace(TINY, more_splits=("val",))})
    record = json.loads(run_experiment("tiny", 3, folder).read_text(encoding="utf-8"))
    assert [len(outputs["greedy"]) for outputs in record["outputs"].values()] == [len(corpus["test"]), 17]
    again = evaluate(record["outputs"]["val"]["beam_5"], [pair.target for pair in corpus["val"]], "de")
    assert record["scores"]["val"]["beam_5"]["chrf"] == again["chrf"]
    assert record["recipe_hash"] != recipe_hash(TINY)


def test_a_test_split_is_not_scored_twice(tiny):
    folder, _ = tiny
    before = run_experiment("tiny", 2, folder).read_bytes()
    with pytest.raises(ValueError, match="scored once"):
        run_experiment("tiny", 2, folder)
    assert (folder / "tiny" / "seed-2.json").read_bytes() == before


def test_an_experiment_that_was_broken_off_goes_on_to_the_same_record(tiny, monkeypatch):
    folder, _ = tiny
    whole = json.loads(run_experiment("tiny", 1, folder / "whole").read_text(encoding="utf-8"))
    monkeypatch.setattr(records, "score", lambda translator, pairs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run_experiment("tiny", 1, folder / "broken")
    assert not (folder / "broken" / "tiny" / "seed-1.json").exists()
    monkeypatch.undo()
    monkeypatch.setattr(records, "load_corpus", lambda *_: tiny[1])
    monkeypatch.setattr(catalogue, "EXPERIMENTS", {"tiny": TINY})
    resumed = json.loads(run_experiment("tiny", 1, folder / "broken").read_text(encoding="utf-8"))
    assert resumed["outputs"] == whole["outputs"]
    assert "seconds" not in resumed  # nobody knows how long the two parts took together
    assert [one["val_loss"] for one in resumed["history"]] == [one["val_loss"] for one in whole["history"]]


def test_a_disk_too_full_for_the_record_is_named_and_the_experiment_can_be_finished_later(tiny, monkeypatch, capsys):
    folder, score = tiny[0], records.score
    command = ["experiment", "tiny", "--seed", "1", "--output", str(folder)]
    with ExitStack() as stack, monkeypatch.context() as patch:

        def fills_up(translator: Translator, pairs: list[SentencePair]) -> tuple[dict, dict]:
            stack.enter_context(nearly_full(500))
            return score(translator, pairs)

        patch.setattr(records, "score", fills_up)
        assert main(command) == 1
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith("tutor_nmt: error: ") and "seed-1.json" in said and "make room there" in said
    assert [path.name for path in (folder / "tiny").iterdir()] == ["seed-1"]
    assert main(command) == 0 and (folder / "tiny" / "seed-1.json").is_file()


def test_the_hash_tells_recipes_apart_and_not_seeds_or_words():
    same = [TINY.with_seed(7), dataclasses.replace(TINY, about="other words", minutes=99)]
    other = [
        dataclasses.replace(TINY, test_split="val"),
        dataclasses.replace(TINY, recipe=dataclasses.replace(TINY.recipe, reverse_source=True)),
        dataclasses.replace(TINY, recipe=dataclasses.replace(TINY.recipe, training=TrainingConfig(epochs=3))),
    ]
    assert {recipe_hash(one) for one in same} == {recipe_hash(TINY)}
    assert len({recipe_hash(one) for one in [TINY, *other]}) == 4


def test_a_record_is_known_by_its_recipe_and_by_no_other(tiny):
    folder, _ = tiny
    record = json.loads(run_experiment("tiny", 7, folder).read_text(encoding="utf-8"))
    assert recipe_hash(experiment_of(record)) == record["recipe_hash"] == recipe_hash(TINY)
    del record["recipe"]["reverse_source"]  # as if recipes had not had this choice yet
    assert recipe_hash(experiment_of(record)) == recipe_hash(TINY)
    record["recipe"]["model"]["dropout"] = 0.1
    assert recipe_hash(experiment_of(record)) != recipe_hash(TINY)


def test_an_unknown_experiment_is_refused_with_the_names_there_are():
    with pytest.raises(ValueError, match="multi30k-de-en"):
        known_experiment("walk-trough")


def test_the_command_lists_every_experiment_with_cost_and_recorded_seeds(capsys):
    assert main(["experiment", "--list"]) == 0
    shown = capsys.readouterr().out
    for name, experiment in EXPERIMENTS.items():
        seeds = ", ".join(map(str, kept_records().get(name, {}))) or "none"
        assert f"{name}\n  {experiment.about}\n" in shown
        assert f"about {experiment.minutes} minutes; seeds with a record: {seeds}\n" in shown


def test_the_command_writes_a_record_and_says_where(tiny, capsys):
    folder, _ = tiny
    assert main(["experiment", "tiny", "--seed", "5", "--output", str(folder)]) == 0
    assert capsys.readouterr().out.strip() == str(folder / "tiny" / "seed-5.json")


def test_the_shipped_translator_was_made_by_the_experiment_of_its_name():
    record = json.loads((pretrained_folder("multi30k-de-en") / "record.json").read_text(encoding="utf-8"))
    made_by = experiment_of({"experiment": "multi30k-de-en"} | record)
    assert made_by == EXPERIMENTS["multi30k-de-en"].with_seed(record["seed"])


@every_kept_record
def test_a_kept_record_belongs_to_a_recipe_that_still_exists(name, seed, record):
    assert set(record) >= PARTS
    assert (record["experiment"], record["seed"]) == (name, seed)
    assert recipe_hash(experiment_of(record)) == recipe_hash(EXPERIMENTS[name]), "no experiment has this recipe now"
    assert "uncommitted" not in record["commit"] and record["commit"] != "unknown"


@with_its_corpus(KEPT)
def test_the_lines_of_a_kept_record_score_what_it_says(name, seed, record):
    experiment = EXPERIMENTS[name]
    corpus = corpus_of(experiment)
    assert tuple(record["outputs"]) == experiment.splits
    for split in experiment.splits:
        references = [pair.target for pair in corpus[split]]
        for setting, lines in record["outputs"][split].items():
            again = evaluate(lines, references, experiment.target)
            for metric in ("bleu", "bleu_lc", "chrf"):
                assert record["scores"][split][setting][metric] == pytest.approx(again[metric], abs=1e-6)


@with_its_corpus([kept for kept in KEPT if EXPERIMENTS[kept[0]].corpus in CORPORA])  # our own captions may be quoted
def test_a_kept_record_quotes_no_source_sentence_and_no_reference_beside_its_own_lines(name, seed, record):
    experiment = EXPERIMENTS[name]
    corpus = load_corpus(experiment.corpus, experiment.source, experiment.target)
    sources = {leakage_key(pair.source) for split in corpus.splits.values() for pair in split}
    lines = {line for settings in record["outputs"].values() for outputs in settings.values() for line in outputs}
    assert not sources & {leakage_key(line) for line in lines if len(line.split()) > 6}
    rest = json.dumps({part: value for part, value in record.items() if part != "outputs"}, ensure_ascii=False)
    assert not [pair for pair in corpus[experiment.test_split] if pair.target in rest]


def test_what_was_tried_says_how_and_led_to_an_experiment_and_looked_at_validation_alone():
    for one in tuning_log():
        options = build_parser().parse_args(shlex.split(one["command"])[3:])
        recorded = EXPERIMENTS[options.name] if hasattr(options, "name") else None  # or tried by a bare `train`
        corpus, epochs = (
            (recorded.corpus, recorded.recipe.training.epochs) if recorded else (options.corpus, options.epochs)
        )
        assert corpus == one["corpus"] == EXPERIMENTS[one["became"]].corpus
        assert re.fullmatch("[0-9a-f]{40}", one["commit"]) and one["hardware"] and one["what"]
        assert 0 < len(one["val_bleu"]) <= epochs and not {"test", "scores", "outputs"} & one.keys()
