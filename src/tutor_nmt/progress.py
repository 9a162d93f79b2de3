"""A bar for whoever waits, and silence in logs, tests and stored outputs."""

import os
import sys

from tqdm import tqdm


def progress_bar(total: int | None, description: str, show: bool | None = None, **style) -> tqdm:
    """tqdm's bar; `show=None` shows it in a terminal or a notebook, and nowhere else.

    The environment variable TUTOR_NMT_PROGRESS=0 silences it there too. `style` is tqdm's own: unit, leave, …
    """
    if show is None:
        watched = sys.stderr.isatty() or type(sys.stderr).__module__.startswith("ipykernel")
        show = watched and os.environ.get("TUTOR_NMT_PROGRESS", "1") != "0"
    return tqdm(total=total, desc=description, disable=not show, **_size(), **style)


def _size() -> dict[str, int]:
    """A size for the bar on a terminal that says it is 0 by 0, as some containers' are: tqdm draws nothing on it."""
    try:
        stated = all(os.get_terminal_size(sys.stderr.fileno()))
    except (AttributeError, OSError, ValueError):  # no terminal
        stated = True
    return {} if stated else {"ncols": 79, "nrows": 20}
