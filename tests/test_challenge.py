"""The challenge set is whole and consistent, its probes and links mean what its README says, and it is our own."""

import gzip
import os
import re
from collections import Counter
from pathlib import Path

import pytest

from tutor_nmt.challenge import (
    EVERYDAY_PHENOMENA,
    PHENOMENA,
    ChallengeSentence,
    load_challenge,
    parse_challenge,
    word_tokens,
)
from tutor_nmt.corpora import leakage_key, load_corpus
from tutor_nmt.normalization import normalize, simplify
from tutor_nmt.vocabulary import WordVocabulary

CHALLENGE = load_challenge()
ALIGNED = [one for one in CHALLENGE if one.sure is not None]
HEADER = "id\tphenomenon\tsource\ttarget\tprobe\tlinks\n"
LINE = "1\tnumbers\tDrei rote Äpfel.\tThree red apples.\tthree\t0-0 1?2 3-3"


def longest_shared(words: list[str], runs: dict[int, set[tuple[str, ...]]]) -> int:
    """The most words in a row of a sentence that some sentence of the corpus has too."""
    for size in sorted(runs, reverse=True):
        if any(tuple(words[start : start + size]) in runs[size] for start in range(len(words) - size + 1)):
            return size
    return 0


def plain(line: str) -> list[str]:
    return re.findall(r"\w+", line.lower())


# --- the data ---


def test_there_are_150_captions_of_which_100_are_aligned():
    assert len(CHALLENGE) == 150 and len(ALIGNED) == 100
    assert [one.number for one in CHALLENGE] == list(range(1, 151))


def test_every_phenomenon_is_probed_often_enough():
    counts = Counter(one.phenomenon for one in CHALLENGE)
    assert set(counts) == set(PHENOMENA) and min(counts.values()) >= 15
    assert min(Counter(one.phenomenon for one in ALIGNED).values()) >= 10


def test_no_caption_stands_twice_and_all_are_of_readable_length():
    for side in ("source", "target"):
        lines = [getattr(one, side) for one in CHALLENGE]
        assert len({line.lower() for line in lines}) == len(lines)
        assert all(4 <= len(plain(line)) <= 25 for line in lines)
        assert all(normalize(line) == line for line in lines)


def test_tokens_stand_where_they_say_and_join_back_to_the_line():
    vocabulary = WordVocabulary([])
    for one in CHALLENGE:
        for line, tokens in ((one.source, one.source_tokens), (one.target, one.target_tokens)):
            assert all(line[token.start : token.end] == token.text for token in tokens)
            assert "".join(token.text for token in tokens) == line.replace(" ", "")
            assert [token.text for token in tokens] == vocabulary.tokenize(line)


def test_links_are_in_range_and_every_sure_link_is_possible():
    for one in ALIGNED:
        assert one.sure and one.sure <= one.possible
        for i, j in one.possible:
            assert one.source_tokens[i] and one.target_tokens[j]


def test_the_last_marks_are_linked_and_marks_only_with_marks():
    for one in ALIGNED:
        assert (len(one.source_tokens) - 1, len(one.target_tokens) - 1) in one.sure
        for i, j in one.possible:
            words = [any(map(str.isalnum, token.text)) for token in (one.source_tokens[i], one.target_tokens[j])]
            assert words[0] == words[1], (one.number, i, j)


def test_names_are_linked_with_themselves():
    for one in ALIGNED:
        words = [token.text for token in one.target_tokens]
        for i, token in enumerate(one.source_tokens):
            if len(token.text) > 4 and words.count(token.text) == 1:  # spelt the same in both languages
                assert (i, words.index(token.text)) in one.sure, (one.number, token.text)


def test_nearly_every_word_is_linked():
    words = sum(len(one.source_tokens) + len(one.target_tokens) for one in ALIGNED)
    linked = sum(len({i for i, _ in one.possible}) + len({j for _, j in one.possible}) for one in ALIGNED)
    assert linked / words > 0.95


def test_every_probe_accepts_its_own_reference_and_not_an_empty_line_or_the_source():
    for one in CHALLENGE:
        assert one.accepts(one.target), one
        assert not one.accepts("")
        if one.phenomenon not in ("names", "numbers") and "Bank" not in one.source:  # spelt the same in German
            assert not one.accepts(one.source), one


def test_every_probe_refuses_the_references_of_other_captions():
    accepted = sum(one.accepts(other.target) for one in CHALLENGE for other in CHALLENGE if one is not other)
    assert accepted / (150 * 149) < 0.05


