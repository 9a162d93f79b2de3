"""A sentence and its translation in HTML: point at a word, or step to it, and see where it looked and who looked at it.

The piece holds its style and its script, loads nothing, and carries no ids, so any number of them share a page. Texts
stand in it escaped, as text; what the script reads are numbers. Where scripts do not run, a table says the same.
"""

import json
import re
import unicodedata
from collections.abc import Sequence
from html import escape
from importlib import resources
from pathlib import Path

import numpy as np

from ..files import write_atomically
from .weights import checked_weights

NAMED = 3  # so many words are named for each word: in its label, which screen readers speak, and in the table
# Signs that HTML cannot hold, or that nobody sees: control characters and halves of surrogate pairs.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
HINT = "Point at a word, touch it, or step to it with Tab and the arrow keys; Escape lets go."


class AttentionView:
    """Attention as two rows of words that show, for the word one points at, its weights to two decimals, both ways.

    weights (len(target_tokens), len(source_tokens)), as for `plot_attention`. As the last value of a cell it shows
    itself, in Jupyter, Colab and the book: AttentionView([[0.9, 0.1], [0.2, 0.8]], ["Ein", "Hund"], ["a", "dog"]).
    ValueError if the shape does not fit, a sentence has no token, or a number is no weight.
    """

    def __init__(
        self,
        weights: np.ndarray,
        source_tokens: Sequence[str],
        target_tokens: Sequence[str],
        title: str = "Where each word looked",
    ):
        shown = np.rint(100 * checked_weights(weights, source_tokens, target_tokens))
        self.hundredths = np.minimum(shown, 100).astype(int)  # all that the view knows: weights as they are shown
        self.source_tokens, self.target_tokens = list(source_tokens), list(target_tokens)
        self.title = title

    def __repr__(self) -> str:
        return f"AttentionView({len(self.target_tokens)} target words over {len(self.source_tokens)} source words)"

    def _repr_html_(self) -> str:
        return self.html

    @property
    def html(self) -> str:
        """One element with all that it needs; the same weights and texts give the same characters."""
        source, target = list(map(_shown, self.source_tokens)), list(map(_shown, self.target_tokens))
        title = escape(_shown(self.title))
        looked = [_looks(row, source) for row in self.hundredths]
        was_looked_at = [_looks(column, target) for column in self.hundredths.T]
        weights = json.dumps(self.hundredths.tolist(), separators=(",", ":"))
        return (
            f'<div class="tutor-nmt-attention" role="group" aria-label="{title}" data-weights="{weights}"'
            ' data-lm-suppress-shortcuts="true">\n'
            f"<style>\n{_read('attention_view.css')}</style>\n"
            f'<p class="title" dir="auto">{title}</p>\n'
            '<div class="stage">\n<svg aria-hidden="true"></svg>\n'
            '<p class="side">source (read)</p>\n'
            f"{_words('source', source, was_looked_at, 'was looked at by')}"
            f"{_words('target', target, looked, 'looked at')}"
            '<p class="side">target (written)</p>\n</div>\n'
            f'<p class="says" role="status" dir="auto" data-hint="{escape(HINT)}"></p>\n'
            "<details>\n<summary>The same as a table</summary>\n"
            f"{_table('Each target word looked at', target, looked)}"
            f"{_table('Each source word was looked at by', source, was_looked_at)}"
            "</details>\n"
            f"<script>\n{_read('attention_view.js')}</script>\n</div>"
        )

    def save(self, path: str | Path) -> None:
        """Write a page of its own that any browser opens; OSError names the file where that is not possible."""
        page = (
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{escape(_shown(self.title))}</title>\n"
            "<style>:root { color-scheme: light dark; } body { margin: 1rem; }</style>\n"
            f"</head>\n<body>\n{self.html}\n</body>\n</html>\n"
        )
        write_atomically(path, page.encode("utf-8"))


def _read(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _shown(text: str) -> str:
    """A text as a person sees it: what cannot be seen or kept has a stand-in, and nothing at all is a dot."""
    return UNSEEN.sub("\ufffd", text) if text.strip() else "·"


def _direction(words: Sequence[str]) -> str:
    """Which way a sentence runs: as its first letter does; signs and digits do not count."""
    letters = (unicodedata.bidirectional(sign) for word in words for sign in word)
    return "rtl" if next((kind for kind in letters if kind in {"L", "R", "AL"}), "L") != "L" else "ltr"


def _looks(hundredths: np.ndarray, words: Sequence[str]) -> list[tuple[str, str]]:
    """The words with the largest weights and these weights, largest first: [("Hund", "0.91"), ("Ein", "0.05")]."""
    order = np.argsort(-hundredths, kind="stable")[:NAMED]
    return [(words[index], f"{hundredths[index] / 100:.2f}") for index in order if hundredths[index]]


def _words(side: str, words: Sequence[str], looks: Sequence[list[tuple[str, str]]], verb: str) -> str:
    """One row of buttons, each of which says in words where it looked."""
    rows = [f'<div class="words {side}" role="group" aria-label="{side} words" dir="{_direction(words)}">']
    for word, seen in zip(words, looks, strict=True):
        label = f"{word} {verb}: {', '.join(' '.join(look) for look in seen) or 'nothing to speak of'}"
        rows.append(
            f'<button type="button" aria-label="{escape(label)}"><bdi>{escape(word)}</bdi>'
            '<span class="weight"></span></button>'
        )
    return "\n".join([*rows, "</div>\n"])


def _table(caption: str, words: Sequence[str], looks: Sequence[list[tuple[str, str]]]) -> str:
    """For those who see no buttons, or no script: a row a word, with the largest of its weights."""
    rows = [f"<table>\n<caption>{caption}</caption>"]
    for word, seen in zip(words, looks, strict=True):
        named = ", ".join(f"<bdi>{escape(other)}</bdi> {weight}" for other, weight in seen)
        rows.append(f'<tr><th scope="row"><bdi>{escape(word)}</bdi></th><td>{named or "nothing to speak of"}</td></tr>')
    return "\n".join([*rows, "</table>\n"])
