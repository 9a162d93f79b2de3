"""Corpora: what is loaded is whole, verified and split without leakage, and bad input is refused clearly."""

import gzip
import hashlib
import http.server
import io
import os
import pickle
import re
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor_nmt import corpora
from tutor_nmt.corpora import (
    CORPORA,
    CorpusFile,
    CorpusUnavailableError,
    KnownCorpus,
    SentencePair,
    leakage_key,
    load_corpus,
    read_parallel,
    split_corpus,
)

DE, EN = "Eins\nZwei\nDrei\n", "One\nTwo\nThree\n"
PAIRS = [SentencePair("Eins", "One"), SentencePair("Zwei", "Two"), SentencePair("Drei", "Three")]


# --- the known corpora, where a mirror holds them ---


@pytest.mark.corpus("multi30k")
def test_multi30k_has_its_published_sizes_in_both_directions():
    corpus, turned = load_corpus("multi30k"), load_corpus("multi30k", source="en", target="de")
    assert (corpus.source_language, corpus.target_language) == ("de", "en")
    assert (turned.source_language, turned.target_language) == ("en", "de")
    sizes = {split: len(pairs) for split, pairs in corpus.splits.items()}
    assert sizes == {"train": 29_000, "val": 1_014, "test_2016_flickr": 1_000}
    for split in sizes:
        assert [(pair.target, pair.source) for pair in corpus[split]] == turned[split]
    assert "non-commercial" in corpus.terms and "Elliott" in corpus.terms


@pytest.mark.corpus("multi30k")
def test_tokenised_multi30k_has_the_known_lengths_and_vocabulary_sizes():
    corpus = load_corpus("multi30k-tokenized")
    longest = {
        split: tuple(max(len(line.split()) for line in side) for side in zip(*corpus[split], strict=True))
        for split in ("train", "val")
    }
    assert longest == {"train": (44, 40), "val": (33, 30)}
    kept = []
    for side in zip(*corpus["train"], strict=True):
        counts = Counter(token for line in side for token in line.split())
        kept.append({token for token, count in counts.items() if count >= 2})
    assert [len(words) + 4 for words in kept] == [7_859, 5_921]  # four reserved symbols

    unknown = [[token not in kept[0] for token in pair.source.split()] for pair in corpus["test_2016_flickr"]]
    share = sum(map(sum, unknown)) / sum(map(len, unknown))
    assert 0.035 < share < 0.039  # 454 of 12,103 tokens
    assert 0.31 < sum(map(any, unknown)) / len(unknown) < 0.36  # about a third


@pytest.mark.corpus("tatoeba-zh-en")
def test_tatoeba_splits_share_no_sentence_on_either_side():
    corpus = load_corpus("tatoeba-zh-en")
    assert (corpus.source_language, corpus.target_language) == ("zh", "en")
    assert len(corpus["val"]) == len(corpus["test"]) == 1_000 and len(corpus["train"]) > 25_000
    everything = [pair for split in ("train", "val", "test") for pair in corpus[split]]
    assert len(set(everything)) == len(everything)
    for side in (0, 1):
        train, val, test = ({leakage_key(pair[side]) for pair in corpus[split]} for split in ("train", "val", "test"))
        assert not train & val and not train & test and not val & test
        assert "" not in train
    han = re.compile("[\u4e00-\u9fff]")
    assert all(han.search(pair.source) and not han.search(pair.target[:5]) for pair in corpus["val"])
    assert "CC BY 2.0 FR" in corpus.terms


# --- mirror, cache, download ---


class _Server(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.agents.append(self.headers["User-Agent"])
        status, body = self.server.answers.pop(0) if len(self.server.answers) > 1 else self.server.answers[0]
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: self.server.cut])

    def log_message(self, *_):
        pass


