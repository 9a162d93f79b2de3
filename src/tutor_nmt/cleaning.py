"""Cleaning sentence pairs: normalisers repair lines, filters name a reason to drop a pair, `clean` reports.

A normaliser takes a line and returns it, repaired; a filter takes a pair and its two languages and returns
True where the pair is to be dropped. All are pure, so a list of them is a recipe, and a threshold is changed
with `functools.partial(has_bad_length, longest=40)`. A filter is meant to hit only what is surely wrong: a
noisy pair that stays costs a model little, good sentences dropped in a pattern (all with numbers, say) much.
"""

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from .corpora import SentencePair

# --- normalisers: str -> str ---

_HIDDEN = re.compile(
    # C0 and C1 but for the white space among them; halves of surrogate pairs, which UTF-8 cannot write
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff"
    # soft hyphen, marks and overrides of writing direction, invisible operators, annotation marks
    "\u00ad\u061c\u200e\u200f\u202a-\u202e\u2061-\u2064\u2066-\u206f\ufff9-\ufffb]"
)
_ZERO_WIDTH = re.compile("[\u200b\u2060\ufeff]")


def remove_control_characters(text: str) -> str:
    r"""Remove characters that no reader sees: control characters, soft hyphens, writing direction.

    >>> remove_control_characters("Ha\x00us\u00adboot \u202eoh")
    'Hausboot oh'

    Joiners (U+200C, U+200D), variation selectors and tags stay: emoji and some scripts are spelt with
    them. Direction marks go, though Arabic or Hebrew mixed with numbers may then be *displayed* in another
    order; no letter is lost. Tab, line feed and other white space are left to `normalize_whitespace`.
    """
    return _HIDDEN.sub("", text)


def normalize_whitespace(text: str) -> str:
    r"""Write every run of white space as one space, drop zero-width spaces, and strip both ends.

    >>> normalize_whitespace(" 10\u00a0km\t\u2028weit\u200b\u3000")
    '10 km weit'
    """
    return " ".join(_ZERO_WIDTH.sub("", text).split())


def normalize_unicode(text: str) -> str:
    r"""Compose characters (Unicode's form NFC), so that one word has one spelling.

    >>> normalize_unicode("u\u0308ber") == "\u00fcber"
    True

    Not NFKC, which would also turn "x²" into "x2" and Chinese "，" into ",".
    """
    return unicodedata.normalize("NFC", text)


def normalize(text: str) -> str:
    r"""Do what is right for any line, a translator's input too; applying it twice changes nothing more.

    >>> normalize("\ufeff Ko\u0308nnt' ich\u00a0bitte  2\u200b½ kg? \U0001f468\u200d\U0001f373 ")
    "Könnt' ich bitte 2½ kg? 👨\u200d🍳"
    """
    # NFC comes last: removing what stood between a letter and its accent lets the two compose
    return normalize_unicode(normalize_whitespace(remove_control_characters(text)))


