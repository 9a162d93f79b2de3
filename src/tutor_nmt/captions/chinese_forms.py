"""Chinese forms: numbers with their measure words, names in characters, times."""

from .alignment import Word, says
from .scene import Name, Thing, Time
from .words import FIRST_NAMES, MEASURES, NOUNS, SURNAME_ENDS, SURNAME_STARTS, TIMES

NUMBERS = "零 一 两 三 四 五 六 七 八 九 十 十一 十二".split()


def say_number(thing: Thing) -> list[Word]:
    """Say the number and the measure word: 两本."""
    measure = Word(MEASURES[thing.measure][2], says(thing, "measure")) if thing.measure else None
    measure = measure or Word(NOUNS[thing.noun].measure)
    if thing.amount == "many":
        return [Word("许多", says(thing, "count"))]
    if thing.amount == "some":
        return [Word("几", says(thing, "count")), measure]
    number = NUMBERS[thing.count] if thing.count <= 12 else str(thing.count)
    return [Word(number, says(thing, "count" if thing.count > 1 else "article")), measure]


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
