"""Parallel corpora: known ones by name, anybody's own from files, and splits that do not leak.

A known corpus is looked for in the folder that `TUTOR_NMT_DATA` names, then in the cache
(`TUTOR_NMT_CACHE`, else `~/.cache/tutor_nmt`), and is downloaded into the cache if it is in neither.
Whatever the place, what is read has been verified. The sentences keep their owners' terms, which
`ParallelCorpus.terms` states; none of them is part of this package.
"""

import gzip
import hashlib
import http.client
import os
import time
import unicodedata
import urllib.request
import uuid
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

TRIES = 3
BACK_OFF_SECONDS = 1.0  # before the second try; doubled before each further one
TIME_OUT_SECONDS = 30.0  # without a byte from the server
USER_AGENT = "tutor_nmt (a course on neural machine translation)"  # some servers refuse Python's own


class CorpusUnavailableError(Exception):
    """Neither mirror nor cache holds the corpus, and it could not be downloaded."""


class SentencePair(NamedTuple):
    """One sentence and its translation: `SentencePair("Guten Tag!", "Good day!")`."""

    source: str
    target: str


@dataclass(frozen=True)
class ParallelCorpus:
    """Named splits of sentence pairs: `corpus["train"][0].source`."""

    name: str
    source_language: str
    target_language: str
    splits: dict[str, list[SentencePair]]
    terms: str  # of use, and what to cite

    def __getitem__(self, split: str) -> list[SentencePair]:
        if split not in self.splits:
            raise ValueError(f"corpus {self.name!r} has no split {split!r}; it has {', '.join(self.splits)}")
        return self.splits[split]


@dataclass(frozen=True)
class CorpusFile:
    """A file of a known corpus; without a hash (it changes upstream) it is a zip verified by its form."""

    path: str  # below the mirror or the cache
    url: str = ""
    sha256: str = ""
    member: str = ""  # of the zip: tab-separated, two columns or more


@dataclass(frozen=True)
class KnownCorpus:
    """A row of `CORPORA`: either a source and a target file a split, or one whole to be split here."""

    languages: tuple[str, str]
    terms: str
    split_files: dict[str, tuple[CorpusFile, CorpusFile]] = field(default_factory=dict)
    whole: tuple[CorpusFile, ...] = ()  # alternatives: the first one found is taken
    columns: tuple[int, int] = (0, 1)  # of `whole`


def _multi30k(pattern: str, hashes: str) -> dict[str, tuple[CorpusFile, CorpusFile]]:
    base = "https://raw.githubusercontent.com/multi30k/dataset/a3d2e0d26b56f3846f66a952536ffed4e401d05a/data/task1/"
    names = [(split, language) for split in ("train", "val", "test_2016_flickr") for language in ("de", "en")]
    files = [
        CorpusFile(f"multi30k/{path}", base + path, sha256)
        for path, sha256 in zip((pattern.format(*name) for name in names), hashes.split(), strict=True)
    ]
    return {
        "train": (files[0], files[1]),
        "val": (files[2], files[3]),
        "test_2016_flickr": (files[4], files[5]),
    }


_MULTI30K_TERMS = (
    "The images' terms: non-commercial research and education. Cite Elliott, Frank, Sima'an and Specia "
    "(2016), 'Multi30K: Multilingual English-German Image Descriptions', Workshop on Vision and Language."
)

