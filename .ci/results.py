"""Write the tables of book/results.md anew from the benches' results and the kept records: `.ci/results.py`.

A table stands between two comments that name it; the words around it are written by hand, without any figure.
"""

import json
import re
from pathlib import Path
from statistics import mean, stdev

from tutor_nmt.catalogue import EXPERIMENTS
from tutor_nmt.ladder import climb
from tutor_nmt.records import kept_records

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "book" / "results.md"
RESULTS = ROOT / "tests" / "benchmarks" / "results.json"

# What is measured, the goal, the figure's name in results.json, and how to show it.
SPEED = [
    ("training, float32: share of what the matrix products allow", "at least 75 %", "share_of_products", "{:.0%}"),
    ("… target tokens a second", "", "float32_tokens", "{:,.0f}"),
    ("… the machine's rate at these products", "", "product_gflops", "{:.0f} GFLOP/s"),
    ("training, bf16 against float32", "at least 2.2 ×", "bf16_over_float32", "{:.2f} ×"),
    ("… target tokens a second", "", "bf16_tokens", "{:,.0f}"),
    ('… float32 with `"medium"` products, tokens a second', "", "medium_tokens", "{:,.0f}"),
    ("training, float32, against the tutorials' loop, batches of 64", "at least 2.5 ×", "over_loop_64", "{:.2f} ×"),
    ("… that loop's target tokens a second", "", "loop_64_tokens", "{:,.0f}"),
    ("training, float32, against the tutorials' loop, batches of 128", "at least 2.5 ×", "over_loop_128", "{:.2f} ×"),
    ("… that loop's target tokens a second", "", "loop_128_tokens", "{:,.0f}"),
    ("raw text to cased BLEU 33.0, two threads, bf16", "at most 8 minutes", "quick_minutes", "{:.1f} minutes"),
    ("… BLEU reached, median of three seeds", "at least 33.0", "quick_bleu", "{:.1f}"),
    ("beam 5 in batches against one sentence at a time", "at least 4 ×", "batched_over_alone", "{:.2f} ×"),
    ("beam 5, bf16 against float32", "at least 2 ×", "bf16_beam_over_float32", "{:.2f} ×"),
    ("beam 5, sentences a second, float32", "at least 67", "beam_5_float32_sentences", "{:.0f}"),
    ("… bf16", "", "beam_5_bf16_sentences", "{:.0f}"),
    ("… one sentence at a time, float32", "", "beam_5_alone_sentences", "{:.0f}"),
    (
        "beam 5, a trace not asked for, against a search without any",
        "at least 0.97 ×",
        "unasked_trace_over_none",
        "{:.2f} ×",
    ),
    ("… a trace asked for, against one not", "", "traced_over_unasked", "{:.2f} ×"),
    ("greedy, sentences a second, float32", "at least 306", "greedy_sentences", "{:.0f}"),
    ("a Transformer layer, compiled by torch, against as it is, float32", "", "compiled_layer_float32", "{:.2f} ×"),
    ("… bf16", "", "compiled_layer_bf16", "{:.2f} ×"),
    ("… float32, until the compiled layer gave its first results", "", "compiling_seconds", "{:.0f} s"),
    ("a smoothed loss over 4,000 words, compiled by torch, against as it is", "", "compiled_loss", "{:.2f} ×"),
    ("import beyond torch", "at most 0.15 s", "import_seconds", "{:.2f} s"),
    ("peak memory in training, float32", "at most 1.1 GB", "float32_gigabytes", "{:.2f} GB"),
    ("… bf16", "at most 1.8 GB", "bf16_gigabytes", "{:.2f} GB"),
]
WALK_THROUGH = {
    "walk-through": "directions summed, as its text says",
    "walk-through-as-written": "layers summed, as its code does",
}


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def speed() -> str:
    """What was wanted and what each kept run of the benches measured, the newest first, and on what."""
    runs = json.loads(RESULTS.read_text(encoding="utf-8"))
    rows = [[what, goal, *(_shown(run["figures"], name, shown) for run in runs)] for what, goal, name, shown in SPEED]
    abouts = []
    for number, run in enumerate(runs, start=1):
        versions = ", ".join(f"{name} {version}" for name, version in run["versions"].items())
        abouts.append(
            f"- Run {number}: `{run['command']}` at commit {run['commit'][:12]}, {run['hardware']}; {versions}."
        )
    head = ["what", "goal", *(f"run {number}" for number in range(1, len(runs) + 1))]
    return f"{table(head, rows)}\n\n" + "\n".join(abouts)


