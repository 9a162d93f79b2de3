"""The German grammar: from a scene to words, with case, gender and number, and verbs second, last and parted."""

from .alignment import Word, says
from .german_forms import (
    MIXED,
    PRONOUNS,
    STRONG,
    THE,
    WEAK,
    WHO,
    A,
    gender_of,
    inflected,
    noun_form,
    say_count,
    say_hours,
    say_name,
    say_time,
    stem_of,
    verb_parts,
)
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
    Thing,
    is_plural,
)
from .words import ADJECTIVES, MANNERS, MEASURES, MODIFIERS, NOUNS, RELATIONS, VERBS

OWN = {"his": "sein", "her": "ihr", "their": "ihr", "their_f": "ihr", "no": "kein", "a": "ein"}
CONTRACTED = {("in", "dem"): "im", ("an", "dem"): "am", ("in", "das"): "ins", ("an", "das"): "ans"}
CONJUNCTIONS = {"while": "während", "because": "weil", "although": "obwohl", "when": "wenn", "before": "bevor"}
SAYING = {"say": "sagt sagen", "know": "weiß wissen", "see": "sieht sehen", "hope": "hofft hoffen"}
POSES = {"stand": "steht stehen", "lie": "liegt liegen", "hang": "hängt hängen"}
KINDS = {"height": "Meter hoch", "price": "Euro"}
COMMA = Word(",", glued=True)


def noun_phrase(one: Someone, case: str, negated: bool = False) -> list[Word]:
    """Put a thing, a name or a couple into a case; `negated` makes "ein" and no article into "kein"."""
    if isinstance(one, Couple):
        return [*noun_phrase(one.first, case), Word("und", says(one)), *noun_phrase(one.second, case)]
    if isinstance(one, Name):
        return say_name(one, case)
    noun, gender, said = NOUNS[one.noun], gender_of(one), says(one)
    if one.pronoun:
        return [Word(PRONOUNS[gender], says(one))]
    words, article, the = [], one.article, says(one, "article")
    counted = one.measure or not noun.mass
    if negated and article in ("a", "none"):
        article = "no"
    endings = WEAK if article == "the" else MIXED
    if article == "the":
        words.append(Word(inflected(THE, gender, case), the))
    elif article != "none" and (article != "a" or (not one.plural and gender != "p" and counted)):
        meaning = the + says(one, "no") if article == "no" else the
        words.append(Word(OWN[article] + inflected(A, gender, case), meaning))
    else:
        endings = STRONG
    words += say_count(one, gender, case)
    if one.measure:
        words.append(Word(noun_form(MEASURES[one.measure][0], case, one.plural), says(one, "measure")))
    for adjective in one.adjectives:
        stem = ADJECTIVES[adjective].german[1]
        words.append(Word(stem_of(stem) + inflected(endings, gender, case), says(one, adjective)))
    singular_case = "n" if one.measure else case
    text = noun_form(noun.german, singular_case, one.plural and not one.measure)
    if one.modifier:
        text, said = MODIFIERS[one.modifier][0] + text[0].lower() + text[1:], said + says(one, one.modifier)
    words.append(Word(text, said))
    if one.owner:
        words += noun_phrase(one.owner, "g")
    if one.wearing:
        preposition = "in" if "body" in NOUNS[one.wearing.noun].classes else "mit"
        words += [Word(preposition, says(one.wearing, "with")), *noun_phrase(one.wearing, "d")]
    if one.clause:
        words += [COMMA, *relative_clause(one), COMMA]
    return words


def relative_clause(thing: Thing) -> list[Word]:
    """Say a thing's clause with the verb at its end: "der einen Brief schreibt"."""
    clause = thing.clause
    verb = VERBS[clause.verb].german
    case = verb.case if clause.object_gap else "n"
    pronoun = Word(inflected(WHO, gender_of(thing), case), says(clause, "who"))
    preposition = [Word(verb.preposition, says(clause, "object"))] if clause.object_gap and verb.preposition else []
    return [*preposition, pronoun, *say_clause(clause, "last", is_plural(thing))]