@pytest.mark.corpus("multi30k")
def test_no_caption_resembles_one_of_the_corpus():
    folder = Path(os.environ["TUTOR_NMT_DATA"]) / "multi30k" / "raw"
    for side, language in (("source", "de"), ("target", "en")):
        corpus = []
        for path in sorted(folder.glob(f"*.{language}.gz")):
            with gzip.open(path, "rt", encoding="utf-8") as file:
                corpus += map(plain, file)
        whole = {tuple(words) for words in corpus}
        runs = {size: {tuple(w[k : k + size]) for w in corpus for k in range(len(w) - size + 1)} for size in (5, 6, 7)}
        assert longest_shared(corpus[0], runs) == 7
        for one in CHALLENGE:
            words = plain(getattr(one, side))
            assert tuple(words) not in whole
            shared = longest_shared(words, runs)
            assert shared < 7 and shared < 0.75 * len(words), f"caption {one.number} shares {shared} words in a row"


# --- probes ---


@pytest.mark.parametrize(
    ("probe", "accepted", "refused"),
    [
        ("dog|dogs", ["A DOG.", "Dogs!"], ["A hotdog.", "dogma"]),
        ("tak*...off; !him", ["He is taking his hat off.", "She takes off."], ["He takes him off.", "off, he takes"]),
        ("*n't|not", ["He isn't here.", "not"], ["nothing"]),
        ("3.50", ["It costs 3.50 euros."], ["It costs 3750."]),
        ("!bench|benches", ["the bank"], ["two benches"]),
    ],
)
def test_a_probe_looks_for_whole_words(probe, accepted, refused):
    one = CHALLENGE[0]._replace(probe=probe)
    assert all(one.accepts(line) for line in accepted)
    assert not any(one.accepts(line) for line in refused)


# --- reading ---


def test_a_line_is_read_as_it_is_written():
    (one,) = parse_challenge(HEADER + LINE + "\n")
    words = word_tokens("Drei rote Äpfel."), word_tokens("Three red apples.")
    links = frozenset({(0, 0), (3, 3)}), frozenset({(0, 0), (1, 2), (3, 3)})
    assert one == ChallengeSentence(1, "numbers", "Drei rote Äpfel.", "Three red apples.", "three", *words, *links)
    (one,) = parse_challenge(HEADER + LINE.rpartition("\t")[0] + "\t")
    assert one.sure is None and one.possible is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not its columns"),
        (HEADER.replace("probe", "test") + LINE, "not its columns"),
        (HEADER + LINE.rpartition("\t")[0], "caption 1 .* 5 columns"),
        (HEADER + LINE + "\n" + LINE, "caption 2 .* id is '1'"),
        (HEADER + LINE.replace("numbers", "digits"), "'digits' is unknown"),
        (HEADER + LINE.replace("three\t", "\t"), "must not be empty"),
        (HEADER + LINE.replace("1?2", "1:2"), "'1:2' is no link"),
        (HEADER + LINE.replace("1?2", "4?2"), r"link 4\?2 is beyond 4 source and 4 target words"),
        (HEADER + LINE.replace("1?2", "1?4"), r"link 1\?4 is beyond"),
        (HEADER + LINE.replace("1?2", "0?0"), r"link 0\?0 is written twice"),
    ],
)
def test_a_damaged_file_is_refused_with_the_line_and_the_reason(text, message):
    with pytest.raises(ValueError, match=message):
        parse_challenge(text)


def test_a_caller_cannot_spoil_the_set_for_the_next():
    load_challenge().clear()
    assert len(load_challenge()) == 150


# --- Chinese to English ---

EVERYDAY = load_challenge("zh-en")


def test_there_are_64_everyday_sentences_eight_a_phenomenon_and_none_is_aligned():
    assert [one.number for one in EVERYDAY] == list(range(1, 65))
    assert Counter(one.phenomenon for one in EVERYDAY) == dict.fromkeys(EVERYDAY_PHENOMENA, 8)
    assert all(one.sure is None for one in EVERYDAY)


def test_everyday_sentences_are_in_simplified_characters_and_none_stands_twice():
    for side in ("source", "target"):
        lines = [getattr(one, side) for one in EVERYDAY]
        assert len(set(lines)) == len(lines) and all(normalize(line) == line for line in lines)
    assert all(simplify(one.source) == one.source for one in EVERYDAY)


def test_probes_of_everyday_sentences_accept_their_own_reference_and_hardly_another():
    assert all(one.accepts(one.target) and not one.accepts("") for one in EVERYDAY)
    accepted = sum(one.accepts(other.target) for one in EVERYDAY for other in EVERYDAY if one is not other)
    assert accepted / (64 * 63) < 0.03


@pytest.mark.corpus("tatoeba-zh-en")
def test_no_everyday_sentence_stands_in_the_corpus():
    pairs = [pair for split in load_corpus("tatoeba-zh-en").splits.values() for pair in split]
    for side in ("source", "target"):
        known = {leakage_key(getattr(pair, side)) for pair in pairs}
        assert not [one.number for one in EVERYDAY if leakage_key(getattr(one, side)) in known]


def test_a_set_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="no challenge set 'en-zh'; there are de-en, zh-en"):
        load_challenge("en-zh")
