"""The ladder: its rungs are records and nothing else, in the order in which they are told."""

from statistics import mean

import pytest

from tutor_nmt import ladder
from tutor_nmt.catalogue import EXPERIMENTS
from tutor_nmt.ensembles import kept_ensembles
from tutor_nmt.ladder import LADDER, TEST_SPLIT, Rung, climb, measured
from tutor_nmt.records import kept_records


@pytest.mark.parametrize("rung", LADDER, ids=lambda rung: f"{rung.name} {rung.setting}")
def test_every_rung_is_an_experiment_on_the_same_test_or_an_ensemble(rung):
    if rung.name not in kept_ensembles() and rung.name != "multi30k-de-en-ensemble":
        experiment = EXPERIMENTS[rung.name]
        assert (experiment.corpus, experiment.test_split) == ("multi30k", TEST_SPLIT)
    assert rung.setting in ("greedy", "beam_5")


def test_a_rung_says_what_its_records_say():
    rung = Rung("a beam of five", "multi30k-de-en-quick", "beam_5")
    found, kept = measured(rung), kept_records()["multi30k-de-en-quick"]
    assert found.seeds == sorted(kept)
    expected = [kept[seed]["scores"][TEST_SPLIT]["beam_5"]["bleu_lc"] for seed in found.seeds]
    assert found.scores["bleu_lc"] == expected and found.mean() == mean(expected)
    assert min(expected) < found.mean() < max(expected) and 0 < found.spread() < 1
    assert found.num_weights == kept[1]["num_weights"] and 1 < found.minutes < 60


def test_a_rung_that_was_never_measured_is_left_out(monkeypatch):
    assert measured(Rung("luck", "multi30k-de-en-luck")) is None
    monkeypatch.setattr(ladder, "LADDER", (Rung("luck", "multi30k-de-en-luck"), LADDER[-3]))
    assert [found.rung for found in ladder.climb()] == [LADDER[-3]]


def test_one_seed_has_no_spread():
    found = measured(Rung("one run", "walk-through"))
    assert len(found.seeds) == 1 and found.spread() is None


def test_every_rung_but_the_vote_was_climbed_three_times():
    assert {tuple(found.seeds) for found in climb() if found.rung.name not in kept_ensembles()} == {(1, 2, 3)}


def test_what_is_promised_was_reached():
    """The recurrent model's 36 and, once they are measured, the Transformer's 40 and the ensemble's 41.5."""
    goals = {"multi30k-de-en": 36.0, "multi30k-de-en-transformer-long": 40.0, "multi30k-de-en-ensemble": 41.5}
    reached = {found.rung.name: found.mean("bleu_lc") for found in climb() if found.rung.name in goals}
    assert reached and all(reached[name] >= goals[name] for name in reached)
