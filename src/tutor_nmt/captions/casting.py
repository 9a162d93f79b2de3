"""Drawing the things of a scene: who and what there is, how many, what they are like. Only `random()` is asked.

Weights fall with the place in the word lists, so that the words' use is like Zipf's law.
"""

import random
from bisect import bisect
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import accumulate

from .scene import Couple, Name, Place, Thing
from .words import ADJECTIVES, CITIES, COMPOUNDS, FIRST_NAMES, MEASURES_OF, NOUNS, SURNAME_ENDS, SURNAME_STARTS, members

STEEPNESS = 0.75  # of the weights' fall: rank ** -STEEPNESS
RARE = 0.012  # weight of a rare word, against one of its rank
ORDER = {"opinion": 0, "size": 1, "state": 2, "age": 3, "colour": 4}


@cache
def _cumulative(names: tuple[str, ...], rare: float) -> list[float]:
    entries = [NOUNS.get(name) or ADJECTIVES.get(name) for name in names]
    weights = [
        (rank + 2) ** -STEEPNESS * (rare if entry is not None and entry.rare else 1.0)
        for rank, entry in enumerate(entries)
    ]
    return list(accumulate(weights))


@cache
def fits(adjective: str, noun: str) -> bool:
    """Tell whether an adjective may be said of a noun: `fits("warm", "cap")`, but not of a "helmet" ("-helmet")."""
    classes, said_of = NOUNS[noun].classes | {noun}, ADJECTIVES[adjective].classes
    return not classes.isdisjoint(said_of) and said_of.isdisjoint({f"-{name}" for name in classes})


@cache
def _adjectives_for(noun: str) -> tuple[str, ...]:
    return tuple(
        name
        for name, entry in ADJECTIVES.items()
        if entry.kind in ORDER and fits(name, noun)
        and not NOUNS[noun].chinese.startswith(entry.chinese)  # no 大大象
    )  # fmt: skip


