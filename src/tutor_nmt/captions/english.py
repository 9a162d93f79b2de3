"""The English grammar: from a scene to words, with a and an, the progressive, and "do" where it is needed."""

from .alignment import Word, says
from .scene import (
    Amount,
    Clause,
    Couple,
    Existence,
    Joined,
    Name,
    Place,
    Said,
    Sentence,
    Someone,
    State,
    Time,
    is_plural,
)
from .words import ADJECTIVES, CITIES, MANNERS, MEASURES, MODIFIERS, NOUNS, RELATIONS, TIMES, VERBS

NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve".split()
MODALS = {"want": ("wants to", "want to"), "must": ("has to", "have to"), "can": ("can", "can")}
SAYING = {"say": "says say", "know": "knows know", "see": "sees see", "hope": "hopes hope"}
KINDS = {"height": "metres tall", "price": "euros"}
# A tower is tall and a mountain high; a dog may be little, but "the dog is small".
HIGH = frozenset(("mountain",))
AFTER_BE = {"little": "small"}
# Compounds in one word, and where one is "in bed" and "at school" without an article.
ONE_WORD = {("cook_kind", "book"), ("cheese_kind", "cake")}
BARE_PLACES = frozenset(("bed", "school"))
# One is in a hat, but with glasses.
WITH = frozenset(("glasses", "sunglasses"))
# Written with a vowel and spoken without one.
NO_AN = ("uni",)
# One plays the guitar, where German and Chinese have no article.
INSTRUMENTS = frozenset(("pluck", "bow", "wind", "drums"))
COMMA = Word(",", glued=True)


def article_before(word: str) -> str:
    """Return "an" before a vowel: `article_before("old")`, but "a" before "uniform"."""
    return "an" if word[0].lower() in "aeiou" and not word.startswith(NO_AN) else "a"


def third_person(base: str) -> str:
    """Inflect a verb: read, reads; watch, watches; carry, carries; look at has its ending on the first word."""
    first, space, rest = base.partition(" ")
    if first == "have":
        return "has" + space + rest
    if first[-1] == "y" and first[-2] not in "aeou":
        first = first[:-1] + "ie"
    elif first.endswith(("s", "sh", "ch", "x", "o")):
        first += "e"
    return first + "s" + space + rest


def _words(text: str, meaning: tuple) -> list[Word]:
    return [Word(part, meaning) for part in text.split()]


def noun_phrase(one: Someone) -> list[Word]:
    """Say a thing, a name or a couple."""
    if isinstance(one, Couple):
        return [*noun_phrase(one.first), Word("and", says(one)), *noun_phrase(one.second)]
    if isinstance(one, Name):
        return _name(one)
    noun, the = NOUNS[one.noun], says(one, "article")
    if one.pronoun:
        text = "they" if one.plural else "he" if "m" in noun.classes else "she" if "f" in noun.classes else "it"
        return [Word(text, says(one))]
    rest = []
    if one.amount in ("some", "many"):
        rest.append(Word(one.amount, says(one, "count")))
    elif one.count > 1:
        rest.append(Word(NUMBERS[one.count] if one.count <= 12 else str(one.count), says(one, "count")))
    if one.measure:
        rest += [Word(MEASURES[one.measure][1][one.plural], says(one, "measure")), Word("of")]
    rest += [Word(ADJECTIVES[adjective].english, says(one, adjective)) for adjective in one.adjectives]
    singular, plural = noun.english
    head = _words(plural if one.plural and not noun.mass and not one.measure else singular, says(one))
    if one.modifier:
        first = Word(MODIFIERS[one.modifier][1], says(one, one.modifier))
        joined = Word(first.text + head[0].text, first.meanings + head[0].meanings)
        head = [joined] if (one.modifier, one.noun) in ONE_WORD else [first, *head]
    rest += head
    if one.owner:
        rest = [*noun_phrase(one.owner), Word("'s", says(one, "of"), glued=True), *rest]
    elif one.article in ("the", "his", "her", "their", "their_f"):
        rest = [Word(one.article.removesuffix("_f"), the), *rest]
    elif one.article == "none" and not noun.classes.isdisjoint(INSTRUMENTS) and not one.plural:
        rest = [Word("the"), *rest]
    elif one.article == "a" and not one.plural and (one.measure or not noun.mass):
        rest = [Word(article_before(rest[0].text), the), *rest]
    if one.wearing:
        preposition = "with" if one.wearing.noun in WITH else "in"
        rest += [Word(preposition, says(one.wearing, "with")), *noun_phrase(one.wearing)]
    if one.clause:
        who = "who" if "person" in noun.classes and not one.clause.object_gap else "that"
        rest += [Word(who, says(one.clause, "who")), *say_clause(one.clause, one.plural)]
    return rest