@pytest.fixture
def places(tmp_path, monkeypatch):
    """An empty mirror and an empty cache, and no waiting between tries."""
    monkeypatch.setenv("TUTOR_NMT_DATA", str(tmp_path / "mirror"))
    monkeypatch.setenv("TUTOR_NMT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(corpora, "BACK_OFF_SECONDS", 0.001)
    monkeypatch.setattr(corpora, "TIME_OUT_SECONDS", 5.0)
    return tmp_path


@pytest.fixture
def server(places):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    server.agents, server.cut = [], None
    server.url = f"http://127.0.0.1:{server.server_port}/tiny"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def _tiny_corpus(monkeypatch, body: bytes, url: str, **changes) -> None:
    """A known corpus whose two sides are the same file."""
    file = CorpusFile(**{"path": "tiny/lines.txt", "url": url, "sha256": hashlib.sha256(body).hexdigest()} | changes)
    monkeypatch.setitem(CORPORA, "tiny", KnownCorpus(("de", "en"), "none", {"train": (file, file)}))


def _files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_downloaded_file_is_cached_and_not_fetched_again(server, places, monkeypatch):
    server.answers = [(200, DE.encode())]
    _tiny_corpus(monkeypatch, DE.encode(), server.url)
    first = load_corpus("tiny")
    assert first["train"] == [("Eins", "Eins"), ("Zwei", "Zwei"), ("Drei", "Drei")]
    assert len(server.agents) == 1 and "tutor_nmt" in server.agents[0]
    assert _files(places) == ["cache/tiny/lines.txt"]
    assert load_corpus("tiny") == first and len(server.agents) == 1


def test_the_mirror_comes_before_the_cache_and_the_network(server, places, monkeypatch):
    _tiny_corpus(monkeypatch, DE.encode(), server.url)
    for place in ("mirror", "cache"):
        (places / place / "tiny").mkdir(parents=True)
    (places / "mirror/tiny/lines.txt").write_text(DE, encoding="utf-8")
    (places / "cache/tiny/lines.txt").write_text("never read", encoding="utf-8")
    assert load_corpus("tiny")["train"][2].source == "Drei"
    assert not server.agents


def test_a_server_that_fails_once_is_asked_again(server, places, monkeypatch):
    server.answers = [(503, b"later"), (200, DE.encode())]
    _tiny_corpus(monkeypatch, DE.encode(), server.url)
    assert len(load_corpus("tiny")["train"]) == 3
    assert len(server.agents) == 2


@pytest.mark.parametrize(
    ("status", "body", "cut", "why"),
    [
        (404, b"gone", None, "404"),
        (200, b"<html>please log in</html>", None, "SHA-256 expected"),
        (200, DE.encode(), 5, "SHA-256 expected|IncompleteRead"),
    ],
)
def test_a_bad_download_leaves_nothing_and_says_what_to_do(server, places, monkeypatch, status, body, cut, why):
    server.answers, server.cut = [(status, body)], cut
    _tiny_corpus(monkeypatch, DE.encode(), server.url)
    with pytest.raises(CorpusUnavailableError, match=why) as caught:
        load_corpus("tiny")
    for told in (
        server.url,
        "TUTOR_NMT_DATA",
        "tiny/lines.txt",
        str(places / "mirror"),
        str(places / "cache"),
    ):
        assert told in str(caught.value)
    assert len(server.agents) == corpora.TRIES and _files(places) == []


def test_a_dead_server_gives_the_same_clear_error(places, monkeypatch):
    with http.server.HTTPServer(("127.0.0.1", 0), _Server) as closed:
        url = f"http://127.0.0.1:{closed.server_port}/tiny"
    _tiny_corpus(monkeypatch, b"", url)
    with pytest.raises(CorpusUnavailableError, match="3 tries to download .* failed"):
        load_corpus("tiny")
    assert _files(places) == []


def test_a_cache_that_cannot_be_written_gives_the_same_clear_error(server, places, monkeypatch):
    server.answers = [(200, DE.encode())]
    (places / "cache").write_text("a file where a folder should be", encoding="utf-8")
    _tiny_corpus(monkeypatch, DE.encode(), server.url)
    with pytest.raises(CorpusUnavailableError, match="cache"):
        load_corpus("tiny")


@pytest.mark.parametrize("place", ["mirror", "cache"])
def test_a_spoilt_file_is_named_with_both_hashes(places, monkeypatch, place):
    _tiny_corpus(monkeypatch, DE.encode(), "http://127.0.0.1:1/never-asked")
    path = places / place / "tiny/lines.txt"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"spoilt")
    with pytest.raises(ValueError, match="Delete it") as caught:
        load_corpus("tiny")
    for told in (path, hashlib.sha256(DE.encode()).hexdigest(), hashlib.sha256(b"spoilt").hexdigest()):
        assert str(told) in str(caught.value)


def _zip(**members: str | bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _changing_corpus(monkeypatch, url: str) -> None:
    whole = (
        CorpusFile("tiny/all.tsv.gz", sha256="0" * 64),
        CorpusFile("tiny/all.zip", url, member="all.txt"),
    )
    monkeypatch.setitem(CORPORA, "tiny", KnownCorpus(("zh", "en"), "none", whole=whole, columns=(1, 0)))


def test_a_file_without_a_known_hash_is_checked_by_its_form(server, places, monkeypatch):
    lines = "".join(f"english {n}\tchinese {n}\tby someone\n" for n in range(2003)) + "english 1\tchinese 1\tagain\n"
    server.answers = [(200, _zip(**{"_about.txt": "about", "all.txt": lines}))]
    _changing_corpus(monkeypatch, server.url)
    corpus = load_corpus("tiny")
    assert {split: len(pairs) for split, pairs in corpus.splits.items()} == {
        "train": 3,
        "val": 1000,
        "test": 1000,
    }
    assert re.fullmatch(r"chinese \d+", corpus["train"][0].source)
    assert load_corpus("tiny") == corpus and len(server.agents) == 1  # from the cache
    assert load_corpus("tiny", source="en")["test"][0] == corpus["test"][0][::-1]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (_zip(**{"other.txt": "a\tb\n"}), "no member all.txt"),
        (_zip(**{"all.txt": "a\tb\nno tab\n"}), "line 2"),
        (_zip(**{"all.txt": ""}), "empty"),
        (_zip(**{"all.txt": "a\tb\n"})[:-9], "not a zip"),
        (b"<html>Not Acceptable!</html>", "not a zip"),
    ],
)
def test_a_download_of_the_wrong_form_is_refused(server, places, monkeypatch, body, why):
    server.answers = [(200, body)]
    _changing_corpus(monkeypatch, server.url)
    with pytest.raises(CorpusUnavailableError, match=why):
        load_corpus("tiny")
    assert _files(places) == []


