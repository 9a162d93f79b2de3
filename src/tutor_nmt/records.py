"""Named experiments and what came out of them: evidence too expensive to gather anew on every page.

A record is one JSON file a run: the recipe and its hash, command, commit, seed, hardware, versions, history, scores
with signatures, and the system's own output lines, so that anyone can score it again. It quotes no corpus sentence.
"""

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from importlib import resources
from pathlib import Path

import torch

from .catalogue import Experiment, known_experiment
from .checkpoints import write_atomically
from .corpora import ParallelCorpus, SentencePair, load_corpus
from .distributed import first_on_each_machine, is_first
from .evaluation import evaluate
from .experiments import Recipe, simplified, train_translator
from .mistakes import committed
from .model import ModelConfig
from .training import TrainingConfig
from .translator import Translator

SETTINGS = {"greedy": 1, "beam_5": 5}  # how a test split is searched: the size of the beam
# Choices that recipes had not when the first records were made.
YOUNGER = {
    *("architecture", "num_heads", "feedforward_size", "positions", "average"),
    *("train_pairs", "simplify", "mistake", "subtitles"),
}


def recipe_hash(experiment: Experiment) -> str:
    """Twelve digits that change with anything that could change the result, the seed left out."""
    content = asdict(experiment.with_seed(0))
    for words_only in ("about", "minutes"):
        del content[words_only]
    if not experiment.more_splits:
        del content["more_splits"]  # as in records from before there were any
    recipe = content["recipe"]
    parts = {"model": ModelConfig(), "training": TrainingConfig()}
    for chosen, default in ((recipe, Recipe()), *((recipe[name], one) for name, one in parts.items())):
        for name in YOUNGER & chosen.keys():
            if chosen[name] == getattr(default, name):
                del chosen[name]  # likewise: with its default, it changes no result
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]


def experiment_of(record: dict) -> Experiment:
    """The experiment a record was made by, with the recipe that stands in it.

    A choice that recipes did not have when the record was written takes its default, which must mean "as before"; a
    default that has changed since does not fit any more, and `recipe_hash` shows it.
    """
    parts = dict(record["recipe"])
    parts |= {"model": ModelConfig(**parts["model"]), "training": TrainingConfig(**parts["training"])}
    return replace(known_experiment(record["experiment"]), recipe=Recipe(**parts))


def corpus_of(experiment: Experiment) -> ParallelCorpus:
    """The experiment's corpus as it is trained on and scored against: in simplified characters if it asks for them."""
    corpus = load_corpus(experiment.corpus, experiment.source, experiment.target)
    return simplified(corpus) if experiment.recipe.simplify else corpus


def run_experiment(
    name: str,
    seed: int,
    directory: str | Path,
    device: torch.device | str = "cpu",
    log: Callable[[str], None] = lambda message: None,
) -> Path:
    """Train, score each of `splits` once, write the record; a run that was broken off goes on where it stood.

    `directory` gets NAME/seed-SEED.json, the record, and beside it NAME/seed-SEED, the translator and its checkpoints.
    """
    experiment = known_experiment(name).with_seed(seed)
    folder = Path(directory) / name
    path = folder / f"seed-{seed}.json"
    if path.exists():
        raise ValueError(f"{path} is there already; the test split is scored once. Name another folder or seed")
    started, resumed = time.perf_counter(), (folder / f"seed-{seed}").exists()
    with first_on_each_machine():
        corpus = corpus_of(experiment)
    run = train_translator(corpus, experiment.recipe, folder / f"seed-{seed}", True, device, log)
    if not is_first():
        return path
    with committed(experiment.recipe.mistake):
        scored = {split: score(run.translator, corpus[split]) for split in experiment.splits}
    record = {"experiment": name, "recipe_hash": recipe_hash(experiment)} | run.record()
    if not resumed:
        record["seconds"] = time.perf_counter() - started  # from raw text to scores
    record["scores"] = {split: scores for split, (scores, _) in scored.items()}
    record["outputs"] = {split: outputs for split, (_, outputs) in scored.items()}
    write_atomically(path, (json.dumps(record, indent=1, ensure_ascii=False) + "\n").encode())
    return path


def score(translator: Translator, pairs: list[SentencePair]) -> tuple[dict[str, dict], dict[str, list[str]]]:
    """Scores of one split, greedy and with a beam of five, and the lines that were scored."""
    scores, outputs = {}, {}
    for setting, beam_size in SETTINGS.items():
        started = time.perf_counter()
        lines = translator.translate([pair.source for pair in pairs], beam_size)
        seconds = time.perf_counter() - started
        scores[setting] = evaluate(lines, [pair.target for pair in pairs], translator.config.target_language)
        scores[setting]["sentences_per_second"] = len(pairs) / seconds
        outputs[setting] = lines
    return scores, outputs


def kept_records() -> dict[str, dict[int, dict]]:
    """The records that travel with the package: `kept_records()["multi30k-de-en"][1]` is that of seed 1."""
    root = Path(str(resources.files("tutor_nmt"))) / "records"
    kept: dict[str, dict[int, dict]] = {}
    for path in sorted(root.glob("*/seed-*.json")):
        seed = int(path.stem.removeprefix("seed-"))
        kept.setdefault(path.parent.name, {})[seed] = json.loads(path.read_text(encoding="utf-8"))
    return kept


def tuning_log() -> list[dict]:
    """What was tried before a recipe was settled, on validation alone: command, commit, validation BLEU an epoch."""
    path = resources.files("tutor_nmt") / "records" / "tuning.json"
    return json.loads(path.read_text(encoding="utf-8"))