CORPORA: dict[str, KnownCorpus] = {
    "multi30k": KnownCorpus(
        ("de", "en"),
        _MULTI30K_TERMS,
        _multi30k(
            "raw/{}.{}.gz",
            """726e39b2fa9eb9ffb6dc763fb35a179f80fae06ffc5d28b6ace5faa883de28a6
            d79cfa999dd4c51d2cb42499b6796d5a882c3a8a961923c25a898c90f8bbd56f
            f0cba2f995189cf5770f29a8a9a537a3ad3f51657ad873405082ff6863a5e75a
            14f7d25ddd868909a9213e361768460edcacdd6ab9d1e77b92560dc10c10dc28
            9204244e408ccb38d2a55cfcd344df15005fc42a07a6e55ca6c52b6ababb8cc8
            611d361c6334bc7246101d48097c13cf5c4413c5befc793cc629934359d532d9""",
        ),
    ),
    "multi30k-tokenized": KnownCorpus(
        ("de", "en"),
        _MULTI30K_TERMS,
        _multi30k(
            "tok/{}.lc.norm.tok.{}",
            """cb5a23529b65ec2061f1dc446192a9c37382b63cc75f81a0be59d34894b3a505
            08925f8e0572bcd5a006702fc5fe20e2d77c6917d4eebd576fc20de6693c2119
            97232bd273eceb7207f689527386a97e4be2616b18ada47576bdaf96c8ae1f00
            46573ce391ae227f1c72f873392436a20ef18e0a6d518098cfbd70b77c8572ec
            c6a33d39d48f9f510de147651316cd9d918e09ad0219df734a2f16b6baccacc4
            5b7f32627cf99eced828311b955dae9800bb52bc8b91cf8b6526829e605b29d2""",
        ),
    ),
    "tatoeba-zh-en": KnownCorpus(
        ("zh", "en"),
        "CC BY 2.0 FR. Attribute tatoeba.org and the authors, whom the third column of the file names; "
        "the selection is ManyThings.org's export.",
        whole=(
            CorpusFile(
                "tatoeba/cmn-eng.tsv.gz",
                sha256="2767b970b7dd84ff63178711b2219ca1e407663c5979b7eb772b48b101e03a65",
            ),
            CorpusFile("tatoeba/cmn-eng.zip", "https://www.manythings.org/anki/cmn-eng.zip", member="cmn.txt"),
        ),
        columns=(1, 0),
    ),
}


def load_corpus(name: str, source: str | None = None, target: str | None = None) -> ParallelCorpus:
    """Load a known corpus, from a local mirror, the cache or its public address, in that order.

    `load_corpus("multi30k", source="en", target="de")` turns the default direction round.
    "multi30k" has 29,000, 1,014 and 1,000 pairs in "train", "val" and "test_2016_flickr";
    "multi30k-tokenized" the same lines as its authors lower-cased and tokenised them. "tatoeba-zh-en" comes
    as one file: exact duplicates of a pair are dropped and `split_corpus` makes "train", "val" and "test",
    which share no sentence on either side; simplified and traditional characters stay as they are.

    Raises `ValueError` for a name, a language or a file that is not what it should be, and
    `CorpusUnavailableError` when no place yields the corpus.
    """
    if name not in CORPORA:
        raise ValueError(f"no corpus {name!r}; there are {', '.join(CORPORA)}. read_parallel reads files of yours")
    known = CORPORA[name]
    first, second = known.languages
    if source is None and target is None:
        source, target = first, second
    source, target = source or _other(known.languages, target), target or _other(known.languages, source)
    if {source, target} != {first, second}:
        raise ValueError(f"corpus {name!r} joins {first} and {second}, not {source!r} and {target!r}")
    if known.whole:
        path, file = _locate(known.whole)
        pairs = _columns(_lines(path, file.member), path, *known.columns)
        splits = split_corpus(list(dict.fromkeys(pairs)))
    else:
        splits = {
            split: read_parallel(*(_locate((file,))[0] for file in files)) for split, files in known.split_files.items()
        }
    if source != first:
        splits = {split: [SentencePair(pair.target, pair.source) for pair in pairs] for split, pairs in splits.items()}
    return ParallelCorpus(name, source, target, splits, known.terms)


def _other(languages: tuple[str, str], language: str | None) -> str:
    return languages[0] if language == languages[1] else languages[1]


def _locate(alternatives: tuple[CorpusFile, ...]) -> tuple[Path, CorpusFile]:
    """Return the first of the files that mirror or cache holds, else download the last one into the cache."""
    mirror = os.environ.get("TUTOR_NMT_DATA")
    xdg = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    cache = Path(os.environ.get("TUTOR_NMT_CACHE") or f"{xdg}/tutor_nmt").expanduser()
    places = [Path(mirror).expanduser(), cache] if mirror else [cache]
    for path, file in ((folder / file.path, file) for folder in places for file in alternatives):
        if path.is_file():
            if fault := _fault(path, file):
                where = f" from {file.url}" if file.url else ""
                raise ValueError(f"{path} is spoilt: {fault}. Delete it, or put a whole one there{where}")
            return path, file
    file = alternatives[-1]
    if failures := _download(file, cache / file.path):
        names, folders = " or ".join(each.path for each in alternatives), " nor in ".join(map(str, places))
        raise CorpusUnavailableError(
            f"{names} is not in {folders}, and {TRIES} tries to download {file.url} failed "
            f"({'; '.join(dict.fromkeys(failures))}). Fetch that address by hand, and set TUTOR_NMT_DATA "
            f"to a folder in which it lies as {file.path}, beside the corpus's other files"
        )
    return cache / file.path, file


