"""Normalisers: each does what its name says, twice is once, and what may be meant is left alone."""

import doctest
import unicodedata
from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tutor_nmt import normalization
from tutor_nmt.captions import load_lines
from tutor_nmt.normalization import (
    NORMALIZERS,
    normalize,
    normalize_unicode,
    normalize_whitespace,
    remove_control_characters,
    remove_markup,
    repair_mojibake,
    simplify,
)


def test_the_examples_in_the_docstrings_hold():
    results = doctest.testmod(normalization)
    assert results.failed == 0 and results.attempted >= 6


def test_every_normaliser_has_an_example():
    assert all(">>>" in step.__doc__ for step in (*NORMALIZERS, normalize))


any_text = st.text(max_size=30)
tricky_text = st.text(
    st.sampled_from("aö'’5\u0308\u0301\u00ad\u200b\u200d\ufeff\u2028\x85\x00 \t\xa0\u202e🏽👩❤\ufe0f中，Â¤Ã…<b>/&amp;"),
    max_size=12,
)


def _content(text: str) -> Counter:
    """Count all that must survive: not white space, control characters or marks without a shape."""
    decomposed = unicodedata.normalize("NFD", text)
    return Counter(c for c in decomposed if unicodedata.category(c)[0] in "LMNPS" or c in "\u200c\u200d")


@settings(max_examples=200, deadline=None)
@given(any_text | tricky_text)
@example("a\u0323\u00ad\u0302")
@example("\x1c\u2028\ufeff")
def test_normalising_twice_is_normalising_once_and_loses_nothing(text):
    once = normalize(text)
    assert normalize(once) == once
    assert _content(once) == _content(text)
    assert once == once.strip() and "  " not in once and "\n" not in once


def test_a_line_stays_one_line_that_utf_8_can_write():
    text = normalize("eins\r\nzwei\u2028drei\x0bvier\x85f\udc80ünf\ud83d")
    assert text == "eins zwei drei vier fünf" and len(text.splitlines()) == 1
    text.encode("utf-8")


@pytest.mark.parametrize("space", "\t \xa0\u1680\u2002\u2009\u2028\u2029\u202f\u205f\u3000\n\r\x0b\x0c\x85")
def test_every_kind_of_space_becomes_one_plain_space(space):
    assert normalize_whitespace(f"{space}a{space}{space}b ") == "a b"
    assert normalize(f"{space}a{space}{space}b ") == "a b"


def test_control_characters_and_direction_marks_go_and_white_space_is_left_to_the_next_step():
    for number in (*range(0x20), *range(0x7F, 0xA0), 0xAD, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2066, 0x2069):
        char = chr(number)
        assert remove_control_characters(f"a{char}b") == (f"a{char}b" if char.isspace() else "ab")


def test_joined_emoji_flags_and_joiners_of_scripts_stay():
    for text in ("👩🏽‍🚀", "🏳️‍🌈", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "می‌خواهم", "क्‍ष", "1️⃣"):
        assert normalize(text) == remove_control_characters(text) == text


def test_composing_does_not_flatten_width_or_superscripts():
    assert normalize_unicode("e\u0301 x² ，！ Ａ１ ﬁ ½ …") == "é x² ，！ Ａ１ ﬁ ½ …"


@pytest.mark.parametrize(
    ("dirty", "tidy"),
    [
        ('<a href="x.html" class=big>Link</a>', "Link"),
        ("<I>schräg</I><BR>neu<br />", "schräg neu "),
        ("a<!-- note -->b", "a b"),
        ("Q&amp;A &quot;x&quot; &#x27;y&#39; &auml;", "Q&A \"x\" 'y' ä"),
        ("x < y, y > z; i<3u; a <b and c> d", "x < y, y > z; i<3u; a <b and c> d"),
        ("List<String> and <unk>", "List<String> and <unk>"),
        ("AT&T; R&D &unknown; &amp &copyright", "AT&T; R&D &unknown; &amp &copyright"),
    ],
)
def test_markup_goes_and_what_only_resembles_it_stays(dirty, tidy):
    assert remove_markup(dirty) == tidy


def misread(text: str) -> str:
    """Read UTF-8 as cp1252, as browsers do: the five bytes it lacks become control characters."""
    data = text.encode()
    return "".join(bytes([b]).decode("cp1252") if b not in b"\x81\x8d\x8f\x90\x9d" else chr(b) for b in data)


RIGHT = ["Ägypten", "größer – 5 €", "naïve «à»", "你好，世界", "Zoë 😀", "ÄÖÜäöüß", "‚so‘ it’s"]


@pytest.mark.parametrize("text", RIGHT)
def test_misread_text_is_repaired_and_the_right_text_is_left(text):
    assert repair_mojibake(misread(text)) == text
    assert repair_mojibake(text.encode().decode("latin-1")) == text
    assert repair_mojibake(text) == text


@settings(max_examples=100, deadline=None)
@given(any_text | tricky_text)
def test_repairing_mojibake_lengthens_nothing_and_leaves_ascii_alone(text):
    repaired = repair_mojibake(text)
    assert len(repaired) < len(text) or repaired == text
    ascii_only = text.encode("ascii", "ignore").decode()
    assert repair_mojibake(ascii_only) == ascii_only


@pytest.mark.parametrize("text", ["Spaß“", "“AMANHÔ", "café”…", "ß»", "SÃO", "à\xa0» là", "Ä“ é", "Â", "中Ã¤"])
def test_correct_text_that_could_be_misread_bytes_is_not_touched(text):
    assert repair_mojibake(text) == text


CAPITALS = ["“AMANHÃ”", "AMANHÃ”", "É “NÃO”"]


def test_a_quoted_word_in_capitals_is_not_repaired():
    for text in CAPITALS:
        assert repair_mojibake(text) == text


# --- the two scripts of Chinese ---


def test_simplifying_changes_traditional_characters_and_nothing_else():
    assert simplify("她聽見雨聲，笑了。") == "她听见雨声，笑了。"
    untouched = [
        "Größe 5 µm, naïve",
        "ドアをあける",
        "مرحبا",
        "👨\u200d🍳",
        *(line for line, _ in load_lines("zh", "en")["val"]),
    ]
    assert [simplify(line) for line in untouched] == untouched


def test_simplifying_twice_is_simplifying_once_but_for_one_character_of_the_tables():
    every = [chr(code) for start, end in ((0x3400, 0x4DC0), (0x4E00, 0xA000)) for code in range(start, end)]
    assert [char for char in every if simplify(simplify(char)) != simplify(char)] in ([], ["薴"])
