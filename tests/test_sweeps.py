"""Sweeps: one translator searched in many ways, and that the kept record can still be believed."""

import json

import pytest

from tutor_nmt import sweeps
from tutor_nmt.__main__ import main
from tutor_nmt.corpora import ParallelCorpus, SentencePair, load_corpus
from tutor_nmt.evaluation import bleu, chrf
from tutor_nmt.sweeps import Setting, changes, load_sweep, make_sweep, outputs_of, points, search_errors
from tutor_nmt.translator import Translator

NAME = "multi30k-de-en@1"
PAIRS = [
    SentencePair("Ein Hund läuft durch den Schnee.", "A dog is running through the snow."),
    SentencePair("Zwei Frauen sitzen auf einer Bank.", "Two women are sitting on a bench."),
    SentencePair("Ein Junge wirft einen roten Ball.", "A boy is throwing a red ball."),
]
SETTINGS = [Setting(1, 1.0), Setting(3, 0.0), Setting(3, 2.0), Setting(3, 0.0, 0.3)]


@pytest.fixture(scope="module")
def translator() -> Translator:
    return Translator.from_pretrained(NAME)


@pytest.fixture
def captions(monkeypatch):
    corpus = ParallelCorpus("three captions", "de", "en", {"val": PAIRS}, "made up")
    monkeypatch.setattr(sweeps, "load_corpus", lambda name, source, target: corpus)


@pytest.fixture(scope="module")
def record() -> dict:
    return load_sweep(NAME)


def test_a_point_says_what_its_setting_found(translator, captions):
    made = make_sweep(NAME, "three captions", "val", SETTINGS, exact_lines=1, budget=7)
    for setting, point, lines in zip(SETTINGS, made["points"], outputs_of(made), strict=True):
        assert [point[name] for name in Setting._fields] == list(setting)
        best = [
            found[0]
            for found in translator.translations(
                [pair.source for pair in PAIRS], setting.beam_size, alpha=setting.alpha, patience=setting.patience
            )
        ]
        assert lines == [one.text for one in best]
        assert point["bleu"] == bleu(lines, [pair.target for pair in PAIRS]).score
        assert point["log_prob"] == pytest.approx(sum(one.log_prob for one in best) / 3, abs=1e-4)
        assert point["unfinished"] == point["empty"] == 0
        assert point["sentences_per_second"] == pytest.approx(3 / point["seconds"])
    assert made["translator"] == NAME and made["exact"]["lines"] == 1
    json.dumps(made)


def test_a_wider_beam_misses_less_and_a_small_budget_proves_nothing(translator):
    lines = [pair.source for pair in PAIRS]
    found = search_errors(translator, lines, (1, 2, 5), budget=400)
    assert found["proven"] >= 2  # short captions of a sort the model knows well
    assert found["missed"]["1"] >= found["missed"]["2"] >= found["missed"]["5"]
    assert found["steps"] <= 3 * 400
    hasty = search_errors(translator, lines, (1, 2, 5), budget=1)
    assert hasty["proven"] == 0 and set(hasty["missed"].values()) == {0} and hasty["steps"] == 3


def test_only_lines_that_changed_are_kept_and_all_come_back():
    outputs = [["a", "b", "c"], ["a", "x", "c"], ["a", "x", "c"], ["a", "b", "c"]]
    assert [len(one) for one in changes(outputs)] == [3, 1, 0, 1]
    assert outputs_of({"outputs": json.loads(json.dumps(changes(outputs)))}) == outputs


def test_lines_past_the_tenth_come_back_in_order():
    outputs = [[f"line {number}" for number in range(13)]]
    assert outputs_of({"outputs": changes(outputs)}) == outputs


def test_an_unknown_sweep_is_refused_and_the_way_to_make_one_is_said():
    with pytest.raises(ValueError, match="no sweep of 'multi30k-en-de@1' is kept; `python -m tutor_nmt sweep --help`"):
        load_sweep("multi30k-en-de@1")


def test_the_command_writes_the_record_it_makes(captions, monkeypatch, tmp_path):
    monkeypatch.setattr(sweeps, "settings_for", lambda alpha: SETTINGS[:1])
    arguments = ["sweep", "--model", "multi30k-de-en", "--corpus", "multi30k", "--exact-lines", "2", "--budget", "5"]
    assert main([*arguments, "--output", str(tmp_path / "sweep.json")]) == 0
    made = json.loads((tmp_path / "sweep.json").read_text(encoding="utf-8"))
    assert made["translator"] == NAME and len(made["points"]) == 1


@pytest.mark.parametrize(
    "wrong", [["--split", "vql"], ["--model", "nobody"], ["--output", "."], ["--budget", "0"], ["--exact-lines", "-1"]]
)
def test_a_sweep_that_cannot_be_made_says_why_and_writes_nothing(captions, monkeypatch, tmp_path, capsys, wrong):
    monkeypatch.chdir(tmp_path)
    arguments = ["sweep", "--model", "multi30k-de-en", "--corpus", "multi30k", "--output", "sweep.json", *wrong]
    assert main(arguments) == 1
    assert wrong[1] in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


# --- the kept record ---


def test_the_kept_sweep_was_made_by_committed_code_on_the_validation_split(record):
    assert "uncommitted" not in record["commit"] and record["commit"] != "unknown"
    assert record["split"] == "val"  # nothing is chosen by the test split
    assert {tuple(point[name] for name in Setting._fields) for point in record["points"]} == set(
        map(tuple, sweeps.settings_for(record["alpha"]))
    )


def test_the_points_of_one_penalty_come_in_order_of_the_beam(record):
    assert [point["beam_size"] for point in points(record)] == list(sweeps.BEAMS)
    assert [point["beam_size"] for point in points(record, alpha=0.0)] == list(sweeps.BEAMS)


@pytest.mark.corpus("multi30k")
def test_the_kept_lines_have_the_scores_that_are_recorded(record):
    references = [pair.target for pair in load_corpus("multi30k")["val"]]
    for point, lines in zip(record["points"], outputs_of(record), strict=True):
        assert bleu(lines, references).score == pytest.approx(point["bleu"], abs=1e-9)
        assert chrf(lines, references).score == pytest.approx(point["chrf"], abs=1e-9)
        assert lines.count("") == point["empty"]