_INLINE = "a|abbr|b|big|cite|code|del|em|font|i|ins|mark|q|s|small|span|strong|sub|sup|tt|u"
_BLOCK = "blockquote|body|br|center|dd|div|dl|dt|h[1-6]|head|hr|html|img|li|ol|p|pre|table|tbody|td|th|thead|tr|ul"
_TAG = r"</?(?:{})(?:\s+[\w:-]+\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>]+))*\s*/?>"  # attributes need their =
_INLINE_TAG = re.compile(_TAG.format(_INLINE), re.IGNORECASE)
_BLOCK_TAG = re.compile(_TAG.format(_BLOCK) + "|<!--.*?-->", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ANY_MARKUP = re.compile(f"{_TAG.format('[a-z][a-z0-9:]*')}|<!--|{_ENTITY.pattern}|{{\\\\", re.IGNORECASE)


def remove_markup(text: str) -> str:
    """Remove HTML tags and write entities as the characters they stand for.

    >>> remove_markup("<b>Tom</b> &amp; Ann<br/>don&#39;t know if a < b and b > c.")
    "Tom & Ann don't know if a < b and b > c."
    """
    text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    return _INLINE_TAG.sub("", _BLOCK_TAG.sub(" ", text))


def _byte(number: int) -> str:
    try:
        return bytes([number]).decode("cp1252")
    except UnicodeDecodeError:  # five bytes that cp1252 leaves open are shown as latin-1 control characters
        return chr(number)


_BYTES = {chr(number): number for number in range(256)} | {_byte(number): number for number in range(256)}
_TAIL = "[" + re.escape("".join(char for char, number in _BYTES.items() if 0x80 <= number < 0xC0)) + "]"
_SUSPICIOUS = re.compile(
    f"[ÂÃ](?![“”’…]){_TAIL}"  # ä, ß, é, », … but not a Portuguese word in capitals before a closing quote
    f"|â[€\x80]{_TAIL}|ï¼{_TAIL}"  # dashes and quotes; full-width punctuation
    f"|(?:[ã-é]{_TAIL}{{2}}){{2}}|ð[Ÿ\x9f]{_TAIL}{{2}}"  # two Chinese characters; an emoji
)


def repair_mojibake(text: str) -> str:
    """Undo UTF-8 that was read as cp1252 or latin-1.

    >>> repair_mojibake("schÃ¶n â€“ naÃ¯v"), repair_mojibake("Ägypten, naïve, 你好")
    ('schön – naïv', 'Ägypten, naïve, 你好')

    Only where the whole line survives the way back and fewer suspicious sequences are left than before:
    the „ß“ of a quotation are two characters that could be read so, and stay.
    """
    before = len(_SUSPICIOUS.findall(text))
    if not before:
        return text
    try:
        repaired = bytes(_BYTES[char] for char in text).decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        return text
    return repaired if len(_SUSPICIOUS.findall(repaired)) < before else text


# --- filters: (pair, languages) -> is it to be dropped? ---

Languages = tuple[str, str]
_LATIN = "A-Za-zªºÀ-ÖØ-öø-\u024f\u1e00-\u1eff"
_HAN = "〇々\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_UNIT = re.compile(rf"[{_HAN}]|[^\W\d_{_HAN}]+")  # a Han character, or a word of letters
_SCRIPTS = {code: re.compile(f"[{_LATIN}]") for code in "cs da de en es fi fr it nl no pl pt ro sv tr".split()} | {
    "zh": re.compile(f"[{_HAN}]"),
    "ja": re.compile(f"[{_HAN}\u3040-\u30ff]"),
    "ru": re.compile("[\u0400-\u04ff]"),
    "uk": re.compile("[\u0400-\u04ff]"),
}
CHARACTERS_PER_WORD = {"zh": 1.6, "ja": 2.0}  # to one English word; 1.59 in Tatoeba's Chinese, ja a guess


def is_empty(pair: SentencePair, languages: Languages = ("", "")) -> bool:
    """Tell whether a side holds no letter and no digit.

    >>> is_empty(SentencePair("Ja!", " ")), is_empty(SentencePair("@", "@")), is_empty(SentencePair("3", "3"))
    (True, True, False)
    """
    return not all(any(char.isalnum() for char in side) for side in pair)


def looks_like_mojibake(pair: SentencePair, languages: Languages = ("", "")) -> bool:
    r"""Tell whether a side shows bytes read in the wrong encoding, beyond what `repair_mojibake` could undo.

    >>> looks_like_mojibake(SentencePair("schÃ¶n 好", "x")), looks_like_mojibake(SentencePair("x", "\ufffdn"))
    (True, True)
    """
    return any("\ufffd" in side or bool(_SUSPICIOUS.search(side)) for side in pair)


def has_markup(pair: SentencePair, languages: Languages = ("", "")) -> bool:
    r"""Tell whether a side holds a tag of any name, an entity or a subtitle's `{\...}` command.

    >>> has_markup(SentencePair("<verse>Ja</verse>", "Yes")), has_markup(SentencePair("x", "1 < 2 > 0 & <3"))
    (True, False)
    """
    return any(_ANY_MARKUP.search(side) for side in pair)


def has_wrong_script(pair: SentencePair, languages: Languages, *, least: float = 0.5) -> bool:
    """Tell whether less than a share `least` of a side is written in its language's script.

    >>> has_wrong_script(SentencePair("Guten Tag!", "Добрый день!"), ("de", "en"))
    True
    >>> has_wrong_script(SentencePair("我用 Windows 10。", "I use Windows 10."), ("zh", "en"))
    False

    Counted are Han characters and, of other scripts, whole words: so a long name weighs no more than a
    short one.
    """
    for side, language in zip(pair, languages, strict=True):
        script = _SCRIPTS.get(language)
        units = _UNIT.findall(side) if script else []
        if sum(script.match(unit) is not None for unit in units) < least * len(units):
            return True
    return False


# words that both languages have (in, an, am, was, war, so, will, hat, man) are no evidence
_FUNCTION_WORDS = {
    "de": frozenset(
        "aber als auch auf aus bei beim das dass dem den der des die dich dir durch ein eine einem einen "
        "einer eines er es euch für gegen haben ich ihm ihn ihnen ihr ihre ihren im ist kann kein keine "
        "mein mich mir mit nach neben nicht noch oder ohne schon sein seine seinen sich sie sind über um "
        "und unter uns vom von vor während wenn wie wir wird wurde zu zum zur zwei zwischen".split()
    ),
    "en": frozenset(
        "a about and are as at because been but by can did do does for from has have he her him his how "
        "i if into is it its just me my not of on or our out she than that the their them there these "
        "they this those to two up us very we were what when where which while who with would you".split()
    ),
}
_QUOTED = re.compile('„[^“”]*[“”]|“[^”]*”|«[^»]*»|»[^«]*«|"[^"]*"')


def has_wrong_language(pair: SentencePair, languages: Languages, *, evidence: int = 2) -> bool:
    """Tell whether a German side reads as English or an English one as German; other languages pass.

    >>> has_wrong_language(SentencePair("The dog is on the grass.", "A dog."), ("de", "en"))
    True

    It does if it holds function words of the other language, `evidence` different ones and one word in five,
    none of its own, and no letter that only German has. Quoted titles do not count. In doubt a pair is kept.
    """
    for side, language in zip(pair, languages, strict=True):
        if language not in _FUNCTION_WORDS:
            continue
        words = re.findall(r"[^\W\d_]+", _QUOTED.sub(" ", side).casefold())
        own = _FUNCTION_WORDS[language]
        other = _FUNCTION_WORDS["en" if language == "de" else "de"]
        if own & set(words) or (language == "de" and re.search("[äöüßÄÖÜ]", side)):
            continue
        found = [word for word in words if word in other]
        if len(set(found)) >= evidence and 5 * len(found) >= len(words):
            return True
    return False


def is_copy(pair: SentencePair, languages: Languages = ("", ""), *, allowed_words: int = 3) -> bool:
    """Tell whether both sides are the same but for case and punctuation, and too long for a name or a number.

    >>> is_copy(SentencePair("A dog runs home.", "a dog runs home")), is_copy(SentencePair("Bonn!", "Bonn!"))
    (True, False)
    """
    words = _UNIT.findall(pair.source.casefold())
    return len(words) > allowed_words and words == _UNIT.findall(pair.target.casefold())


def length(text: str, language: str) -> int:
    """Count words between white space or, in languages written without it, characters.

    >>> length("Ein Hund läuft.", "de"), length("一只狗在跑。", "zh")
    (3, 6)
    """
    words = text.split()
    return sum(map(len, words)) if language in CHARACTERS_PER_WORD else len(words)


def has_bad_length(pair: SentencePair, languages: Languages, *, shortest: int = 1, longest: int = 100) -> bool:
    """Tell whether the `length` of a side is out of bounds.

    >>> has_bad_length(SentencePair("ja " * 101, "yes"), ("de", "en"))
    True
    """
    return any(not shortest <= length(*side) <= longest for side in zip(pair, languages, strict=True))


def has_bad_length_ratio(pair: SentencePair, languages: Languages, *, highest: float = 2.0) -> bool:
    """Tell whether one side says too much more than the other: (longer + 2) / (shorter + 2) > `highest`.

    >>> has_bad_length_ratio(SentencePair("Danke!", "Thank you very much!"), ("de", "en"))  # 6 / 3
    False
    >>> has_bad_length_ratio(SentencePair("Danke!", "Thank you very much, my friend!"), ("de", "en"))  # 8 / 3
    True

    Chinese characters are first divided by 1.6, the number of them that translates one English word. The two
    added words forgive short sentences; with them one good pair in a thousand exceeds 1.9.
    """
    words = sorted(
        length(side, language) / CHARACTERS_PER_WORD.get(language, 1.0)
        for side, language in zip(pair, languages, strict=True)
    )
    return (words[1] + 2) / (words[0] + 2) > highest


# --- the pipeline ---

Normalizer = Callable[[str], str]
Filter = Callable[[SentencePair, Languages], bool]
# mojibake first: it is spelt with control characters and spaces that `normalize` changes
NORMALIZERS: tuple[Normalizer, ...] = (
    repair_mojibake,
    remove_markup,
    remove_control_characters,
    normalize_whitespace,
    normalize_unicode,
)
FILTERS: tuple[Filter, ...] = (
    is_empty,
    looks_like_mojibake,
    has_markup,
    has_wrong_script,
    is_copy,
    has_wrong_language,
    has_bad_length,
    has_bad_length_ratio,
)


@dataclass
class CleaningReport:
    """What `clean` did: counts of pairs, and the first few it dropped for each reason, as they came in."""

    kept: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)  # pairs, by normaliser, those dropped later included
    examples: dict[str, list[tuple[int, SentencePair]]] = field(default_factory=dict)  # index from 0, and the pair

    def __str__(self) -> str:
        """Return a table of the counts; it quotes no sentence."""
        total = self.kept + self.dropped.total()
        rows = [("pairs", total), ("kept", self.kept)]
        rows += [(f"dropped: {reason}", count) for reason, count in self.dropped.items()]
        rows += [(f"changed: {name}", count) for name, count in self.changed.items()]
        width = max(len(label) for label, _ in rows)
        return "\n".join(f"{label:<{width}} {count:>9,} {count / max(total, 1):>7.2%}" for label, count in rows)


