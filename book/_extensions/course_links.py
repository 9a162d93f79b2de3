"""Two kinds of links that the rendered book has and a notebook by itself has not.

A notebook is opened alone in Colab, so its links to other chapters are whole addresses of the repository; on the pages
they lead to the neighbouring page. And the first time that a chapter uses a word of the glossary, the word leads there.
"""

import re

from docutils import nodes

CHAPTER = re.compile(r"book/\d\d_\w+")
# Where a link would be in the way: in a heading, another link, code, a formula, a caption.
NOT_IN = (
    nodes.title,
    nodes.reference,
    nodes.literal,
    nodes.literal_block,
    nodes.math,
    nodes.caption,
    nodes.raw,
)


def lead_to_neighbours(app, doctree, docname: str) -> None:
    """Turn addresses of the repository's own chapters and pages into links within the book."""
    options = app.config.html_theme_options
    start = f"{options['repository_url']}/blob/{options['repository_branch']}/"
    for link in doctree.findall(nodes.reference):
        path, hash_mark, anchor = link.get("refuri", "").partition("#")
        page = re.sub(r"\.(ipynb|md)$", "", path.removeprefix(start))
        if path.startswith(start) and page in app.env.found_docs:
            link["refuri"] = (
                app.builder.get_relative_uri(docname, page)
                + hash_mark
                + anchor
            )
            link["internal"] = True


def terms(env) -> dict[str, tuple[str, str, str]]:
    """The words of the glossary as they stand in a text, and for each its page, its anchor and what it means."""
    found = {}
    for name, kind, (page, anchor) in (
        (key[1], key[0], place)
        for key, place in env.domaindata["std"]["objects"].items()
    ):
        if kind == "term":
            for spelling in spellings(name):
                found[spelling] = (
                    page,
                    anchor,
                    meanings(env, page).get(anchor, ""),
                )
    return found


def spellings(term: str) -> list[str]:
    """How a term may be written: `"byte-pair encoding (BPE)"` as either, `"source, target"` not at all.

    >>> spellings("byte-pair encoding (BPE)")
    ['byte-pair encoding', 'BPE']
    """
    if "," in term:
        return []
    whole, _, short = term.partition(" (")
    return [whole, *filter(None, [short.rstrip(")")])]


def meanings(env, page: str) -> dict[str, str]:
    """What each term of a page means, as plain text, by its anchor."""
    if not hasattr(env, "course_meanings"):
        env.course_meanings = {}
        for item in env.get_doctree(page).findall(nodes.definition_list_item):
            text = (
                item.next_node(nodes.definition)
                .astext()
                .partition(" — ")[2]
                .partition(" → ")[0]
            )
            env.course_meanings |= {
                anchor: text
                for term in item.findall(nodes.term)
                for anchor in term["ids"]
            }
    return env.course_meanings


def explain_first_use(app, doctree, docname: str) -> None:
    """Link the first use of each term of the glossary in a chapter, with its meaning as the link's title."""
    if not CHAPTER.fullmatch(docname):
        return
    known = terms(app.env)
    longest_first = sorted(known, key=len, reverse=True)
    # A capital may begin a sentence; BLEU is not "bleu".
    either_case = [
        word
        if word.isupper()
        else f"[{word[0]}{word[0].swapcase()}]{re.escape(word[1:])}"
        for word in longest_first
    ]
    pattern = re.compile(rf"(?<![\w-])({'|'.join(either_case)})(s?)(?![\w-])")
    met = set()
    for paragraph in list(doctree.findall(nodes.paragraph)):
        for text in list(paragraph.findall(nodes.Text)):
            if any(isinstance(above, NOT_IN) for above in ancestors(text)):
                continue
            parts, end = [], 0
            for match in pattern.finditer(text):
                name = next(
                    word
                    for word in (
                        match[1],
                        match[1][0].swapcase() + match[1][1:],
                    )
                    if word in known
                )
                page, anchor, meaning = known[name]
                if anchor not in met:
                    met.add(anchor)
                    address = f"{app.builder.get_relative_uri(docname, page)}#{anchor}"
                    link = nodes.reference(
                        "",
                        match[0],
                        internal=True,
                        refuri=address,
                        reftitle=meaning,
                        classes=["term"],
                    )
                    parts += [nodes.Text(text[end : match.start()]), link]
                    end = match.end()
            if parts:
                text.parent.replace(text, [*parts, nodes.Text(text[end:])])


def ancestors(node):
    """All that a node stands in, from the inside outwards."""
    while node := node.parent:
        yield node


def setup(app):
    """Called by Sphinx."""
    app.connect("doctree-resolved", lead_to_neighbours)
    app.connect("doctree-resolved", explain_first_use)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