class Casting:
    """Draws things from a seed; `rare` is the weight of rare words."""

    def __init__(self, seed: int, rare: float = RARE, rich: float = 1.0) -> None:
        self._random = random.Random(seed).random
        self._rare = rare
        self.rich = rich  # how often a thing is described, against the usual

    def chance(self, probability: float) -> bool:
        """Return True with a probability."""
        return self._random() < probability

    def number(self, low: int, high: int) -> int:
        """Draw a whole number, both ends included."""
        return low + int(self._random() * (high - low + 1))

    def one_of(self, options: Sequence):
        """Draw evenly."""
        return options[int(self._random() * len(options))]

    def by_rank(self, names: tuple[str, ...]) -> str:
        """Draw a name, the earlier ones more often, the rare ones hardly ever."""
        cumulative = _cumulative(names, self._rare)
        return names[bisect(cumulative, self._random() * cumulative[-1])]

    def weighted(self, weights: dict[str, float]) -> str:
        """Draw a key by its weight."""
        cumulative = list(accumulate(weights.values()))
        return list(weights)[bisect(cumulative, self._random() * cumulative[-1])]

    def adjectives(self, noun: str, share: float) -> tuple[str, ...]:
        """Draw none, one or, seldom, two of the adjectives that fit a noun, in the order in which they are said."""
        options = _adjectives_for(noun)
        if not options or not self.chance(share * self.rich):
            return ()
        drawn = [self.by_rank(options)]
        if self.chance(0.15 * self.rich):
            other = self.by_rank(options)
            kinds = {ADJECTIVES[drawn[0]].kind, ADJECTIVES[other].kind}
            # one of a kind, and no old young woman
            if len(kinds) == 2 and "colour" in kinds:
                drawn.append(other)
        return tuple(sorted(drawn, key=lambda name: ORDER[ADJECTIVES[name].kind]))

    def thing(self, noun: str, articles: dict[str, float], plural: float = 0.0, described: float = 0.25) -> Thing:
        """Draw what goes with a noun: its article by weight, its number, adjectives, a compound or a measure."""
        entry = NOUNS[noun]
        if "plural" in entry.classes:
            return Thing(noun, "none" if self.chance(0.6) else "the", amount="any")
        article = self.weighted(articles)
        count, amount, measure, modifier = 1, "", "", ""
        if entry.mass or (noun in MEASURES_OF and self.chance(0.6)):
            if article == "a" and noun in MEASURES_OF and self.chance(0.6):
                measure = self.one_of(MEASURES_OF[noun])
                count = self.number(2, 4) if self.chance(0.2) else 1
        elif self.chance(plural):
            count, amount = self._how_many()
            if article == "a":
                article = "none"
            elif amount:
                amount = "any"
            elif article != "the":
                count = 2
        if noun in COMPOUNDS and not measure and self.chance(0.3):
            modifier = self.by_rank(COMPOUNDS[noun])
        adjectives = () if measure or (modifier and entry.mass) else self.adjectives(noun, described)
        return Thing(noun, article, count, amount, adjectives, modifier, measure)

    def _how_many(self) -> tuple[int, str]:
        if self.chance(0.45):
            return (2 if self.chance(0.5) else 3 if self.chance(0.6) else self.number(4, 12)), ""
        if self.chance(0.06):
            return self.number(13, 99), ""
        return 1, self.weighted({"some": 0.3, "many": 0.2, "any": 0.5})

    def name(self) -> Name:
        """Draw a person's name: Anna, Anna Steinbach or Frau Steinbach."""
        first = self.by_rank(tuple(FIRST_NAMES))
        sex = FIRST_NAMES[first][0]
        surname = (self.by_rank(tuple(SURNAME_STARTS)), self.by_rank(tuple(SURNAME_ENDS)))
        if surname[0].lower() == surname[1]:
            return Name(first, None, sex)
        return (Name(first, None, sex), Name(first, surname, sex), Name("", surname, sex))[self.number(0, 2)]

    def clothed(self, thing: Thing) -> Thing:
        """Give a grown-up something to wear, with a colour: a man in a blue coat."""
        sexes = NOUNS[thing.noun].classes
        options = (
            members("body", "head")
            if "f" in sexes
            else tuple(n for n in members("body", "head") if "fem" not in NOUNS[n].classes)
        )
        wearing = self.thing(self.by_rank(options), {"a": 1.0}, described=0.7)
        if thing.plural:
            wearing = replace(wearing, article="none", amount="any")
        return Thing(thing.noun, thing.article, thing.count, thing.amount, thing.adjectives, wearing=wearing)

    def subject(self, nouns: tuple[str, ...], definite: bool = False, plain: bool = False) -> Thing | Name | Couple:
        """Draw who it is about: `definite` leaves out "a man", `plain` all that goes with a noun."""
        noun = self.by_rank(nouns)
        person = "person" in NOUNS[noun].classes
        if person and len(nouns) > 15 and self.chance(0.2 if definite else 0.09):
            return self.name()
        kin = "kin" in NOUNS[noun].classes
        articles = {"the": 1.0} if definite else {"a": 0.3, "the": 0.7} if kin else {"a": 0.7, "the": 0.3}
        thing = self.thing(noun, articles, 0.0 if plain or kin else 0.22, described=0.05 if plain else 0.22)
        if thing.count > 12:  # no caption counts 55 children
            thing = replace(thing, count=2 + thing.count % 11)
        if plain:
            return thing
        if person and self.chance(0.06):
            other = self.by_rank(nouns)
            if other != noun and "person" in NOUNS[other].classes:
                article = "the" if thing.article == "the" else "a"
                return Couple(Thing(noun, article), Thing(other, article))
        if "adult" in NOUNS[noun].classes and self.chance(0.1 * self.rich):
            return self.clothed(thing)
        return thing

    def place(self, nouns: tuple[str, ...], related: bool = False) -> Place:
        """Draw where it is: in the park, or (`related`) behind a tree."""
        noun = self.by_rank(nouns)
        classes, own = NOUNS[noun].classes, NOUNS[noun].prepositions[0]
        beside = related and not classes.isdisjoint({"nextto", "under"})
        if not own or (beside and (self.chance(0.4) or classes.isdisjoint({"sitting", "lying"}))):
            if "insidebox" in classes:
                return Place(self.thing(noun, {"a": 0.5, "the": 0.5}, described=0.2), "within")
            relations = ("beside", "behind", "before", "under")[: 4 if "under" in classes else 3]
            relation = self.one_of(relations[3:] if "nextto" not in classes else relations)
            return Place(self.thing(noun, {"a": 0.4, "the": 0.6}, described=0.2), relation)
        if "outdoor" in classes and self.chance(0.06):
            return Place(None, city=self.by_rank(tuple(CITIES)))
        seat = not classes.isdisjoint({"furniture", "lying", "sitting"})
        share = 0.05 if "room" in classes else 0.5 if seat else 0.12
        if NOUNS[noun].mass:
            return Place(Thing(noun, "the"))
        return Place(self.thing(noun, {"a": share, "the": 1 - share}, described=0.14))