def clean(
    pairs: Sequence[SentencePair],
    source_language: str,
    target_language: str,
    *,
    normalizers: Sequence[Normalizer] = NORMALIZERS,
    filters: Sequence[Filter] = FILTERS,
    unique: str | None = "pair",
    num_examples: int = 3,
) -> tuple[list[SentencePair], CleaningReport]:
    """Normalise all pairs, drop those that a filter hits, and report both.

    >>> kept, report = clean([SentencePair("Ja\\u00a0!", "Yes!"), SentencePair("Ja !", "Yes!")], "de", "en")
    >>> kept, dict(report.dropped), dict(report.changed)
    ([SentencePair(source='Ja !', target='Yes!')], {'is_duplicate': 1}, {'normalize_whitespace': 1})

    The normalisers are repeated in their order until none changes anything, so that cleaning what is clean
    changes nothing. The first filter that hits names the reason; `is_duplicate` comes last, for a pair that
    was kept before (`unique="pair"`), for one of which a side was (`"side"`), or not at all (`None`). What is
    kept stays in order. Raises `ValueError` for another `unique`, and for normalisers that never settle.
    """
    if unique not in ("pair", "side", None):
        raise ValueError(f'unique is "pair", "side" or None, got {unique!r}')
    report, kept, seen = CleaningReport(), [], set()
    for index, original in enumerate(pairs):
        pair, changed = _normalized(SentencePair(*original), normalizers)
        report.changed.update(changed)
        traces = {("both", pair)} if unique == "pair" else {("source", pair.source), ("target", pair.target)}
        reason = next((_name(hits) for hits in filters if hits(pair, (source_language, target_language))), None)
        if reason is None and unique and traces & seen:
            reason = "is_duplicate"
        if reason is None:
            kept.append(pair)
            seen |= traces
            continue
        report.dropped[reason] += 1
        examples = report.examples.setdefault(reason, [])
        if len(examples) < num_examples:
            examples.append((index, SentencePair(*original)))
    report.kept = len(kept)
    return kept, report


def _normalized(pair: SentencePair, normalizers: Sequence[Normalizer]) -> tuple[SentencePair, set[str]]:
    changed = set()
    for _ in range(100):
        before = pair
        for normalizer in normalizers:
            result = SentencePair(normalizer(pair.source), normalizer(pair.target))
            if result != pair:
                changed.add(_name(normalizer))
            pair = result
        if pair == before:
            return pair, changed
    raise ValueError(f"after 100 rounds {', '.join(sorted(changed))} still change {pair}: choose ones that settle")


def _name(step: Callable) -> str:
    return getattr(step, "func", step).__name__  # `func`: of a functools.partial
