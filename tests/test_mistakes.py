"""The room of mistakes: each is one that the planted bugs know, is committed when asked for, and never otherwise."""

import ast
import inspect
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tutor_nmt import attention, experiments, multihead
from tutor_nmt.attention import masked_softmax
from tutor_nmt.catalogue import EXPERIMENTS
from tutor_nmt.corpora import SentencePair
from tutor_nmt.mistakes import MISTAKES, Mistake, committed, known_mistake
from tutor_nmt.normalization import normalize_whitespace
from tutor_nmt.pairs import split_corpus
from tutor_nmt.search import beam_search

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "tutor_nmt"
every_mistake = pytest.mark.parametrize("name", MISTAKES)

SCORES, PADDED = torch.tensor([[[2.0, 2.0, 9.0]]]), torch.tensor([[False, False, True]])
RIGHT = [0.5, 0.5, 0.0]


def weights() -> list[float]:
    """The worked value in the docstring of `masked_softmax`."""
    return masked_softmax(SCORES, PADDED).flatten().tolist()


@every_mistake
def test_each_mistake_is_the_planted_bug_that_it_names(name):
    mistake = MISTAKES[name]
    bug = tomllib.loads((ROOT / "tests" / "mutations" / f"{mistake.bug}.toml").read_text(encoding="utf-8"))
    source = (PACKAGE / bug["file"]).read_text(encoding="utf-8")
    assert mistake.written_into(source) == source.replace(bug["old"], bug["new"])
    assert inspect.getsourcefile(mistake.function) == str(PACKAGE / bug["file"])
    assert f"tests/{mistake.test}" in bug["tests"]


@every_mistake
def test_the_test_that_a_mistake_names_is_there(name):
    file, test = MISTAKES[name].test.split("::")
    tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    assert test in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@every_mistake
def test_within_the_block_the_function_runs_other_code_and_after_it_the_same(name):
    function = MISTAKES[name].function
    before = function.__code__
    with committed(name):
        within = function.__code__
    assert function.__code__ is before
    assert (within.co_code, within.co_consts, within.co_names) != (before.co_code, before.co_consts, before.co_names)


def test_no_mistake_is_made_unasked():
    assert weights() == RIGHT
    with committed():
        assert weights() == RIGHT


def test_whoever_has_imported_the_function_commits_the_mistake_too():
    assert multihead.masked_softmax is masked_softmax is attention.masked_softmax
    with committed("softmax-over-padding"):
        assert weights()[2] > 0.99
    assert weights() == RIGHT


def test_a_mistake_ends_with_its_block_even_after_an_error():
    with pytest.raises(RuntimeError), committed("softmax-over-padding"):
        raise RuntimeError
    assert weights() == RIGHT


def test_mistakes_can_be_committed_together_and_end_in_any_order():
    with committed("softmax-over-padding"):
        with committed("digits-stripped"):
            assert weights() != RIGHT and normalize_whitespace("a 1") == "a"
        assert weights() != RIGHT and normalize_whitespace("a 1") == "a 1"
    assert weights() == RIGHT


def test_a_property_a_method_and_a_decorated_function_can_be_wrong():
    places = {name: MISTAKES[name].place for name in MISTAKES}
    assert {"search:_Beam.done", "encoder:RecurrentEncoder.forward", "training:mean_loss"} <= set(places.values())
    step = {1: [-9.0, -9.0, -9.0, -0.5, -1.0, -9.0]}

    def probabilities(tokens, state):
        rows = torch.tensor([step[1]] * len(tokens))
        return rows, torch.zeros(len(tokens), 1), state

    class Stateless:
        def select(self, rows):
            return self

    def finished():
        (found,) = beam_search(probabilities, Stateless(), torch.tensor([2]), 5, beam_size=2, n_best=2)
        return sum(one.finished for one in found.hypotheses)

    assert finished() == 2
    with committed("beam-stops-at-first-end"):
        assert finished() == 1


def test_a_split_at_random_lets_a_sentence_stand_on_both_sides():
    pairs = [SentencePair(f"a{n}", f"b{n // 2}") for n in range(60)]

    def shared() -> set[str]:
        splits = split_corpus(pairs, val=6, test=6)
        targets = {name: {pair.target for pair in split} for name, split in splits.items()}
        return targets["test"] & targets["train"]

    assert not shared()
    with committed("split-at-random"):
        assert shared()


def test_an_unknown_mistake_is_refused_with_the_names_there_are():
    with pytest.raises(ValueError, match="softmax-over-padding"), committed("softmax"):
        pass


def test_lines_that_stand_nowhere_are_refused_and_shown():
    moved = replace(known_mistake("loss-over-padding"), right="real = batch.tgt_out != 0")
    with pytest.raises(ValueError, match="tgt_out != 0"):
        moved.code()
    twice = Mistake("", "here", "a = 1", "a = 2", "", "")
    assert twice.written_into("if b:\n    a = 1\n") == "if b:\n    a = 2\n"
    with pytest.raises(ValueError, match="a = 1"):
        twice.written_into("a = 1\nb = 1\na = 1\n")


def test_a_recipe_commits_its_mistake_while_it_trains_and_no_longer(monkeypatch):
    seen = []
    monkeypatch.setattr(experiments, "_trained", lambda *_: seen.append(weights()))
    for mistake in ("", "softmax-over-padding"):
        experiments.train_translator(None, experiments.Recipe(mistake=mistake))
    assert seen[0] == RIGHT != seen[1] and weights() == RIGHT


def test_every_mistake_of_the_catalogue_is_known():
    made = {one.recipe.mistake for one in EXPERIMENTS.values()} - {""}
    assert made and made <= set(MISTAKES)


def test_installing_the_package_replaces_nothing_that_is_there():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["dependencies"]
    assert [one for one in project["dependencies"] if set("=<~!") & set(one.replace(">=", ""))] == []
