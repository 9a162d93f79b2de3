"""Named experiments and what came out of them: evidence too expensive to gather anew on every page.

A record is one JSON file a run: the recipe and its hash, command, commit, seed, hardware, versions, history, scores
with signatures, and the system's own output lines, so that anyone can score it again. It quotes no corpus sentence.
"""

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from importlib import resources
from pathlib import Path

import torch

from .checkpoints import write_atomically
from .corpora import SentencePair, load_corpus
from .evaluation import evaluate
from .experiments import Recipe, train_translator
from .model import ModelConfig
from .training import TrainingConfig
from .translator import Translator

SETTINGS = {"greedy": 1, "beam_5": 5}  # how a test split is searched: the size of the beam


@dataclass(frozen=True)
class Experiment:
    """A question to a corpus: the recipe that asks it, what it is about, and what it costs."""

    about: str
    corpus: str
    source: str
    target: str
    test_split: str
    recipe: Recipe
    minutes: int  # on one core of a recent processor, about

    def with_seed(self, seed: int) -> "Experiment":
        """The same experiment with another seed."""
        return replace(self, recipe=replace(self.recipe, training=replace(self.recipe.training, seed=seed)))


def _walk_through(about: str, join: str) -> Experiment:
    """The setting of a German–English walk-through that teaches the encoder–decoder without attention."""
    return Experiment(
        about=about,
        corpus="multi30k-tokenized",
        source="de",
        target="en",
        test_split="test_2016_flickr",
        recipe=Recipe(
            cleaning=False,
            vocabulary="spaces",
            vocabulary_size=0,
            reverse_source=True,
            model=ModelConfig(
                hidden_size=512,
                encoder_size=512,
                encoder_layers=2,
                decoder_layers=2,
                join=join,
                attention="none",
                dropout=0.5,
                readout=False,
                tie_output=False,
                share_embeddings=False,
                init_range=0.08,
            ),
            training=TrainingConfig(
                epochs=10,
                batch_size=64,
                learning_rate=1e-3,
                schedule="constant",
                warmup=0.0,
                label_smoothing=0.0,
                forcing_ratio=0.5,
                precision="bf16",
            ),
        ),
        minutes=60,
    )


def _captions(about: str, epochs: int, noise: float, cleaning: bool) -> Experiment:
    """What cleaning is worth: the embedded corpus, half a million weights, as many epochs as make 2,000 updates."""
    return Experiment(
        about=about,
        corpus="captions",
        source="de",
        target="en",
        test_split="test",
        recipe=Recipe(
            vocabulary_size=1000,
            noise=noise,
            cleaning=cleaning,
            model=ModelConfig(embedding_size=128, hidden_size=192, encoder_size=96, dropout=0.1),
            training=TrainingConfig(epochs=epochs, max_tokens=500, learning_rate=3e-3),
        ),
        minutes=2,
    )


def _live_captions(about: str, epochs: int) -> Experiment:
    """The model that chapters train while one watches: one epoch in twenty seconds, or longer for comparison."""
    return Experiment(
        about=about,
        corpus="captions",
        source="de",
        target="en",
        test_split="test",
        recipe=Recipe(
            cleaning=False,
            vocabulary="words",
            vocabulary_size=0,
            model=ModelConfig(
                embedding_size=96,
                hidden_size=112,
                encoder_size=56,
                attention="dot",
                dropout=0.0,
                share_embeddings=False,
            ),
            training=TrainingConfig(epochs=epochs, max_tokens=160, learning_rate=5e-3, label_smoothing=0.0),
        ),
        minutes=epochs,
    )


EXPERIMENTS: dict[str, Experiment] = {
    "multi30k-de-en": Experiment(
        about="the translator that travels with the package: attention between two layers, 4,000 joint pieces",
        corpus="multi30k",
        source="de",
        target="en",
        test_split="test_2016_flickr",
        recipe=Recipe(
            vocabulary_size=4000,
            model=ModelConfig(hidden_size=384, encoder_size=192, encoder_layers=2, decoder_layers=2, attend="between"),
            training=TrainingConfig(epochs=14, precision="bf16", select_by="val_bleu"),
        ),
        minutes=30,
    ),
    "multi30k-de-en-quick": Experiment(
        about="a smaller model, attention after one layer, in the time of a coffee: eleven epochs on two threads",
        corpus="multi30k",
        source="de",
        target="en",
        test_split="test_2016_flickr",
        recipe=Recipe(vocabulary_size=4000, training=TrainingConfig(epochs=11, precision="bf16", select_by="val_bleu")),
        minutes=8,
    ),
    "captions-de-en-live": _live_captions("half a million weights, one pass over the embedded captions, live", 1),
    "captions-de-en": _live_captions("the same for eight passes: where longer training ends", 8),
    "captions-clean": _captions("20,000 embedded captions as they are, for two minutes", 3, 0.0, False),
    "captions-dirty": _captions("the same, half of them spoilt in eight ways", 2, 0.5, False),
    "captions-cleaned": _captions("the spoilt ones after cleaning", 4, 0.5, True),
    "walk-through": _walk_through("a well-known walk-through's setting, its two directions summed, as it says", "sum"),
    "walk-through-as-written": _walk_through("the same as its code has it: final states of layers summed", "layers"),
}


def known_experiment(name: str) -> Experiment:
    """An experiment by its name; ValueError lists the names there are."""
    if name not in EXPERIMENTS:
        raise ValueError(f"no experiment is called {name!r}; there are {', '.join(EXPERIMENTS)}")
    return EXPERIMENTS[name]


def recipe_hash(experiment: Experiment) -> str:
    """Twelve digits that change with anything that could change the result, the seed left out."""
    content = asdict(experiment.with_seed(0))
    for words_only in ("about", "minutes"):
        del content[words_only]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]


def experiment_of(record: dict) -> Experiment:
    """The experiment a record was made by, with the recipe that stands in it.

    A choice that recipes did not have when the record was written takes its default, which must mean "as before"; a
    default that has changed since does not fit any more, and `recipe_hash` shows it.
    """
    parts = dict(record["recipe"])
    parts |= {"model": ModelConfig(**parts["model"]), "training": TrainingConfig(**parts["training"])}
    return replace(known_experiment(record["experiment"]), recipe=Recipe(**parts))


def run_experiment(
    name: str,
    seed: int,
    directory: str | Path,
    device: torch.device | str = "cpu",
    log: Callable[[str], None] = lambda message: None,
) -> Path:
    """Train, score the test split once, write the record; a run that was broken off goes on where it stood.

    `directory` gets NAME/seed-SEED.json, the record, and beside it NAME/seed-SEED, the translator and its checkpoints.
    """
    experiment = known_experiment(name).with_seed(seed)
    folder = Path(directory) / name
    path = folder / f"seed-{seed}.json"
    if path.exists():
        raise ValueError(f"{path} is there already; the test split is scored once. Name another folder or seed")
    started, resumed = time.perf_counter(), (folder / f"seed-{seed}").exists()
    corpus = load_corpus(experiment.corpus, experiment.source, experiment.target)
    run = train_translator(corpus, experiment.recipe, folder / f"seed-{seed}", True, device, log)
    scores, outputs = score(run.translator, corpus[experiment.test_split])
    record = {"experiment": name, "recipe_hash": recipe_hash(experiment)} | run.record()
    if not resumed:
        record["seconds"] = time.perf_counter() - started  # from raw text to scores
    record |= {"scores": {experiment.test_split: scores}, "outputs": {experiment.test_split: outputs}}
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
