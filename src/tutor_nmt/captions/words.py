"""The word lists of `lexicon`, read into one small record a word, and the words of each class in their order.

`NOUNS["dog"].german` is `GermanNoun("m", "Hund", "Hunde", weak=False)`, `members("pet")` starts with "dog".
"""

from dataclasses import dataclass
from functools import cache

from . import lexicon


@dataclass(frozen=True)
class GermanNoun:
    """Gender m, f, n, or p where there is only a plural; weak nouns end in all cases but one as the plural does."""

    gender: str
    singular: str
    plural: str
    weak: bool


@dataclass(frozen=True)
class Noun:
    """A noun in three languages; a mass noun has no plural, or is one (`plural_only`) in English."""

    classes: frozenset[str]
    rare: bool
    german: GermanNoun
    english: tuple[str, str]  # singular, plural
    chinese: str
    measure: str
    prepositions: tuple[str, str, str] = ("", "", "")  # of a place: German, English, Chinese word after the noun

    @property
    def mass(self) -> bool:
        """Whether it is not counted: milk, music."""
        return "mass" in self.classes


@dataclass(frozen=True)
class GermanVerb:
    """Finite forms without the prefix that parts from them: `einkaufen` has base "kaufen", prefix "ein"."""

    base: str
    third: str
    participle: str
    auxiliary: str  # h or i
    prefix: str
    apart: bool  # the prefix is a word of its own in the infinitive, too: "spazieren gehen"
    reflexive: bool
    case: str  # of the object
    preposition: str


@dataclass(frozen=True)
class Verb:
    """A verb in three languages, who does it to what and where, and whatever else `marks` says of it."""

    frame: str
    subjects: tuple[str, ...]
    objects: tuple[str, ...]
    places: tuple[str, ...]
    german: GermanVerb
    english: tuple[str, str, str, str]  # base, -ing, past, preposition of the object
    chinese: tuple[str, str, str]  # word before the object or the goal, verb, its own noun
    marks: frozenset[str]


@dataclass(frozen=True)
class Adjective:
    """An adjective: its kind decides where in a row it stands, its classes before what nouns."""

    kind: str
    classes: frozenset[str]
    rare: bool
    german: tuple[str, str]  # as it stands alone, and the stem before an ending
    english: str
    chinese: str  # before a noun
    chinese_predicate: str  # after 很, or ""
    german_comparative: str
    english_comparative: str


def _rows(table: str) -> list[list[str]]:
    lines = [line for line in table.strip().splitlines() if not line.startswith("#")]
    return [[cell.strip() for cell in line.split("|")] for line in lines]


def _german_noun(cell: str) -> GermanNoun:
    gender, singular, plural = cell.split()
    return GermanNoun(gender[0], singular, plural, weak=gender.endswith("w"))


def _english_noun(cell: str) -> tuple[str, str]:
    singular, _, plural = cell.partition("/")
    return singular, plural or singular + "s"


def _nouns() -> dict[str, Noun]:
    nouns = {}
    for concept, classes, german, english, chinese, *prepositions in _rows(lexicon.NOUNS) + _rows(lexicon.PLACES):
        word, _, measure = chinese.partition("/")
        german_preposition, english_preposition, after = prepositions[0].split() if prepositions else ("", "", "")
        nouns[concept.lstrip("!")] = Noun(
            frozenset(classes.split()),
            concept.startswith("!"),
            _german_noun(german),
            _english_noun(english),
            word,
            measure,
            (german_preposition, english_preposition, after.strip("-")),
        )
    return nouns


def _german_verb(cell: str) -> GermanVerb:
    infinitive, third, participle, auxiliary, *governed = cell.split()
    reflexive = infinitive.startswith("sich_")
    prefix, _, base = infinitive.removeprefix("sich_").rpartition("=")
    case, preposition = "a", ""
    if governed:
        preposition, _, case = governed[0].rpartition("+")
        case = case[0]
    return GermanVerb(
        base,
        third,
        participle.replace("_", " "),
        auxiliary,
        prefix.replace("_", " ").strip(),
        prefix.endswith("_"),
        reflexive,
        case,
        preposition,
    )


