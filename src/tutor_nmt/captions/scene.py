"""The meaning of a caption as a small tree, the same for all languages: who does what, where, when, to whom.

"A man in a red hat is reading two books." is
`Clause("read", Thing("man", wearing=Thing("hat", adjectives=("red",))), Thing("book", "none", 2))`.
Concepts are named as in `lexicon`. A tree's node is itself and equal to no other: words in two languages that
say the same node, and the same part of it, are each other's translation.
"""

from dataclasses import dataclass


@dataclass(frozen=True, eq=False, slots=True)
class Thing:
    """A noun with what goes with it."""

    noun: str
    article: str = "a"  # a, the, none, his, her, their, their_f (of women, which only Chinese tells)
    count: int = 1
    amount: str = ""  # some, many; any: a plural that does not say how many
    adjectives: tuple[str, ...] = ()
    modifier: str = ""  # first part of a compound
    measure: str = ""  # a cup of it
    wearing: "Thing | None" = None
    owner: "Thing | Name | None" = None
    clause: "Clause | None" = None  # relative; its gap is this thing
    # a thing that is said by a pronoun: the one named before
    pronoun: bool = False

    @property
    def plural(self) -> bool:
        """Whether it is more than one."""
        return self.count > 1 or bool(self.amount)


@dataclass(frozen=True, eq=False, slots=True)
class Name:
    """A person by name: a first name, a family name of two parts, or both; by title where there is no first name."""

    first: str = ""
    surname: tuple[str, str] | None = None
    sex: str = ""
    pronoun: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class Couple:
    """Two things joined by "and"."""

    first: "Thing | Name"
    second: "Thing | Name"


@dataclass(frozen=True, eq=False, slots=True)
class Place:
    """Where: by the place's own preposition, or by a relation such as "under"; or in a city."""

    thing: Thing | None
    relation: str = ""
    city: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Time:
    """When; `number` fills the gap of "at # o'clock"."""

    concept: str
    number: int = 0


Someone = Thing | Name | Couple


@dataclass(frozen=True, eq=False, slots=True)
class Clause:
    """Someone does something; a subject of None is the gap of a relative clause, or that of the clause before."""

    verb: str
    subject: Someone | None = None
    object: Thing | Couple | Name | None = None
    recipient: Thing | Name | None = None
    place: Place | None = None
    time: Time | None = None
    manner: str = ""
    tense: str = "now"  # now, past, habit, future
    modal: str = ""  # want, must, can
    hours: int = 0  # for so long
    negated: bool = False
    front: str = ""  # what German begins with: time, place, else the subject
    object_gap: bool = False  # a relative clause about its object


@dataclass(frozen=True, eq=False, slots=True)
class State:
    """Someone is something, or is more so than another (`than`)."""

    subject: Someone
    adjective: str
    negated: bool = False
    than: Thing | Name | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Existence:
    """Somewhere there is something; `pose` is how German has it there: stand, lie, hang."""

    place: Place
    thing: Thing
    pose: str


@dataclass(frozen=True, eq=False, slots=True)
class Amount:
    """A number about a thing: "height" in metres or "price" in euros."""

    subject: Thing
    kind: str
    number: int


@dataclass(frozen=True, eq=False, slots=True)
class Joined:
    """Two sentences in one, `kind`: and, but, while, because, although, when, before; too adds a verb."""

    kind: str
    first: "Sentence"
    second: "Sentence"
    second_first: bool = False  # the dependent clause opens the sentence


@dataclass(frozen=True, eq=False, slots=True)
class Said:
    """Someone says, knows, sees or hopes that something is so."""

    subject: Someone
    verb: str
    content: "Sentence"


Sentence = Clause | State | Existence | Amount | Joined | Said


def is_plural(someone: Someone) -> bool:
    """Tell whether a verb that agrees with it stands in the plural."""
    return isinstance(someone, Couple) or (isinstance(someone, Thing) and someone.plural)
