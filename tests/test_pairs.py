"""Sentence pairs: files of every kind are read whole or refused clearly, and splits share no sentence."""

import gzip
import io
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor_nmt import pairs as pairs_room
from tutor_nmt.pairs import SentencePair, leakage_key, read_columns, read_parallel, split_corpus

DE, EN = "Eins\nZwei\nDrei\n", "One\nTwo\nThree\n"
PAIRS = [SentencePair("Eins", "One"), SentencePair("Zwei", "Two"), SentencePair("Drei", "Three")]


def zip_of(**members: str | bytes) -> bytes:
    """A zip's bytes, from its members by name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _write(path: Path, text: str) -> Path:
    data = text.encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_two_text_files_and_one_tsv_give_the_same_pairs(tmp_path, suffix):
    de, en = _write(tmp_path / f"a.de{suffix}", DE), _write(tmp_path / f"a.en{suffix}", EN)
    table = "".join(f"{number}\t{pair.target}\t{pair.source}\n" for number, pair in enumerate(PAIRS))
    tsv = _write(tmp_path / f"a.tsv{suffix}", table)
    assert read_parallel(de, en) == read_parallel(str(de), str(en)) == PAIRS
    assert read_parallel(tsv, source_column=2, target_column=1) == PAIRS
    assert isinstance(read_parallel(tsv)[0], SentencePair)


def test_only_line_feeds_end_a_line(tmp_path):
    strange = "a\u2028b\x0bc\x85d\x1ce\u2029f\x0cg"
    first = _write(tmp_path / "a.de", f"\ufeff{strange}\r\n\r\n\nlast")
    second = _write(tmp_path / "a.en", "1\n2\n3\n4\n")
    assert read_parallel(first, second) == [(strange, "1"), ("", "2"), ("", "3"), ("last", "4")]
    assert read_parallel(_write(tmp_path / "a.tsv", f"x\t{strange}\r\n\ny\t\n")) == [
        ("x", strange),
        ("", ""),
        ("y", ""),
    ]


def test_the_two_languages_of_a_moses_zip_are_chosen_by_name(tmp_path):
    path = tmp_path / "opus.zip"
    path.write_bytes(zip_of(**{"README": "x", "Set.de-en.de": DE, "Set.de-en.en": EN, "Set.de-en.ids": "1\n2\n3\n"}))
    assert read_parallel(path, source_language="de", target_language="en") == PAIRS
    turned = read_parallel(path, source_language="en", target_language="de")
    assert [(pair.target, pair.source) for pair in turned] == PAIRS
    assert [each.name for each in tmp_path.iterdir()] == ["opus.zip"]


def test_columns_are_read_from_a_file_and_from_a_zip_alike(tmp_path):
    table = "7\tHello!\tHallo!\n\n"
    file, archive = _write(tmp_path / "a.tsv", table), tmp_path / "a.zip"
    archive.write_bytes(zip_of(**{"a.tsv": table}))
    assert read_columns(file, 2, 1) == read_columns(archive, 2, 1, "a.tsv") == [("Hallo!", "Hello!"), ("", "")]


def sentences(without: str = "") -> st.SearchStrategy[str]:
    """Any line but for what its file says in another way; characters that are nearly line ends come often."""
    every = st.characters(exclude_characters="\n" + without, exclude_categories=("Cs",))
    strange = st.sampled_from(
        [char for char in "\r\u2028\u2029\x85\x0b\x0c\x1c\x1e\x00\ufeff\t a" if char not in without]
    )
    texts = st.text(every | strange, max_size=20)
    return texts.filter(lambda text: not text.endswith("\r") and not text.startswith("\ufeff"))


some_pairs = st.lists(st.tuples(sentences(), sentences()), max_size=7)
line_ends = st.sampled_from(["\n", "\r\n"])


@settings(max_examples=100, deadline=None)
@given(some_pairs, st.sampled_from(["", ".gz"]), line_ends, st.booleans())
def test_whatever_is_written_to_two_files_is_read_back(pairs, suffix, end, marked):
    with tempfile.TemporaryDirectory() as name:
        sides = [
            _write(Path(name) / f"side{side}{suffix}", "\ufeff" * marked + "".join(pair[side] + end for pair in pairs))
            for side in (0, 1)
        ]
        assert read_parallel(*sides) == pairs


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(*[sentences(without="\t")] * 3).filter(any), max_size=7),
    st.permutations(range(3)),
    st.sampled_from(["", ".gz"]),
    line_ends,
)
def test_whatever_is_written_to_columns_is_read_back_from_the_columns_asked_for(rows, order, suffix, end):
    with tempfile.TemporaryDirectory() as name:
        table = _write(Path(name) / f"table.tsv{suffix}", "".join("\t".join(row) + end for row in rows))
        read = read_parallel(table, source_column=order[0], target_column=order[1])
    assert read == [(row[order[0]], row[order[1]]) for row in rows]


@settings(max_examples=100, deadline=None)
@given(some_pairs, line_ends, st.booleans())
def test_whatever_is_written_to_a_zip_is_read_back_in_both_directions(pairs, end, ended):
    sides = ["".join(pair[side] + end for pair in pairs) for side in (0, 1)]
    if ended and all(map(all, pairs)):  # a last line without its end is a line too
        sides = [side.removesuffix(end) for side in sides]
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "Set.zip"
        path.write_bytes(zip_of(**{"Set.xx-yy.xx": sides[0], "Set.xx-yy.yy": sides[1], "LICENSE": "none"}))
        assert read_parallel(path, source_language="xx", target_language="yy") == pairs
        turned = read_parallel(path, source_language="yy", target_language="xx")
    assert turned == [(target, source) for source, target in pairs]


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60), st.binary(max_size=60))
def test_any_bytes_are_read_line_by_line_or_refused_by_name(source, target):
    with tempfile.TemporaryDirectory() as name:
        paths = [Path(name) / "a.xx", Path(name) / "a.yy"]
        for path, content in zip(paths, (source, target), strict=True):
            path.write_bytes(content)
        counts = [len(content.removesuffix(b"\n").split(b"\n")) if content else 0 for content in (source, target)]
        try:
            read = read_parallel(*paths)
        except ValueError as error:
            assert "a.xx" in str(error) or "a.yy" in str(error)
            assert "not UTF-8" in str(error) or counts[0] != counts[1]
        else:
            assert [len(read)] * 2 == counts
            assert all("\n" not in side for pair in read for side in pair)


def packed(kind: str) -> bytes:
    """The same lines, packed in each way that Python can undo."""
    if kind == "gz":
        return gzip.compress(DE.encode() * 20)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", getattr(zipfile, f"ZIP_{kind}")) as archive:
        archive.writestr("Set.xx-yy.xx", DE * 20)
        archive.writestr("Set.xx-yy.yy", EN * 20)
    return buffer.getvalue()


PACKED = {kind: packed(kind) for kind in ("gz", "STORED", "DEFLATED", "BZIP2", "LZMA")}


spoilt_bytes = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=4)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(PACKED)), spoilt_bytes, st.sampled_from([0, 0, 0, 1, 9, 40]))
def test_a_packed_file_with_any_byte_spoilt_or_lost_is_read_or_refused_by_name(kind, changes, lost):
    content = bytearray(PACKED[kind])
    for place, value in changes:
        content[place % len(content)] = value
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / ("Set.gz" if kind == "gz" else "Set.zip")
        path.write_bytes(content[: len(content) - lost])
        try:
            read = read_parallel(path, path if kind == "gz" else None, source_language="xx", target_language="yy")
        except ValueError as error:
            assert path.name in str(error) or "translate line n" in str(error)
        else:
            assert all(isinstance(pair, SentencePair) for pair in read)


ENCRYPTED = bytearray(zip_of(**{"a.de-en.de": DE, "a.de-en.en": EN}))
for _signature, _offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # set the flag that says "encrypted"
    for _match in re.finditer(re.escape(_signature), bytes(ENCRYPTED)):
        ENCRYPTED[_match.start() + _offset] |= 1

BAD_ZIPS = [
    (zip_of(**{"a.de-en.de": DE}), "Set.zip should hold one member .*de-en.en .* holds 0.*a.de-en.de"),
    (zip_of(**{"a.de-en.de": DE, "a.de-en.en": EN, "b.de-en.en": EN}), "holds 2"),
    (zip_of(**{"a.de-en.de": DE, "a.de-en.en": "One\n"}), "a.de-en.de has 3 lines and a.de-en.en has 1"),
    (zip_of(**{"../a.de-en.de": DE, "a.de-en.en": EN}), "climbs"),
    (zip_of(**{"x\\..\\..\\a.de-en.de": DE, "a.de-en.en": EN}), "climbs"),
    (zip_of(**{"/etc/a.de-en.de": DE, "a.de-en.en": EN}), "climbs"),
    (zip_of(**{"\\a.de-en.de": DE, "a.de-en.en": EN}), "climbs"),
    (zip_of(**{"a.de-en.de": DE, "a.de-en.en": EN, "../README": "x"}), "climbs"),
    (zip_of(**{"a.de-en.de": b"ok\n\xff\n", "a.de-en.en": EN}), "a.de-en.de in .*Set.zip, line 2: not UTF-8"),
    (zip_of(**{"a.de-en.de": DE, "a.de-en.en": EN})[:-30], "not a zip that can be read"),
    (bytes(ENCRYPTED), "encrypted"),
    (b"", "not a zip"),
]


@pytest.mark.parametrize(("data", "message"), BAD_ZIPS)
def test_a_bad_zip_is_refused_with_a_reason(tmp_path, data, message):
    path = tmp_path / "Set.zip"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=message):
        read_parallel(path, source_language="de", target_language="en")


def test_a_zip_asks_for_its_languages(tmp_path):
    path = tmp_path / "Set.zip"
    path.write_bytes(zip_of(**{"a.de-en.de": DE, "a.de-en.en": EN}))
    with pytest.raises(ValueError, match="say source_language and target_language.*a.de-en.en"):
        read_parallel(path)
    with pytest.raises(ValueError, match="holds both languages"):
        read_parallel(path, "a.en")


def test_bad_text_files_are_refused_with_file_line_and_remedy(tmp_path):
    de, short = _write(tmp_path / "a.de", DE), _write(tmp_path / "b.en", "One\nTwo\n")
    latin = tmp_path / "latin.de"
    latin.write_bytes("eins\nzwei\nfünf\n".encode("latin-1"))
    cut = tmp_path / "cut.gz"
    cut.write_bytes(gzip.compress(DE.encode())[:-5])
    fake, empty = tmp_path / "fake.gz", tmp_path / "empty.gz"
    fake.write_text("version 1 of something else", encoding="utf-8")
    empty.write_bytes(b"")
    table = _write(tmp_path / "c.tsv", "a\tb\n\nc\n")
    cases = [
        ((de, short), {}, r"a\.de has 3 lines and .*b\.en has 2"),
        ((latin, de), {}, r"latin\.de, line 3: not UTF-8.*convert"),
        ((de, cut), {}, r"cut\.gz is not a whole gzip file"),
        ((de, fake), {}, r"fake\.gz is not a whole gzip file"),
        ((de, empty), {}, r"empty\.gz is not a whole gzip file"),
        ((table,), {}, r"c\.tsv, line 3: 1 tab-separated column.*target_path"),
        ((table,), {"target_column": 2}, r"c\.tsv, line 1: 2 tab-separated column\(s\), 3 needed"),
        ((table,), {"source_column": -1}, "counted from 0"),
    ]
    for paths, options, message in cases:
        with pytest.raises(ValueError, match=message):
            read_parallel(*paths, **options)
    for missing in (
        (tmp_path / "no.de", de),
        (de, tmp_path / "no.de"),
        (tmp_path / "no.de",),
        (tmp_path, de),
    ):
        with pytest.raises(FileNotFoundError, match="there is no file"):
            read_parallel(*missing)
    with pytest.raises(FileNotFoundError, match=r"no\.zip"):
        read_parallel(tmp_path / "no.zip", source_language="de", target_language="en")


# --- splits ---


def test_the_leakage_key_sees_through_case_width_and_punctuation():
    for same in (
        "Hello, World!",
        "hello world",
        "Ｈｅｌｌｏ\u3000world。",
        "HELLO\u200b\u00a0WORLD",
        "«Hello» World…",
    ):
        assert leakage_key(same) == "helloworld"
    assert leakage_key("Straße 5") == leakage_key("STRASSE 5") != leakage_key("Straße 6")
    assert leakage_key("我很好。") != leakage_key("我不好。")
    assert leakage_key("她聽見雨聲。") == leakage_key("她听见雨声。")  # traditional and simplified


def test_pairs_that_share_a_sentence_by_any_chain_stay_together():
    chain = [("ja", "yes"), ("Ja!", "yeah"), ("klar", "Yeah."), ("nein", "no"), ("null", "No…")]
    pairs = [SentencePair(*pair) for pair in chain] + [SentencePair(f"q{n}", f"a{n}") for n in range(11)]
    places_seen = set()
    for seed in range(7):
        splits = split_corpus(pairs, val=5, test=3, seed=seed)
        assert [len(splits[name]) for name in ("val", "test", "train")] == [5, 3, 8]
        assert sorted(sum(splits.values(), [])) == sorted(pairs)
        where = [next(name for name in splits if pair in splits[name]) for pair in pairs[:5]]
        assert len(set(where[:3])) == len(set(where[3:])) == 1
        places_seen.add(where[0])
    assert len(places_seen) > 1  # the seed matters
    assert split_corpus(pairs, 5, 3, seed=1) == split_corpus(pairs, 5, 3, seed=1)


def test_a_source_that_reads_like_a_target_does_not_join_them():
    pairs = [SentencePair("a", "b"), SentencePair("b", "a")]
    assert sorted(map(len, split_corpus(pairs, val=1, test=1).values())) == [0, 1, 1]


def test_a_giant_component_stays_in_train():
    pairs = [SentencePair("Wie geht's?", f"How {n}?") for n in range(17)]
    pairs += [SentencePair(f"q{n}", f"a{n}") for n in range(43)]
    for seed in range(7):
        splits = split_corpus(pairs, val=20, test=19, seed=seed)
        assert [len(splits[name]) for name in ("val", "test")] == [20, 19]
        assert all(pair in splits["train"] for pair in pairs[:17])
    with pytest.raises(ValueError, match="val is to have 44 of 60 pairs, 1 more"):
        split_corpus(pairs, val=44, test=0)


word = st.sampled_from(["ja", "Ja!", "nein", "oh", "…", "", "gut", "gut ", "acht"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(word, word).map(lambda pair: SentencePair(*pair)), max_size=13), st.integers(0, 5))
def test_no_split_ever_shares_a_sentence_and_no_pair_is_lost(pairs, seed):
    fresh = [SentencePair(f"frage{n}", f"antwort{n}") for n in range(5)]
    splits = split_corpus(pairs + fresh, val=3, test=2, seed=seed)
    assert Counter(sum(splits.values(), [])) == Counter(pairs + fresh)
    for side in (0, 1):
        keys = [{leakage_key(pair[side]) for pair in part} for part in splits.values()]
        assert not keys[0] & keys[1] and not keys[0] & keys[2] and not keys[1] & keys[2]


def test_the_same_split_comes_out_under_another_hash_seed():
    code = (
        "from tutor_nmt.pairs import *; import sys\n"
        "print(split_corpus([SentencePair(f'q{n}', f'a{n}') for n in range(31)], 5, 3))"
    )
    folder = str(Path(pairs_room.__file__).parents[1])
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            env=os.environ | {"PYTHONPATH": folder, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1 and "SentencePair" in outputs.pop()
