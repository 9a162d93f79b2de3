"""Where the translators lie that travel with the package: a folder each, `name@version`, with its model card."""

from collections.abc import Iterator
from importlib import resources
from pathlib import Path


def pretrained() -> Iterator[Path]:
    """The folders of the translators in this package, `name@version`, oldest version first."""
    root = Path(str(resources.files(__package__)))
    folders = [path for path in root.glob("*@*") if path.is_dir()]
    return iter(sorted(folders, key=lambda path: (path.name.partition("@")[0], int(path.name.partition("@")[2]))))


def pretrained_folder(name: str) -> Path:
    """Where a shipped translator lies; without a version, its newest one."""
    known = list(pretrained())
    fitting = [path for path in known if name in (path.name, path.name.partition("@")[0])]
    if not fitting:
        names = ", ".join(path.name for path in known) or "none yet"
        raise ValueError(f"no translator is called {name!r}, nor is there such a folder; shipped are: {names}")
    return fitting[-1]
