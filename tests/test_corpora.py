"""Corpora: what is loaded is whole and verified, wherever it lies, and what cannot be had is said clearly."""

import contextlib
import dataclasses
import hashlib
import http.server
import os
import pickle
import re
import subprocess
import sys
import threading
import tracemalloc
from collections import Counter
from pathlib import Path

import pytest

from test_files import nearly_full
from test_pairs import DE, zip_of
from tutor_nmt import corpora, pairs
from tutor_nmt.corpora import (
    CORPORA,
    CorpusFile,
    CorpusUnavailableError,
    KnownCorpus,
    leakage_key,
    load_corpus,
)

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


class _Terminal:
    """The end of a pseudo-terminal that a program writes to, of a size given; `seen` is what it then shows."""

    def __init__(self, rows: int, columns: int):
        pty, termios = pytest.importorskip("pty"), pytest.importorskip("termios")
        self._screen, program_end = pty.openpty()
        termios.tcsetwinsize(program_end, (rows, columns))
        self.stream = open(program_end, "w", encoding="utf-8")

    def seen(self) -> str:
        self.stream.close()
        shown = b""  # a terminal hands on in pieces what was written at once; the last one comes before the error
        with contextlib.suppress(OSError):
            while piece := os.read(self._screen, 1 << 16):
                shown += piece
        os.close(self._screen)
        return shown.decode()


@pytest.mark.parametrize(("rows", "columns"), [(23, 61), (0, 0)])
def test_a_download_shows_a_bar_on_a_terminal_even_on_one_that_states_no_size(
    server, places, monkeypatch, rows, columns
):
    server.answers = [(200, DE.encode())]
    _tiny_corpus(monkeypatch, DE.encode(), server.url)
    terminal = _Terminal(rows, columns)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", terminal.stream)
        patch.delenv("TUTOR_NMT_PROGRESS", raising=False)
        load_corpus("tiny")
    last = terminal.seen().rstrip().split("\r")[-1]
    assert re.search(r"^lines.txt: 100%\|.+\| 15.0/15.0 ", last) and len(last) < (columns or 80)


def test_a_download_into_a_log_shows_no_bar(server, places, monkeypatch, capfd):
    monkeypatch.delenv("TUTOR_NMT_PROGRESS", raising=False)
    server.answers = [(200, DE.encode())]
    _tiny_corpus(monkeypatch, DE.encode(), server.url)
    load_corpus("tiny")
    assert capfd.readouterr() == ("", "")


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


def test_a_disk_too_full_for_a_download_gives_the_same_clear_error_and_nothing_stays(server, places, monkeypatch):
    server.answers = [(200, DE.encode())]
    _tiny_corpus(monkeypatch, DE.encode(), server.url)
    with nearly_full(7), pytest.raises(CorpusUnavailableError, match="3 tries to download .* failed .*File too large"):
        load_corpus("tiny")
    assert _files(places) == []
    assert len(load_corpus("tiny")["train"]) == 3  # once there is room


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


def _changing_corpus(monkeypatch, url: str) -> None:
    whole = (
        CorpusFile("tiny/all.tsv.gz", sha256="0" * 64),
        CorpusFile("tiny/all.zip", url, member="all.txt"),
    )
    monkeypatch.setitem(CORPORA, "tiny", KnownCorpus(("zh", "en"), "none", whole=whole, columns=(1, 0)))


def test_a_file_without_a_known_hash_is_checked_by_its_form(server, places, monkeypatch):
    lines = "".join(f"english {n}\tchinese {n}\tby someone\n" for n in range(2003)) + "english 1\tchinese 1\tagain\n"
    server.answers = [(200, zip_of(**{"_about.txt": "about", "all.txt": lines}))]
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
        (zip_of(**{"other.txt": "a\tb\n"}), "no member all.txt"),
        (zip_of(**{"all.txt": "a\tb\nno tab\n"}), "line 2"),
        (zip_of(**{"all.txt": ""}), "empty"),
        (zip_of(**{"all.txt": "a\tb\n"})[:-9], "not a zip"),
        (b"<html>Not Acceptable!</html>", "not a zip"),
    ],
)
def test_a_download_of_the_wrong_form_is_refused(server, places, monkeypatch, body, why):
    server.answers = [(200, body)]
    _changing_corpus(monkeypatch, server.url)
    with pytest.raises(CorpusUnavailableError, match=why):
        load_corpus("tiny")
    assert _files(places) == []


# --- OpenSubtitles: a zip in Moses form, too large to be held in memory ---

ZH, EN = CORPORA["opensubtitles-zh-en"].whole[0].members


def _moses_zip(lines: list[tuple[str, str]], **changes: bytes) -> bytes:
    """A zip of the form that OPUS has, of sentences of ours."""
    sides = {ZH: "".join(f"{zh}\n" for zh, _ in lines), EN: "".join(f"{en}\n" for _, en in lines)}
    return zip_of(**{"README": "about", "OpenSubtitles.en-zh_cn.ids": "1\n" * len(lines)} | sides | changes)


def _subtitles_at(url: str, monkeypatch, sample: int) -> None:
    known = CORPORA["opensubtitles-zh-en"]
    here = dataclasses.replace(known.whole[0], url=url)
    monkeypatch.setitem(CORPORA, "opensubtitles-zh-en", dataclasses.replace(known, whole=(here,), sample=sample))


