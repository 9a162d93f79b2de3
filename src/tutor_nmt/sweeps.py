"""One finished translator, searched in many ways: what wider beams, length penalties and other ends of a search bring.

A sweep is a record, like those of experiments: made by `python -m tutor_nmt sweep`, kept in the package with its
command, commit, hardware and output lines, and scored again by a test.
"""

import json
import math
import time
from collections.abc import Callable, Sequence
from importlib import resources
from typing import NamedTuple

import torch

from .corpora import SentencePair, load_corpus
from .evaluation import bleu_parts, chrf
from .experiments import commit_of_this_code, provenance
from .pretrained import pretrained_folder
from .translator import Translator

BEAMS = (1, 2, 3, 4, 5, 8, 10, 20, 30, 50, 100)
ALPHAS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
PATIENCES = (0.2, 0.4, 0.6, 0.8, 1.0, 2.0, 3.0)
LIKELIER = 1e-3  # nats: differences below are rounding


class Setting(NamedTuple):
    """One way to search."""

    beam_size: int
    alpha: float
    patience: float = 1.0


def settings_for(alpha: float) -> list[Setting]:
    """All beams with the translator's own length penalty and with none; at a beam of five, penalties and patiences."""
    wanted = [Setting(beam_size, one) for one in (alpha, 0.0) for beam_size in BEAMS]
    wanted += [Setting(5, one) for one in ALPHAS]
    wanted += [Setting(5, alpha, patience) for patience in PATIENCES]
    return list(dict.fromkeys(wanted))


def search_in_many_ways(
    translator: Translator,
    pairs: Sequence[SentencePair],
    settings: Sequence[Setting],
    log: Callable[[str], None] = lambda message: None,
) -> tuple[list[dict[str, float]], list[list[str]]]:
    """A point for each setting, and the lines it made.

    A point: the setting; bleu and chrf; length_ratio, words of all lines to words of all references; log_prob, the mean
    of the chosen sentences, in nats; how many lines are empty and how many were cut off; seconds of processor time,
    which on one thread other programs on the machine hardly change.
    """
    sources, references = [list(side) for side in zip(*pairs, strict=True)]
    points, outputs = [], []
    for setting in settings:
        started = time.process_time()
        found = translator.translations(sources, setting.beam_size, alpha=setting.alpha, patience=setting.patience)
        seconds = time.process_time() - started
        best = [translations[0] for translations in found]
        lines = [one.text for one in best]
        parts = bleu_parts(lines, references, translator.config.target_language)
        points.append(
            setting._asdict()
            | {
                "bleu": parts.score,
                "chrf": chrf(lines, references).score,
                "length_ratio": parts.hypothesis_words / parts.reference_words,
                "log_prob": sum(one.log_prob for one in best) / len(best),
                "empty": lines.count(""),
                "unfinished": sum(not one.finished for one in best),
                "seconds": seconds,
                "sentences_per_second": len(best) / seconds,
            }
        )
        outputs.append(lines)
        log(", ".join(f"{name} {value:.4g}" for name, value in points[-1].items()))
    return points, outputs