def _name(name: Name) -> list[Word]:
    if name.pronoun:
        return [Word("he" if name.sex == "m" else "she", says(name))]
    words = []
    if not name.first:
        words.append(Word("Ms" if name.sex == "f" else "Mr", says(name, "title")))
    else:
        words.append(Word(name.first, says(name, "first")))
    if name.surname:
        words.append(Word("".join(name.surname), says(name)))
    return words


def prepositional(place: Place, into: bool = False) -> list[Word]:
    """Say where, or (`into`) where to: "in the basket", "into the basket"."""
    said = says(place)
    if place.city:
        return [Word("in", said), *_words(CITIES[place.city][0], says(place, "city"))]
    preposition = RELATIONS[place.relation][1] if place.relation else NOUNS[place.thing.noun].prepositions[1]
    words = noun_phrase(place.thing)
    if not place.relation and place.thing.noun in BARE_PLACES and words[0].text == "the" and len(words) == 2:
        words = words[1:]
    return [*_words(preposition, said), *words]


def _time(time: Time) -> list[Word]:
    texts = TIMES[time.concept][2].split()[:-1]
    said, number = says(time), says(time, "number")
    figure = NUMBERS[time.number] if time.number <= 12 else str(time.number)  # five o'clock, 1950
    return [Word(figure, number) if text == "#" else Word(text, said) for text in texts]


def verb_words(clause: Clause, plural: bool) -> list[Word]:
    """Return the verb with its auxiliaries: "is not reading", "does not want to read", "will read", "read"."""
    base, progressive, past, _ = VERBS[clause.verb].english
    said, not_ = says(clause), [Word("not", says(clause, "not"))] if clause.negated else []
    if clause.modal:
        modal = MODALS[clause.modal][plural]
        if not clause.negated:
            return [*_words(modal, says(clause, "modal")), *_words(base, said)]
        if clause.modal == "can":
            return [Word("cannot", says(clause, "modal") + says(clause, "not")), *_words(base, said)]
        modal = MODALS[clause.modal][True]
        return [Word("do" if plural else "does"), *not_, *_words(modal, says(clause, "modal")), *_words(base, said)]
    if clause.tense == "future":
        return [Word("will", says(clause, "future")), *not_, *_words(base, said)]
    if clause.tense == "now":
        return [Word("are" if plural else "is", says(clause, "progressive")), *not_, *_words(progressive, said)]
    if clause.negated:
        do = "did" if clause.tense == "past" else "do" if plural else "does"
        return [Word(do), *not_, *_words(base, said)]
    if clause.tense == "past":
        return _words(past, said)
    return _words(base if plural else third_person(base), said)


