"""Figures of what a model does: arrays and labels in, matplotlib axes out; nothing here calls `show`.

Figures have a background of their own, so that they read the same on a light page and on a dark one, and colours whose
order survives colour blindness and grey printing.
"""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

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
    if hasattr(weights, "detach"):  # a tensor: maybe with a gradient, on a GPU or of a type that numpy lacks
        weights = weights.detach().cpu().double()
    weights = np.asarray(weights, dtype=float)
    if weights.shape != (len(target_tokens), len(source_tokens)):
        raise ValueError(
            f"weights have shape {weights.shape}, but there are {len(target_tokens)} target and "
            f"{len(source_tokens)} source tokens; rows are target tokens, columns source tokens"
        )
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
    columns: Mapping[str, Sequence[float]], ylabel: str = "loss (nats a token)", ax: "Axes | None" = None
) -> "Axes":
    """One line a column over the epochs, the best value of the last column written beside its point.

    `columns`: a name and a value an epoch each: {"training": [3.1, 2.2], "validation": [2.9, 2.4]}. The best is the
    lowest where `ylabel` speaks of a loss, else the highest.
    """
    if not columns or not all(len(values) for values in columns.values()):
        raise ValueError("there is nothing to plot: each column needs a value for at least one epoch")
    if len(columns) > len(COLORS):
        raise ValueError(f"{len(columns)} lines are more than can be told apart; plot {len(COLORS)} at most")
    ax = _new_axes((6.0, 3.6)) if ax is None else ax
    for (name, values), color, marker in zip(columns.items(), COLORS, MARKERS, strict=False):
        ax.plot(range(1, len(values) + 1), values, label=name, color=color, marker=marker, markersize=5)
    judged = list(columns.values())[-1]
    best = int(np.argmin(judged) if "loss" in ylabel else np.argmax(judged))
    point = (best + 1, judged[best])
    below = -14 if "loss" in ylabel else 9
    ax.annotate(f"{judged[best]:.2f}", point, xytext=(0, below), textcoords="offset points", ha="center")
    ax.set_xlabel("epoch")
    ax.set_ylabel(ylabel)
    ax.xaxis.get_major_locator().set_params(integer=True)
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
