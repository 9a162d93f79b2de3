"""Subtitles: what is on the screen beside what is said goes, what is said stays, and cleaning twice changes nothing."""

import doctest

import pytest

from tutor_nmt import subtitles
from tutor_nmt.challenge import load_challenge
from tutor_nmt.cleaning import FILTERS, clean
from tutor_nmt.dialogue import load_dialogue
from tutor_nmt.normalization import NORMALIZERS
from tutor_nmt.pairs import SentencePair
from tutor_nmt.subtitles import (
    SUBTITLE_FILTERS,
    SUBTITLE_NORMALIZERS,
    is_advert,
    remove_leading_dash,
    remove_music_signs,
    remove_player_commands,
    remove_speaker_name,
    remove_stage_directions,
)

OURS = [pair for pairs in load_dialogue().splits.values() for pair in pairs]
OURS += [SentencePair(one.source, one.target) for one in load_challenge()]


def cleaned(source: str, target: str, languages: tuple[str, str] = ("de", "en")):
    return clean([SentencePair(source, target)], *languages, normalizers=SUBTITLE_NORMALIZERS, filters=SUBTITLE_FILTERS)


def test_the_examples_in_the_docstrings_hold():
    results = doctest.testmod(subtitles)
    assert results.attempted >= 9 and not results.failed


def test_a_line_with_everything_at_once_keeps_what_is_said():
    pairs, report = cleaned(
        r"{\an8}<i>[Tür knarrt]</i> - MANN 2: ♪ Wo ist der rote Eimer? ♪ (flüstert)", "- MAN 2: Where's the red bucket?"
    )
    assert pairs == [("Wo ist der rote Eimer?", "Where's the red bucket?")]
    assert set(report.changed) >= {
        "remove_player_commands",
        "remove_stage_directions",
        "remove_music_signs",
        "remove_speaker_name",
        "remove_leading_dash",
    }


def test_chinese_lines_lose_the_same_things_in_their_own_brackets():
    pairs, _ = cleaned("-【门铃响】（低声）红色的桶在哪里?", "- [doorbell] Where is the red bucket?", ("zh", "en"))
    assert pairs == [("红色的桶在哪里?", "Where is the red bucket?")]


@pytest.mark.parametrize(
    ("line", "step"),
    [
        ("-5 Grad sind es draußen.", remove_leading_dash),
        ("- 5 Grad", remove_leading_dash),
        ("Rot-weiß ist er", remove_leading_dash),
        ("-", remove_leading_dash),
        ("Um 10: 30 kommt er", remove_speaker_name),
        ("Merke: er kommt", remove_speaker_name),
        ("A: yes", remove_speaker_name),
        ("ACHTUNG", remove_speaker_name),
        ("STOP:", remove_speaker_name),
        ("Er kam :) und ging", remove_stage_directions),
        ("{so} sagt man", remove_player_commands),
        ("Noten lesen", remove_music_signs),
    ],
)
def test_what_only_looks_like_it_stays(line, step):
    assert step(line) == line


@pytest.mark.parametrize(
    "line",
    ["Subtitles by Owl", "SUBTITLED BY THE OWLS", "Synced and corrected by Owl", "Subs by owl", "www.owl.example",
     "Untertitelung: von Eule", "Untertitel von Eule", "翻译：小猫头鹰", "字幕组 小猫头鹰", "OpenSubtitles recommends"],
)  # fmt: skip
def test_adverts_are_dropped_whichever_side_they_are_on(line):
    assert is_advert(SentencePair(line, "x")) and is_advert(SentencePair("x", line))
    assert cleaned(line, "x y")[1].dropped == {"is_advert": 1}


def test_no_sentence_of_ours_is_changed_or_taken_for_an_advert():
    pairs, report = clean(OURS, "de", "en", normalizers=SUBTITLE_NORMALIZERS, filters=SUBTITLE_FILTERS, unique=None)
    assert not report.changed and pairs == OURS


def test_cleaning_what_is_clean_changes_nothing():
    lines = ["- - MAN: MAN: [x] [y] ♪♪ ja", "[TOM: ja] TOM: - nein", "((ja) nein) oh", "{\\b1}{\\b0}- ja", "（笑）- 好"]
    for line in lines:
        steps = {"normalizers": SUBTITLE_NORMALIZERS, "filters": ()}
        once, first = clean([SentencePair(line, line)], "de", "en", **steps)
        again, second = clean(once, "de", "en", **steps)
        assert again == once and first.changed and not second.changed


def test_the_standard_steps_are_all_among_them():
    assert set(NORMALIZERS) < set(SUBTITLE_NORMALIZERS) and set(FILTERS) < set(SUBTITLE_FILTERS)
