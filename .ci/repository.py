"""Move the course to another address or reference: `python .ci/repository.py --url URL --ref REF`.

The address stands in pyproject.toml, `[tool.tutor_nmt]`. Wherever it is repeated (install cells, Colab
links, launch buttons, the citation) it is found by that address and replaced in place; nothing else in a file
changes, so that moving back restores every byte.
"""

import argparse
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Model cards and records are left alone: they say where something was made, not where it can be fetched.
PLACES = (
    "*.md",
    "*.toml",
    "*.yml",
    "*.cff",
    "book/**/*.md",
    "book/**/*.ipynb",
    "instructors/**/*.ipynb",
    "src/tutor_nmt/*.py",
)
URL = re.compile(r"https://github\.com/([A-Za-z0-9-]+/[A-Za-z0-9._-]+)")
REF = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._/-]*")


def current(root: Path = ROOT) -> tuple[str, str]:
    """What stands in pyproject.toml, address and reference: `("https://github.com/owner/name", "main")`."""
    entry = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["tutor_nmt"]
    return entry["repository"], entry["ref"]


def moved(text: str, old: tuple[str, str], new: tuple[str, str]) -> str:
    """Replace one address and reference by another in a text.

    A reference is replaced only where it belongs to the address (`NAME@main`, `NAME/blob/main/`) or to one
    of the two settings that hold it; a link to a fixed commit keeps its commit.
    """
    (old_url, old_ref), (new_url, new_ref) = old, new
    old_slug, new_slug = slug(old_url), slug(new_url)
    end_of_name = r"(?![\w-]|\.(?!git\b)\w)"
    of_name = re.compile(
        rf"(?P<host>github\.com|github|githubusercontent\.com)/{re.escape(old_slug)}{end_of_name}"
        rf"(?P<join>(?:\.git)?@|/blob/|/tree/|/raw/|/)?(?P<ref>{re.escape(old_ref)}(?![\w.-]))?"
    )

    def replace(match: re.Match) -> str:
        join, ref = match["join"] or "", match["ref"] or ""
        plain_slash = join == "/" and match["host"] != "githubusercontent.com"
        return f"{match['host']}/{new_slug}{join}{new_ref if ref and not plain_slash else ref}"

    text = of_name.sub(replace, text)
    text = text.replace(pages(old_slug), pages(new_slug))
    return re.sub(
        rf"^(ref = \"|  branch: ){re.escape(old_ref)}(?=\"?$)",
        lambda match: match[1] + new_ref,
        text,
        flags=re.M,
    )


def slug(url: str) -> str:
    """`"https://github.com/owner/name" -> "owner/name"`; any other form raises `ValueError`."""
    match = URL.fullmatch(url)
    if match is None or url.endswith(".git"):
        raise ValueError(f"{url!r} is not of the form https://github.com/OWNER/NAME, the only one that Colab opens")
    return match[1]


def pages(slug: str) -> str:
    """The address of the rendered book: `"owner/name" -> "https://owner.github.io/name/"`."""
    owner, name = slug.split("/")
    return f"https://{owner}.github.io/{name}/"


def places(root: Path = ROOT) -> list[Path]:
    """The files in which the address may stand."""
    return sorted({path for place in PLACES for path in root.glob(place)})


def move(root: Path, new: tuple[str, str]) -> list[Path]:
    """Move all files below a root to a new address and reference, and return those that changed."""
    old = current(root)
    slug(new[0])
    if REF.fullmatch(new[1]) is None:
        raise ValueError(f"{new[1]!r} is not a branch or tag that fits into a link: letters, digits and . _ - / only")
    changed = []
    for path in places(root):
        before = path.read_bytes()
        after = moved(before.decode("utf-8"), old, new).encode("utf-8")
        if after != before:
            path.write_bytes(after)
            changed.append(path)
    return changed


def main() -> None:
    url, ref = current()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", default=url, help=f"https://github.com/OWNER/NAME (now {url})")
    parser.add_argument("--ref", default=ref, help=f"the branch or tag that Colab opens and installs (now {ref})")
    options = parser.parse_args()
    try:
        changed = move(ROOT, (options.url, options.ref))
    except ValueError as error:
        parser.error(str(error))
    for path in changed:
        print(f"moved {path.relative_to(ROOT)}")
    print(f"the course is at {options.url}, reference {options.ref}")


if __name__ == "__main__":
    main()
