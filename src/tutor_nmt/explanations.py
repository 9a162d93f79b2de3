"""A page that explains translations, line by line: what `python -m tutor_nmt translate --explain` writes."""

from collections.abc import Sequence
from pathlib import Path

from .translation import Explanation
from .visualization import AttentionView, SearchView, View, save_page

MOST = 100  # lines a page: each may take a hundred kilobytes, and who wants to look at more of them?
GREEDY = (
    "A beam of one is greedy: at each step it goes on with the likeliest token and looks at no other, so there is no "
    "tree to show. A wider beam has one: --beam-size 5."
)


def views_of(explanation: Explanation, name: str = "") -> list[View | str]:
    """Where the words of the best translation looked, and the search that found it; a sentence where there is nothing.

    `name` stands before their titles: "Line 3: ".
    """
    best = explanation.translations[0]
    if not best.source_tokens:
        return [f"{name}without text there is nothing to translate."]
    parts: list[View | str] = [f"{name}the best translation has no word."]
    if best.tokens:
        parts = [AttentionView(best.attention, best.source_tokens, best.tokens, f"{name}{best.text}")]
    if explanation.steps:
        ends = [(one.text, *end) for one, end in zip(explanation.translations, explanation.ends, strict=True)]
        parts.append(SearchView(explanation.steps, best.source_tokens, ends, f"{name}how the beam found it"))
    return parts


class ExplanationPage:
    """The explanations of the first `MOST` lines, gathered and then written at once.

    ValueError if the path is a folder or lies where no folder can be made, before any line is translated.
    """

    def __init__(self, path: Path):
        if path.is_dir():
            raise ValueError(f"{path} is a folder; name a file in it for the page of explanations")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ValueError(f"{path} cannot be written ({error.strerror}); name a file elsewhere") from error
        self.path = path
        self.num_lines = 0
        self.parts: list[View | str] = []
        self.greedy = False

    @property
    def full(self) -> bool:
        """Whether what comes now has no place on the page."""
        return self.num_lines >= MOST

    def add(self, explanations: Sequence[Explanation]) -> None:
        """Take the explanations of the next lines, as many as there is room for."""
        for one in explanations[: MOST - self.num_lines]:
            self.num_lines += 1
            self.parts += views_of(one, f"Line {self.num_lines}: ")
            self.greedy |= bool(one.source_tokens) and not one.steps

    def save(self) -> None:
        """Write the page, whole or not at all; OSError names the file."""
        parts = [GREEDY] * self.greedy + (self.parts or ["No line was translated."])
        save_page(self.path, "How each line was translated", parts)
