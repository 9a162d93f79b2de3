"""Known parallel corpora by name: from a local mirror, the cache or the network, and verified wherever they lie.

A known corpus is looked for in the folder that `TUTOR_NMT_DATA` names, then in the cache
(`TUTOR_NMT_CACHE`, else `~/.cache/tutor_nmt`), and is downloaded into the cache if it is in neither.
The sentences keep their owners' terms, which `ParallelCorpus.terms` states; none of them is part of this
package. Files of one's own are read by `pairs`, whose names can be imported from here too.
"""

import hashlib
import http.client
import os
import time
import urllib.request
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from .pairs import ParallelCorpus, SentencePair, leakage_key, read_columns, read_parallel, split_corpus

__all__ = [
    "CORPORA",
    "CorpusFile",
    "CorpusUnavailableError",
    "KnownCorpus",
    "ParallelCorpus",
    "SentencePair",
    "leakage_key",
    "load_corpus",
    "read_parallel",
    "split_corpus",
]

TRIES = 3
BACK_OFF_SECONDS = 1.0  # before the second try; doubled before each further one
TIME_OUT_SECONDS = 30.0  # without a byte from the server
USER_AGENT = "tutor_nmt (a course on neural machine translation)"  # some servers refuse Python's own


class CorpusUnavailableError(Exception):
    """Neither mirror nor cache holds the corpus, and it could not be downloaded."""


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

    "captions" needs no file: room `captions` makes it, in any two of German (de), English (en) and Chinese (zh), with
    20,000, 1,000 and 1,000 pairs in "train", "val" and "test" and the further splits "longer", "unseen_combinations"
    and "rare_words".

    Raises `ValueError` for a name, a language or a file that is not what it should be, and
    `CorpusUnavailableError` when no place yields the corpus.
    """
    if name == "captions":
        return _load_captions(source, target)
    if name not in CORPORA:
        names = ", ".join(("captions", *CORPORA))
        raise ValueError(f"no corpus {name!r}; there are {names}. Your own: read_parallel, or --files in a command")
    known = CORPORA[name]
    first, second = known.languages
    if source is None and target is None:
        source, target = first, second
    source, target = source or _other(known.languages, target), target or _other(known.languages, source)
    if {source, target} != {first, second}:
        raise ValueError(f"corpus {name!r} joins {first} and {second}, not {source!r} and {target!r}")
    if known.whole:
        path, file = _locate(known.whole)
        pairs = read_columns(path, *known.columns, file.member)
        splits = split_corpus(list(dict.fromkeys(pairs)))
    else:
        splits = {
            split: read_parallel(*(_locate((file,))[0] for file in files)) for split, files in known.split_files.items()
        }
    if source != first:
        splits = {split: [SentencePair(pair.target, pair.source) for pair in pairs] for split, pairs in splits.items()}
    return ParallelCorpus(name, source, target, splits, known.terms)


def _load_captions(source: str | None, target: str | None) -> ParallelCorpus:
    from .captions import load_lines  # late: its word lists take a moment to read

    if source is None and target is None:
        source, target = "de", "en"
    source = source or ("de" if target == "en" else "en")
    target = target or ("de" if source == "en" else "en")
    splits = load_lines(source, target)
    terms = "Made by this package's own rules, under this package's licence: nothing to cite, nothing to download."
    splits = {split: [SentencePair(*pair) for pair in lines] for split, lines in splits.items()}
    return ParallelCorpus("captions", source, target, splits, terms)


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
        return "" if read_columns(path, 0, 1, file.member) else f"{file.member} is empty"
    except ValueError as error:
        return str(error)


def _download(file: CorpusFile, path: Path) -> list[str]:
    """Download and verify under a temporary name, then rename; return why each try failed, or nothing."""
    from .progress import progress_bar  # late: no other path needs it

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
                with progress_bar(size, path.name, unit="B", unit_scale=True) as bar:
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