def _shown(figures: dict[str, float], name: str, shown: str) -> str:
    return shown.format(figures[name]) if name in figures else "not measured"


def experiments() -> str:
    """Scores of every kept record: mean and spread over the seeds."""
    rows = []
    for name, seeds in kept_records().items():
        split = EXPERIMENTS[name].test_split
        columns = [[record["scores"][split]["beam_5"][metric] for record in seeds.values()] for metric in METRICS]
        minutes = [sum(epoch["seconds"] for epoch in record["history"]) / 60 for record in seeds.values()]
        record = next(iter(seeds.values()))
        rows.append([f"`{name}`", ", ".join(map(str, seeds)), *map(_spread, columns)])
        rows[-1] += [f"{record['num_weights']:,}", f"{min(minutes):.0f}", record["hardware"]]
    return table(["experiment", "seeds", *METRICS.values(), "weights", "fastest training, minutes", "hardware"], rows)


def ladder() -> str:
    """Every rung that has been measured: what is new on it, where, and what it came to."""
    rows = []
    for one in climb():
        seeds = ", ".join(map(str, one.seeds)) or "vote"
        rows.append([one.rung.what, f"`{one.rung.name}`, {one.rung.setting.replace('_', ' ')}", seeds])
        rows[-1] += [_spread(one.scores[metric]) for metric in METRICS]
        rows[-1] += [f"{one.num_weights:,}", "" if one.minutes is None else f"{one.minutes:.0f}"]
    return table(["what is new", "experiment", "seeds", *METRICS.values(), "weights", "training, minutes"], rows)


METRICS = {"bleu": "BLEU, cased", "bleu_lc": "BLEU, lower-cased", "chrf": "chrF"}


def _spread(values: list[float]) -> str:
    if len(values) == 1:
        return f"{values[0]:.1f}"
    return f"{mean(values):.1f} ± {stdev(values):.1f}"


def walk_through() -> str:
    """The walk-through's setting run again: its losses as it reports them, and a target token."""
    rows = [["reported by the walk-through", "0.0299", f"{0.0299 * 29000 / 454:.2f}", "0.0550"]]
    rows[0] += [f"{0.0550 * 1014 / 16:.2f}", "not said", "not said"]
    for name, what in WALK_THROUGH.items():
        for seed, record in kept_records().get(name, {}).items():
            best = min(record["history"], key=lambda epoch: epoch["val_loss"])
            shown = f"`{name}`, seed {seed}: {what}"
            losses = [best["train_loss"] * 454 / 29000, best["train_loss"], best["val_loss"] * 16 / 1014]
            losses += [best["val_loss"], best["val_loss_free_running"]]
            bleu = record["scores"]["test_2016_flickr"]["greedy"]["bleu"]
            rows.append([shown, f"{losses[0]:.4f}", f"{losses[1]:.2f}", f"{losses[2]:.4f}", f"{losses[3]:.2f}"])
            rows[-1] += [f"{losses[4]:.2f}", f"{bleu:.1f}"]
    head = ["run", "training, its way", "nats a token", "validation, its way", "nats a token", "free-running"]
    return table([*head, "greedy BLEU, tokenised"], rows)


TABLES = {"speed": speed, "ladder": ladder, "experiments": experiments, "walk-through": walk_through}


def renewed(page: str) -> str:
    """The page with every table made anew; ValueError if it asks for one that is unknown."""

    def fill(found: re.Match) -> str:
        name = found["name"]
        if name not in TABLES:
            raise ValueError(f"{PAGE.name} asks for a table {name!r}; there are {', '.join(TABLES)}")
        return f"<!-- table: {name} -->\n\n{TABLES[name]()}\n\n<!-- end -->"

    return re.sub(r"<!-- table: (?P<name>\S+) -->.*?<!-- end -->", fill, page, flags=re.DOTALL)


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
