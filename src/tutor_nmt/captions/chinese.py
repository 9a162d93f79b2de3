"""The Chinese grammar: from a scene to words without spaces, with measure words, aspect, 把, and 的 before the noun."""

from .alignment import Word, says
from .chinese_forms import NUMBERS, is_numbered, say_head, say_manner, say_name, say_number, say_time
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
)
from .words import ADJECTIVES, CHINESE_MEASURES, CHINESE_VERBS, CITIES, NOUNS, RELATIONS, VERBS

PRONOUNS = {"his": "他", "her": "她", "their": "他们", "their_f": "她们"}
MODALS = {"want": "想", "must": "必须", "can": "会"}
SAYING = {"say": "说", "know": "知道", "see": "看见", "hope": "希望"}
HOPED = {"很": "能", "要": "能"}  # 希望孩子能睡觉
COMMA, DE = Word("，"), Word("的")


def noun_phrase(one: Someone, bare: bool = False, measure: str = "") -> list[Word]:
    """Say a thing, a name or a couple; `bare` leaves out "a": 看书; `measure` is not the noun's usual one."""
    if isinstance(one, Couple):
        return [*noun_phrase(one.first), Word("和", says(one)), *noun_phrase(one.second)]
    if isinstance(one, Name):
        return say_name(one)
    noun, the = NOUNS[one.noun], says(one, "article")
    if one.pronoun:
        text = "她" if noun.classes & {"f", "female"} else "他" if "person" in noun.classes else "它"
        return [Word(text + ("们" if one.plural else ""), says(one))]
    described = bool(one.adjectives or one.wearing or one.clause)
    words, ending = [], ""
    if one.owner:
        words += [*noun_phrase(one.owner), Word("的", says(one, "of"))]
    if one.article in PRONOUNS:
        words += [Word(PRONOUNS[one.article], the), DE]
    counted = bool(noun.measure) and (not noun.mass or bool(one.measure))
    if one.clause and one.clause.object_gap:
        words += [*say_clause(one.clause, "在", finished=False), Word("的", says(one.clause, "who"))]
    if one.article == "the" and not one.owner:
        if one.plural and (one.count > 1):
            words += [Word("那", the), *say_number(one)]
        elif one.plural and "person" in noun.classes and not described:
            ending = "们"
        elif one.plural:
            words.append(Word("那些", the))
        elif described and counted:
            words += [Word("那", the), Word(noun.measure)]
    elif one.plural and one.article == "none" and one.amount == "any":
        ending = "们" if "person" in noun.classes and not described else ""
    elif one.plural or (one.article == "a" and counted and (one.measure or not bare)):
        words += say_number(one, measure)
    if one.clause and not one.clause.object_gap:
        words += [*say_clause(one.clause, "在", finished=False), Word("的", says(one.clause, "who"))]
    if one.wearing:
        verb = "穿着" if "body" in NOUNS[one.wearing.noun].classes else "戴着"
        words += [Word(verb, says(one.wearing, "with")), *noun_phrase(one.wearing, bare=True), DE]
    adjectives = [(ADJECTIVES[adjective].chinese, says(one, adjective)) for adjective in one.adjectives]
    if len(adjectives) == 2 and not adjectives[0][0].endswith("的"):
        adjectives.reverse()  # 白色的大猫, not 大白色的猫
    for index, (text, meaning) in enumerate(adjectives):
        short = text.endswith("色的") and (bare or index or one.owner or one.article in PRONOUNS)
        de = text.endswith("的") and not short
        words += [Word(text.removesuffix("的"), meaning), *([DE] if de else [])]
    return [*words, *say_head(one, ending)]


def prepositional(place: Place, at: str = "在") -> list[Word]:
    """Say where: 在桌子上; both ends say what one preposition does elsewhere. Without `at`: 桌子上."""
    said = says(place)
    words = [Word(at, said)] if at else []
    if place.city:
        return [*words, Word(CITIES[place.city][1], says(place, "city"))]
    after = RELATIONS[place.relation][2] if place.relation else NOUNS[place.thing.noun].prepositions[2]
    return [*words, *noun_phrase(place.thing), *([Word(after, said)] if after else [])]