def _english_verb(cell: str) -> tuple[str, str, str, str]:
    base, progressive, past, *preposition = (part.replace("_", " ") for part in cell.split())
    return base, progressive, past, "".join(preposition)


def _chinese_verb(cell: str) -> tuple[str, str, str]:
    before, tilde, rest = cell.partition("~")
    verb, _, own_noun = (rest if tilde else before).partition("+")
    return before if tilde else "", verb, own_noun


def _verbs() -> dict[str, Verb]:
    return {
        concept: Verb(
            frame,
            tuple(subjects.split()),
            tuple(objects.split()),
            tuple(places.split()),
            _german_verb(german),
            _english_verb(english),
            _chinese_verb(chinese),
            frozenset(marks.split()),
        )
        for concept, frame, subjects, objects, places, german, english, chinese, marks in _rows(lexicon.VERBS)
    }


def _adjectives() -> dict[str, Adjective]:
    adjectives = {}
    for concept, kind, classes, german, english, chinese, predicate, *comparatives in _rows(lexicon.ADJECTIVES):
        alone, _, stem = german.partition("/")
        german_comparative, _, english_comparative = "".join(comparatives).partition(" ")
        adjectives[concept.lstrip("!")] = Adjective(
            kind,
            frozenset(classes.split()),
            concept.startswith("!"),
            (alone, stem or alone),
            english,
            chinese,
            predicate.strip("-"),
            german_comparative,
            english_comparative,
        )
    return adjectives


NOUNS = _nouns()
VERBS = _verbs()
ADJECTIVES = _adjectives()
TIMES = {row[0]: tuple(row[1:]) for row in _rows(lexicon.TIMES)}
MANNERS = {row[0]: tuple(row[1:]) for row in _rows(lexicon.MANNERS)}
MODIFIERS = {row[0]: tuple(row[1:]) for row in _rows(lexicon.MODIFIERS)}
RELATIONS = {row[0]: tuple(cell.replace("_", " ") for cell in row[1:]) for row in _rows(lexicon.RELATIONS)}
COMPOUNDS = {head: tuple(first.split()) for head, first in _rows(lexicon.COMPOUNDS)}
MEASURES = {
    concept: (_german_noun(german), _english_noun(english), chinese)
    for concept, german, english, chinese, _ in _rows(lexicon.MEASURES)
}


def _measured() -> dict[str, list[str]]:
    measured: dict[str, list[str]] = {}
    for concept, *_, nouns in _rows(lexicon.MEASURES):
        for noun in nouns.split():
            measured.setdefault(noun, []).append(concept)
    return measured


def _list(table: str) -> list[tuple[str, ...]]:
    return [tuple(entry.split()) for entry in table.replace("\n", " ").split(";")]


MEASURES_OF = _measured()
FIRST_NAMES = {german: (sex, chinese) for german, sex, chinese in _list(lexicon.FIRST_NAMES)}
SURNAME_STARTS = dict(_list(lexicon.SURNAME_STARTS))
SURNAME_ENDS = dict(_list(lexicon.SURNAME_ENDS))
SHORT_HEADS = dict(_list(lexicon.SHORT_HEADS))
CHINESE_COMPOUNDS = {(head, first): (before, after) for head, first, before, after in _list(lexicon.CHINESE_COMPOUNDS)}
CHINESE_VERBS, CHINESE_MEASURES, CHINESE_MANNERS = (
    {(first, second): chinese for first, seconds, chinese in _rows(table) for second in seconds.split()}
    for table in (lexicon.CHINESE_VERBS, lexicon.CHINESE_MEASURES, lexicon.CHINESE_MANNERS)
)
CITIES = {german: (english, chinese) for german, english, chinese in _list(lexicon.CITIES)}


@cache
def members(*classes: str) -> tuple[str, ...]:
    """Return the nouns that are of one of the classes or named among them, in the order of the lists.

    `members("cup", "wine")` is `("coffee", "tea", "wine", "cocoa")`.
    """
    return tuple(noun for noun, entry in NOUNS.items() if noun in classes or not entry.classes.isdisjoint(classes))
