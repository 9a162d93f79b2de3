"""From a corpus to a trained translator: the whole recipe in one place, as commands and chapters run it."""

import json
import platform
import shlex
import subprocess
import sys
import warnings
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib import metadata
from pathlib import Path
from typing import Literal

import torch

from .adaptation import begin_from, origin_of
from .batching import Batches, RandomBatches, TokenBatches, encode_pairs
from .checkpoints import History, write_atomically
from .cleaning import clean
from .corpora import ParallelCorpus, SentencePair
from .device import hardware
from .distributed import agree, from_first, is_first, launcher, world_size
from .evaluation import bleu
from .mistakes import committed
from .model import ModelConfig, TranslationModel, build_model
from .noise import add_noise
from .normalization import simplify
from .subtitles import SUBTITLE_FILTERS, SUBTITLE_NORMALIZERS
from .training import TrainingConfig, fit, mean_loss
from .translator import Translator, TranslatorConfig
from .vocabulary import SubwordVocabulary, Vocabulary, WordVocabulary

LIBRARIES = ("tutor-nmt", "torch", "sentencepiece", "sacrebleu")
ALPHAS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2)  # length penalties tried on the validation split


@dataclass(frozen=True)
class Recipe:
    """All that a run depends on beside the corpus."""

    vocabulary: Literal["bpe", "unigram", "words", "spaces"] = "bpe"  # pieces, words, or words already set apart
    vocabulary_size: int = 4000  # entries, of one shared vocabulary or of each of two; 0: every word seen twice
    reverse_source: bool = False  # read the source from its end (Sutskever et al. 2014)
    train_pairs: int = 0  # learn from the first so many training pairs alone; 0: from all
    noise: float = 0.0  # share of the training pairs that are spoilt first, to see what cleaning is worth
    cleaning: bool = True  # drop training pairs that look wrong
    subtitles: bool = False  # clean as subtitles too: no dashes, speakers, stage directions, notes, adverts
    simplify: bool = False  # write Chinese in simplified characters, in every split and when translating
    mistake: str = ""  # a known mistake (`mistakes.MISTAKES`), committed on purpose while training and scoring
    model: ModelConfig = field(default_factory=ModelConfig)
    training: TrainingConfig = field(default_factory=TrainingConfig)


@dataclass(frozen=True)
class Run:
    """What a recipe came to: the translator, its history, and the validation BLEU of each length penalty tried."""

    recipe: Recipe
    translator: Translator
    history: History
    bleu_by_alpha: dict[float, float]
    commit: str  # of the code when the run began
    begun_with: str = ""  # the translator whose weights and vocabularies the run took over, see `origin_of`

    def record(self) -> dict[str, object]:
        """All that makes the run repeatable and quotable, as JSON's types: recipe, versions, hardware, history."""
        return {
            "recipe": asdict(self.recipe),
            "seed": self.recipe.training.seed,
            **({"begun_with": self.begun_with} if self.begun_with else {}),
            **provenance(self.commit, self.translator.model.device),
            "num_weights": self.translator.model.num_weights(),
            "vocabulary_sizes": [len(self.translator.src_vocabulary), len(self.translator.tgt_vocabulary)],
            "history": self.history.epochs,
            **({"averaged": self.history.averaged} if self.history.averaged else {}),
            "val_bleu_by_alpha": {str(alpha): score for alpha, score in self.bleu_by_alpha.items()},
        }


def learn_vocabularies(pairs: Sequence[SentencePair], recipe: Recipe) -> tuple[Vocabulary, Vocabulary]:
    """Source and target vocabulary from training pairs; one and the same where embeddings are shared."""
    sides = [[pair.source for pair in pairs], [pair.target for pair in pairs]]
    if recipe.model.share_embeddings:
        sides = [sides[0] + sides[1]]
    if recipe.vocabulary not in ("bpe", "unigram", "words", "spaces"):
        raise ValueError(f"vocabulary={recipe.vocabulary!r} is unknown; use bpe, unigram, words or spaces")
    if recipe.vocabulary in ("words", "spaces"):
        size = recipe.vocabulary_size or None
        learnt = [WordVocabulary.build(lines, max_size=size, splitting=recipe.vocabulary) for lines in sides]
    else:
        learnt = [SubwordVocabulary.train(lines, recipe.vocabulary_size, recipe.vocabulary) for lines in sides]
    return learnt[0], learnt[-1]


