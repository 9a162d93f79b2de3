"""Make what the front page shows anew, from the shipped translator and the kept records: `.ci/front.py`.

Two views of translations (HTML that book/intro.md takes in as it stands), the ladder of results as a figure for light
and for dark pages, and the words about that figure, between two comments in book/intro.md and in README.md.
"""

import io
import json
import re
from html import escape
from pathlib import Path

from tutor_nmt.ladder import TEST_SPLIT, Measured, climb
from tutor_nmt.translation import Explanation
from tutor_nmt.translator import Translator
from tutor_nmt.visualization import AttentionView, SearchView

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "book" / "_static" / "front"
PAGES = (ROOT / "book" / "intro.md", ROOT / "README.md")
MODEL = "multi30k-de-en@1"
# Sentences of our own. German says the first one's woman last; it tears the verb of the second apart, and its end comes
# so late that the translator has already decided.
TURNED, TORN = "Im Regen tanzt eine Frau.", "Eine Frau setzt ihren Hut auf."
BEAM = 2
TITLES = ("Where did each English word look?", "Two beginnings, word by word")
NO_SCRIPT = "<noscript><p>Without a script nothing moves here; the table under the words says the same.</p></noscript>"
# The translation is written word by word, once and in less than five seconds, and rests at a chosen word. Readers who
# point, touch or tab go first; those who asked for less motion see the end at once. None of it is announced.
WRITE = """<script>
(() => {
  "use strict";
  const view = document.querySelector(".front-attention .tutor-nmt-attention");
  const words = [...view.querySelectorAll(".target button")];
  const says = view.querySelector(".says");
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  let written = 0, timer = 0;
  function end() {
    clearInterval(timer);
    for (const word of words) word.style.visibility = "";
    setTimeout(() => says.removeAttribute("aria-live"));
  }
  function write() {
    if (still || written === words.length) {
      view.querySelectorAll(".source button")[REST].click();
      end();
      return;
    }
    words[written].style.visibility = "";
    words[written].click();
    written += 1;
  }
  says.setAttribute("aria-live", "off");
  for (const kind of ["pointerover", "pointerdown", "focusin", "keydown"])
    view.addEventListener(kind, (event) => event.isTrusted && end());
  if (still) return write();
  for (const word of words) word.style.visibility = "hidden";
  timer = setInterval(write, 550);
})();
</script>"""
CHOOSE = """<script>
(() => {
  "use strict";
  const view = document.querySelector(".front-search .tutor-nmt-search");
  const says = view.querySelector(".says");
  says.setAttribute("aria-live", "off");
  view.querySelectorAll(".step")[STEP].querySelector("button").click();
  setTimeout(() => says.removeAttribute("aria-live"));
})();
</script>"""
INK = {"light": ("#1b1f24", "#0072b2"), "dark": ("#f0f3f6", "#5cb3ec")}  # of words and of bars; the views have them too


def plain(token: str) -> str:
    """A token as somebody reads it who has not met pieces yet: "▁Frau" is "Frau", and "<eos>" the end."""
    return "(end)" if token == "<eos>" else token.removeprefix("▁")


def attention(found: Explanation) -> AttentionView:
    """Where the words of the best translation looked."""
    best = found.translations[0]
    words = [list(map(plain, side)) for side in (best.source_tokens, best.tokens)]
    return AttentionView(best.attention, *words, TITLES[0])


def search(found: Explanation) -> SearchView:
    """How a beam came to its translations."""
    steps = [[(plain(token), *others) for token, *others in step] for step in found.steps]
    best = [(one.text, *end) for one, end in zip(found.translations, found.ends, strict=True)]
    return SearchView(steps, list(map(plain, found.source_tokens)), best, TITLES[1])


def attention_piece(view: AttentionView) -> str:
    """The view as it stands on the page: it writes, and rests at the one German word that became two."""
    script = WRITE.replace("REST", str(view.source_tokens.index("Im")))
    return f'<div class="front-attention">\n{view.html}\n{NO_SCRIPT}\n{script}\n</div>\n'


def search_piece(view: SearchView) -> str:
    """The view as it stands on the page, with the fatal word chosen, which is the best of its step."""
    step = next(number for number, step in enumerate(view.nodes) if step[0][0] == "sitting")
    script = CHOOSE.replace("STEP", str(step))
    return f'<div class="front-search">\n{view.html}\n{NO_SCRIPT}\n{script}\n</div>\n'


