"""Captions in numbers: from a seed to pairs, and to splits of which no two share a sentence in any language.

| split | what is in it |
|---|---|
| train, val, test | 20,000, 1,000 and 1,000 scenes of all kinds |
| longer | 500, in each language longer than any in train, val and test |
| unseen_combinations | 500 with an adjective and a noun, or a verb and an object, never together in the first three |
| rare_words | 500 with a word of which "train" has a handful of sentences |
"""

import gc
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import is_dataclass
from functools import cache, lru_cache
from itertools import islice

from . import chinese, english, german
from . import scene as scene_nodes
from .alignment import AlignedPair, Word, align, finished, line_of
from .drawing import KINDS, Drawing
from .scene import Clause, Sentence, Thing
from .words import NOUNS, VERBS, members

SAY: dict[str, Callable[[Sentence], list[Word]]] = {
    "de": lambda scene: finished(german.say(scene), "."),
    "en": lambda scene: finished(english.say(scene), "."),
    "zh": lambda scene: finished(chinese.say(scene), "。"),
}
LANGUAGES = tuple(SAY)
WITHOUT_SPACES = {"zh"}
SPLITS = {"train": 20_000, "val": 1_000, "test": 1_000, "longer": 500, "unseen_combinations": 500, "rare_words": 500}
LONGEST = 32  # tokens of a caption in train, val and test; "longer" exceeds it in all languages
Said = dict[str, list[Word]]  # a scene in each language
KEPT_APART = 25  # one of so many combinations is in no ordinary caption


def make_captions(source: str, target: str, count: int, seed: int) -> list[AlignedPair]:
    """Make captions of all kinds from a seed, each sentence once.

    `make_captions("de", "en", 2, seed=1)` gives two of `AlignedPair`; asked for three, the first two are the same.
    Raises `ValueError` for an unknown language or a negative count.
    """
    _check(source, target)
    if count < 0:
        raise ValueError(f"count is {count}: ask for 0 captions or more")
    scenes = _new(Drawing(seed), set(), _any, _any)
    return [_aligned(said, source, target) for said in islice(scenes, count)]


def _any(_: object) -> bool:
    return True


def _aligned(said: Said, source: str, target: str) -> AlignedPair:
    return align(said[source], said[target], source not in WITHOUT_SPACES, target not in WITHOUT_SPACES)


@lru_cache(maxsize=6)  # splits; the largest takes a tenth of a gigabyte
def load_aligned(split: str, source: str = "de", target: str = "en") -> tuple[AlignedPair, ...]:
    """Return a split with tokens and gold links, in the order of `load_corpus("captions", source, target)[split]`.

    Raises `ValueError` for an unknown split or language.
    """
    _check(source, target)
    if split not in SPLITS:
        raise ValueError(f"the captions have no split {split!r}; there are {', '.join(SPLITS)}")
    with _nothing_collected():
        return tuple(_aligned(said, source, target) for said in _all_splits()[split])


def load_lines(source: str = "de", target: str = "en") -> dict[str, list[tuple[str, str]]]:
    """Return all splits as pairs of lines.

    Raises `ValueError` for an unknown language.
    """
    _check(source, target)
    sides = [(language, language not in WITHOUT_SPACES) for language in (source, target)]
    with _nothing_collected():
        return {
            split: [tuple(line_of(said[language], spaces) for language, spaces in sides) for said in captions]
            for split, captions in _all_splits().items()
        }


def _check(source: str, target: str) -> None:
    if source == target or not {source, target} <= set(LANGUAGES):
        raise ValueError(f"captions are in {', '.join(LANGUAGES)}: choose two of them, not {source!r} and {target!r}")


@cache
def _all_splits() -> dict[str, list[Said]]:
    """Draw all splits, in this order: what one has the later ones have not."""
    seen: set[str] = set()
    made = {split: _split(split, seed, seen) for seed, split in enumerate(SPLITS)}
    gc.freeze()  # they live as long as the process does: no later search for garbage need look at them
    return made


def _split(split: str, seed: int, seen: set[str]) -> list[Said]:
    drawing, scene, said, kinds = Drawing(seed), _ordinary, _short, KINDS | {"chain": 0.6}
    if split == "longer":
        drawing, said, kinds = Drawing(seed, rich=3.0), _long, {"chain": 1.0}
    elif split == "unseen_combinations":
        scene = _unseen
    elif split == "rare_words":
        drawing, scene = Drawing(seed, rare=4.0), _rare
    with _nothing_collected():
        return list(islice(_new(drawing, seen, scene, said, kinds), SPLITS[split]))


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Stop searching for garbage meanwhile: of a million small tuples none is, and it takes a third of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _new(
    drawing: Drawing,
    seen: set[str],
    wanted: Callable[[Sentence], bool],
    fitting: Callable[[Said], bool],
    kinds: dict[str, float] | None = None,
) -> Iterator[Said]:
    """Draw without end scenes that are wanted and fit when said, and of which no sentence in any language was seen."""
    while True:
        scene = drawing.sentence(kinds)
        if not wanted(scene):
            continue
        said = {language: say(scene) for language, say in SAY.items()}
        keys = {f"{language} {_key(words)}" for language, words in said.items()}
        if fitting(said) and keys.isdisjoint(seen):
            seen |= keys
            yield said


_NODES = frozenset(one for one in vars(scene_nodes).values() if is_dataclass(one))
_UNHEARD = str.maketrans("", "", " .,'-·，。")


def _key(words: list[Word]) -> str:
    """Return what makes two sentences the same one: letters and digits, case folded, as in `pairs.leakage_key`."""
    return "".join([word.text for word in words]).casefold().translate(_UNHEARD)


def parts(node: object) -> list[object]:
    """List a scene's nodes, each one before what it is made of."""
    found = [node]
    for one in found:  # which grows meanwhile
        found += [part for name in one.__slots__ if (part := getattr(one, name)).__class__ in _NODES]
    return found


def combinations(scene: Sentence) -> Iterator[tuple[str, str]]:
    """Name what goes together in a scene: an adjective and its noun, a verb and its object."""
    for node in parts(scene):
        if isinstance(node, Thing):
            yield from ((adjective, node.noun) for adjective in node.adjectives)
            if node.clause and node.clause.object_gap:
                yield node.clause.verb, node.noun
        elif isinstance(node, Clause) and isinstance(node.object, Thing):
            yield node.verb, node.object.noun


@cache
def is_kept_apart(one: str, other: str) -> bool:
    """Tell whether two words meet in "unseen_combinations" only: one pair in 25, by a checksum of their names.

    A verb that has few objects is left alone, as the words themselves must be known from training.
    """
    if one in VERBS and len(members(*VERBS[one].objects)) < 8:
        return False
    return zlib.crc32(f"{one} {other}".encode()) % KEPT_APART == 0


def _ordinary(scene: Sentence) -> bool:
    return not any(is_kept_apart(*pair) for pair in combinations(scene))


def _unseen(scene: Sentence) -> bool:
    return not _ordinary(scene)


def _rare(scene: Sentence) -> bool:
    rare = any(isinstance(node, Thing) and NOUNS[node.noun].rare for node in parts(scene))
    return rare and _ordinary(scene)


def _short(said: Said) -> bool:
    return all(len(words) <= LONGEST for words in said.values())


def _long(said: Said) -> bool:
    return all(len(words) > LONGEST for words in said.values())
