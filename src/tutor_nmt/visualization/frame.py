"""What views in HTML share: how texts and weights are shown, how a view shows itself, and the page it is saved as."""

import json
import re
import unicodedata
from collections.abc import Sequence
from html import escape
from importlib import resources
from pathlib import Path

import numpy as np

from ..files import write_atomically

NAMED = 3  # so many words are named for each word: in its label, which screen readers speak, and in the table
# Signs that HTML cannot hold, or that nobody sees: control characters and halves of surrogate pairs.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
ASIDES = re.compile(r"^ *(?://[^\n]*\n|/\*.*?\*/\n)?", re.DOTALL | re.MULTILINE)  # indentation, or lines of comment
ASSETS = re.compile("<(style|script)>.*?</\\1>\n", re.DOTALL)  # no text can look like one, for texts are escaped


class View:
    """A piece of HTML with a title that a cell of a notebook shows and a file keeps."""

    title: str

    @property
    def html(self) -> str:
        """One element with all that it needs; the same numbers and texts give the same characters."""
        raise NotImplementedError

    def _repr_html_(self) -> str:
        return self.html

    def save(self, path: str | Path) -> None:
        """Write a page of its own that any browser opens; OSError names the file where that is not possible."""
        _write(path, self.title, self.html)


def save_page(path: str | Path, title: str, parts: Sequence[View | str]) -> None:
    """Write one page of views, and of texts as paragraphs between them; what views share stands in it once.

    OSError names the file where it cannot be written.
    """
    pieces = [part.html if isinstance(part, View) else f'<p dir="auto">{escape(shown(part))}</p>' for part in parts]
    assets = list(dict.fromkeys(match[0] for piece in pieces for match in ASSETS.finditer(piece)))
    assets.sort(key=lambda asset: asset.startswith("<script>"))  # a script starts the views above it
    styles = "".join(asset for asset in assets if asset.startswith("<style>"))
    body = "\n".join(ASSETS.sub("", piece) for piece in pieces)
    heading = f'<h1 dir="auto">{escape(shown(title))}</h1>'
    _write(path, title, f"{styles}{heading}\n{body}\n{''.join(assets).removeprefix(styles)}")


def _write(path: str | Path, title: str, body: str) -> None:
    page = (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(shown(title))}</title>\n"
        "<style>:root { color-scheme: light dark; font-family: system-ui; } body { margin: 1rem; }</style>\n"
        f"</head>\n<body>\n{body}\n</body>\n</html>\n"
    )
    write_atomically(path, page.encode("utf-8"))


def asset(name: str) -> str:
    """The text of a style or a script that lies beside this module, without what only its author needs."""
    return ASIDES.sub("", resources.files(__package__).joinpath(name).read_text(encoding="utf-8"))


def framed(kind: str, title: str, data: object, body: str, table: str) -> str:
    """One element that stands alone: the body of a view of a kind, with its style, the numbers for its script, which
    comes last, and a table that says the same to those who see no buttons or run no script."""
    title = escape(shown(title))
    style = asset("frame.css") + asset(f"{kind}_view.css")
    return (
        f'<div class="tutor-nmt-{kind}" role="group" aria-label="{title}" data-lm-suppress-shortcuts="true"'
        f' data-numbers="{escape(json.dumps(data, separators=(",", ":")))}">\n'
        f"<style>\n{style.replace('tutor-nmt-view', f'tutor-nmt-{kind}')}</style>\n"
        f'<p class="title" dir="auto">{title}</p>\n{body}'
        f"<details>\n<summary>The same as a table</summary>\n{table}</details>\n"
        f"<script>\n(() => {{\n{asset('frame.js')}{asset(f'{kind}_view.js')}}})();\n</script>\n</div>"
    )


def said(hint: str) -> str:
    """The paragraph that puts in words what is pointed at, and until then says how to point."""
    return f'<p class="says" role="status" dir="ltr" data-hint="{escape(hint)}"></p>\n'


def shown(text: str) -> str:
    """A text as a person sees it: what cannot be seen or kept has a stand-in, and nothing at all is a dot."""
    return UNSEEN.sub("\ufffd", text) if text.strip() else "·"


def direction(words: Sequence[str]) -> str:
    """Which way a sentence runs: as its first letter does; signs and digits do not count."""
    letters = (unicodedata.bidirectional(sign) for word in words for sign in word)
    return "rtl" if next((kind for kind in letters if kind in {"L", "R", "AL"}), "L") != "L" else "ltr"


def in_hundredths(weights: np.ndarray) -> np.ndarray:
    """Weights as they are shown: whole hundredths, none above one."""
    return np.minimum(np.rint(100 * weights), 100).astype(int)


def looks(hundredths: np.ndarray, words: Sequence[str]) -> list[tuple[str, str]]:
    """The words with the largest weights and these weights, largest first: [("Hund", "0.91"), ("Ein", "0.05")]."""
    order = np.argsort(-hundredths, kind="stable")[:NAMED]
    return [(words[index], f"{hundredths[index] / 100:.2f}") for index in order if hundredths[index]]


def named(seen: Sequence[tuple[str, str]]) -> str:
    """What `looks` gives, as HTML."""
    return ", ".join(f"<bdi>{escape(word)}</bdi> {weight}" for word, weight in seen) or "nothing to speak of"
