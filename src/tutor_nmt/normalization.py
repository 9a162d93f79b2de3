"""Normalisers: functions from a line to the same line, repaired, that leave alone whatever may be meant.

`normalize` is what any line needs; `remove_markup` and `repair_mojibake` are for lines of unknown origin. `simplify` is
a choice: it writes Chinese in one of its two scripts.
"""

import functools
import html
import re
import unicodedata
from collections.abc import Callable

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


_HAN = re.compile("[\u2e80-\u2fdf\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


@functools.cache
def _to_simplified() -> Callable[[str], str]:
    import opencc  # late: who reads no Chinese need not wait for its tables

    return opencc.OpenCC("t2s").convert


def simplify(text: str) -> str:
    """Write Chinese in simplified characters; what is in them already stays as it is.

    >>> simplify("我愛機器學習。"), simplify("我爱机器学习。")
    ('我爱机器学习。', '我爱机器学习。')

    By OpenCC's tables, which look at phrases too: 乾 becomes 干 where it means dry, and stays in the name 乾隆. It
    cannot tell Japanese from Chinese, and would write its characters the Chinese way.
    """
    return _to_simplified()(text) if _HAN.search(text) else text


_INLINE = "a|abbr|b|big|cite|code|del|em|font|i|ins|mark|q|s|small|span|strong|sub|sup|tt|u"
_BLOCK = "blockquote|body|br|center|dd|div|dl|dt|h[1-6]|head|hr|html|img|li|ol|p|pre|table|tbody|td|th|thead|tr|ul"
_TAG = r"</?(?:{})(?:\s+[\w:-]+\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>]+))*\s*/?>"  # attributes need their =
_INLINE_TAG = re.compile(_TAG.format(_INLINE), re.IGNORECASE)
_BLOCK_TAG = re.compile(_TAG.format(_BLOCK) + "|<!--.*?-->", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# more than is removed: tags of any name, a comment that does not end, subtitles' commands
MARKUP = re.compile(f"{_TAG.format('[a-z][a-z0-9:]*')}|<!--|{_ENTITY.pattern}|{{\\\\", re.IGNORECASE)


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
# two characters or more that are rarely right, and are what one character becomes
MOJIBAKE = re.compile(
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
    before = len(MOJIBAKE.findall(text))
    if not before:
        return text
    try:
        repaired = bytes(_BYTES[char] for char in text).decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        return text
    return repaired if len(MOJIBAKE.findall(repaired)) < before else text


# those that `cleaning` applies; mojibake first: it is spelt with control characters and spaces that others change
NORMALIZERS: tuple[Callable[[str], str], ...] = (
    repair_mojibake,
    remove_markup,
    remove_control_characters,
    normalize_whitespace,
    normalize_unicode,
)