def ladder_figure(rungs: list[Measured], theme: str) -> str:
    """The ladder as SVG, as wide as a phone: what is new stands above its bar, a whisker only where seeds differ."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    ink, bar = INK[theme]
    style = {"svg.fonttype": "none", "svg.hashsalt": "ladder", "font.family": "sans-serif", "font.size": 10}
    style |= {name: ink for name in ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color")}
    with matplotlib.rc_context(style):
        figure, axes = pyplot.subplots(figsize=(4.2, 0.75 + 0.42 * len(rungs)), layout="constrained")
        for place, rung in enumerate(rungs):
            value, spread = rung.mean(), rung.spread()
            axes.barh(place, value, height=0.4, color=bar, xerr=spread, ecolor=ink, capsize=2)
            axes.text(0.3, place - 0.27, rung.rung.what, va="bottom")
            axes.text(value + (spread or 0) + 0.8, place, f"{value:.1f}", va="center")
        axes.set(xlim=(0, max(46, 1.12 * max(one.mean() for one in rungs))), ylim=(len(rungs) - 0.6, -0.9), yticks=[])
        axes.set_xlabel(f"BLEU (lower-cased, sacreBLEU 13a, {TEST_SPLIT})")
        axes.spines[["top", "right"]].set_visible(False)
        drawn = io.StringIO()
        figure.savefig(drawn, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
        pyplot.close(figure)
    return re.sub(r"[ \t]+$", "", drawn.getvalue(), flags=re.M)


def in_words(rungs: list[Measured]) -> str:
    """The figure for those who do not see it."""
    bars = "; ".join(f"{one.rung.what} {one.mean():.1f}" for one in rungs)
    return f"Bars of lower-cased BLEU, each with one idea more than the one before. {bars}."


def ladder(rungs: list[Measured]) -> str:
    """The figure and what it says, as Markdown for the book."""
    alt = json.dumps(in_words(rungs), ensure_ascii=False)
    images = [
        f"```{{image}} _static/front/ladder-{theme}.svg\n:class: front-ladder only-{theme}\n:alt: {alt}\n```"
        for theme in INK
    ]
    lowest, highest = rungs[0].mean(), max(one.mean() for one in rungs)
    said = (
        f"From {lowest:.1f} to {highest:.1f} points of BLEU: each bar adds one idea to the one above it. 100 would be\n"
        "a human translation word for word. A whisker is the standard deviation over seeds; a bar without one was\n"
        "measured once."
    )
    return "\n\n".join([*images, said])


def ladder_in_readme(rungs: list[Measured]) -> str:
    """The figure for the front page of the repository."""
    folder, alt = FOLDER.relative_to(ROOT).as_posix(), escape(in_words(rungs))
    return (
        f'<picture>\n<source media="(prefers-color-scheme: dark)" srcset="{folder}/ladder-dark.svg">\n'
        f'<img src="{folder}/ladder-light.svg" width="420" alt="{alt}">\n</picture>'
    )


BLOCKS = {"ladder": ladder, "ladder-in-readme": ladder_in_readme}


def renewed(page: str, rungs: list[Measured]) -> str:
    """The page with every block made anew; ValueError if it asks for one that is unknown."""

    def fill(found: re.Match) -> str:
        name = found["name"]
        if name not in BLOCKS:
            raise ValueError(f"a page asks for a block {name!r}; there are {', '.join(BLOCKS)}")
        return f"<!-- front: {name} -->\n\n{BLOCKS[name](rungs)}\n\n<!-- end -->"

    return re.sub(r"<!-- front: (?P<name>\S+) -->.*?<!-- end -->", fill, page, flags=re.DOTALL)


def explanations() -> tuple[Explanation, Explanation]:
    """The two sentences as the shipped translator translates them, with the beam that both views are about."""
    translator = Translator.from_pretrained(MODEL)
    turned, torn = translator.explain([TURNED], 5)[0], translator.explain([TORN], BEAM)[0]
    return turned, torn


def pieces(rungs: list[Measured]) -> dict[str, str]:
    """All generated files, by name."""
    turned, torn = explanations()
    made = {"attention.html": attention_piece(attention(turned)), "search.html": search_piece(search(torn))}
    return made | {f"ladder-{theme}.svg": ladder_figure(rungs, theme) for theme in INK}


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    rungs = climb()
    for name, text in pieces(rungs).items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    for path in PAGES:
        path.write_text(renewed(path.read_text(encoding="utf-8"), rungs), encoding="utf-8")
