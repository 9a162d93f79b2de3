"""Noise: as much as was asked for, of the kinds asked for, and every line labelled with the truth."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor_nmt import cleaning, noise
from tutor_nmt.noise import SPOILERS, NoisyPair, add_noise
from tutor_nmt.pairs import SentencePair

PAIRS = [
    SentencePair(f"Der Bäcker mit dem Hut kauft gerade {n} Äpfel.", f"The baker with the hat is buying {n} apples.")
    for n in range(211)
]
CHINESE = [SentencePair(f"第{n}位面包师正在市场上买苹果。", f"Baker number {n} buys the apples.") for n in range(53)]
each_kind = pytest.mark.parametrize("kind", SPOILERS)


def test_each_kind_does_what_its_name_says():
    pairs = [SentencePair("Schöne Tür, ja.", "A nice door, yes."), SentencePair("Ein Hund.", "A dog.")]
    expected = {
        "misaligned": ("Schöne Tür, ja.", "A dog."),
        "wrong_language": ("Schöne Tür, ja.", "Ein Hund."),
        "mojibake": ("SchÃ¶ne TÃ¼r, ja.", "A nice door, yes."),
        "markup": ("Schöne Tür, ja.", "A nice door, yes.<br/>"),
        "duplicate": ("Ein Hund.", "A dog."),
        "truncated": ("Schöne Tür, ja.", "A"),
        "swapped": ("A nice door, yes.", "Schöne Tür, ja."),
    }
    assert {kind: tuple(SPOILERS[kind](pairs, 0, 1)) for kind in expected} == expected
    long = noise.over_long(pairs, 0, 1)
    assert long.source.startswith("Schöne Tür, ja. Ein Hund. Schöne Tür, ja.")
    assert [len(side.split()) > noise.TOO_LONG for side in long] == [True, True]


def test_mojibake_takes_the_side_that_can_have_it_and_makes_some_where_none_can():
    assert noise.mojibake([SentencePair("x", "naïve 好")], 0, 0) == ("x", "naÃ¯ve å¥½")
    assert noise.mojibake([SentencePair("Ja nein", "Yes no")], 0, 0) == ("Ja nein", "YesÂ\u00a0no")
    assert noise.mojibake([SentencePair("Ja", "Yes")], 0, 0) == ("Ja", "YesÂ\u00a0")


def test_chinese_is_cut_and_lengthened_by_characters():
    cut = noise.truncated([SentencePair("A dog is there.", "那里有一只狗。")], 0, 0)
    assert cut == ("A dog is there.", "那里")
    long = noise.over_long(CHINESE, 0, 1)
    assert len(long.source) > noise.TOO_LONG < len(long.target.split())


@pytest.mark.parametrize("share", [0.0, 0.004, 0.1, 0.25, 0.5, 0.99])
def test_exactly_the_share_is_spoilt_and_evenly(share):
    noisy = add_noise(PAIRS, share, seed=5)
    kinds = Counter(line.kind for line in noisy)
    clean = kinds.pop(None)
    assert len(noisy) == len(PAIRS) and clean == len(PAIRS) - round(share * len(PAIRS))
    counts = [kinds[kind] for kind in SPOILERS]
    assert max(counts) - min(counts) <= 1


def test_every_label_tells_the_truth():
    noisy = add_noise(PAIRS, 0.6, seed=11)
    for line, (pair, kind, index) in enumerate(noisy):
        assert isinstance(pair, SentencePair)
        if kind is None:
            assert (pair, index) == (PAIRS[line], line)
        elif kind == "duplicate":
            assert index < line and pair == PAIRS[index] and noisy[index] == NoisyPair(pair, None, index)
        else:
            assert pair != PAIRS[line] and index == line
    assert len({line.pair for line in noisy if line.kind == "duplicate"}) > 5


@each_kind
def test_one_kind_alone_is_all_there_is(kind):
    noisy = add_noise(PAIRS, 0.2, [kind], seed=2)
    assert Counter(line.kind for line in noisy) == {None: 169, kind: 42}
    originals = {line.index for line in noisy if line.kind is None}
    for pair, label, index in noisy:
        if label in ("misaligned", "wrong_language"):
            side = 1 if kind == "misaligned" else 0
            taken_from = [line for line in originals if PAIRS[line][side] == pair.target]
            assert pair.source == PAIRS[index].source and len(taken_from) == 1 and taken_from != [index]


def test_the_seed_decides_and_nothing_else():
    assert add_noise(PAIRS, 0.3, seed=1) == add_noise(PAIRS, 0.3, seed=1) != add_noise(PAIRS, 0.3, seed=2)
    one, two = add_noise(PAIRS, 0.3, ["swapped"], seed=1), add_noise(PAIRS, 0.3, ["truncated"], seed=1)
    assert [line.kind is None for line in one] == [line.kind is None for line in two]


def test_which_lines_are_spoilt_is_pinned():
    spoilt = [line for line, noisy in enumerate(add_noise(PAIRS, 0.05, seed=0)) if noisy.kind]
    assert spoilt == [23, 31, 38, 42, 46, 63, 92, 99, 121, 183, 203]  # the same on every Python


@given(
    st.integers(2, 60), st.floats(0, 0.9), st.sets(st.sampled_from(sorted(SPOILERS)), min_size=1), st.integers(0, 99)
)
def test_any_share_of_any_kinds_is_met(count, share, kinds, seed):
    wanted = round(share * count)
    if wanted >= count:
        return
    noisy = add_noise(PAIRS[:count], share, sorted(kinds), seed)
    assert sum(line.kind is not None for line in noisy) == wanted
    assert {line.kind for line in noisy} <= kinds | {None}


def test_what_was_spoilt_can_be_found_again():
    noisy = add_noise(PAIRS, 0.4, ["mojibake", "markup", "duplicate", "over_long", "wrong_language", "swapped"], seed=3)
    seen, found = set(), set()
    for line, (pair, _, _) in enumerate(noisy):
        if any(hits(pair, ("de", "en")) for hits in cleaning.FILTERS) or pair in seen:
            found.add(line)
        seen.add(pair)
    spoilt = {line for line, noisy_pair in enumerate(noisy) if noisy_pair.kind}
    assert found == spoilt


@pytest.mark.parametrize("share", [-0.1, 1.01, 25.0])
def test_a_share_outside_0_to_1_is_refused(share):
    with pytest.raises(ValueError, match=f"share is {share}"):
        add_noise(PAIRS, share)


def test_at_least_one_line_stays_clean():
    with pytest.raises(ValueError, match="share 1.0 of 211 lines leaves none clean"):
        add_noise(PAIRS, 1.0)
    assert add_noise([], 0.5) == []
    assert add_noise(PAIRS[:1], 0.5) == [NoisyPair(PAIRS[0], None, 0)]


@pytest.mark.parametrize("kinds", [["dust"], [], ["swapped", "swapped"]])
def test_unknown_missing_and_repeated_kinds_are_refused_with_what_there_is(kinds):
    with pytest.raises(ValueError, match="choose from misaligned, .*swapped, each once"):
        add_noise(PAIRS, 0.1, kinds)


def test_a_line_that_a_kind_cannot_change_is_named():
    with pytest.raises(ValueError, match="line 1 cannot be made misaligned"):
        add_noise([SentencePair("Ja.", "Yes.")] * 2, 0.5, ["misaligned"])
