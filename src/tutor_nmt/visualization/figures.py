"""Figures of what a model does: arrays and labels in, matplotlib axes out; nothing here calls `show`.

Figures have a background of their own, so that they read the same on a light page and on a dark one, and colours whose
order survives colour blindness and grey printing.
"""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from .weights import checked_weights

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOR_MAP = "Blues"
COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")  # Okabe and Ito's palette, told apart by everybody
MARKERS = ("o", "s", "^", "D")
CJK = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff]")  # Han and its punctuation
CJK_FONTS = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Zen Hei", "Microsoft YaHei")


def plot_attention(
    weights: np.ndarray, source_tokens: Sequence[str], target_tokens: Sequence[str], ax: "Axes | None" = None
) -> "Axes":
    """A heat-map of attention: each row is one target token, and shows how its look was spread over the source.

    weights (len(target_tokens), len(source_tokens)), every row summing to one; arrays and tensors both do. Chinese
    labels need an installed font that has them; ValueError says how to get one.
    """
    weights = checked_weights(weights, source_tokens, target_tokens)
    font = _font_for([*source_tokens, *target_tokens])
    if ax is None:
        size = (1.6 + 0.42 * len(source_tokens), 1.2 + 0.38 * len(target_tokens))
        ax = _new_axes(size)
    image = ax.imshow(weights, cmap=COLOR_MAP, vmin=0.0, vmax=1.0, aspect="auto")
    ax.set_xticks(range(len(source_tokens)), [_label(token) for token in source_tokens], rotation=60, ha="left", **font)
    ax.set_yticks(range(len(target_tokens)), [_label(token) for token in target_tokens], **font)
    ax.tick_params(axis="x", top=True, labeltop=True, bottom=False, labelbottom=False, rotation=60)
    ax.tick_params(length=0)
    ax.set_xlabel("source tokens (read)")
    ax.set_ylabel("target tokens (written)")
    ax.figure.colorbar(image, ax=ax, label="attention weight", fraction=0.04, pad=0.03)
    return ax


def plot_history(
    columns: Mapping[str, Sequence[float] | Sequence[Sequence[float]]],
    ylabel: str = "loss (nats a token)",
    ax: "Axes | None" = None,
) -> "Axes":
    """One line a column over the epochs, the best value of the last column written beside its point.

    `columns`: a name and a value an epoch each: {"training": [3.1, 2.2], "validation": [2.9, 2.4]}; or a list of such
    runs, one a seed: the line is their mean, a band reaches from the lowest to the highest. The best is the lowest
    where `ylabel` speaks of a loss, else the highest. ValueError if runs of one column differ in their epochs.
    """
    if any(len({np.size(run) for run in values}) > 1 for values in columns.values()):
        raise ValueError("the runs of a column must have equally many epochs; cut them to the shortest")
    points = {name: list(np.atleast_2d(np.asarray(values, dtype=float)).T) for name, values in columns.items()}
    ax = _plot_lines(points, None, "epoch", ylabel, ax)
    judged = ax.lines[-1].get_ydata()
    best = int(np.argmin(judged) if "loss" in ylabel else np.argmax(judged))
    point = (best + 1, judged[best])
    below = -14 if "loss" in ylabel else 9
    ax.annotate(f"{judged[best]:.2f}", point, xytext=(0, below), textcoords="offset points", ha="center")
    ax.xaxis.get_major_locator().set_params(integer=True)
    return ax


def plot_lengths(
    columns: Mapping[str, Mapping[str | float, float | Sequence[float]]],
    ylabel: str = "BLEU",
    longest_trained: str | float | None = None,
    ax: "Axes | None" = None,
) -> "Axes":
    """How a score changes with the length of the source: one line a system, a point a group of sentences.

    `columns`: for each system a score a group, or a list of scores, one a seed: the line is their mean, a band reaches
    from the lowest to the highest. Groups are lengths (numbers, put in order) or names such as "6-10" (in their own
    order), the same for every system: {"with attention": {5: 41.0, 10: [38.2, 39.0]}, "without": {5: 40.1, 10: 29.6}}.
    A dashed line stands at `longest_trained`, a length, or after the group of that name. ValueError if groups differ.
    """
    first = list(next(iter(columns.values()), {}))
    if any(set(scores) != set(first) for scores in columns.values()):
        raise ValueError(f"every system needs a score for the same groups, here {first}; leave the others out")
    named = any(isinstance(group, str) for group in first)
    groups = first if named else sorted(first)
    if named and longest_trained is not None and longest_trained not in groups:
        raise ValueError(f"no group is called {longest_trained!r}; longest_trained is one of {groups}")
    points = {name: [np.atleast_1d(scores[group]) for group in groups] for name, scores in columns.items()}
    places = list(range(len(groups))) if named else groups
    ax = _plot_lines(points, places, "source length (tokens)", ylabel, ax)
    if longest_trained is not None:
        place = groups.index(longest_trained) + 0.5 if named else longest_trained
        ax.axvline(place, color="#555555", linestyle="--", linewidth=1.2, label="longest seen in training")
        ax.legend(frameon=False)
    ax.set_xticks(places, [str(group) for group in groups])
    return ax


def _plot_lines(
    points: Mapping[str, Sequence[np.ndarray]],
    places: Sequence[float] | None,
    xlabel: str,
    ylabel: str,
    ax: "Axes | None",
) -> "Axes":
    """One line a column through the means of its points, and a band over their range; `places` count from 1 if None.

    ValueError unless there are points to draw, and no more lines than can be told apart.
    """
    if not points or not all(len(line) and all(point.size for point in line) for line in points.values()):
        raise ValueError("there is nothing to plot: each column needs at least one point, each point a value")
    if len(points) > len(COLORS):
        raise ValueError(f"{len(points)} lines are more than can be told apart; plot {len(COLORS)} at most")
    ax = _new_axes((6.0, 3.6)) if ax is None else ax
    for (name, line), color, marker in zip(points.items(), COLORS, MARKERS, strict=False):
        xs = range(1, len(line) + 1) if places is None else places
        ax.plot(xs, [point.mean() for point in line], label=name, color=color, marker=marker, markersize=5)
        if any(point.size > 1 for point in line):
            low, high = [point.min() for point in line], [point.max() for point in line]
            ax.fill_between(xs, low, high, color=color, alpha=0.18, linewidth=0)
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    ax.margins(y=0.18)
    ax.grid(alpha=0.3)
    ax.legend(frameon=False)
    return ax


def _new_axes(size: tuple[float, float]) -> "Axes":
    import matplotlib.pyplot as plt  # late: it takes half a second, and most of the package never draws

    figure, ax = plt.subplots(figsize=size, layout="constrained", facecolor="white")
    return ax


def _label(token: str) -> str:
    """A token as a label: a dollar sign would start a formula, an empty one would vanish."""
    return token.replace("$", r"\$") or "·"


def _font_for(labels: Sequence[str]) -> dict[str, list[str]]:
    """The font that Chinese labels need, if any of them is Chinese, and one for what that font lacks."""
    if not any(CJK.search(label) for label in labels):
        return {}
    from matplotlib import font_manager

    installed = {font.name for font in font_manager.fontManager.ttflist}
    for name in CJK_FONTS:
        if name in installed:
            return {"fontfamily": [name, "DejaVu Sans"]}
    raise ValueError(
        "no installed font has Chinese characters; install one, such as Noto Sans CJK SC, and start Python anew"
    )