def _fault(path: Path, file: CorpusFile) -> str:
    """Say what is wrong with a file: its hash, or where none is known its form; "" if nothing is."""
    if file.sha256:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        return "" if found == file.sha256 else f"SHA-256 expected {file.sha256}, found {found}"
    try:
        return "" if _columns(_lines(path, file.member), path, 0, 1) else f"{file.member} is empty"
    except ValueError as error:
        return str(error)


def _download(file: CorpusFile, path: Path) -> list[str]:
    """Download and verify under a temporary name, then rename; return why each try failed, or nothing."""
    from tqdm import tqdm  # late: no other path needs it

    failures = []
    # unique, as two may download at once; with the suffix, by which the form is read
    partial = path.with_name(f"{path.stem}.{uuid.uuid4().hex}{path.suffix}")
    for attempt in range(TRIES):
        if attempt:
            time.sleep(BACK_OFF_SECONDS * 2 ** (attempt - 1))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            request = urllib.request.Request(file.url, headers={"User-Agent": USER_AGENT})
            with (
                partial.open("wb") as sink,
                urllib.request.urlopen(request, timeout=TIME_OUT_SECONDS) as reply,
            ):
                size = int(reply.headers.get("Content-Length", 0)) or None
                # disable=None: a bar on a terminal, none in a log or a stored output
                with tqdm(total=size, unit="B", unit_scale=True, desc=path.name, disable=None) as bar:
                    while block := reply.read(1 << 16):
                        bar.update(sink.write(block))
            if not (fault := _fault(partial, file)):
                partial.replace(path)
                return []
            failures.append(fault)
        except (OSError, ValueError, http.client.HTTPException) as error:
            failures.append(f"{type(error).__name__}: {error}")
        finally:
            with suppress(OSError):  # subtle: an error here would hide the one that counts
                partial.unlink()
    return failures


def read_parallel(
    source_path: str | Path,
    target_path: str | Path | None = None,
    *,
    source_column: int = 0,
    target_column: int = 1,
    source_language: str | None = None,
    target_language: str | None = None,
) -> list[SentencePair]:
    r"""Read sentence pairs from two text files, one tab-separated file, or one OPUS zip in Moses format.

    Two lines `Hallo!` and `Hello!`, or one line `Hallo!\tHello!`, give `SentencePair("Hallo!", "Hello!")`.
    Text is UTF-8, plain or `.gz`; a byte-order mark is passed over. Lines end at "\n" and lose a trailing
    "\r"; other characters that Unicode calls line ends stay within the line. Empty lines are kept, so that
    line numbers hold: `cleaning` drops them. Of a zip with members `*.de-en.de` and `*.de-en.en`,
    `source_language="de", target_language="en"` chooses; it is read in memory and nothing is unpacked.

    Raises `FileNotFoundError` or `ValueError`, naming file, line and remedy.
    """
    source_path = Path(source_path)
    if source_path.suffix.lower() == ".zip":
        if target_path is not None:
            raise ValueError(f"{source_path} holds both languages: leave out {target_path}")
        sides = _moses_members(source_path, source_language, target_language)
        source, target = (_lines(source_path, member) for member in sides)
    elif target_path is None:
        return _columns(_lines(source_path), source_path, source_column, target_column)
    else:
        sides = (str(source_path), str(target_path))
        source, target = _lines(source_path), _lines(Path(target_path))
    if len(source) != len(target):
        raise ValueError(
            f"{sides[0]} has {len(source)} lines and {sides[1]} has {len(target)}: line n of one must "
            "translate line n of the other, so find where they part"
        )
    return [SentencePair(*pair) for pair in zip(source, target, strict=True)]


def _moses_members(path: Path, source_language: str | None, target_language: str | None) -> tuple[str, str]:
    with _opened_zip(path) as archive:
        names = archive.namelist()
    if not source_language or not target_language:
        raise ValueError(f"say source_language and target_language: {path} holds {', '.join(names)}")
    chosen = []
    pair = (f"{source_language}-{target_language}", f"{target_language}-{source_language}")
    for language in (source_language, target_language):
        found = [name for name in names if name.endswith(tuple(f".{both}.{language}" for both in pair))]
        if len(found) != 1:
            raise ValueError(
                f"{path} should hold one member *.{pair[0]}.{language} (or *.{pair[1]}.{language}) and holds "
                f"{len(found)}; its members are {', '.join(names)}"
            )
        chosen += found
    return chosen[0], chosen[1]


