"""German forms: declension, the parts of a verb, numbers, names and times, each looked up or built from one word."""

from .alignment import Word, says
from .scene import Clause, Name, Thing, Time
from .words import MEASURES, NOUNS, TIMES, VERBS, GermanNoun

# By case (nominative, accusative, dative, genitive), in this order in each cell; p is the plural of all genders.
CASES = "nadg"
THE = {"m": "der den dem des", "f": "die die der der", "n": "das das dem des", "p": "die die den der"}
WHO = {"m": "der den dem dessen", "f": "die die der deren", "n": "das das dem dessen", "p": "die die denen deren"}
A = {"m": "- en em es", "f": "e e er er", "n": "- - em es", "p": "e e en er"}  # ein-, kein-, sein-, ihr-
STRONG = {"m": "er en em en", "f": "e e er er", "n": "es es em en", "p": "e e en er"}  # after no article
WEAK = {"m": "e en en en", "f": "e e en en", "n": "e e en en", "p": "en en en en"}  # after der, die, das
MIXED = {"m": "er en en en", "f": "e e en en", "n": "es es en en", "p": "en en en en"}  # after ein
PRONOUNS = {"m": "er", "f": "sie", "n": "es", "p": "sie"}
AMOUNTS = {"some": "einig", "many": "viel"}
NUMBERS = "null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf".split()
MODALS = {"want": ("will", "wollen"), "must": ("muss", "müssen"), "can": ("kann", "können")}


def inflected(table: dict[str, str], gender: str, case: str) -> str:
    """Look up a form: `inflected(THE, "m", "a")` is "den"; a "-" is no ending."""
    return table[gender].split()[CASES.index(case)].strip("-")


def gender_of(thing: Thing) -> str:
    """Gender of a thing's head, "p" in the plural."""
    noun = MEASURES[thing.measure][0] if thing.measure else NOUNS[thing.noun].german
    plural = thing.plural or (NOUNS[thing.noun].german.gender == "p" and not thing.measure)
    return "p" if plural else noun.gender


def noun_form(noun: GermanNoun, case: str, plural: bool) -> str:
    """Decline a noun: in the genitive "Hundes", in the dative "Jungen" (weak) and "Kindern" (plural)."""
    if plural or noun.gender == "p":
        return noun.plural + ("n" if case == "d" and noun.plural[-1] not in "ns" else "")
    if noun.weak:
        return noun.singular if case == "n" else noun.plural
    if case != "g" or noun.gender == "f":
        return noun.singular
    return noun.singular + ("es" if noun.singular[-1] in "sßxz" or _takes_es(noun.singular) else "s")


def _takes_es(noun: str) -> bool:
    return len(noun) <= 4 and not noun.endswith("ch")  # des Mannes, des Arztes, but des Kochs


def stem_of(adjective: str) -> str:
    """Return what an ending is put to: "müd" of müde."""
    return adjective[:-1] if adjective.endswith("e") else adjective


def say_count(thing: Thing, gender: str, case: str) -> list[Word]:
    """Say how many: "viele", "zwölf", "13"; nothing of a single one."""
    if thing.amount in AMOUNTS:
        ending = inflected(WEAK if thing.article == "the" else STRONG, gender, case)
        return [Word(AMOUNTS[thing.amount] + ending, says(thing, "count"))]
    number = NUMBERS[thing.count] if thing.count <= 12 else str(thing.count)
    return [Word(number, says(thing, "count"))] if thing.count > 1 else []


def say_name(name: Name, case: str) -> list[Word]:
    """Say a name: "Herrn Steinbach" in the accusative, "Annas" in the genitive."""
    if name.pronoun:
        return [Word("er" if name.sex == "m" else "sie", says(name))]
    words = []
    if not name.first:
        title = "Frau" if name.sex == "f" else "Herr" if case == "n" else "Herrn"
        words.append(Word(title, says(name, "title")))
    ending = "s" if case == "g" else ""
    if name.first:
        words.append(Word(name.first + ("" if name.surname else ending), says(name, "first")))
    if name.surname:
        words.append(Word("".join(name.surname) + ending, says(name)))
    return words


def say_time(time: Time) -> list[Word]:
    """Say when: "um 8 Uhr"."""
    said = says(time)
    texts = TIMES[time.concept][1].split()
    return [Word(str(time.number), says(time, "number")) if text == "#" else Word(text, said) for text in texts]


def say_hours(clause: Clause) -> list[Word]:
    """Say how long: "zwei Stunden lang", or nothing."""
    if not clause.hours:
        return []
    number, unit = ("eine", "Stunde") if clause.hours == 1 else (NUMBERS[clause.hours], "Stunden")
    return [Word(number, says(clause, "number")), Word(unit, says(clause, "hours")), Word("lang")]


def _with_prefix(clause: Clause, said: tuple) -> tuple[list[Word], str]:
    """Return the prefix as words, and the infinitive's text with it where they are written together."""
    verb = VERBS[clause.verb].german
    prefix = [Word(part, said) for part in verb.prefix.split()]
    return prefix, verb.base if verb.apart else verb.prefix + verb.base


def verb_parts(clause: Clause, plural: bool) -> tuple[Word, list[Word]]:
    """Return the finite verb and what closes the clause: (macht, [auf]), (hat, [aufgemacht]), (will, [aufmachen])."""
    verb, said = VERBS[clause.verb].german, says(clause)
    prefix, infinitive = _with_prefix(clause, said)
    apart = [*prefix, Word(infinitive, said)] if verb.apart else [Word(infinitive, said)]
    if clause.modal:
        return Word(MODALS[clause.modal][plural], says(clause, "modal")), apart
    if clause.tense == "future":
        return Word("werden" if plural else "wird", says(clause, "future")), apart
    if clause.tense == "past":
        forms = ("hat", "haben") if verb.auxiliary == "h" else ("ist", "sind")
        return Word(forms[plural], says(clause, "perfect")), [Word(part, said) for part in verb.participle.split()]
    return Word(verb.base if plural else verb.third, said), prefix
