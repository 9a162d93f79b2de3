"""Captions that a reader has judged one by one: the sheets hold what the corpus makes today, with few faults in it."""

from collections import Counter
from pathlib import Path

import pytest

from tutor_nmt.captions import make_captions

SHEETS = Path(__file__).parent / "captions_judged"
# language of the sheet: source, target and seed of its captions
JUDGED = {"de": ("de", "en", 20261), "en": ("en", "de", 20262), "zh": ("zh", "en", 20263)}
COUNT, MOST_FAULTS = 300, 3
each_sheet = pytest.mark.parametrize("language", JUDGED)


def rows(language: str) -> list[list[str]]:
    """The sheet's lines: number, sentence, verdict, note."""
    lines = (SHEETS / f"{language}.tsv").read_text(encoding="utf-8").splitlines()
    header, *rest = [line.split("\t") for line in lines]
    assert header == ["number", "sentence", "verdict", "note"]
    return rest


def test_each_sheet_is_of_a_language_that_is_checked():
    assert {path.name for path in SHEETS.iterdir()} == {f"{language}.tsv" for language in JUDGED}


@each_sheet
def test_a_sheet_holds_what_the_corpus_makes_today(language):
    source, target, seed = JUDGED[language]
    made = [pair.source for pair in make_captions(source, target, COUNT, seed)]
    judged = [sentence for _, sentence, _, _ in rows(language)]
    changed = [f"{n}: {new}" for n, (new, old) in enumerate(zip(made, judged, strict=True), start=1) if new != old]
    assert not changed, (
        f"the grammar, the words or the drawing have changed {len(changed)} of the judged sentences: read them, judge "
        f"them again and write them with their verdicts into {language}.tsv:\n" + "\n".join(changed)
    )


@each_sheet
def test_all_lines_are_numbered_and_judged_and_what_is_not_good_has_a_reason(language):
    assert [number for number, *_ in rows(language)] == [str(n) for n in range(1, COUNT + 1)]
    for number, _, verdict, note in rows(language):
        assert verdict in ("good", "odd", "fault"), f"line {number}"
        assert note or verdict == "good", f"line {number} is {verdict}: say why"


@each_sheet
def test_hardly_a_sentence_is_at_fault(language):
    verdicts = Counter(verdict for _, _, verdict, _ in rows(language))
    assert verdicts["fault"] <= MOST_FAULTS
