"""A beam search in HTML: every step's candidates as a tree, which were kept, where each looked, what came out best.

The rules are those of `AttentionView`: one piece that loads nothing and carries no ids, texts escaped, numbers for the
script. Nodes stand on a grid, a column a step and a row a rank, so that the edges need no script either.
"""

import math
from collections.abc import Sequence
from html import escape

import numpy as np

from .frame import View, direction, framed, in_hundredths, looks, named, said, shown
from .weights import checked_weights

COLUMN, GAP = 7, 2  # widths of a candidate and of the room for edges, in rem; the style has them too
HINT = (
    "Point at a candidate, touch it, or step to it: Tab, then left to what it goes on from, right to what goes on from "
    "it, up and down along a step; Escape lets go."
)
Candidate = tuple[str, int | None, float, float, bool, bool, Sequence[float]]


class SearchView(View):
    """A search as a tree of candidates; the one pointed at shows its whole beginning, its numbers, where it looked.

    steps: for each step its candidates, best first, each (token, parent, log_prob, score, kept, finished, weights): the
    parent is a place in the step before, None in the first; weights (len(source_tokens),) say where the model looked to
    write the token. best: the hypotheses, best first, each (text, step, place) with the place where it ends. So
    SearchView([[("a", None, -0.1, -0.1, True, False, [1.0])]], ["Ein"], [("a", 0, 0)]) has one candidate.
    ValueError says which candidate or hypothesis does not fit the others.
    """

    def __init__(
        self,
        steps: Sequence[Sequence[Candidate]],
        source_tokens: Sequence[str],
        best: Sequence[tuple[str, int, int]],
        title: str = "How the beam searched",
    ):
        _check_tree(steps, best)
        self.source_tokens, self.title = list(source_tokens), title
        self.best = [(text, step, place) for text, step, place in best]
        # All that the view knows: each candidate but its weights, numbers as they are shown, and different looks once.
        self.nodes, self.seen, known = [], [], {}
        for step in steps:
            tokens = [one[0] for one in step]
            rows = in_hundredths(checked_weights(_stacked([one[6] for one in step]), source_tokens, tokens))
            self.nodes.append([])
            for (token, parent, log_prob, score, kept, finished, _), row in zip(step, rows, strict=True):
                look = known.setdefault(tuple(row.tolist()), len(known))
                fate = "finished" if finished else "kept" if kept else "dropped"
                self.nodes[-1].append((token, parent, _hundredths(log_prob), _hundredths(score), fate, look))
        self.seen = np.array(list(known))

    def __repr__(self) -> str:
        return f"SearchView({len(self.nodes)} steps over {len(self.source_tokens)} source words)"

    @property
    def html(self) -> str:
        """One element with all that it needs; the same search and texts give the same characters."""
        source = list(map(shown, self.source_tokens))
        numbers = {
            "parents": [[-1 if parent is None else parent for _, parent, *_ in step] for step in self.nodes],
            "scores": [[score for _, _, _, score, *_ in step] for step in self.nodes],
            "looks": [[look for *_, look in step] for step in self.nodes],
            "rows": self.seen.tolist(),
            "ends": [[step, place] for _, step, place in self.best],
        }
        body = f'<p class="side">source (read)</p>\n{_read_words(source)}{said(HINT)}{self._tree()}{self._list()}'
        return framed("search", self.title, numbers, body, self._table(source))

    def _won(self) -> set[tuple[int, int]]:
        """Steps and places on the way to the best hypothesis."""
        (_, step, place), way = self.best[0] if self.best else ("", -1, 0), set()
        while step >= 0:
            way.add((step, place))
            step, place = step - 1, self.nodes[step][place][1]
        return way

    def _tree(self) -> str:
        """Columns of buttons, each naming its fate in words, and below them the edges."""
        won, most = self._won(), max(map(len, self.nodes))
        columns, edges = [], []
        for number, step in enumerate(self.nodes):
            before = self.nodes[number - 1] if number else []
            columns.append(
                f'<div class="step" role="group" aria-label="step {number + 1}">\n<p class="side">{number + 1}</p>'
            )
            for place, (token, parent, log_prob, _, fate, _) in enumerate(step):
                after = "first" if parent is None else f"after {shown(before[parent][0])}"
                label = f"{shown(token)}, {after}: log-probability {_number(log_prob)}, {fate}"
                kind = f"{fate} won" if (number, place) in won else fate
                columns.append(
                    f'<button type="button" class="{kind}" aria-label="{escape(label)}"><bdi>{escape(shown(token))}'
                    f'</bdi><span class="weight">{_number(log_prob)}</span></button>'
                )
                if parent is not None:
                    start, end = (COLUMN + GAP) * number - GAP, (COLUMN + GAP) * number
                    y, middle = (2 * parent + 1, 2 * place + 1), start + GAP / 2
                    edges.append(
                        f'<path class="{kind}" d="M{start} {y[0]}C{middle:g} {y[0]} {middle:g} {y[1]} {end} {y[1]}"/>'
                    )
            columns.append("</div>")
        width = (COLUMN + GAP) * len(self.nodes) - GAP
        return (
            f'<div class="tree" style="--steps:{len(self.nodes)};--most:{most}">\n'
            f'<svg aria-hidden="true" viewBox="0 0 {width} {2 * most}" preserveAspectRatio="none">'
            f"{''.join(edges)}</svg>\n" + "\n".join(columns) + "\n</div>\n"
        )

    def _list(self) -> str:
        """The hypotheses, best first, each a button that shows its way through the tree."""
        rows = ['<p class="head">The hypotheses, best first</p>\n<ol class="best">']
        for text, step, place in self.best:
            _, _, log_prob, score, *_ = self.nodes[step][place]
            rows.append(
                f'<li><button type="button"><bdi>{escape(shown(text))}</bdi> <span class="weight">score '
                f"{_number(score)}, log-probability {_number(log_prob)}</span></button></li>"
            )
        return "\n".join([*rows, "</ol>\n"]) if self.best else ""

    def _table(self, source: Sequence[str]) -> str:
        """For those who see no buttons, or no script: a row a candidate, the last column where the kept ones looked."""
        heads = "".join(
            f'<th scope="col">{head}</th>'
            for head in ("place", "token", "after", "log-probability", "fate", "looked at")
        )
        rows = [f"<table>\n<caption>The candidates of each step, best first</caption>\n<tr>{heads}</tr>"]
        for number, step in enumerate(self.nodes, 1):
            for place, (token, parent, log_prob, _, fate, look) in enumerate(step, 1):
                after = "" if parent is None else f"{number - 1}.{parent + 1}"
                looked = "" if fate == "dropped" else named(looks(self.seen[look], source))
                rows.append(
                    f'<tr><th scope="row">{number}.{place}</th><td><bdi>{escape(shown(token))}</bdi></td>'
                    f"<td>{after}</td><td>{_number(log_prob)}</td><td>{fate}</td><td>{looked}</td></tr>"
                )
        return "\n".join([*rows, "</table>\n"])