def search_errors(
    translator: Translator,
    lines: Sequence[str],
    beam_sizes: Sequence[int] = (1, 2, 3, 5, 10, 30),
    budget: int = 1000,
    log: Callable[[str], None] = lambda message: None,
) -> dict[str, object]:
    """How often a beam misses the likeliest sentence of all (Stahlberg and Byrne 2019), without a length penalty.

    Of `lines`, `proven` have a likeliest sentence that is known, within `budget` calls of the model each; `empty` of
    those are empty. `missed` counts by beam the proven ones where it ended with something less likely, and `shorter`
    those where the likeliest has fewer tokens than what the widest beam found. `improved`: not proven, but something
    likelier than all the beams had was found.
    """
    counts = {"lines": len(lines), "budget": budget, "proven": 0, "empty": 0, "shorter": 0, "improved": 0, "steps": 0}
    missed = dict.fromkeys(map(str, beam_sizes), 0)
    for number, line in enumerate(lines, start=1):
        ids = translator.encode(line)
        found = {size: translator.search([ids], size, 1, 0.0)[0].hypotheses[0] for size in beam_sizes}
        best = max((one for one in found.values() if one.finished), key=lambda one: one.log_prob, default=None)
        at_least = -math.inf if best is None else best.log_prob
        exact = translator.search_exactly(ids, budget, at_least)
        counts["steps"] += exact.steps
        if not exact.proven:
            counts["improved"] += exact.hypothesis is not None and exact.hypothesis.log_prob > at_least + LIKELIER
        elif (likeliest := exact.hypothesis or best) is not None:
            counts["proven"] += 1
            counts["empty"] += not likeliest.ids
            counts["shorter"] += len(likeliest.ids) < len(found[max(beam_sizes)].ids)
            for size, one in found.items():
                missed[str(size)] += not one.finished or one.log_prob < likeliest.log_prob - LIKELIER
        if number % 50 == 0:
            log(f"{number} lines: {counts}, missed {missed}")
    return counts | {"missed": missed}


def make_sweep(
    name: str,
    corpus: str,
    split: str,
    settings: Sequence[Setting] | None = None,
    exact_lines: int = 300,
    budget: int = 1000,
    device: torch.device | str = "cpu",
    log: Callable[[str], None] = lambda message: None,
) -> dict[str, object]:
    """The record of a sweep of the pretrained translator `name` over a split, as JSON's types."""
    if exact_lines < 0 or budget < 1:  # said before hours are spent
        raise ValueError(f"needs exact_lines >= 0 and budget >= 1; got {exact_lines} and {budget}")
    commit, translator = commit_of_this_code(), Translator.from_pretrained(name)
    translator.model.to(device)
    config = translator.config
    pairs = load_corpus(corpus, config.source_language, config.target_language)[split]
    points, outputs = search_in_many_ways(translator, pairs, settings or settings_for(config.alpha), log)
    exact = search_errors(translator, [pair.source for pair in pairs[:exact_lines]], budget=budget, log=log)
    return {
        "translator": pretrained_folder(name).name,
        "corpus": corpus,
        "split": split,
        "alpha": config.alpha,
        **provenance(commit, translator.model.device),
        "points": points,
        "exact": exact,
        "outputs": changes(outputs),
    }


def changes(outputs: Sequence[Sequence[str]]) -> list[dict[str, str]]:
    """For each point the lines that differ from those of the point before, by their index: most do not.

    >>> changes([["a", "b"], ["a", "c"]])
    [{'0': 'a', '1': 'b'}, {'1': 'c'}]
    """
    kept, before = [], {}
    for lines in outputs:
        now = {str(index): line for index, line in enumerate(lines)}
        kept.append({index: line for index, line in now.items() if before.get(index) != line})
        before = now
    return kept


def outputs_of(record: dict) -> list[list[str]]:
    """The lines of each point, from what `changes` kept."""
    lines, found = {}, []
    for changed in record["outputs"]:
        lines = lines | {int(index): line for index, line in changed.items()}
        found.append([lines[index] for index in sorted(lines)])
    return found


def load_sweep(name: str) -> dict:
    """The kept sweep of a pretrained translator, `multi30k-de-en@1` for one."""
    path = resources.files("tutor_nmt") / "records" / "sweeps" / f"{name}.json"
    if not path.is_file():
        raise ValueError(f"no sweep of {name!r} is kept; `python -m tutor_nmt sweep --help` says how to make one")
    return json.loads(path.read_text(encoding="utf-8"))


def points(record: dict, alpha: float | None = None, patience: float = 1.0) -> list[dict]:
    """The points with this length penalty (by default the translator's own) and this patience, by size of the beam."""
    alpha = record["alpha"] if alpha is None else alpha
    chosen = [one for one in record["points"] if one["alpha"] == alpha and one["patience"] == patience]
    return sorted(chosen, key=lambda one: one["beam_size"])
