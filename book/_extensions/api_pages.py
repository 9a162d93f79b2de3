"""What the API pages need beyond autodoc: fields with the comments beside them, links to the source, plain markup.

The command line takes its help from the same comments.
"""

import dataclasses
import importlib
import inspect
import re
from functools import reduce
from pathlib import Path

from numpy.typing import ArrayLike
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.inspect import stringify_annotation

ROOT = Path(__file__).resolve().parents[2]
COMMENT = re.compile(r"^    (\w+): .*?  # *(.+)$", flags=re.MULTILINE)


def describe(
    app: Sphinx,
    what: str,
    name: str,
    obj: object,
    options: object,
    lines: list[str],
) -> None:
    """Append the fields that have a comment to a class's docstring."""
    if what == "class" and (
        dataclasses.is_dataclass(obj) or hasattr(obj, "_fields")
    ):
        comments = COMMENT.findall(inspect.getsource(obj))
        lines += [
            "",
            *(f":param {field}: {comment}" for field, comment in comments),
            "",
        ]


def rename(
    app: Sphinx,
    what: str,
    name: str,
    obj: object,
    options: object,
    arguments: str,
    returns: str,
):
    """Write ArrayLike, not the dozen types that it stands for, and defaults so that Sphinx can read them."""
    if arguments:
        arguments = arguments.replace(
            stringify_annotation(ArrayLike, "smart"), "~numpy.typing.ArrayLike"
        )
        return arguments.replace("<factory>", "..."), returns


def skip(
    app: Sphinx,
    what: str,
    name: str,
    obj: object,
    skipped: bool,
    options: object,
) -> bool | None:
    """Leave out what Python says of a NamedTuple's fields, 'Alias for field number 0'."""
    return (
        True
        if (inspect.getdoc(obj) or "").startswith("Alias for field number")
        else None
    )


def link(app: Sphinx, config: Config) -> None:
    """Let linkcode lead to the line of the repository in which something is defined."""
    about = config.html_theme_options

    def address(domain: str, info: dict[str, str]) -> str | None:
        found = reduce(
            getattr,
            info["fullname"].split("."),
            importlib.import_module(info["module"]),
        )
        found = inspect.unwrap(
            found.fget if isinstance(found, property) else found
        )
        path, line = (
            Path(inspect.getsourcefile(found)).resolve(),
            inspect.getsourcelines(found)[1],
        )
        if not path.is_relative_to(ROOT):
            return None  # the package that is installed is not the one of this clone
        return f"{about['repository_url']}/blob/{about['repository_branch']}/{path.relative_to(ROOT).as_posix()}#L{line}"

    config.linkcode_resolve = address


def mend(
    app: Sphinx, name: str, template: str, context: dict, doctree: object
) -> None:
    """Mend what screen readers stumble over: parameters in a list without terms, references in one without items."""

    def plain(signature: re.Match) -> str:
        text = re.sub(
            r"<dd>(.*?)</dd>",
            r'<span class="sig-line">\1</span>',
            signature[0],
            flags=re.DOTALL,
        )
        return text.replace("<dl>", '<span class="sig-lines">').replace(
            "</dl>", "</span>"
        )

    if "body" in context:
        signatures = r'<dt class="sig sig-object py".*?</dt>'
        context["body"] = re.sub(
            signatures, plain, context["body"], flags=re.DOTALL
        )
        context["body"] = context["body"].replace(
            'role="doc-biblioentry"', 'role="listitem"'
        )


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx of them."""
    app.connect("config-inited", link)
    app.connect("autodoc-process-docstring", describe)
    app.connect("autodoc-process-signature", rename)
    app.connect("html-page-context", mend)
    app.connect("autodoc-skip-member", skip)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
