"""Drawing whole sentences: clauses, states, and what joins two of them so that it makes sense."""

from dataclasses import replace

from .casting import fits
from .scene import Amount, Clause, Couple, Existence, Joined, Name, Place, Said, Sentence, Someone, State, Thing, Time
from .staging import Staging, verbs_for
from .words import ADJECTIVES, NOUNS, VERBS, members

KINDS = {
    "clause": 50.0, "state": 5.0, "comparison": 1.5, "existence": 6.0, "amount": 3.0, "too": 6.0, "while": 6.0,
    "because": 6.0, "although": 2.0, "and": 3.0, "but": 2.0, "when": 2.0, "before": 2.0, "said": 4.0,
}  # fmt: skip
PRICES = {
    "head": (5, 60), "body": (12, 190), "wind": (60, 800), "table": (60, 800), "desk": (60, 800), "piano": (600, 990),
    "motorbike": (600, 990), "bike": (90, 900), "pluck": (150, 900), "bow": (150, 900), "sofa": (150, 900),
}  # fmt: skip
COMPARED = frozenset("person animal vehicle body outdoor indoor sitting".split())
REASONS = frozenset("tired hungry thirsty happy sad nervous curious friendly".split())
# What one can do while sitting, standing or lying, and what one does one after the other on one day.
WHILE_POSED = {
    "sit": "read drink eat phone write look_at hear".split(),
    "stand": "phone sing laugh play_wind play_bow photograph drink".split(),
    "lie": "read hear sleep phone".split(),
}
INDOORS = tuple("cook read sleep watch_tv phone write bake clean_window wash_up drink eat play_pluck hear".split())
OUTDOORS = tuple("dance sing run photograph sell ride_bike fish wait push play_kick play_wind feed throw pick".split())
ON_ONE_DAY = tuple("read buy write cook_dish bake repair clean_window plant visit_person paint_wall wash".split())
AT_HOME = tuple("read drink bake hear cook_dish play_pluck sleep watch_tv".split())
IN_SPITE_OF_RAIN = tuple("play stroll fish hike play_kick ride_bike run camp".split())
IN_SPITE_OF_TIREDNESS = tuple("work dance repair study write play_kick clean_window".split())