def prepositional(place: Place, case: str = "d") -> list[Word]:
    """Say where (dative) or where to (accusative), contracted where it can be: "im Park", "auf den Tisch"."""
    said = says(place)
    if place.city:
        return [Word("in", said), Word(place.city, says(place, "city"))]
    preposition = RELATIONS[place.relation][0] if place.relation else NOUNS[place.thing.noun].prepositions[0]
    return _governed(preposition, said, place.thing, case)


def _governed(preposition: str, said: tuple[tuple[int, str]], one: Someone, case: str) -> list[Word]:
    """Say a preposition and what it governs, "an dem" as "am"."""
    words = noun_phrase(one, case)
    if isinstance(one, Thing) and one.article == "the" and (preposition, words[0].text) in CONTRACTED:
        return [Word(CONTRACTED[preposition, words[0].text], said + words[0].meanings), *words[1:]]
    return [Word(preposition, said), *words]


def _without_clause(thing: Thing, words: list[Word]) -> tuple[list[Word], list[Word]]:
    """Part a thing's words, which end with its relative clause, from this clause: it is said after the verb."""
    length = len(relative_clause(thing)) + 2  # its two commas
    return words[:-length], words[-length:]


def _object(clause: Clause) -> tuple[list[Word], bool]:
    """Say what a verb is done to, and tell whether "kein" in it says the clause's "not" as well."""
    what, verb = clause.object, VERBS[clause.verb].german
    if verb.preposition:
        return _governed(verb.preposition, says(clause, "object"), what, verb.case), False
    plain = isinstance(what, Thing) and what.article in ("a", "none")
    if clause.negated and plain and what.count == 1 and what.amount in ("", "any"):
        words = noun_phrase(what, verb.case, negated=True)
        index = next(i for i, word in enumerate(words) if word.text.startswith("kein"))
        words[index] = words[index]._replace(meanings=words[index].meanings + says(clause, "not"))
        return words, True
    words = noun_phrase(what, verb.case)
    if plain and what.article == "a" and "bare" in VERBS[clause.verb].marks and not what.adjectives:
        words = words[1:]  # spielt Gitarre, but eine alte Gitarre
    return words, False


def _middle(clause: Clause) -> tuple[list[Word], list[Word]]:
    """Return what stands between subject and closing verb, without the fronted part; and a clause to come after it."""
    verb = VERBS[clause.verb].german
    not_ = [Word("nicht", says(clause, "not"))] if clause.negated else []
    words = say_time(clause.time) if clause.time and clause.front != "time" else []
    words += say_hours(clause)
    if clause.recipient:
        words += noun_phrase(clause.recipient, "d")
    put = VERBS[clause.verb].frame == "put"
    place = prepositional(clause.place, "a" if put else "d") if clause.place and clause.front != "place" else []
    goal, place = (place, []) if put else ([], place)
    manner = [Word(MANNERS[clause.manner][0], says(clause, "manner"))] if clause.manner else []
    late, what, after = [], clause.object, []
    if what:
        object_, denied = _object(clause)
        not_ = [] if denied else not_
        thing = what if isinstance(what, Thing) else None
        living = not thing or NOUNS[thing.noun].classes & {"person", "animal"}
        new = thing and thing.article in ("a", "none")
        stays = verb.case != "a" or not (new or (place and not living))  # den Hund im Garten, but im Garten den Ball
        if thing and thing.clause and not (stays and place):
            object_, after = _without_clause(thing, object_)
        if verb.preposition:
            goal = object_
        elif stays:
            words += object_
        else:
            late = object_
    # im Garten leise ein Buch, but leise im Garten
    how_where = [*place, *manner] if late and clause.manner not in ("alone", "together") else [*manner, *place]
    words += [*not_, *how_where, *late, *goal]
    return words, after