def test_unknown_names_languages_and_splits_are_answered_with_what_there_is(places, monkeypatch):
    with pytest.raises(ValueError, match="multi30k, multi30k-tokenized, tatoeba-zh-en"):
        load_corpus("wmt99")
    for languages in (("fr", None), (None, "fr"), ("de", "fr"), ("de", "de"), ("en", "en")):
        with pytest.raises(ValueError, match="joins de and en"):
            load_corpus("multi30k", *languages)
    _tiny_corpus(monkeypatch, b"Eins\n", "")
    (places / "mirror/tiny").mkdir(parents=True)
    (places / "mirror/tiny/lines.txt").write_bytes(b"Eins\n")
    for languages in (("en", "de"), ("en", None), (None, "de")):
        assert load_corpus("tiny", *languages).source_language == "en"
    with pytest.raises(ValueError, match="no split 'dev'; it has train"):
        load_corpus("tiny")["dev"]


def test_the_room_needs_neither_torch_nor_numpy_nor_tqdm_to_be_imported():
    code = "import sys, tutor_nmt.corpora; print([m for m in ('torch', 'numpy', 'tqdm') if m in sys.modules])"
    folder = str(Path(corpora.__file__).parents[1])
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ | {"PYTHONPATH": folder}
    )
    assert run.stdout == "[]\n", run.stderr


# --- files of one's own ---


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
    path.write_bytes(_zip(**{"README": "x", "Set.de-en.de": DE, "Set.de-en.en": EN, "Set.de-en.ids": "1\n2\n3\n"}))
    assert read_parallel(path, source_language="de", target_language="en") == PAIRS
    turned = read_parallel(path, source_language="en", target_language="de")
    assert [(pair.target, pair.source) for pair in turned] == PAIRS
    assert _files(tmp_path) == ["opus.zip"]


texts = st.text(st.characters(exclude_characters="\n", exclude_categories=("Cs",)), max_size=20)
lines = texts.filter(lambda text: not text.endswith("\r") and not text.startswith("\ufeff"))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(lines, lines), max_size=7), st.sampled_from(["", ".gz"]))
def test_whatever_is_written_is_read_back(pairs, suffix):
    with tempfile.TemporaryDirectory() as name:
        sides = [
            _write(Path(name) / f"side{side}{suffix}", "".join(f"{pair[side]}\n" for pair in pairs)) for side in (0, 1)
        ]
        assert read_parallel(*sides) == pairs


ENCRYPTED = bytearray(_zip(**{"a.de-en.de": DE, "a.de-en.en": EN}))
for _signature, _offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # set the flag that says "encrypted"
    for _match in re.finditer(re.escape(_signature), bytes(ENCRYPTED)):
        ENCRYPTED[_match.start() + _offset] |= 1

BAD_ZIPS = [
    (_zip(**{"a.de-en.de": DE}), "Set.zip should hold one member .*de-en.en .* holds 0.*a.de-en.de"),
    (_zip(**{"a.de-en.de": DE, "a.de-en.en": EN, "b.de-en.en": EN}), "holds 2"),
    (_zip(**{"a.de-en.de": DE, "a.de-en.en": "One\n"}), "a.de-en.de has 3 lines and a.de-en.en has 1"),
    (_zip(**{"../a.de-en.de": DE, "a.de-en.en": EN}), "climbs"),
    (_zip(**{"x\\..\\..\\a.de-en.de": DE, "a.de-en.en": EN}), "climbs"),
    (_zip(**{"/etc/a.de-en.de": DE, "a.de-en.en": EN}), "climbs"),
    (_zip(**{"a.de-en.de": b"ok\n\xff\n", "a.de-en.en": EN}), "a.de-en.de in .*Set.zip, line 2: not UTF-8"),
    (_zip(**{"a.de-en.de": DE, "a.de-en.en": EN})[:-30], "not a zip that can be read"),
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
    path.write_bytes(_zip(**{"a.de-en.de": DE, "a.de-en.en": EN}))
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
        "from tutor_nmt.corpora import *; import sys\n"
        "print(split_corpus([SentencePair(f'q{n}', f'a{n}') for n in range(31)], 5, 3))"
    )
    folder = str(Path(corpora.__file__).parents[1])
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


def test_a_corpus_can_be_sent_to_another_process(tmp_path, monkeypatch, places):
    _tiny_corpus(monkeypatch, DE.encode(), "")
    (places / "mirror/tiny").mkdir(parents=True)
    _write(places / "mirror/tiny/lines.txt", DE)
    corpus = load_corpus("tiny")
    assert pickle.loads(pickle.dumps(corpus)) == corpus