def _numbered(count: int) -> list[tuple[str, str]]:
    return [(f"第{n}只猫在睡觉", f"Cat number {n} is asleep.") for n in range(count)]


def test_opensubtitles_is_fetched_once_sampled_and_split_without_leakage(server, places, monkeypatch):
    server.answers = [(200, _moses_zip(_numbered(3001) * 2))]
    _subtitles_at(server.url, monkeypatch, 2503)
    corpus = load_corpus("opensubtitles-zh-en")
    assert {split: len(pairs) for split, pairs in corpus.splits.items()} == {"train": 503, "val": 1000, "test": 1000}
    pairs = [pair for split in corpus.splits.values() for pair in split]
    assert set(pairs) <= set(_numbered(3001)) and len(set(pairs)) == len(pairs)  # each pair stood there twice
    assert "opensubtitles.org" in corpus.terms
    assert load_corpus("opensubtitles-zh-en") == corpus and len(server.agents) == 1
    turned = load_corpus("opensubtitles-zh-en", source="en")
    assert turned["test"] == [(en, zh) for zh, en in corpus["test"]]


def test_a_sample_is_the_same_wherever_its_lines_stand_and_holds_every_smaller_one(tmp_path):
    lines, path = _numbered(211), tmp_path / "moses.zip"
    path.write_bytes(_moses_zip(lines))
    large, small = (pairs.sample_members(path, (ZH, EN), count) for count in (97, 31))
    assert len(set(large)) == 97 and set(small) < set(large) < set(lines)
    assert large == [line for line in lines if line in set(large)]  # in their order
    assert large not in (lines[:97], lines[-97:])
    path.write_bytes(_moses_zip(lines[::-1] + lines[::3]))
    assert pairs.sample_members(path, (ZH, EN), 97) == large[::-1]
    assert sorted(pairs.sample_members(path, (ZH, EN), 1000)) == sorted(lines)


def test_a_sample_keeps_lines_apart_at_line_feeds_only(tmp_path):
    path = tmp_path / "moses.zip"
    path.write_bytes(zip_of(**{ZH: "一\u2028二\r\n三\n", EN: "one\x0btwo\nthree"}))
    assert pairs.sample_members(path, (ZH, EN), 5) == [("一\u2028二", "one\x0btwo"), ("三", "three")]


def test_a_sample_holds_no_more_in_memory_than_itself(tmp_path):
    path = tmp_path / "moses.zip"
    path.write_bytes(_moses_zip([(f"{n:0>499}", f"{n:0>499}") for n in range(20_011)]))
    tracemalloc.start()
    try:
        assert len(pairs.sample_members(path, (ZH, EN), 11)) == 11
        assert tracemalloc.get_traced_memory()[1] < 2_000_000  # of 20 million characters
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (zip_of(**{EN: "x\n"}), f"no member {ZH}; it has {EN}"),
        (zip_of(**{"other.txt": "x\n"}), f"no member {ZH} and no {EN}"),
        (_moses_zip(_numbered(5))[:-9], "not a zip"),
        (b"<html>Not found</html>", "not a zip"),
    ],
)
def test_a_zip_without_both_sides_is_refused_when_it_comes(server, places, monkeypatch, body, why):
    server.answers = [(200, body)]
    _subtitles_at(server.url, monkeypatch, 11)
    with pytest.raises(CorpusUnavailableError, match=re.escape(why)):
        load_corpus("opensubtitles-zh-en")
    assert _files(places) == []


@pytest.mark.parametrize(
    ("changes", "why"),
    [({EN: b"one\n"}, "after line 1: .*shorter"), ({EN: b"one\n\xff\n"}, "line 2: not UTF-8")],
)
def test_sides_that_do_not_fit_or_cannot_be_read_are_named_with_the_line(tmp_path, changes, why):
    path = tmp_path / "moses.zip"
    path.write_bytes(_moses_zip(_numbered(2), **changes))
    with pytest.raises(ValueError, match=f"moses.zip, {why}.*; fetch it again"):
        pairs.sample_members(path, (ZH, EN), 11)


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


def test_what_reads_and_splits_files_of_ones_own_can_be_had_here_too():
    for name in ("SentencePair", "ParallelCorpus", "read_parallel", "split_corpus", "leakage_key"):
        assert getattr(corpora, name) is getattr(pairs, name) and name in corpora.__all__


def test_the_room_needs_neither_torch_nor_numpy_nor_tqdm_to_be_imported():
    code = "import sys, tutor_nmt.corpora; print([m for m in ('torch', 'numpy', 'tqdm') if m in sys.modules])"
    folder = str(Path(corpora.__file__).parents[1])
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ | {"PYTHONPATH": folder}
    )
    assert run.stdout == "[]\n", run.stderr


def test_a_corpus_can_be_sent_to_another_process(tmp_path, monkeypatch, places):
    _tiny_corpus(monkeypatch, DE.encode(), "")
    (places / "mirror/tiny").mkdir(parents=True)
    (places / "mirror/tiny/lines.txt").write_text(DE, encoding="utf-8")
    corpus = load_corpus("tiny")
    assert pickle.loads(pickle.dumps(corpus)) == corpus