def say_clause(clause: Clause, order: str = "second", plural: bool | None = None) -> list[Word]:
    """Say a clause with its finite verb first, second or last; one without a subject says its predicate only."""
    verb = VERBS[clause.verb].german
    if VERBS[clause.verb].frame == "weather":
        subject, plural = [Word("es", says(clause, "it"))], False
    else:
        subject = noun_phrase(clause.subject, "n") if clause.subject else []
    plural = is_plural(clause.subject) if plural is None else plural
    finite, closing = verb_parts(clause, plural)
    middle, after = _middle(clause)
    oneself = [Word("sich", says(clause, "self"))] if verb.reflexive else []
    if order == "last":
        if closing and closing[-1].text == verb.prefix and not verb.apart:
            closing, finite = [], Word(verb.prefix + finite.text, finite.meanings)
        return [*subject, *oneself, *middle, *closing, finite, *after]
    front = say_time(clause.time) if clause.front == "time" else prepositional(clause.place) if clause.front else []
    if clause.front == "place" and isinstance(clause.subject, Thing) and clause.subject.clause and not clause.object:
        # Im Park steht allein ein Mann, der …: nothing short is left behind the relative clause
        subject, after = _without_clause(clause.subject, subject)
        return [*front, finite, *oneself, *middle, *subject, *closing, *after]
    if front or order == "first":
        is_pronoun = getattr(clause.subject, "pronoun", False)
        after_finite = [*subject, *oneself] if is_pronoun else [*oneself, *subject]
        return [*front, finite, *after_finite, *middle, *closing, *after]
    return [*subject, finite, *oneself, *middle, *closing, *after]


def _state(state: State, order: str) -> list[Word]:
    verb = Word("sind" if is_plural(state.subject) else "ist", says(state, "be"))
    adjective = ADJECTIVES[state.adjective]
    words = [Word("nicht", says(state, "not"))] if state.negated else []
    if state.than:
        words.append(Word(adjective.german_comparative, says(state)))
        than = [Word("als", says(state, "than")), *noun_phrase(state.than, "n")]
    else:
        words.append(Word(adjective.german[0], says(state)))
        than = []
    subject = noun_phrase(state.subject, "n")
    if order == "last":
        return [*subject, *words, *than, verb]
    return [verb, *subject, *words, *than] if order == "first" else [*subject, verb, *words, *than]


def _joined(joined: Joined, order: str) -> list[Word]:
    word = says(joined)
    if joined.kind == "and":
        return [*say(joined.first), Word("und", word), *say(joined.second)]
    if joined.kind == "but":
        return [*say(joined.first), COMMA, Word("aber", word), *say(joined.second)]
    if joined.kind == "too":
        plural = is_plural(joined.first.subject) if joined.first.subject else False
        second = say_clause(joined.second, order, plural)
        if joined.first.tense == joined.second.tense == "past":
            same = VERBS[joined.first.verb].german.auxiliary == VERBS[joined.second.verb].german.auxiliary
            second = second[same:]  # hat gelesen und geschrieben
        return [*say(joined.first, order), Word("und", word), *second]
    dependent = [Word(CONJUNCTIONS[joined.kind], word), *say(joined.second, "last")]
    if joined.second_first:
        return [*dependent, COMMA, *say(joined.first, "first")]
    return [*say(joined.first), COMMA, *dependent]


def say(sentence: Sentence, order: str = "second") -> list[Word]:
    """Say a sentence, its finite verb in the place that `order` names."""
    match sentence:
        case Clause():
            return say_clause(sentence, order)
        case State():
            return _state(sentence, order)
        case Joined():
            return _joined(sentence, order)
        case Existence():
            verb = POSES[sentence.pose].split()[sentence.thing.plural]
            place, thing = prepositional(sentence.place), noun_phrase(sentence.thing, "n")
            finite = Word(verb, says(sentence))
            return [*place, *thing, finite] if order == "last" else [*place, finite, *thing]
        case Amount():
            plain = KINDS[sentence.kind].split()
            number = Word(str(sentence.number), says(sentence, "number"))
            unit = [Word(text, says(sentence, f"unit{i}")) for i, text in enumerate(plain)]
            finite = Word("kostet", says(sentence)) if sentence.kind == "price" else Word("ist", says(sentence))
            return [*noun_phrase(sentence.subject, "n"), finite, number, *unit]
        case Said():
            verb = SAYING[sentence.verb].split()[is_plural(sentence.subject)]
            dass = [COMMA, Word("dass", says(sentence, "that")), *say(sentence.content, "last")]
            return [*noun_phrase(sentence.subject, "n"), Word(verb, says(sentence)), *dass]
    raise TypeError(f"not a sentence: {sentence!r}")
