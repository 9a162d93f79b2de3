"""The embedded corpus: captions made by rule in German, English and Chinese, with gold word alignments.

A scene is drawn as a tree of meaning (`scene`, `drawing`) and put into words by one grammar a language
(`german`, `english`, `chinese`), from one word list (`lexicon`). Words that say the same node are linked (`alignment`).
It needs no network and no licence but this project's own, and is the same from its seed everywhere.
"""

from .alignment import AlignedPair, Token
from .splits import LANGUAGES, SPLITS, load_aligned, load_lines, make_captions

__all__ = ["LANGUAGES", "SPLITS", "AlignedPair", "Token", "load_aligned", "load_lines", "make_captions"]
