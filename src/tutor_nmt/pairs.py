"""Sentence pairs: read from files of many kinds, and split so that no sentence leaks from one split into another."""

import gzip
import hashlib
import heapq
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from .normalization import simplify


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
        return read_columns(source_path, source_column, target_column)
    else:
        sides = (str(source_path), str(target_path))
        source, target = _lines(source_path), _lines(Path(target_path))
    if len(source) != len(target):
        raise ValueError(
            f"{sides[0]} has {len(source)} lines and {sides[1]} has {len(target)}: line n of one must "
            "translate line n of the other, so find where they part"
        )
    return [SentencePair(*pair) for pair in zip(source, target, strict=True)]


def read_columns(path: Path, source_column: int, target_column: int, member: str = "") -> list[SentencePair]:
    r"""Read two columns of a tab-separated file, or of a member of a zip; an empty line is a pair of empty sides.

    The line `7\tHello!\tHallo!` with columns 2 and 1 is `SentencePair("Hallo!", "Hello!")`.
    Raises `FileNotFoundError` or `ValueError`, naming file, line and remedy, as `read_parallel` does.
    """
    if min(source_column, target_column) < 0:
        raise ValueError(f"columns are counted from 0, got {source_column} and {target_column}")
    needed = max(source_column, target_column) + 1
    pairs = []
    for number, line in enumerate(_lines(path, member), start=1):
        cells = line.split("\t") if line else [""] * needed
        if len(cells) < needed:
            raise ValueError(
                f"{path}, line {number}: {len(cells)} tab-separated column(s), {needed} needed; choose "
                "source_column and target_column, or name a second file as target_path"
            )
        pairs.append(SentencePair(cells[source_column], cells[target_column]))
    return pairs


def _moses_members(path: Path, source_language: str | None, target_language: str | None) -> tuple[str, str]:
    names, _ = _read_zip(path)
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
    if not path.exists() or path.is_dir():  # a pipe is as good as a file
        raise FileNotFoundError(f"there is no file {path}")
    if member:
        names, data = _read_zip(path, member)
        if member not in names:
            raise ValueError(f"{path} has no member {member}; it has {', '.join(names)}")
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


def _read_zip(path: Path, member: str = "") -> tuple[list[str], bytes]:
    """The names of a zip's members, and what is in one of them."""
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}")
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            data = archive.read(member) if member in names else b""
    except Exception as error:  # damage shows in a dozen kinds of error: each way to pack has kinds of its own
        raise ValueError(f"{path} is not a zip that can be read ({error}): fetch it again") from error
    for name in names:
        if name.replace("\\", "/").startswith("/") or ".." in name.replace("\\", "/").split("/"):
            raise ValueError(f"{path} has a member that climbs out of its folder, {name!r}: do not trust it")
    return names, data


def check_members(path: Path, members: Sequence[str]) -> str:
    """Say which members a zip lacks; "" if none. Its list stands at its end, so a zip cut off raises `ValueError`."""
    names, _ = _read_zip(path)
    missing = [member for member in members if member not in names]
    return f"no member {' and no '.join(missing)}; it has {', '.join(names)}" if missing else ""


def sample_members(path: Path, members: tuple[str, str], count: int) -> list[SentencePair]:
    """Draw `count` different pairs from two members of a zip too large to hold in memory, line by line.

    Of all different pairs those with the smallest SHA-256 are taken, in the order in which they stand first: always the
    same, wherever they stand, and a larger sample holds every smaller one. Eleven million lines take about a minute and
    the memory of the sample alone. Raises `FileNotFoundError` or `ValueError`, naming file, line and remedy.
    """
    if fault := check_members(path, members):
        raise ValueError(f"{path}: {fault}")
    drawn: list[tuple[int, int, SentencePair]] = []  # a heap, the largest hash first: that is the next one to go
    taken = set()
    number = 0
    try:
        with zipfile.ZipFile(path) as archive, archive.open(members[0]) as source, archive.open(members[1]) as target:
            for number, lines in enumerate(zip(source, target, strict=True), start=1):
                both = [line.removesuffix(b"\n").removesuffix(b"\r") for line in lines]
                key = int.from_bytes(hashlib.sha256(b"\t".join(both)).digest()[:8])
                if key in taken or (len(drawn) == count and key >= -drawn[0][0]):
                    continue
                heapq.heappush(drawn, (-key, number, SentencePair(*(line.decode("utf-8") for line in both))))
                taken.add(key)
                if len(drawn) > count:
                    taken.remove(-heapq.heappop(drawn)[0])
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}, line {number}: not UTF-8 ({error.reason}); fetch it again") from error
    except Exception as error:  # a member cut off or damaged, or two of different length
        raise ValueError(f"{path}, after line {number}: {error}; fetch it again") from error
    return [pair for _, _, pair in sorted(drawn, key=lambda one: one[1])]


def leakage_key(sentence: str) -> str:
    """Return what two sentences share if a test should count them as one.

    `leakage_key("Ｈello, World!")` and `leakage_key("hello world")` are both `"helloworld"`: NFKC, case
    folded, Chinese in simplified characters, without punctuation, white space and invisible characters.
    """
    text = simplify(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", sentence).casefold()))
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
