"""Drawing clauses whose parts go together: a verb, who does it, to what, where and when."""

from dataclasses import replace
from functools import cache

from .casting import Casting
from .scene import Clause, Couple, Name, Place, Someone, Thing, Time, is_plural
from .words import ADJECTIVES, MANNERS, NOUNS, TIMES, VERBS, members

FRAMES = {"do": 20.0, "pose": 8.0, "object": 46.0, "go": 5.0, "give": 7.0, "put": 6.0, "state": 5.0}

LONG_AGO = ("last_week", "last_year", "in_summer", "year", "next_week", "next_year")  # not for what takes an hour
OWNED = frozenset("pet small bike drive body head kin carryhand back".split())
# What goes on beside something else, said of a thing in a relative clause.
RELATIVE = tuple(
    "lie_animal lie_outside lie_zoo sit_animal sit_bird stand_animal sleep sleep_animal sleep_outside run_animal"
    " play lie sit stand graze".split()
)


@cache
def verbs_of(frame: str) -> tuple[str, ...]:
    """Return the verbs of a frame; "object" are those of "do" that have one."""
    return tuple(
        name
        for name, verb in VERBS.items()
        if verb.frame == ("do" if frame == "object" else frame)
        and (frame != "object") == (not verb.objects or frame not in ("do", "object"))
    )


@cache
def verbs_for(noun: str) -> tuple[str, ...]:
    """Return what a noun may do, as the second of two things in a sentence."""
    classes = NOUNS[noun].classes | {noun}
    return tuple(
        name
        for name, verb in VERBS.items()
        if verb.frame in ("do", "pose")
        and not classes.isdisjoint(verb.subjects)
        and not verb.marks & {"nonow", "plural", "plainonly"}
    )


@cache
def times_of(tense: str) -> tuple[str, ...]:
    """Return the times that go with a tense."""
    return tuple(name for name, row in TIMES.items() if row[0] == tense and name != "clock")