def train_translator(
    corpus: ParallelCorpus,
    recipe: Recipe,
    directory: str | Path | None = None,
    resume: bool = False,
    device: torch.device | str = "cpu",
    log: Callable[[str], None] = lambda message: None,
    begin_with: str | Path | None = None,
) -> Run:
    """Spoil or clean "train" if asked to, learn vocabularies, fit the model, choose epoch and length penalty on "val".

    `recipe.training.select_by`: "val_loss", or "val_bleu" of greedy translations. With a `directory`, checkpoints lie
    in its folder `checkpoints`, the finished translator and `record.json` in itself. No other split is looked at.
    `log` is told in words what happens: `log=print`.

    `begin_with`: a trained translator to go on from (fine-tuning), one of the package's by its name or a folder. Its
    weights and vocabularies are taken over, so `recipe.vocabulary` and its size say nothing, and a recipe that asks for
    another model is refused. Optimiser and schedule begin anew; `resume` goes on with a run that was broken off.
    """
    with committed(recipe.mistake):
        return _trained(corpus, recipe, directory, resume, device, log, begin_with)


def _trained(
    corpus: ParallelCorpus,
    recipe: Recipe,
    directory: str | Path | None,
    resume: bool,
    device: torch.device | str,
    log: Callable[[str], None],
    begin_with: str | Path | None,
) -> Run:
    commit = commit_of_this_code()  # now, as the files may change while the run goes on
    log = log if is_first() else str  # which says nothing
    begun_with = origin_of(begin_with) if begin_with else ""
    start = begin_from(begin_with, _config_of(corpus, recipe)) if begin_with else None
    if recipe.simplify:
        corpus = simplified(replace(corpus, splits={split: corpus[split] for split in ("train", "val")}))
    pairs = _first(corpus, recipe.train_pairs)
    if recipe.noise:
        pairs = [spoilt.pair for spoilt in add_noise(pairs, recipe.noise, seed=recipe.training.seed)]
    if recipe.cleaning:
        pairs = _cleaned(replace(corpus, splits={"train": pairs}), recipe.subtitles, log)
    checkpoints = None if directory is None else Path(directory) / "checkpoints"
    begun = checkpoints is not None and (checkpoints / "last.safetensors").exists()
    if begun and resume:
        translator = Translator.load(checkpoints)  # for the vocabularies it began with; the weights come from `fit`
        _refuse_another_recipe(checkpoints / "recipe.json", recipe, begun_with)
    else:
        translator = start or _untrained(pairs, corpus, recipe)
        if checkpoints is not None and not begun and is_first():
            translator.save(checkpoints)
            described = asdict(recipe) | {"begun_with": begun_with}
            write_atomically(checkpoints / "recipe.json", json.dumps(described, indent=1).encode())
    agree(**asdict(recipe.model))
    config, model = translator.config, translator.model.to(device)
    src_vocabulary, tgt_vocabulary = translator.src_vocabulary, translator.tgt_vocabulary

    def batches(pairs: Sequence[SentencePair], shuffle: bool) -> Batches:
        examples = encode_pairs(pairs, src_vocabulary, tgt_vocabulary, recipe.reverse_source)
        if shuffle and recipe.training.batch_size:
            return RandomBatches(examples, recipe.training.batch_size, recipe.training.seed)
        return TokenBatches(examples, recipe.training.max_tokens, recipe.training.seed, shuffle)

    sources, references = [list(side) for side in zip(*corpus["val"], strict=True)]
    val_batches = batches(corpus["val"], shuffle=False)

    def score(beam_size: int, alpha: float) -> float:
        found = translator.translations(sources, beam_size, alpha=alpha)
        return bleu([best.text for (best, *_) in found], references, corpus.target_language).score

    def validate(model: TranslationModel) -> dict[str, float]:
        figures = {"val_loss": mean_loss(model, val_batches), "val_bleu": score(1, 1.0)}
        if recipe.training.forcing_ratio < 1:  # a model that learnt to go on from its own words is asked to
            figures["val_loss_free_running"] = mean_loss(model, val_batches, forcing_ratio=0.0)
        log(", ".join(f"{name} {value:.3f}" for name, value in figures.items()))
        return figures

    log(f"{model.num_weights():,} weights on {device}, {len(pairs):,} sentence pairs")
    history = fit(model, batches(pairs, shuffle=True), recipe.training, validate, checkpoints, resume)
    scores = from_first(lambda: [score(5, alpha) for alpha in ALPHAS])
    bleu_by_alpha = dict(zip(ALPHAS, scores, strict=True))
    translator.config = replace(config, alpha=max(bleu_by_alpha, key=bleu_by_alpha.get))
    run = Run(recipe, translator, history, bleu_by_alpha, commit, begun_with)
    if directory is not None and is_first():
        write_atomically(Path(directory) / "record.json", (json.dumps(run.record(), indent=1) + "\n").encode())
        translator.save(directory)
    return run


