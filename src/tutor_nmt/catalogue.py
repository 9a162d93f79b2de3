"""The catalogue of named experiments: questions to a corpus, each with the recipe that asks it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from .experiments import Recipe
from .model import ModelConfig
from .training import TrainingConfig


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
    more_splits: tuple[str, ...] = ()  # scored beside the test split

    @property
    def splits(self) -> tuple[str, ...]:
        """All splits that are scored, once each, when the translator is finished."""
        return (self.test_split, *self.more_splits)

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


def _on_captions(about: str, recipe: Recipe, minutes: int, more_splits: tuple[str, ...] = ()) -> Experiment:
    """German to English on the embedded captions."""
    return Experiment(about, "captions", "de", "en", "test", recipe, minutes, more_splits)


def _worth_of_cleaning(about: str, epochs: int, noise: float, cleaning: bool) -> Experiment:
    """Half a million weights on captions that may be spoilt, for epochs that make about 1,100 updates."""
    recipe = Recipe(
        vocabulary_size=1000,
        noise=noise,
        cleaning=cleaning,
        model=ModelConfig(embedding_size=128, hidden_size=192, encoder_size=96, dropout=0.1),
        training=TrainingConfig(epochs=epochs, max_tokens=1000, learning_rate=3e-3),
    )
    return _on_captions(about, recipe, minutes=2)


# What chapters train while one watches, in twenty seconds.
LIVE = Recipe(
    cleaning=False,
    vocabulary="words",
    vocabulary_size=0,
    model=ModelConfig(
        embedding_size=96, hidden_size=112, encoder_size=56, attention="dot", dropout=0.0, share_embeddings=False
    ),
    training=TrainingConfig(epochs=1, max_tokens=160, learning_rate=5e-3, label_smoothing=0.0),
)


def _variation(
    about: str,
    reverse_source: bool = False,
    model: Mapping[str, object] | None = None,
    training: Mapping[str, object] | None = None,
) -> Experiment:
    """The live recipe for two epochs with something changed, scored on longer sentences too."""
    recipe = replace(
        LIVE,
        reverse_source=reverse_source,
        model=replace(LIVE.model, **(model or {})),
        training=replace(LIVE.training, **{"epochs": 2} | dict(training or {})),
    )
    return _on_captions(about, recipe, minutes=2, more_splits=("longer",))


def _on_multi30k(about: str, recipe: Recipe, minutes: int) -> Experiment:
    """German to English on Multi30k."""
    return Experiment(about, "multi30k", "de", "en", "test_2016_flickr", recipe, minutes)


def _live(
    about: str,
    model: Mapping[str, object] | None = None,
    training: Mapping[str, object] | None = None,
    mistake: str = "",
) -> Experiment:
    """The live recipe with something changed, or with a mistake committed."""
    model, training = replace(LIVE.model, **(model or {})), replace(LIVE.training, **(training or {}))
    return _on_captions(about, replace(LIVE, mistake=mistake, model=model, training=training), minutes=1)


def _quick(
    about: str,
    minutes: int = 12,
    reverse_source: bool = False,
    model: Mapping[str, object] | None = None,
    average: int = 1,
    vocabulary_size: int = 4000,
) -> Experiment:
    """The quick German–English model on Multi30k, with one thing about it changed."""
    recipe = Recipe(
        vocabulary_size=vocabulary_size,
        reverse_source=reverse_source,
        model=ModelConfig(**(model or {})),
        training=TrainingConfig(epochs=11, precision="bf16", select_by="val_bleu", average=average),
    )
    return _on_multi30k(about, recipe, minutes)


def _few(about: str, forcing_ratio: float = 1.0) -> Experiment:
    """The live model on so few pairs, for so long and at so steady a rate that it must overfit."""
    training = replace(LIVE.training, epochs=30, learning_rate=3e-3, schedule="constant", warmup=0.0)
    training = replace(training, forcing_ratio=forcing_ratio)
    return _on_captions(about, replace(LIVE, train_pairs=500, training=training), minutes=2)


# The first rung of the ladder of chapter 13: the quick model's size and epochs, and nothing else of what it knows.
FIRST_RUNG = Recipe(
    vocabulary="words",
    vocabulary_size=0,
    model=ModelConfig(attention="none", tie_output=False, share_embeddings=False),
    training=TrainingConfig(
        epochs=11,
        learning_rate=1e-3,
        schedule="constant",
        warmup=0.0,
        label_smoothing=0.0,
        precision="bf16",
        select_by="val_bleu",
    ),
)


def _rung(
    about: str, subwords: bool = False, model: Mapping[str, object] | None = None, mistake: str = ""
) -> Experiment:
    """A rung of the ladder: the first one with something added, on the way to the quick model."""
    recipe = replace(FIRST_RUNG, model=replace(FIRST_RUNG.model, **(model or {})), mistake=mistake)
    if subwords:
        recipe = replace(recipe, vocabulary="bpe", vocabulary_size=4000)
    return _on_multi30k(about, recipe, minutes=15)


def _tatoeba(about: str, source: str, target: str) -> Experiment:
    """A small Transformer on short everyday sentences: batches so small that few pairs still make many updates."""
    recipe = Recipe(
        vocabulary_size=5000,
        simplify=True,
        model=ModelConfig(
            architecture="transformer",
            embedding_size=192,
            hidden_size=192,
            feedforward_size=384,
            encoder_layers=3,
            decoder_layers=2,
        ),
        training=TrainingConfig(
            epochs=24, max_tokens=1200, warmup=0.1, precision="bf16", select_by="val_bleu", average=4
        ),
    )
    return Experiment(about, "tatoeba-zh-en", source, target, "test", recipe, minutes=30)


# Batches in the order of chance, as most tutorials make them: with much padding, so that mistakes about it count.
RANDOM = {"batch_size": 16}
TRANSFORMER = {
    "architecture": "transformer",
    "hidden_size": 96,
    "feedforward_size": 192,
    "encoder_layers": 2,
    "decoder_layers": 2,
    **{name: getattr(ModelConfig, name) for name in ("encoder_size", "attention")},  # which it does not read
}

EXPERIMENTS: dict[str, Experiment] = {
    "multi30k-de-en": _on_multi30k(
        "the translator that travels with the package: attention between two layers, 4,000 joint pieces",
        Recipe(
            vocabulary_size=4000,
            model=ModelConfig(hidden_size=384, encoder_size=192, encoder_layers=2, decoder_layers=2, attend="between"),
            training=TrainingConfig(epochs=14, precision="bf16", select_by="val_bleu"),
        ),
        minutes=30,
    ),
    "multi30k-de-en-quick": _quick(
        "a smaller model, attention after one layer, in the time of a coffee: eleven epochs on two threads"
    ),
    "ladder-no-attention": _rung("the ladder's first rung: words, no attention, plain training"),
    "ladder-attention-unmasked": _rung(
        "the same with attention that looks at padding too",
        model={"attention": "general"},
        mistake="softmax-over-padding",
    ),
    "ladder-attention": _rung("the same with attention", model={"attention": "general"}),
    "ladder-subwords": _rung("with attention and 4,000 pieces a side", True, {"attention": "general"}),
    "ladder-tied": _rung(
        "the same with one table of embeddings for source, target and output layer",
        True,
        {"attention": "general", "share_embeddings": True, "tie_output": True},
    ),
    "ladder-average": _quick("the quick model, the weights of its best four epochs averaged", average=4),
    "multi30k-de-en-10000-pieces": _quick(
        "the quick model with 10,000 pieces in place of 4,000", minutes=20, vocabulary_size=10_000
    ),
    "multi30k-de-en-three-layers": _quick(
        "the quick model with three layers a side", minutes=25, model={"encoder_layers": 3, "decoder_layers": 3}
    ),
    "multi30k-de-en-no-attention": _quick("the quick model without attention", model={"attention": "none"}),
    "multi30k-de-en-no-attention-reversed": _quick(
        "without attention, the source read from its end", reverse_source=True, model={"attention": "none"}
    ),
    "multi30k-de-en-before": _quick(
        "the quick model with additive attention before its recurrent layer",
        minutes=30,
        model={"attention": "additive", "attend": "before"},
    ),
    "multi30k-de-en-transformer": _on_multi30k(
        "a Transformer: three layers read, two write, and the best four epochs are averaged",
        Recipe(
            vocabulary_size=4000,
            model=ModelConfig(architecture="transformer", encoder_layers=3, decoder_layers=2),
            training=TrainingConfig(
                epochs=18, max_tokens=2000, warmup=0.1, precision="bf16", select_by="val_bleu", average=4
            ),
        ),
        minutes=45,
    ),
    "multi30k-de-en-transformer-long": _on_multi30k(
        "half as wide, four layers a side, two and a half times as long: few captions want few weights",
        Recipe(  # the shape that Wu et al. (2021) found best on this corpus, of three
            vocabulary_size=4000,
            model=ModelConfig(
                architecture="transformer",
                embedding_size=128,
                hidden_size=128,
                feedforward_size=256,
                encoder_layers=4,
                decoder_layers=4,
            ),
            training=TrainingConfig(
                epochs=45,
                max_tokens=2000,
                learning_rate=4e-3,
                warmup=0.2,
                precision="bf16",
                select_by="val_bleu",
                average=5,
            ),
        ),
        minutes=70,
    ),
    "tatoeba-zh-en": _tatoeba(
        "Chinese to English, everyday sentences, a Transformer of 2.7 million weights", "zh", "en"
    ),
    "tatoeba-en-zh": _tatoeba("the same from English to Chinese", "en", "zh"),
    # No record travels with the package: the corpus must be fetched first, 362 million bytes of it.
    "opensubtitles-zh-en": Experiment(
        about="film subtitles, a sample of 100,000 pairs that is downloaded when first asked for; not run by us",
        corpus="opensubtitles-zh-en",
        source="zh",
        target="en",
        test_split="test",
        recipe=Recipe(
            vocabulary_size=8000,
            subtitles=True,
            simplify=True,
            model=ModelConfig(architecture="transformer", encoder_layers=3, decoder_layers=2),
            training=TrainingConfig(
                epochs=12, max_tokens=3000, warmup=0.1, precision="bf16", select_by="val_bleu", average=4
            ),
        ),
        minutes=90,
    ),
    "captions-de-en-live": _on_captions("half a million weights, one pass over the embedded captions, live", LIVE, 1),
    "captions-de-en": _on_captions(
        "the same for eight passes: where longer training ends",
        replace(LIVE, training=replace(LIVE.training, epochs=8)),
        8,
    ),
    "captions-attention": _variation("the same for two passes: what the next ones are compared with"),
    "captions-general": _variation("with general attention", model={"attention": "general"}),
    "captions-additive": _variation("with additive attention", model={"attention": "additive"}),
    "captions-before": _variation(
        "with additive attention before the recurrent layer", model={"attend": "before", "attention": "additive"}
    ),
    "captions-no-attention": _variation("without attention", model={"attention": "none"}),
    "captions-reversed": _variation("the source read from its end", reverse_source=True),
    "captions-no-attention-reversed": _variation(
        "without attention, the source read from its end", reverse_source=True, model={"attention": "none"}
    ),
    "captions-no-attention-one-direction": _variation(
        "without attention, an encoder of one direction",
        model={"attention": "none", "bidirectional": False, "encoder_size": 112},
    ),
    "captions-no-attention-one-direction-reversed": _variation(
        "the same with the source read from its end",
        reverse_source=True,
        model={"attention": "none", "bidirectional": False, "encoder_size": 112},
    ),
    "captions-no-attention-mean": _variation(
        "without attention, from the mean of the encoder's states", model={"attention": "none", "final": "mean"}
    ),
    "captions-no-attention-two-layers": _variation(
        "without attention, two layers a side, directions summed",
        model={"attention": "none", "encoder_size": 112, "encoder_layers": 2, "decoder_layers": 2, "join": "sum"},
    ),
    "captions-no-attention-layers-summed": _variation(
        "the same with the known mistake: final states of layers summed",
        model={"attention": "none", "encoder_size": 112, "encoder_layers": 2, "decoder_layers": 2, "join": "layers"},
    ),
    "captions-forcing-50": _variation(
        "half of the decoder's inputs are its own words", training={"forcing_ratio": 0.5}
    ),
    "captions-forcing-0": _variation("all of the decoder's inputs are its own words", training={"forcing_ratio": 0.0}),
    "captions-few": _few("500 pairs, thirty passes: what overfits, all of the decoder's inputs the reference's"),
    "captions-few-forcing-50": _few("the same, half of the decoder's inputs its own words", forcing_ratio=0.5),
    "captions-few-forcing-0": _few("the same, all of the decoder's inputs its own words", forcing_ratio=0.0),
    "captions-dropout": _variation("with dropout of 0.2", model={"dropout": 0.2}),
    "captions-smoothing": _variation("with label smoothing of 0.1", training={"label_smoothing": 0.1}),
    "captions-sgd": _variation("by plain gradient descent", training={"optimizer": "sgd", "learning_rate": 1.0}),
    "captions-random": _live("batches of 16 in random order", training=RANDOM),
    "captions-mistake-softmax-over-padding": _live(
        "random batches, part of every look goes to padding", training=RANDOM, mistake="softmax-over-padding"
    ),
    "captions-mistake-state-after-padding": _live(
        "random batches, the last state read after the padding", training=RANDOM, mistake="state-after-padding"
    ),
    "captions-mistake-loss-over-padding": _live(
        "random batches, padding counted as words to be predicted", training=RANDOM, mistake="loss-over-padding"
    ),
    "captions-mistake-words-fold-case": _live("all words in small letters", mistake="words-fold-case"),
    "captions-unclipped": _live("gradients are not clipped", training={"clip_norm": 0.0}),
    "captions-transformer": _live(
        "a small Transformer, warmed up for a tenth of its steps",
        model=TRANSFORMER,
        training={"learning_rate": 2e-3, "warmup": 0.1},
    ),
    "captions-transformer-cold": _live(
        "a small Transformer without warm-up", model=TRANSFORMER, training={"learning_rate": 2e-3, "warmup": 0.0}
    ),
    "captions-transformer-4000": _live(
        "a small Transformer whose warm-up of 4,000 steps is longer than its training of 1,512",
        model=TRANSFORMER,
        training={"learning_rate": 2e-3 * 1512 / 4000, "warmup": 1.0},
    ),
    "captions-clean": _worth_of_cleaning("20,000 embedded captions as they are", 3, 0.0, False),
    "captions-dirty": _worth_of_cleaning("the same, half of them spoilt in eight ways", 2, 0.5, False),
    "captions-cleaned": _worth_of_cleaning("the spoilt ones after cleaning", 4, 0.5, True),
    "walk-through": _walk_through("a well-known walk-through's setting, its two directions summed, as it says", "sum"),
    "walk-through-as-written": _walk_through("the same as its code has it: final states of layers summed", "layers"),
}


def known_experiment(name: str) -> Experiment:
    """An experiment by its name; ValueError lists the names there are."""
    if name not in EXPERIMENTS:
        raise ValueError(f"no experiment is called {name!r}; there are {', '.join(EXPERIMENTS)}")
    return EXPERIMENTS[name]