def _adverbial(clause: Clause, aspect: str) -> list[Word]:
    """Return what stands before the verb: negation, modal, aspect, place, manner."""
    verb, words = VERBS[clause.verb], []
    going_on = clause.tense == "now" and not clause.modal
    if clause.negated:
        words.append(Word("没" if clause.tense == "past" or going_on else "不", says(clause, "not")))
    if clause.modal:
        words.append(Word(MODALS[clause.modal], says(clause, "modal")))
    elif clause.tense == "future":
        words.append(Word("会" if clause.negated else "要", says(clause, "future")))
    place = clause.place if verb.frame not in ("pose", "put") else None
    if going_on and aspect and verb.frame != "pose" and verb.marks.isdisjoint(("zhe", "nowonly")):
        # the 在 of 正在 is also the one of a place: 正在看书, 正在公园里看书
        close = place or verb.frame == "go"
        text = ("" if place else "在") if clause.negated else aspect.removesuffix("在" if close else "")
        text = "在" if verb.frame == "weather" else text
        words += [Word(text, says(clause, "progressive"))] if text else []
    if place:
        words += prepositional(place)
    return [*words, say_manner(clause)] if clause.manner else words


def say_clause(clause: Clause, aspect: str = "正在", finished: bool = True) -> list[Word]:
    """Say a clause; one without a subject says its predicate only.

    `aspect` is how what is going on is marked: 正在, in dependent clauses 在, not at all after another verb;
    without `finished` what is past has no 了.
    """
    verb, said = VERBS[clause.verb], says(clause)
    before, base, own_noun = verb.chinese
    subject = noun_phrase(clause.subject) if clause.subject else []
    time = say_time(clause.time) if clause.time else []
    # 昨天，一个孩子… but 孩子昨天…
    indefinite = isinstance(clause.subject, Thing) and clause.subject.article == "a"
    fronted = time and (indefinite or clause.front == "time") and clause.time.concept != "soon"
    words = [*time, COMMA, *subject] if fronted else [*subject, *time]
    if time and time[0].text.startswith("每"):
        words.append(Word("都"))
    words += _adverbial(clause, aspect)
    done = Word("了", says(clause, "done"))
    # what lasts has 着 in the past, too: 拿了 would be "took"
    finished = finished and clause.tense == "past" and not clause.negated and "zhe" not in verb.marks
    lasting = clause.tense != "future" and "zhe" in verb.marks and not clause.negated and not clause.modal
    what, noun = [], getattr(clause.object, "noun", "")
    if clause.object:
        bare = clause.negated or (clause.tense == "habit" and verb.frame != "state") or "bare" in verb.marks
        what = noun_phrase(clause.object, bare, CHINESE_MEASURES.get((clause.verb, noun), ""))
    base = CHINESE_VERBS.get((clause.verb, noun), base)
    own = [Word(own_noun, said)] if own_noun else []
    if verb.frame == "pose":
        if clause.place:
            return [*words, Word(base, said), *prepositional(clause.place)]
        return [*words, Word(base, said), *([] if clause.negated else [Word("着", said)])]
    if verb.frame == "put":
        place = prepositional(clause.place)
        if place[-1].text == "里":  # 放进包里, but 放在桌子上
            place[0] = place[0]._replace(text="进")
        if finished:
            place.insert(1, done)
        return [*words, Word("把", says(clause, "object")), *what, Word(base, said), *place]
    if verb.frame == "give":
        recipient = noun_phrase(clause.recipient)
        if "ba" in verb.marks and not is_numbered(clause.object):  # 把苹果给孩子, but 给孩子一个苹果
            words += [Word("把", says(clause, "object")), *what]
            what = []
        if before:
            words += [Word(before, said), *recipient]
            recipient = []
        words.append(Word(base, said))
        return [*words, *([done] if finished else []), *recipient, *what]
    if verb.frame == "go" and before and clause.tense == "now":  # 往桌子下面爬, but 爬到了桌子下面
        return [*words, Word("往", said), *what, Word(base, said), Word(before.removesuffix("到"), said)]
    if verb.frame == "go":
        words += [Word(before or base, said), *([done] if finished else []), *what]
        return [*words, *([Word(base, said)] if before else [])]
    if before:  # 给母亲打电话
        words += [Word(before, says(clause, "object")), *what]
        what = []
    if not (finished and (own or clause.hours)) and own:
        return [*words, Word(base + own_noun, said), *([done] if finished else []), *what]
    words.append(Word(base, said))
    if finished:
        words.append(done)
    if lasting:
        words.append(Word("着", said))
    if clause.hours and finished:
        words += [Word(NUMBERS[clause.hours], says(clause, "number")), Word("个"), Word("小时", says(clause, "hours"))]
    return [*words, *own, *what]


