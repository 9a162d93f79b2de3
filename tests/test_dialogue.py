"""The dialogue set is whole, its splits share nothing, and no sentence of it is anybody else's."""

import gzip
import os
from itertools import combinations
from pathlib import Path

import pytest

from tutor_nmt.challenge import load_challenge
from tutor_nmt.cleaning import clean
from tutor_nmt.corpora import load_corpus
from tutor_nmt.dialogue import load_dialogue, parse_dialogue
from tutor_nmt.pairs import SentencePair, leakage_key

DIALOGUE = load_dialogue()
HEADER = "split\tsource\ttarget\n"
LINE = "val\tKomm her!\tCome here!"


def test_the_splits_have_the_sizes_their_readme_tells():
    assert {split: len(pairs) for split, pairs in DIALOGUE.splits.items()} == {"train": 80, "val": 20, "test": 40}


def test_no_sentence_stands_twice_on_either_side():
    for side in (0, 1):
        keys = [leakage_key(pair[side]) for pairs in DIALOGUE.splits.values() for pair in pairs]
        assert len(set(keys)) == len(keys) == 140
    for one, other in combinations(DIALOGUE.splits.values(), 2):
        assert not set(one) & set(other)


def test_they_are_clean_as_they_are():
    for pairs in DIALOGUE.splits.values():
        kept, report = clean(pairs, "de", "en")
        assert kept == pairs and not report.changed


def test_both_ways_of_saying_you_and_the_manners_of_talk_are_in_every_split():
    for pairs in DIALOGUE.splits.values():
        sources = [pair.source for pair in pairs]
        for share in (
            [line for line in sources if line.endswith("?")],
            [line for line in sources if {"Sie", "Ihnen", "Ihre", "Ihrer", "Ihren"} & set(line.split())],
            [line for line in sources if {"du", "dir", "dich", "deine", "deinen", "dein"} & set(line.split())],
        ):
            assert len(share) >= len(sources) / 10


@pytest.mark.corpus("multi30k")
@pytest.mark.corpus("tatoeba-zh-en")
def test_no_sentence_is_in_a_corpus_or_in_the_challenge_set_whatever_its_case_and_punctuation():
    data = Path(os.environ["TUTOR_NMT_DATA"])
    others = {leakage_key(side) for one in load_challenge() for side in (one.source, one.target)}
    for path in [*(data / "multi30k" / "raw").glob("*.gz"), data / "tatoeba" / "cmn-eng.tsv.gz"]:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            others |= {leakage_key(line.split("\t")[0]) for line in file}
    ours = {leakage_key(side) for pairs in DIALOGUE.splits.values() for pair in pairs for side in pair}
    assert len(others) > 80_000 and not ours & others


def test_it_is_loaded_by_its_name_in_both_directions():
    assert load_corpus("dialogue") == DIALOGUE
    turned = load_corpus("dialogue", source="en")
    assert (turned.source_language, turned.target_language) == ("en", "de")
    assert turned["test"] == [(pair.target, pair.source) for pair in DIALOGUE["test"]]
    with pytest.raises(ValueError, match="'dialogue' joins de and en"):
        load_corpus("dialogue", target="zh")


def test_lines_are_read_as_they_are_written():
    assert parse_dialogue(HEADER + LINE + "\n") == {
        "train": [],
        "val": [SentencePair("Komm her!", "Come here!")],
        "test": [],
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not its columns"),
        (HEADER + LINE + "\n" + LINE.replace("val", "dev"), "line 2 of the dialogue set"),
        (HEADER + "val\tKomm her!", "line 1"),
        (HEADER + "val\tKomm her!\t", "line 1"),
        (HEADER + LINE + "\tmore", "line 1"),
    ],
)
def test_a_damaged_file_is_refused_with_the_line(text, message):
    with pytest.raises(ValueError, match=message):
        parse_dialogue(text)