def _lines(path: Path, member: str = "") -> list[str]:
    """Decode a text file, a gzipped one, or a zip's member, and split it at "\n" only."""
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}")
    if member:
        with _opened_zip(path) as archive:
            if member not in archive.namelist():
                raise ValueError(f"{path} has no member {member}; it has {', '.join(archive.namelist())}")
            data = archive.read(member)
    else:
        data = path.read_bytes()
        if path.suffix.lower() == ".gz":
            try:
                if not data:
                    raise EOFError("empty file")
                data = gzip.decompress(data)
            except (EOFError, OSError, zlib.error) as error:
                raise ValueError(f"{path} is not a whole gzip file ({error}): fetch it again") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        name = f"{member} in {path}" if member else path
        raise ValueError(f"{name}, line {line}: not UTF-8 ({error.reason}); convert the file to UTF-8") from error
    lines = text.split("\n")  # never splitlines: real sentences hold U+2028, \x0b and \x85
    if not lines[-1]:
        lines.pop()
    return [line.removesuffix("\r") for line in lines]


@contextmanager
def _opened_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}")
    try:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.startswith("/") or ".." in name.replace("\\", "/").split("/"):
                    raise ValueError(f"{path} has a member that climbs out of its folder, {name!r}: do not trust it")
            yield archive
    except (zipfile.BadZipFile, EOFError, RuntimeError, zlib.error) as error:  # RuntimeError: encrypted
        raise ValueError(f"{path} is not a zip that can be read ({error}): fetch it again") from error


def _columns(lines: list[str], path: Path, source_column: int, target_column: int) -> list[SentencePair]:
    if min(source_column, target_column) < 0:
        raise ValueError(f"columns are counted from 0, got {source_column} and {target_column}")
    needed = max(source_column, target_column) + 1
    pairs = []
    for number, line in enumerate(lines, start=1):
        cells = line.split("\t") if line else [""] * needed
        if len(cells) < needed:
            raise ValueError(
                f"{path}, line {number}: {len(cells)} tab-separated column(s), {needed} needed; choose "
                "source_column and target_column, or name a second file as target_path"
            )
        pairs.append(SentencePair(cells[source_column], cells[target_column]))
    return pairs


def leakage_key(sentence: str) -> str:
    """Return what two sentences share if a test should count them as one.

    `leakage_key("Ｈello, World!")` and `leakage_key("hello world")` are both `"helloworld"`: NFKC, case
    folded, without punctuation, white space and invisible characters.
    """
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", sentence).casefold())
    return "".join(c for c in text if unicodedata.category(c)[0] not in "PZC")


def split_corpus(
    pairs: Sequence[SentencePair], val: int = 1000, test: int = 1000, seed: int = 0
) -> dict[str, list[SentencePair]]:
    """Split pairs into "train", "val" and "test" that share no sentence on either side.

    Sentences (by `leakage_key`) are the nodes of a graph and pairs its edges: all pairs of a connected
    component go to one split. Of `[("ja", "yes"), ("ja", "yeah"), ("klar", "yeah"), ("nein", "no")]` the
    first three stay together. Components are ordered by the SHA-256 of the seed and their smallest sentence,
    and fill "val", then "test", then "train"; one of more than three pairs and a twentieth of the
    split passes on, so that no test is about one phrase. Within a split the pairs keep their order.

    Raises `ValueError` when "val" or "test" cannot be filled.
    """
    keys = [(f"source {leakage_key(pair.source)}", f"target {leakage_key(pair.target)}") for pair in pairs]
    parent = {key: key for both in keys for key in both}

    def root(key: str) -> str:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for one, two in keys:
        first, second = sorted((root(one), root(two)))
        parent[second] = first  # so that a root is its component's smallest sentence
    sizes = Counter(root(source) for source, _ in keys)
    order = sorted(sizes, key=lambda key: hashlib.sha256(f"{seed} {key}".encode()).digest())
    split_of = {}
    for name, wanted in (("val", val), ("test", test)):
        room = wanted
        for key in order:
            if key not in split_of and sizes[key] <= min(room, max(3, wanted // 20)):
                split_of[key] = name
                room -= sizes[key]
        if room:
            raise ValueError(
                f"{name} is to have {wanted} of {len(pairs)} pairs, {room} more than can be kept apart: "
                "ask for fewer, or bring more pairs"
            )
    splits = {"train": [], "val": [], "test": []}
    for pair, (source, _) in zip(pairs, keys, strict=True):
        splits[split_of.get(root(source), "train")].append(pair)
    return splits
