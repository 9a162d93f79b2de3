"""The ladder of German–English results: from no attention to an ensemble, each rung one idea more than the one below.

A rung is a setting of kept records, so that whatever shows it (a chapter, the page of results, a figure) shows what was
measured. All of it is scored on Multi30k's `test_2016_flickr`; nothing in it was chosen by that split.
"""

from statistics import mean, stdev
from typing import NamedTuple

from .ensembles import kept_ensembles
from .records import kept_records

TEST_SPLIT = "test_2016_flickr"


class Rung(NamedTuple):
    """One rung: what is new on it, and where it was measured: an experiment (or an ensemble) and how it searched."""

    what: str
    name: str
    setting: str = "greedy"


LADDER = (
    Rung("no attention: one vector for the whole sentence", "ladder-no-attention"),
    Rung("attention, that looks at padding too", "ladder-attention-unmasked"),
    Rung("the mask right", "ladder-attention"),
    Rung("pieces of words", "ladder-subwords"),
    Rung("tied embeddings", "ladder-tied"),
    Rung("label smoothing, warm-up, a falling rate", "multi30k-de-en-quick"),
    Rung("a beam of five", "multi30k-de-en-quick", "beam_5"),
    Rung("the best four epochs averaged", "ladder-average", "beam_5"),
    Rung("two layers a side, half as wide again", "multi30k-de-en", "beam_5"),
    Rung("a Transformer, no larger", "multi30k-de-en-transformer", "beam_5"),
    Rung("narrower, deeper, trained longer", "multi30k-de-en-transformer-long", "beam_5"),
    Rung("several of them vote", "multi30k-de-en-ensemble", "beam_5"),
)


class Measured(NamedTuple):
    """What a rung came to: a score a seed and metric, and the cost of one run."""

    rung: Rung
    seeds: list[int]  # of an ensemble none: its members have them
    scores: dict[str, list[float]]  # by metric: bleu, bleu_lc, chrf
    num_weights: int
    minutes: float | None  # of training alone, of the fastest run; None for an ensemble
    hardware: str

    def mean(self, metric: str = "bleu_lc") -> float:
        """The mean over seeds."""
        return mean(self.scores[metric])

    def spread(self, metric: str = "bleu_lc") -> float | None:
        """The standard deviation over seeds; None of a single one."""
        return stdev(self.scores[metric]) if len(self.scores[metric]) > 1 else None


def measured(rung: Rung) -> Measured | None:
    """The rung's results from the kept records; None while there are none."""
    ensembles, records = kept_ensembles(), kept_records()
    if rung.name in ensembles:
        record = ensembles[rung.name]
        found = record["scores"][TEST_SPLIT][rung.setting]
        scores = {metric: [found[metric]] for metric in ("bleu", "bleu_lc", "chrf")}
        return Measured(rung, [], scores, record["num_weights"], None, record["hardware"])
    if rung.name not in records:
        return None
    runs = records[rung.name]
    scores = {
        metric: [record["scores"][TEST_SPLIT][rung.setting][metric] for record in runs.values()]
        for metric in ("bleu", "bleu_lc", "chrf")
    }
    minutes = min(sum(epoch["seconds"] for epoch in record["history"]) / 60 for record in runs.values())
    first = next(iter(runs.values()))
    return Measured(rung, list(runs), scores, first["num_weights"], minutes, first["hardware"])


def climb() -> list[Measured]:
    """All rungs that have been measured, from the lowest on."""
    return [found for rung in LADDER if (found := measured(rung))]