class Staging(Casting):
    """Draws clauses from a seed."""

    def clause(self, verb: str = "", subject: Someone | None = None, tense: str = "", simple: bool = False) -> Clause:
        """Draw a clause: a `simple` one has no time, negation or relative clause, as it is part of something larger."""
        verb = verb or self.by_rank(verbs_of(self.weighted(FRAMES)))
        entry, modal = VERBS[verb], ""
        if not tense:
            tense, modal = self._tense(verb, simple)
        subject = subject or self._subject(verb, definite=tense in ("habit", "future") or bool(modal))
        negated = not simple and entry.frame in ("do", "state") and tense != "habit" and self.chance(0.09)
        if modal == "must" or "noneg" in entry.marks:
            negated = False
        what = self._object(verb, subject, tense)
        recipient = self._recipient(entry.places, subject) if entry.frame == "give" else None
        place = self._place(verb, negated or modal == "can")
        if place and place.thing and place.thing.noun in ("chair", "armchair") and is_plural(subject):
            place = replace(place, thing=Thing("bench", place.thing.article))
        hours = 0
        if tense == "past" and entry.frame == "do" and not entry.objects and not negated:
            hours = 0 if entry.marks & {"plainonly", "once", "noplace"} else self.number(1, 5)
        manner = "" if negated or modal or hours or tense == "habit" else self._manner(verb, subject)
        time = None if simple or modal or entry.frame == "state" else self._time(tense, entry.marks)
        if negated and time and time.concept in ("soon", "right_now"):
            time = None
        front = "" if simple or negated else self._front(entry.frame, subject, time, place)
        return Clause(verb, subject, what, recipient, place, time, manner, tense, modal, hours, negated, front)

    def doing(self, verb: str, subject: Someone) -> Clause:
        """Draw a clause for a subject that has been said before: it has none, but all else agrees with it."""
        return replace(self.clause(verb, subject, "now", simple=True), subject=None)

    def _tense(self, verb: str, simple: bool) -> tuple[str, str]:
        marks, frame = VERBS[verb].marks, VERBS[verb].frame
        if frame == "state":
            return "habit", ""
        if simple or "nowonly" in marks:
            return "now", ""
        if marks & {"modal", "skill"} and self.chance(0.1):
            return "now", "can" if "skill" in marks and self.chance(0.6) else self.one_of(("want", "want", "must"))
        if "pastonly" in marks:
            return "past", ""
        now = 0.0 if marks & {"nonow", "plainonly"} else 62.0
        habit = 0.0 if frame in ("give", "put", "go", "pose") or marks & {"nonow", "zhe", "once"} else 9.0
        person = any("person" in NOUNS[noun].classes for noun in members(*VERBS[verb].subjects))
        future = 0.0 if frame == "pose" or "once" in marks or not person else 7.0
        return self.weighted({"now": now, "past": 22.0, "habit": habit, "future": future}), ""

    def _subject(self, verb: str, definite: bool) -> Someone:
        entry = VERBS[verb]
        nouns = members(*entry.subjects)
        plain = entry.frame == "put" or verb in ("wear_body", "wear_head")
        subject = self.subject(nouns, definite, plain)
        if "plural" in entry.marks and not is_plural(subject):
            noun = self.by_rank(nouns)
            subject = Thing(noun, "the", amount="any") if definite else Thing(noun, "none", self.number(2, 3))
        return subject

    def _recipient(self, classes: tuple[str, ...], subject: Someone) -> Thing | Name:
        recipient = self.subject(members(*classes), definite=self.chance(0.7), plain=True)
        same = isinstance(recipient, Thing) and isinstance(subject, Thing) and recipient.noun == subject.noun
        return self.name() if same or isinstance(subject, Couple) else recipient

    def _place(self, verb: str, nowhere: bool) -> Place | None:
        entry = VERBS[verb]
        if entry.frame == "put":
            return self.place(members(*entry.places))
        if nowhere or not entry.places or entry.frame not in ("do", "pose") or entry.marks & {"noplace", "plainonly"}:
            return None
        if entry.frame != "pose" and not self.chance(0.5):
            return None
        place = self.place(
            members(*entry.places), related="person" not in entry.subjects and "adult" not in entry.subjects
        )
        # one travels on a train, not at the station
        still = "skipplace" in entry.marks and place.thing and "ridein" not in NOUNS[place.thing.noun].classes
        return None if still else place

    def _manner(self, verb: str, subject: Someone) -> str:
        manners = tuple(name for name in MANNERS if name in VERBS[verb].marks)
        if not manners or not self.chance(0.15 * self.rich):
            return ""
        manner = self.one_of(manners)
        return "" if manner == ("alone" if is_plural(subject) else "together") else manner

    def _time(self, tense: str, marks: frozenset[str] = frozenset("event")) -> Time | None:
        if not self.chance({"now": 0.2, "past": 0.6, "habit": 1.0, "future": 0.8}[tense]):
            return None
        concept = self.by_rank(tuple(name for name in times_of(tense) if "event" in marks or name not in LONG_AGO))
        if tense == "habit" and "plainonly" in marks and self.chance(0.7):
            return Time("clock", self.number(5, 11))
        return Time(concept, self.number(1950, 2025) if concept == "year" else 0)

    def _front(self, frame: str, subject: Someone, time: Time | None, place: Place | None) -> str:
        if time and time.concept not in ("right_now", "often", "rarely") and self.chance(0.4):
            return "time"
        indefinite = isinstance(subject, Thing) and subject.article != "the"
        return "place" if frame != "put" and place and indefinite and not time and self.chance(0.18) else ""

    def _object(self, verb: str, subject: Someone, tense: str) -> Thing | None:
        entry = VERBS[verb]
        if not entry.objects:
            return None
        options = members(*entry.objects)
        noun = self.by_rank(options)
        while not self._may_have(verb, subject, noun):
            noun = self.by_rank(options)
        of_noun = NOUNS[noun].classes
        if entry.frame == "go":
            return self.thing(noun, {"the": 0.75, "a": 0.25}, described=0.1)
        if not of_noun.isdisjoint({"kick", "hit", "board"}) or noun == "music":
            return Thing(noun, "none")
        articles = {"a": 0.97, "the": 0.03} if of_noun & {"mass"} else {"a": 0.75, "the": 0.25}
        if "bare" in entry.marks and self.chance(0.7):
            return Thing(noun, "none")
        owner = self._possessive(subject)
        if of_noun & {"kin"}:
            articles = {owner or "the": 1.0}
        elif entry.frame == "state" and verb != "need":
            if of_noun & {"mass"}:
                return Thing(noun, "none")
            if of_noun & {"buy"}:
                return Thing(noun, "none", amount="any")
            return self.thing(noun, {"the": 1.0}, 0.0, 0.1)
        elif owner and not of_noun.isdisjoint(OWNED) and "noposs" not in entry.marks and self.chance(0.3):
            articles = {owner: 1.0}
        single = "single" in entry.marks or tense == "habit" or of_noun & {"kin"}
        described = 0.5 if verb.startswith("wear") else 0.12 if of_noun & {"person"} else 0.25
        thing = self.thing(noun, articles, 0.0 if single else 0.25, described)
        if "makes" in entry.marks:  # nobody writes an old novel
            thing = replace(thing, adjectives=tuple(n for n in thing.adjectives if ADJECTIVES[n].kind != "age"))
        if thing.measure and "measure" not in entry.marks:
            thing = Thing(noun, "none" if of_noun & {"mass"} else "a")
        if thing.count > 12 and "lots" not in entry.marks:
            thing = replace(thing, count=2 + thing.count % 3)
        countable = not NOUNS[noun].mass and not thing.measure
        if "each" in entry.marks and is_plural(subject) and thing.article == "a" and countable:
            return replace(thing, article="none", amount="any")
        if thing.article == "the" and not of_noun.isdisjoint({"small", "bike"}) and self.chance(0.25):
            owned = replace(thing, owner=Thing(self.by_rank(members("prof", "kin")), "the"))
            return thing if "makes" in entry.marks else owned  # nor the teacher's letter
        animate = of_noun & {"animal", "young"} and thing.article in ("a", "the") and not thing.adjectives
        if animate and tense == "now" and self.chance(0.12 * self.rich):
            return replace(thing, clause=self.relative(thing, RELATIVE))
        return thing

    @staticmethod
    def _may_have(verb: str, subject: Someone, noun: str) -> bool:
        """Tell whether a noun may be a subject's object: no man in a dress, no child with a beer, no self."""
        classes = NOUNS[subject.noun].classes if isinstance(subject, Thing) else frozenset("m")
        itself = isinstance(subject, Thing) and NOUNS[noun].english == NOUNS[subject.noun].english
        in_a_dress = verb == "wear_body" and "fem" in NOUNS[noun].classes and "f" not in classes
        return not (itself or in_a_dress or ("grown" in NOUNS[noun].classes and "young" in classes))

    def relative(self, thing: Thing, verbs: tuple[str, ...]) -> Clause | None:
        """Draw one of the verbs that a thing may do as its relative clause, or nothing."""
        options = tuple(verb for verb in verbs_for(thing.noun) if verb in verbs)
        if not options:
            return None
        doing = self.doing(self.by_rank(options), thing)
        each = {"article": "none", "amount": "any"} if thing.plural else {"article": "a"}
        worn = doing.object and replace(doing.object, owner=None, **each)
        return replace(doing, object=worn, place=None) if doing.object and not doing.object.plural else doing

    def _possessive(self, subject: Someone) -> str:
        if isinstance(subject, Name):
            return "his" if subject.sex == "m" else "her"
        if not isinstance(subject, Thing) or "person" not in NOUNS[subject.noun].classes:
            return ""
        classes = NOUNS[subject.noun].classes
        if subject.plural:
            return "their_f" if classes & {"f", "female"} else "their"
        return "his" if "m" in classes else "her" if "f" in classes else ""
