"""A sentence and its translation in HTML: point at a word, or step to it, and see where it looked and who looked at it.

The piece holds its style and its script, loads nothing, and carries no ids, so any number of them share a page. Texts
stand in it escaped, as text; what the script reads are numbers. Where scripts do not run, a table says the same.
"""

from collections.abc import Sequence
from html import escape

import numpy as np

from .frame import View, direction, framed, in_hundredths, looks, named, said, shown
from .weights import checked_weights

HINT = "Point at a word, touch it, or step to it with Tab and the arrow keys; Escape lets go."


class AttentionView(View):
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
        # All that the view knows: weights as they are shown.
        self.hundredths = in_hundredths(checked_weights(weights, source_tokens, target_tokens))
        self.source_tokens, self.target_tokens = list(source_tokens), list(target_tokens)
        self.title = title

    def __repr__(self) -> str:
        return f"AttentionView({len(self.target_tokens)} target words over {len(self.source_tokens)} source words)"

    @property
    def html(self) -> str:
        """One element with all that it needs; the same weights and texts give the same characters."""
        source, target = list(map(shown, self.source_tokens)), list(map(shown, self.target_tokens))
        looked = [looks(row, source) for row in self.hundredths]
        was_looked_at = [looks(column, target) for column in self.hundredths.T]
        stage = (
            '<div class="stage">\n<svg aria-hidden="true"></svg>\n<p class="side">source (read)</p>\n'
            f"{_words('source', source, was_looked_at, 'was looked at by')}"
            f"{_words('target', target, looked, 'looked at')}"
            '<p class="side">target (written)</p>\n</div>\n'
        )
        tables = _table("Each target word looked at", target, looked)
        tables += _table("Each source word was looked at by", source, was_looked_at)
        return framed("attention", self.title, self.hundredths.tolist(), stage + said(HINT), tables)


def _words(side: str, words: Sequence[str], seen: Sequence[list[tuple[str, str]]], verb: str) -> str:
    """One row of buttons, each of which says in words where it looked."""
    rows = [f'<div class="words {side}" role="group" aria-label="{side} words" dir="{direction(words)}">']
    for word, others in zip(words, seen, strict=True):
        label = f"{word} {verb}: {', '.join(' '.join(look) for look in others) or 'nothing to speak of'}"
        rows.append(
            f'<button type="button" aria-label="{escape(label)}"><bdi>{escape(word)}</bdi>'
            '<span class="weight"></span></button>'
        )
    return "\n".join([*rows, "</div>\n"])


def _table(caption: str, words: Sequence[str], seen: Sequence[list[tuple[str, str]]]) -> str:
    """For those who see no buttons, or no script: a row a word, with the largest of its weights."""
    rows = [f"<table>\n<caption>{caption}</caption>"]
    for word, others in zip(words, seen, strict=True):
        rows.append(f'<tr><th scope="row"><bdi>{escape(word)}</bdi></th><td>{named(others)}</td></tr>')
    return "\n".join([*rows, "</table>\n"])
