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
from pathlib import Path

from .dialogue import load_dialogue
from .pairs import (
    ParallelCorpus,
    SentencePair,
    check_members,
    leakage_key,
    read_columns,
    read_parallel,
    sample_members,
    split_corpus,
)
from .sources import CORPORA, CorpusFile, KnownCorpus

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


def load_corpus(name: str, source: str | None = None, target: str | None = None) -> ParallelCorpus:
    """Load a known corpus, from a local mirror, the cache or its public address, in that order.

    `load_corpus("multi30k", source="en", target="de")` turns the default direction round.
    "multi30k" has 29,000, 1,014 and 1,000 pairs in "train", "val" and "test_2016_flickr";
    "multi30k-tokenized" the same lines as its authors lower-cased and tokenised them. "tatoeba-zh-en" comes
    as one file: exact duplicates of a pair are dropped and `split_corpus` makes "train", "val" and "test",
    which share no sentence on either side; simplified and traditional characters stay as they are.
    "opensubtitles-zh-en" is a sample of 100,000 pairs (`sample_members`), split likewise: film subtitles as they come,
    to be cleaned as `subtitles` says.

    "captions" needs no file: room `captions` makes it, in any two of German (de), English (en) and Chinese (zh), with
    20,000, 1,000 and 1,000 pairs in "train", "val" and "test" and the further splits "longer", "unseen_combinations"
    and "rare_words". "dialogue" comes with the package too: 140 pairs written by hand, German and English.

    Raises `ValueError` for a name, a language or a file that is not what it should be, and
    `CorpusUnavailableError` when no place yields the corpus.
    """
    if name == "captions":
        return _load_captions(source, target)
    if name not in ("dialogue", *CORPORA):
        names = ", ".join(("captions", "dialogue", *CORPORA))
        raise ValueError(f"no corpus {name!r}; there are {names}. Your own: read_parallel, or --files in a command")
    here = load_dialogue() if name == "dialogue" else None
    known = KnownCorpus((here.source_language, here.target_language), here.terms) if here else CORPORA[name]
    first, second = known.languages
    if source is None and target is None:
        source, target = first, second
    source, target = source or _other(known.languages, target), target or _other(known.languages, source)
    if {source, target} != {first, second}:
        raise ValueError(f"corpus {name!r} joins {first} and {second}, not {source!r} and {target!r}")
    if here:
        splits = here.splits
    elif known.whole:
        path, file = _locate(known.whole)
        if file.members:
            pairs = sample_members(path, file.members, known.sample)
        else:
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
        if file.members:
            return check_members(path, file.members)
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
