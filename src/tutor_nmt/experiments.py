"""From a corpus to a trained translator: the whole recipe in one place, as commands and chapters run it."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import torch

from .batching import TokenBatches, encode_pairs
from .checkpoints import History
from .cleaning import clean
from .corpora import ParallelCorpus, SentencePair
from .evaluation import bleu
from .model import ModelConfig, TranslationModel, build_model
from .training import TrainingConfig, fit, mean_loss
from .translator import Translator, TranslatorConfig
from .vocabulary import SubwordVocabulary, Vocabulary, WordVocabulary

ALPHAS = (0.6, 0.8, 1.0, 1.2, 1.4, 1.6)  # length penalties tried on the validation split


@dataclass(frozen=True)
class Recipe:
    """All that a run depends on beside the corpus."""

    vocabulary: Literal["bpe", "unigram", "words"] = "bpe"  # pieces or words
    vocabulary_size: int = 4000  # entries, of one shared vocabulary or of each of two
    reverse_source: bool = False  # read the source from its end (Sutskever et al. 2014)
    model: ModelConfig = field(default_factory=ModelConfig)
    training: TrainingConfig = field(default_factory=TrainingConfig)


@dataclass(frozen=True)
class Run:
    """What a recipe came to: the translator, its history, and the validation BLEU of each length penalty tried."""

    translator: Translator
    history: History
    bleu_by_alpha: dict[float, float]


def learn_vocabularies(pairs: Sequence[SentencePair], recipe: Recipe) -> tuple[Vocabulary, Vocabulary]:
    """Source and target vocabulary from training pairs; one and the same where embeddings are shared."""
    sides = [[pair.source for pair in pairs], [pair.target for pair in pairs]]
    if recipe.model.share_embeddings:
        sides = [sides[0] + sides[1]]
    if recipe.vocabulary == "words":
        learnt = [WordVocabulary.build(lines, max_size=recipe.vocabulary_size) for lines in sides]
    else:
        learnt = [SubwordVocabulary.train(lines, recipe.vocabulary_size, recipe.vocabulary) for lines in sides]
    return learnt[0], learnt[-1]


def train_translator(
    corpus: ParallelCorpus,
    recipe: Recipe,
    directory: str | Path | None = None,
    resume: bool = False,
    device: torch.device | str = "cpu",
    log: Callable[[str], None] = lambda message: print(message, file=sys.stderr),
) -> Run:
    """Clean "train", learn vocabularies from it, fit the model, choose epoch and length penalty on "val".

    `recipe.training.select_by`: "val_loss", or "val_bleu" of greedy translations. With a `directory`, checkpoints lie
    in its folder `checkpoints` and the finished translator in itself. No other split is looked at.
    """
    pairs, report = clean(corpus["train"], corpus.source_language, corpus.target_language)
    log(str(report))
    src_vocabulary, tgt_vocabulary = learn_vocabularies(pairs, recipe)
    with torch.random.fork_rng():
        torch.manual_seed(recipe.training.seed)
        model = build_model(recipe.model, len(src_vocabulary), len(tgt_vocabulary)).to(device)
    config = TranslatorConfig(corpus.source_language, corpus.target_language, recipe.model, recipe.reverse_source)
    translator = Translator(config, model, src_vocabulary, tgt_vocabulary)

    def batches(pairs: Sequence[SentencePair], shuffle: bool) -> TokenBatches:
        examples = encode_pairs(pairs, src_vocabulary, tgt_vocabulary, recipe.reverse_source)
        return TokenBatches(examples, recipe.training.max_tokens, recipe.training.seed, shuffle)

    sources, references = [list(side) for side in zip(*corpus["val"], strict=True)]
    val_batches = batches(corpus["val"], shuffle=False)

    def score(beam_size: int, alpha: float) -> float:
        found = translator.translations(sources, beam_size, alpha=alpha)
        return bleu([best.text for (best, *_) in found], references, corpus.target_language).score

    def validate(model: TranslationModel) -> dict[str, float]:
        figures = {"val_loss": mean_loss(model, val_batches), "val_bleu": score(1, 1.0)}
        log(", ".join(f"{name} {value:.3f}" for name, value in figures.items()))
        return figures

    log(f"{model.num_weights():,} weights on {device}, {len(pairs):,} sentence pairs")
    checkpoints = None if directory is None else Path(directory) / "checkpoints"
    history = fit(model, batches(pairs, shuffle=True), recipe.training, validate, checkpoints, resume)
    bleu_by_alpha = {alpha: score(5, alpha) for alpha in ALPHAS}
    translator.config = replace(config, alpha=max(bleu_by_alpha, key=bleu_by_alpha.get))
    if directory is not None:
        translator.save(directory)
    return Run(translator, history, bleu_by_alpha)
