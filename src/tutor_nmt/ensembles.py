"""Several translators that vote on every next word, and the record of what their vote is worth.

Models that differ only by chance make different mistakes: the mean of their probabilities is better than most of them
(Sutskever et al. 2014, section 3.6, decode with ensembles of five). It costs as many models in memory and in time.
"""

import hashlib
import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn

from .evaluation import bleu
from .experiments import ALPHAS, commit_of_this_code, provenance
from .model import State, TranslationModel
from .records import corpus_of, experiment_of, score
from .translator import Translator


class EnsembleState(NamedTuple):
    """The states of all members, side by side."""

    states: tuple[State, ...]

    def select(self, rows: Tensor) -> "EnsembleState":
        """Keep, drop and copy hypotheses, the same ones in every member's state."""
        return EnsembleState(tuple(state.select(rows) for state in self.states))


class Ensemble(nn.Module):
    """Models with one vocabulary as one model: the probability of a word is the mean of what its members give it.

    Members that give a word 0.5 and 0.1 give it 0.3 together. It can be searched like any model, and not trained.
    """

    def __init__(self, models: Sequence[TranslationModel]):
        super().__init__()
        self.models = nn.ModuleList(models)

    def start(self, src: Tensor, src_lengths: Tensor) -> EnsembleState:
        """Every member encodes the source: src (batch, src_len), src_lengths (batch,) on the CPU."""
        return EnsembleState(tuple(model.start(src, src_lengths) for model in self.models))

    def step(self, tokens: Tensor, state: EnsembleState) -> tuple[Tensor, Tensor, EnsembleState]:
        """As `TranslationModel.step`; the weights of attention are the members' mean too."""
        log_probs, weights, states = zip(
            *(model.step(tokens, one) for model, one in zip(self.models, state.states, strict=True)), strict=True
        )
        mean = torch.stack(log_probs).logsumexp(0) - math.log(len(self.models))
        return mean, torch.stack(weights).mean(0), EnsembleState(states)

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.models[0].device

    def num_weights(self) -> int:
        """Those of all members together."""
        return sum(model.num_weights() for model in self.models)


def vote(translators: Sequence[Translator]) -> Translator:
    """The translator that asks all of these at every word; length penalty and languages are the first one's.

    ValueError if they do not write in the same pieces, or were made for other languages.
    """
    if not translators:
        raise ValueError("an ensemble needs members; give at least one translator")
    first = translators[0]
    for number, other in enumerate(translators[1:], start=2):
        for name in ("source_language", "target_language", "reverse_source", "simplify"):
            if getattr(other.config, name) != getattr(first.config, name):
                raise ValueError(
                    f"member {number} has {name}={getattr(other.config, name)!r}, the first one "
                    f"{getattr(first.config, name)!r}; take members that read and write alike"
                )
        for side in ("src_vocabulary", "tgt_vocabulary"):
            one, another = getattr(first, side), getattr(other, side)
            if [one.token(index) for index in range(len(one))] != [
                another.token(index) for index in range(len(another))
            ]:
                raise ValueError(
                    f"member {number} has another {side} than the first; take members trained on the same lines "
                    "with the same vocabulary"
                )
    model = Ensemble([one.model for one in translators]).eval()  # as members are; a new module believes it trains
    return Translator(first.config, model, first.src_vocabulary, first.tgt_vocabulary)


def make_ensemble(
    members: Sequence[tuple[str, int]],
    runs: str | Path,
    device: torch.device | str = "cpu",
    log: Callable[[str], None] = lambda message: None,
) -> dict[str, object]:
    """The record of an ensemble of runs, each named by its experiment and its seed, as JSON's types.

    `runs`: the folder that `run_experiment` wrote them into. The length penalty is chosen on "val", then each split of
    the first member's experiment is scored once.
    """
    if len(set(members)) < len(members):
        raise ValueError("a run that votes twice adds nothing; name each of them once")
    commit, records, translators, found = commit_of_this_code(), [], [], []
    for name, seed in members:
        folder, path = Path(runs) / name / f"seed-{seed}", Path(runs) / name / f"seed-{seed}.json"
        if not path.is_file():
            raise ValueError(f"{path} is not there; run `python -m tutor_nmt experiment {name} --seed {seed}` first")
        records.append(json.loads(path.read_text(encoding="utf-8")))
        translators.append(Translator.load(folder))
        weights = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
        told = {"experiment": name, "seed": seed, "recipe_hash": records[-1]["recipe_hash"], "weights_sha256": weights}
        found.append(told)
    translator, experiment = vote(translators), experiment_of(records[0])
    corpus = corpus_of(experiment)
    translator.model.to(device)
    sources, references = [list(side) for side in zip(*corpus["val"], strict=True)]
    bleu_by_alpha = {}
    for alpha in ALPHAS:
        lines = [best.text for (best, *_) in translator.translations(sources, 5, alpha=alpha)]
        bleu_by_alpha[alpha] = bleu(lines, references, corpus.target_language).score
        log(f"length penalty {alpha}: val_bleu {bleu_by_alpha[alpha]:.3f}")
    translator.config = replace(translator.config, alpha=max(bleu_by_alpha, key=bleu_by_alpha.get))
    started = time.perf_counter()
    scored = {split: score(translator, corpus[split]) for split in experiment.splits}
    return {
        "members": found,
        **provenance(commit, translator.model.device),
        "num_weights": translator.model.num_weights(),
        "alpha": translator.config.alpha,
        "val_bleu_by_alpha": {str(alpha): value for alpha, value in bleu_by_alpha.items()},
        "scores": {split: scores for split, (scores, _) in scored.items()},
        "outputs": {split: outputs for split, (_, outputs) in scored.items()},
        "seconds": time.perf_counter() - started,
    }


def kept_ensembles() -> dict[str, dict]:
    """The records of ensembles that travel with the package, by name."""
    root = Path(str(resources.files("tutor_nmt"))) / "records" / "ensembles"
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(root.glob("*.json"))}
