"""Chinese forms: numbers with their measure words, compounds, names in characters, manners, times."""

from .alignment import Word, says
from .scene import Clause, Name, Thing, Time
from .words import (
    CHINESE_COMPOUNDS,
    CHINESE_MANNERS,
    FIRST_NAMES,
    MANNERS,
    MEASURES,
    MODIFIERS,
    NOUNS,
    SHORT_HEADS,
    SURNAME_ENDS,
    SURNAME_STARTS,
    TIMES,
)

NUMBERS = "零 一 两 三 四 五 六 七 八 九 十 十一 十二".split()


def say_number(thing: Thing, own_measure: str = "") -> list[Word]:
    """Say the number and the measure word: 两本; `own_measure` is the noun's with its verb: 种一株花, but 买一朵花."""
    measure = Word(MEASURES[thing.measure][2], says(thing, "measure")) if thing.measure else None
    measure = measure or Word(own_measure or NOUNS[thing.noun].measure)
    if thing.amount == "many":
        return [Word("许多", says(thing, "count"))]
    if thing.amount == "some":
        return [Word("几", says(thing, "count")), measure]
    number = NUMBERS[thing.count] if thing.count <= 12 else str(thing.count)
    return [Word(number, says(thing, "count" if thing.count > 1 else "article")), measure]


def is_numbered(thing: Thing) -> bool:
    """Tell whether a number or an amount stands before a noun: 一本书 and 几本书, but not 那本书 or 书."""
    counted = not NOUNS[thing.noun].mass or bool(thing.measure)
    return thing.article in ("a", "none") and thing.amount != "any" and counted


def say_head(thing: Thing, ending: str) -> list[Word]:
    """Say the noun with what it is compounded with: 木桌, 厨房桌子."""
    head = NOUNS[thing.noun].chinese
    if not thing.modifier:
        return [Word(head + ending, says(thing))]
    usual = MODIFIERS[thing.modifier][2], SHORT_HEADS.get(thing.noun, head)
    first, head = CHINESE_COMPOUNDS.get((thing.noun, thing.modifier), usual)
    return [Word(first, says(thing, thing.modifier)), Word(head + ending, says(thing))]


def say_manner(clause: Clause) -> Word:
    """Say how: 轻轻地开门, but 静静地看书."""
    text = CHINESE_MANNERS.get((clause.manner, clause.verb), MANNERS[clause.manner][2])
    return Word(text, says(clause, "manner"))


def say_name(name: Name) -> list[Word]:
    """Say a name: 安娜·施泰因巴赫, 施泰因巴赫女士."""
    if name.pronoun:
        return [Word("他" if name.sex == "m" else "她", says(name))]
    words = []
    if name.first:
        words.append(Word(FIRST_NAMES[name.first][1], says(name, "first")))
    if name.surname:
        if words:
            words.append(Word("·"))
        start, end = name.surname
        words.append(Word(SURNAME_STARTS[start] + SURNAME_ENDS[end], says(name)))
    if not name.first:
        words.append(Word("女士" if name.sex == "f" else "先生", says(name, "title")))
    return words


def say_time(time: Time) -> list[Word]:
    """Say when: 8点."""
    before, gap, after = TIMES[time.concept][3].partition("#")
    number = [Word(str(time.number), says(time, "number"))] if gap else []
    return [*([Word(before, says(time))] if before else []), *number, *([Word(after, says(time))] if after else [])]