def simplified(corpus: ParallelCorpus) -> ParallelCorpus:
    """The corpus with its Chinese side in simplified characters; ValueError if it has none."""
    languages = corpus.source_language, corpus.target_language
    if "zh" not in languages:
        raise ValueError(f"simplify=True is about Chinese (zh), and {corpus.name} joins {' and '.join(languages)}")
    source, target = (simplify if language == "zh" else str for language in languages)
    return replace(
        corpus,
        splits={
            name: [SentencePair(source(pair.source), target(pair.target)) for pair in pairs]
            for name, pairs in corpus.splits.items()
        },
    )


def _first(corpus: ParallelCorpus, count: int) -> list[SentencePair]:
    """The first so many training pairs, all of them for 0; ValueError if there are not as many."""
    pairs = corpus["train"]
    if not 0 <= count <= len(pairs):
        there = f"{corpus.name} has {len(pairs)} training pairs"
        raise ValueError(f"train_pairs={count}, but {there}; ask for 1 to {len(pairs)}, or 0 for all")
    return pairs[:count] if count else pairs


def _cleaned(corpus: ParallelCorpus, subtitles: bool, log: Callable[[str], None]) -> list[SentencePair]:
    """The training pairs that `clean` keeps; a warning if it drops more than a tenth."""
    steps = {"normalizers": SUBTITLE_NORMALIZERS, "filters": SUBTITLE_FILTERS} if subtitles else {}
    pairs, report = clean(corpus["train"], corpus.source_language, corpus.target_language, **steps)
    log(str(report))
    if len(pairs) < 0.9 * len(corpus["train"]):
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in report.dropped.items())
        message = f"cleaning dropped {report.dropped.total():,} of {len(corpus['train']):,} pairs: {reasons}"
        warnings.warn(message, stacklevel=3)
    return pairs


def _config_of(corpus: ParallelCorpus, recipe: Recipe) -> TranslatorConfig:
    languages = corpus.source_language, corpus.target_language
    return TranslatorConfig(*languages, recipe.model, recipe.reverse_source, simplify=recipe.simplify)


def _untrained(pairs: Sequence[SentencePair], corpus: ParallelCorpus, recipe: Recipe) -> Translator:
    """The translator before its first update: vocabularies learnt, weights drawn from the seed."""
    src_vocabulary, tgt_vocabulary = learn_vocabularies(pairs, recipe)
    with torch.random.fork_rng():
        torch.manual_seed(recipe.training.seed)
        model = build_model(recipe.model, len(src_vocabulary), len(tgt_vocabulary))
    return Translator(_config_of(corpus, recipe), model, src_vocabulary, tgt_vocabulary)


def _refuse_another_recipe(path: Path, recipe: Recipe, begun_with: str) -> None:
    """ValueError if the run that `path` describes was begun with another recipe than this, or another translator.

    A choice that did not exist yet when the run began has its default.
    """
    defaults = asdict(Recipe()) | {"begun_with": ""}
    try:
        begun = defaults | dict(json.loads(path.read_text(encoding="utf-8")))
        begun |= {part: defaults[part] | begun[part] for part in ("model", "training")}
    except (OSError, TypeError, ValueError) as error:
        raise ValueError(f"{path} cannot be read ({error}); start anew in another folder") from error
    for name, value in (asdict(recipe) | {"begun_with": begun_with}).items():
        if begun[name] != value:
            raise ValueError(
                f"{path} says the run began with {name}={begun[name]!r}, not {value!r}; "
                "resume with its own recipe or name another folder"
            )


def provenance(commit: str, device: torch.device) -> dict[str, object]:
    """Where a record comes from: command, commit, versions, hardware."""
    return {
        "command": shlex.join([*launcher(), "-m", "tutor_nmt", *sys.argv[1:]]),
        "commit": commit,
        "versions": {"python": platform.python_version()} | {name: metadata.version(name) for name in LIBRARIES},
        "hardware": hardware(device, world_size()),
    }


def commit_of_this_code() -> str:
    """The commit this code is at, marked if files differ from it; "unknown" outside a checkout."""
    try:
        root = Path(__file__).parent
        commands = (["git", "rev-parse", "HEAD"], ["git", "status", "--porcelain", "--", "."])
        head, changed = (
            subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout.strip()
            for command in commands
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return f"{head} with uncommitted changes" if changed else head
