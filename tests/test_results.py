"""The page of results holds what records and benches say, and nothing typed by hand."""

import importlib.util
import json
import re
from pathlib import Path

import pytest

from tutor_nmt.records import kept_records

ROOT = Path(__file__).resolve().parent.parent
spec = importlib.util.spec_from_file_location("ci_results", ROOT / ".ci" / "results.py")
results = importlib.util.module_from_spec(spec)
spec.loader.exec_module(results)
PAGE = results.PAGE.read_text(encoding="utf-8")


def test_every_table_of_the_page_is_what_records_and_benches_give_now():
    assert results.renewed(PAGE) == PAGE, "run .venv/bin/python .ci/results.py"
    assert len(re.findall("<!-- table: ", PAGE)) == len(results.TABLES)


def test_a_figure_changed_by_hand_is_noticed():
    tampered = re.sub(r"(\d)\.(\d) \|", lambda found: f"{found[1]}.{(int(found[2]) + 1) % 10} |", PAGE, count=1)
    assert tampered != PAGE and results.renewed(tampered) == PAGE


def test_a_table_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="asks for a table 'luck'; there are speed"):
        results.renewed("<!-- table: luck --><!-- end -->")


def test_every_record_and_every_measured_figure_is_on_the_page():
    runs = json.loads(results.RESULTS.read_text(encoding="utf-8"))
    assert {name for _, _, name, _ in results.SPEED} == set(runs[0]["figures"])
    assert all(set(run["figures"]) <= set(runs[0]["figures"]) for run in runs)
    for name in kept_records():
        assert f"| `{name}`" in PAGE


def test_compiling_brings_what_chapter_16_says():
    """A chain of small operations became faster in every run that tried it, and a layer of a Transformer slower."""
    runs = [run["figures"] for run in json.loads(results.RESULTS.read_text(encoding="utf-8"))]
    tried = [run for run in runs if "compiled_loss" in run]
    assert tried
    for run in tried:
        assert max(run["compiled_layer_float32"], run["compiled_layer_bf16"]) < 1 < run["compiled_loss"]


@pytest.mark.parametrize(("what", "goal", "name", "shown"), results.SPEED, ids=lambda value: value[:12])
def test_a_goal_that_was_missed_is_named_on_the_page(what, goal, name, shown):
    """A figure below its goal, in any run, may stand there only if the page says what stands in the way."""
    found = re.match(r"at (least|most) ([\d.]+)", goal)
    if not found:
        return
    runs = json.loads(results.RESULTS.read_text(encoding="utf-8"))
    values = [run["figures"][name] for run in runs if name in run["figures"]]
    limit = float(found[2]) / (100 if "%" in goal else 1)
    reached = min(values) >= limit if found[1] == "least" else max(values) <= limit
    assert reached or what in PAGE.partition("### What was not reached")[2]