def _state(state: State) -> list[Word]:
    adjective = ADJECTIVES[state.adjective]
    subject, said = noun_phrase(state.subject), says(state)
    if state.than:
        return [
            *subject,
            Word("比", says(state, "than")),
            *noun_phrase(state.than),
            Word(adjective.chinese_predicate, said),
        ]
    if not adjective.chinese_predicate:
        raise ValueError(
            f"{state.adjective} cannot be said of a subject in Chinese: give it a predicate in the lexicon"
        )
    degree = [Word("不", says(state, "not"))] if state.negated else [Word("很")]
    if adjective.chinese_predicate.startswith("不"):
        degree = []
    return [*subject, *degree, Word(adjective.chinese_predicate, said)]


def _joined(joined: Joined) -> list[Word]:
    word, first, second = says(joined), joined.first, joined.second
    match joined.kind:
        case "and":
            return [*say(first), COMMA, *say(second)]
        case "but":
            return [*say(first), COMMA, Word("而", word), *say(second)]
        case "too" if VERBS[first.verb].frame == "pose":
            return [*say(first), *say_clause(second, aspect="")]
        case "too" if first.tense == "now":
            return [*say(first), COMMA, Word("同时", word), Word("也"), *say_clause(second)]
        case "too":
            return [*say(first), COMMA, Word("还", word), *say_clause(second)]
        case "while":
            return [*_plain(second), Word("的", word), Word("时候", word), COMMA, *say(first)]
        case "when":  # 下雨的时候，孩子就看书
            main, subject = say(first), noun_phrase(first.subject)
            main.insert(len(subject), Word("就"))
            return [*_plain(second), Word("的", word), Word("时候", word), COMMA, *main]
        case "before":  # the pronoun is left out: it would come before what it stands for
            return [*say_clause(second, "在", False)[1:], Word("之前", word), COMMA, *say(first)]
        case "because" | "although" if not joined.second_first:
            return [*say(first), COMMA, Word("因为" if joined.kind == "because" else "尽管", word), *say(second)]
        case "because":
            return [Word("因为", word), *say(second), COMMA, Word("所以"), *say(first)]
        case "although":
            return [Word("虽然", word), *say(second), COMMA, Word("但是"), *say(first)]
    raise ValueError(f"no conjunction {joined.kind!r}")


def _plain(sentence: Sentence) -> list[Word]:
    return say_clause(sentence, "在", finished=False) if isinstance(sentence, Clause) else say(sentence)


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
            return [*prepositional(sentence.place, at=""), Word("有", says(sentence)), *noun_phrase(sentence.thing)]
        case Amount():
            number = Word(str(sentence.number), says(sentence, "number"))
            subject = noun_phrase(sentence.subject)
            if sentence.kind == "price":
                return [*subject, Word("要", says(sentence)), number, Word("欧元", says(sentence, "unit0"))]
            return [*subject, Word("高", says(sentence, "unit1")), number, Word("米", says(sentence, "unit0"))]
        case Said():
            content = say(sentence.content)
            if sentence.verb == "hope":
                content = [word._replace(text=HOPED.get(word.text, word.text)) for word in content]
            return [*noun_phrase(sentence.subject), Word(SAYING[sentence.verb], says(sentence)), *content]
    raise TypeError(f"not a sentence: {sentence!r}")
