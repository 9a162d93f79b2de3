"""Where the built pages lie, and which of them are the book's."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HTML = ROOT / "_build" / "html"


def in_the_book() -> list[str]:
    """The pages of _toc.yml in their order, as addresses below the built book."""
    listed = re.findall(r"^(?: *- file|root): (\S+)$", (ROOT / "_toc.yml").read_text(encoding="utf-8"), re.MULTILINE)
    return [f"{name}.html" for name in listed]