class Drawing(Staging):
    """Draws sentences from a seed."""

    def sentence(self, kinds: dict[str, float] | None = None) -> Sentence:
        """Draw a sentence of one of the kinds, by weight."""
        kind = self.weighted(kinds or KINDS)
        return getattr(self, f"_draw_{kind}")()

    def _draw_clause(self) -> Sentence:
        return self._described(self.clause())

    def _described(self, clause: Clause) -> Clause:
        """Give, now and then, a subject that has nothing else a relative clause."""
        subject = clause.subject
        single = isinstance(subject, Thing) and not subject.wearing and not subject.adjectives
        if not single or clause.tense != "now" or not self.chance(0.12 * self.rich):
            return clause
        posed = ("sit", "stand") if clause.verb in WHILE_POSED["sit"] + WHILE_POSED["stand"] else ()
        doing = self.relative(subject, ("wear_body", "wear_head", "hold", "carry_back", *posed))
        if not doing or clause.place and doing.place or clause.verb in ("wear_body", "wear_head", "hold", doing.verb):
            return clause
        return replace(clause, subject=replace(subject, clause=doing))

    def _draw_state(self) -> Sentence:
        noun = self.by_rank(members("person", "animal", "vehicle", "read", "body", "gift", "sight", "fruit", "repair"))
        options = tuple(
            name
            for name, entry in ADJECTIVES.items()
            if entry.chinese_predicate and entry.kind not in ("colour", "weather")
            and fits(name, noun)
        )  # fmt: skip
        subject = self.thing(noun, {"the": 1.0}, 0.2, described=0.0)
        if "read" in NOUNS[noun].classes and self.chance(0.5):
            reader = self.subject(members("kin", "prof"), definite=True, plain=True)
            what = Clause("read", reader, tense=self.one_of(("now", "past")), object_gap=True)
            subject = Thing(noun, "the", clause=what)
        if not options:
            return self._draw_clause()
        return State(subject, self.by_rank(options), negated=self.chance(0.15))

    def _draw_comparison(self) -> Sentence:
        adjective = self.one_of(
            [n for n, a in ADJECTIVES.items() if a.english_comparative and a.kind not in ("weather",)]
        )
        options = tuple(
            n for n, noun in NOUNS.items()
            if not noun.mass and "plural" not in noun.classes and noun.classes & ADJECTIVES[adjective].classes
        )  # fmt: skip
        if len(options) < 2:
            return self._draw_comparison()
        first, second = self.by_rank(options), self.by_rank(options)
        same = NOUNS[first].classes & NOUNS[second].classes & COMPARED
        if first == second or not same or NOUNS[first].german.singular == NOUNS[second].german.singular:
            return self._draw_comparison()
        return State(Thing(first, "the"), adjective, than=Thing(second, "the"))

    def _draw_existence(self) -> Sentence:
        pose = self.one_of(("stand", "lie", "lie", "hang"))
        classes, places = {
            "stand": (("stand", "dish"), ("surface", "stove", "shelf")),
            "lie": (("lay", "small", "read"), ("surface", "shelf", "inside", "insidebox")),
            "hang": (("hang", "map", "clock", "photo0"), ("hangplace",)),
        }[pose]  # fmt: skip
        noun = self.by_rank(members(*classes))
        where = self.by_rank(members(*places))
        relation, own = "", NOUNS[where].prepositions[0]
        if not own:
            relation = "within"
        if pose == "lie" and "under" in NOUNS[where].classes and self.chance(0.3):
            relation = "under"
        thing = self.thing(noun, {"a": 1.0}, 0.35, described=0.4)
        if thing.amount == "any":
            thing = replace(thing, amount="some")
        return Existence(Place(self.thing(where, {"the": 0.8, "a": 0.2}, described=0.15), relation), thing, pose)

    def _draw_amount(self) -> Sentence:
        if self.chance(0.3):
            noun = self.by_rank(members("tall_thing", "climbhill"))
            return Amount(Thing(noun, "the"), "height", self.number(*((250, 990) if noun == "mountain" else (13, 199))))
        noun = self.by_rank(members(*PRICES))
        subject = self.thing(noun, {"the": 1.0}, described=0.5)
        low, high = next(prices for name, prices in PRICES.items() if name in NOUNS[noun].classes | {noun})
        return Amount(subject, "price", self.number(low, high))

    def _person(self, definite: bool = False) -> Someone:
        return self.subject(members("person"), definite, plain=self.rich <= 1)

    def _activity(self, subject, options: tuple[str, ...] = (), **more) -> Clause:
        noun = subject.noun if isinstance(subject, Thing) else "woman"
        able = verbs_for(noun)
        chosen = tuple(verb for verb in able if verb in options) if options else able
        return self.clause(self.by_rank(chosen or able), subject, tense=more.get("tense", "now"), simple=True)

    def _draw_too(self) -> Sentence:
        subject = self.subject(members("adult"), plain=False)
        if self.chance(0.65):
            pose = self.one_of(("sit", "sit", "stand", "lie"))
            first = self.clause(pose, subject, tense="now", simple=True)
            second = self._activity(subject, tuple(WHILE_POSED[pose]))
        else:
            definite = self._person(definite=True)
            first = self._activity(definite, ON_ONE_DAY, tense="past")
            second = self._activity(definite, ON_ONE_DAY, tense="past")
            if first.verb == second.verb:
                return self._draw_too()
            first = replace(first, time=self._time("past"))
        if not first.place and VERBS[first.verb].frame == "pose":
            return self._draw_too()
        return Joined("too", first, replace(second, subject=None, place=None, manner=""))

    def _at_once(self, count: int) -> list[Clause]:
        """Draw what so many people do at the same time, none of them the same; only the first says where."""
        definite, together, found = self.chance(0.4), self.one_of((INDOORS, OUTDOORS)), []
        while len(found) < count:
            clause = self._activity(self._person(definite), together)
            if all(clause.verb != other.verb and not _same(clause.subject, other.subject) for other in found):
                found.append(replace(clause, place=None) if found else clause)
        return found

    def _draw_while(self) -> Sentence:
        return Joined("while", *self._at_once(2), second_first=self.chance(0.4))

    def _draw_and(self) -> Sentence:
        return Joined("and", *self._at_once(2))

    def _draw_but(self) -> Sentence:
        return Joined("but", *self._at_once(2))

    def _weather(self, adjective: str) -> State:
        return State(Thing("weather", "the"), adjective)

    def _draw_because(self) -> Sentence:
        clause = self.clause(tense="now", simple=True)
        marks = VERBS[clause.verb].marks
        reasons = sorted(marks & (REASONS | {"nice_weather", "cold_weather"}))
        again = _said_again(clause.subject)
        if not reasons or (again is None and marks.isdisjoint({"nice_weather", "cold_weather"})):
            return self._draw_because()
        reason = self.one_of(reasons)
        if reason.endswith("_weather"):
            weather = self._weather("nice" if reason == "nice_weather" else "cold_weather")
            return Joined("because", clause, weather, second_first=self.chance(0.4))
        if again is None:
            return self._draw_because()
        return Joined("because", clause, State(again, reason))

    def _draw_although(self) -> Sentence:
        subject = self.subject(members("person"), plain=True)
        if self.chance(0.6):
            clause = self._activity(subject, IN_SPITE_OF_RAIN)
            why = Clause("rain") if self.chance(0.5) else self._weather(self.one_of(("bad", "cold_weather")))
            spite, opens = IN_SPITE_OF_RAIN, self.chance(0.5)
        else:
            clause, again = self._activity(subject, IN_SPITE_OF_TIREDNESS), _said_again(subject)
            why, spite, opens = again and State(again, "tired"), IN_SPITE_OF_TIREDNESS, False
        if why is None or clause.verb not in spite:
            return self._draw_although()
        return Joined("although", clause, why, second_first=opens)

    def _draw_when(self) -> Sentence:
        clause = self._activity(self._person(definite=True), AT_HOME, tense="habit")
        if clause.verb not in AT_HOME:
            return self._draw_when()
        weather = self.one_of((Clause("rain", tense="habit"), Clause("snow", tense="habit"), self._weather("bad")))
        return Joined("when", replace(clause, place=None), weather, second_first=self.chance(0.6))

    def _draw_before(self) -> Sentence:
        subject = self._person(definite=True)
        again = _said_again(subject)
        clause = self._activity(
            subject, ("read", "drink", "write", "eat", "hear", "watch_tv", "wash_up"), tense="habit"
        )
        if again is None or clause.verb in ("sleep",) or VERBS[clause.verb].frame == "pose":
            return self._draw_before()
        bed = not isinstance(subject, Thing) or "adult" not in NOUNS[subject.noun].classes or self.chance(0.5)
        second = Clause("go_to_bed" if bed else "go_to_work", again, tense="habit")
        often = self.one_of(("often", "sometimes", "every_evening" if bed else "every_morning"))
        return Joined("before", replace(clause, time=Time(often)), second)

    def _draw_said(self) -> Sentence:
        speaker, verb = self._person(definite=True), self.one_of(("say", "say", "know", "see", "hope"))
        if verb in ("say", "know", "hope") and self.chance(0.6):
            subject = self.subject(members("prof", "kin", "young"), definite=True, plain=True)
            content = State(subject, self.one_of(("happy",) if verb == "hope" else ("tired", "hungry", "sad", "happy")))
        else:
            subject = self._person(definite=verb != "see")
            tense = "now" if verb == "see" else "future"
            content = self.clause(self.by_rank(verbs_for(getattr(subject, "noun", "man"))), subject, tense, simple=True)
        if _same(speaker, subject):
            return self._draw_said()
        return Said(speaker, verb, content)

    def _draw_chain(self) -> Sentence:
        """Draw a long one: what three or four people do at once."""
        first, second, third, fourth = (self._described(clause) for clause in self._at_once(4))
        chain = Joined("and", first, Joined("while", second, third))
        return Joined("but", chain, fourth) if self.chance(0.3 * self.rich) else chain


def _same(one: Someone, two: Someone) -> bool:
    """Tell whether two would be called by the same word in English."""
    things = isinstance(one, Thing) and isinstance(two, Thing)
    return things and NOUNS[one.noun].english == NOUNS[two.noun].english


def _said_again(subject: Thing | Name | Couple) -> Thing | Name | None:
    """Return the pronoun for a subject, or nothing where languages would disagree on it."""
    if isinstance(subject, Name):
        return Name(subject.first, subject.surname, subject.sex, pronoun=True)
    if isinstance(subject, Couple):
        return None
    classes = NOUNS[subject.noun].classes
    if not classes.isdisjoint({"m", "f", "animal"}) or subject.plural:
        return Thing(subject.noun, subject.article, subject.count, subject.amount, pronoun=True)
    return None