def _read_words(words: Sequence[str]) -> str:
    """The source as a row of words that a candidate's look colours."""
    row = "\n".join(
        f'<span class="word"><bdi>{escape(word)}</bdi><span class="weight"></span></span>' for word in words
    )
    return (
        f'<div class="words source" role="group" aria-label="source words" dir="{direction(words)}">\n{row}\n</div>\n'
    )


def _check_tree(steps: Sequence[Sequence[Candidate]], best: Sequence[tuple[str, int, int]]) -> None:
    """ValueError unless there are candidates, each goes on from one of the step before, and hypotheses end at one."""
    if not steps or not all(len(step) for step in steps):
        raise ValueError("there is nothing to show: give at least one step, and in each at least one candidate")
    for number, step in enumerate(steps):
        for place, (token, parent, log_prob, score, _, _, _) in enumerate(step):
            where = f"candidate {place} of step {number} ({token!r})"
            if number == 0 and parent is not None:
                raise ValueError(f"{where} has parent {parent}, but in step 0 there is nothing before: give None")
            if number and (parent is None or not 0 <= parent < len(steps[number - 1])):
                raise ValueError(
                    f"{where} has parent {parent}; give its place in the step before, 0 to {len(steps[number - 1]) - 1}"
                )
            if number and (not steps[number - 1][parent][4] or steps[number - 1][parent][5]):
                raise ValueError(f"{where} goes on from a candidate that was dropped or had finished")
            if not (math.isfinite(log_prob) and math.isfinite(score)):
                raise ValueError(f"{where} has log_prob {log_prob} and score {score}; leave out what is impossible")
    for text, step, place in best:
        if not (0 <= step < len(steps) and 0 <= place < len(steps[step])):
            raise ValueError(f"hypothesis {text!r} ends at place {place} of step {step}, where there is no candidate")


def _stacked(rows: Sequence[Sequence[float]]) -> np.ndarray:
    """Rows as one array; tensors among them may be on a GPU."""
    return np.array([row.detach().cpu().double().numpy() if hasattr(row, "detach") else row for row in rows])


def _hundredths(number: float) -> int:
    return round(100 * number)


def _number(hundredths: int) -> str:
    """Two decimals and a proper minus: -123 gives "−1.23", and a nought has none."""
    return f"{'−' if hundredths < 0 else ''}{abs(hundredths) / 100:.2f}"
