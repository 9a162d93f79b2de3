r"""Cleaning subtitles: what stands on the screen beside what is said, each kind with a function of its own.

Dashes before speakers, names of speakers, notes on sounds, signs for music and commands to the player are taken off the
line; an advert for whoever made the subtitles drops its pair. All are normalisers and filters as `cleaning` has them:
`clean(pairs, "de", "en", normalizers=SUBTITLE_NORMALIZERS, filters=SUBTITLE_FILTERS)`, or `Recipe(subtitles=True)`.
"""

import re

from .cleaning import FILTERS, Filter, Languages, Normalizer
from .normalization import NORMALIZERS
from .pairs import SentencePair

_COMMAND = re.compile(r"\{\\[^{}]*\}|\{[yYcCfFsSpP]:[^{}]*\}")
_MUSIC = re.compile(r"[♪♫♩♬]+")
_NOTE = re.compile(r"\[[^\[\]]*\]|\([^()]*\)|（[^（）]*）|【[^【】]*】")
# A name in capitals and a colon, with a number perhaps ("MAN 2:"); at least two letters, so that "A: yes" stays.
_SPEAKER = re.compile(r"^(?P<dash>[-–—]?\s*)(?:[A-ZÄÖÜ][A-ZÄÖÜ.'’-]+)(?: [A-ZÄÖÜ0-9.'’-]+){0,2}\s?[:：]\s*(?=\S)")
_DASH = re.compile(r"^\s*[-‐–—]+\s*(?=\S)")
# Who made the subtitles stands first in its line; a book may be "translated by" somebody anywhere.
_ADVERT = re.compile(
    r"^\W*(?:subtitl(?:es?|ed|ing)|subs|caption(?:s|ed|ing)|sync(?:h|ed|hed|hronized)?|translat(?:ed|ion)"
    r"|untertitel\w*|übersetzt|übersetzung)(?::| \w+){0,2} (?:by|von|durch)\b|\bopensubtitles\b|\bwww\.|https?://"
    r"|字幕(?:组|組|制作|翻译|翻譯|校对|校對|由)|(?:翻译|翻譯|校对|校對|时间轴|時間軸)\s*[:：]",
    re.IGNORECASE,
)


def remove_player_commands(line: str) -> str:
    r"""Remove what a subtitle tells the player: where to stand, how to look.

    >>> remove_player_commands(r"{\an8}Wait {\i1}here{\i0}!"), remove_player_commands("{Y:i}Wait!")
    ('Wait here!', 'Wait!')
    """
    return _COMMAND.sub("", line)


def remove_music_signs(line: str) -> str:
    """Remove the notes that stand around what is sung; a line of notes alone is then empty, for a filter to drop.

    >>> remove_music_signs("♪ All the stars are out ♪"), remove_music_signs("♪♪")
    ('All the stars are out', '')
    """
    return _MUSIC.sub("", line).strip() if _MUSIC.search(line) else line


def remove_stage_directions(line: str) -> str:
    """Remove what stands in brackets or parentheses: sounds and manners, which the other side often leaves out.

    >>> remove_stage_directions("[door creaks] Who is there? (whispering)"), remove_stage_directions("（笑）好的。")
    ('Who is there?', '好的。')

    In other texts parentheses are part of the sentence: in subtitles hardly ever.
    """
    return " ".join(_NOTE.sub(" ", line).split()) if _NOTE.search(line) else line


def remove_speaker_name(line: str) -> str:
    """Remove the name of who speaks: capitals before a colon, at the beginning; the dash before it stays.

    >>> remove_speaker_name("MRS. BROWN: Come in."), remove_speaker_name("- MAN 2: Now!")
    ('Come in.', '- Now!')
    >>> remove_speaker_name("Note: it is late."), remove_speaker_name("NASA: 12:30")
    ('Note: it is late.', '12:30')

    The last one shows the price: capitals with a colon that are no speaker go, too.
    """
    return _SPEAKER.sub(r"\g<dash>", line)


def remove_leading_dash(line: str) -> str:
    """Remove the dash by which subtitles show that somebody else speaks.

    >>> remove_leading_dash("- Is it far?"), remove_leading_dash("–Nein."), remove_leading_dash("well-known")
    ('Is it far?', 'Nein.', 'well-known')
    >>> remove_leading_dash("-5 degrees")
    '-5 degrees'

    Before a digit it is a minus and stays. Of two speakers on a line the second keeps his dash: the line is two turns.
    """
    found = _DASH.match(line)
    return line[found.end() :] if found and not line[found.end()].isdigit() else line


def is_advert(pair: SentencePair, languages: Languages = ("", "")) -> bool:
    """Tell whether a side speaks of the subtitles themselves: who made them, and where there are more.

    >>> is_advert(SentencePair("Untertitel von Eule", "Subtitles by Owl")), is_advert(SentencePair("字幕组", "Yes."))
    (True, True)
    >>> is_advert(SentencePair("Es wurde von Ada übersetzt.", "It was translated by Ada."))
    False
    """
    return any(_ADVERT.search(side) for side in pair)


# Commands before markup is looked for, notes before names ("[sighs] TOM: …"), names before dashes.
SUBTITLE_NORMALIZERS: tuple[Normalizer, ...] = (
    remove_player_commands,
    *NORMALIZERS,
    remove_music_signs,
    remove_stage_directions,
    remove_speaker_name,
    remove_leading_dash,
)
SUBTITLE_FILTERS: tuple[Filter, ...] = (is_advert, *FILTERS)