def say_clause(clause: Clause, plural: bool | None = None, elliptic: bool = False) -> list[Word]:
    """Say a clause; one without a subject says its predicate only, and `elliptic` leaves out a repeated auxiliary."""
    verb = VERBS[clause.verb]
    if verb.frame == "weather":
        subject, plural = [Word("it", says(clause, "it"))], False
    else:
        subject = noun_phrase(clause.subject) if clause.subject else []
    plural = is_plural(clause.subject) if plural is None else plural
    words = verb_words(clause, plural)
    if elliptic and (clause.tense in ("now", "future")):
        words = words[1:]
    time = _time(clause.time) if clause.time else []
    if time and TIMES[clause.time.concept][2].endswith("middle"):
        auxiliaries = 0 if clause.tense != "now" and not clause.negated else 1
        words = [*words[:auxiliaries], *time, *words[auxiliaries:]]
        time = []
    preposition = [Word(part, says(clause, "object")) for part in verb.english[3].split()]
    if clause.recipient and preposition:
        words += [*noun_phrase(clause.object), Word(preposition[0].text), *noun_phrase(clause.recipient)]
    else:
        words += noun_phrase(clause.recipient) if clause.recipient else []
        words += preposition + (noun_phrase(clause.object) if clause.object else [])
    if clause.manner:
        words.append(Word(MANNERS[clause.manner][1], says(clause, "manner")))
    if clause.place:
        into = verb.frame == "put"
        words += prepositional(clause.place, into)
    if clause.hours:
        unit = "hours" if clause.hours > 1 else "hour"
        number = NUMBERS[clause.hours] if clause.hours > 1 else "an"
        words += [Word("for"), Word(number, says(clause, "number")), Word(unit, says(clause, "hours"))]
    if time and clause.front == "time":
        return [*time, COMMA, *subject, *words]
    return [*subject, *words, *time]


def _state(state: State) -> list[Word]:
    adjective = ADJECTIVES[state.adjective]
    words = [*noun_phrase(state.subject), Word("are" if is_plural(state.subject) else "is", says(state, "be"))]
    if state.negated:
        words.append(Word("not", says(state, "not")))
    if state.than:
        than = [Word("than", says(state, "than")), *noun_phrase(state.than)]
        return [*words, Word(adjective.english_comparative, says(state)), *than]
    return [*words, Word(AFTER_BE.get(state.adjective, adjective.english), says(state))]


def _joined(joined: Joined) -> list[Word]:
    word = says(joined)
    if joined.kind in ("and", "but"):
        return [*say(joined.first), COMMA, Word(joined.kind, word), *say(joined.second)]
    if joined.kind == "too":
        plural = is_plural(joined.first.subject) if joined.first.subject else False
        same = joined.first.tense == joined.second.tense
        return [*say(joined.first), Word("and", word), *say_clause(joined.second, plural, same)]
    dependent = [Word(joined.kind, word), *say(joined.second)]
    if joined.second_first:
        return [*dependent, COMMA, *say(joined.first)]
    return [*say(joined.first), *dependent]


def say(sentence: Sentence) -> list[Word]:
    """Say a sentence."""
    match sentence:
        case Clause():
            return say_clause(sentence)
        case State():
            return _state(sentence)
        case Joined():
            return _joined(sentence)
        case Existence():
            verb = Word("are" if sentence.thing.plural else "is", says(sentence))
            return [Word("there"), verb, *noun_phrase(sentence.thing), *prepositional(sentence.place)]
        case Amount():
            number = Word(str(sentence.number), says(sentence, "number"))
            unit = [Word(text, says(sentence, f"unit{i}")) for i, text in enumerate(KINDS[sentence.kind].split())]
            if sentence.subject.noun in HIGH:
                unit[1] = unit[1]._replace(text="high")
            verb = Word("costs" if sentence.kind == "price" else "is", says(sentence))
            return [*noun_phrase(sentence.subject), verb, number, *unit]
        case Said():
            verb = Word(SAYING[sentence.verb].split()[is_plural(sentence.subject)], says(sentence))
            that = Word("that", says(sentence, "that"))
            return [*noun_phrase(sentence.subject), verb, that, *say(sentence.content)]
    raise TypeError(f"not a sentence: {sentence!r}")
