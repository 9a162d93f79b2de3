"""Going on from a trained translator (fine-tuning): which one it is, and whether it fits what is asked for.

Weights and vocabularies are taken over together: a weight of the embedding means the piece that it was learnt for, so
with other pieces it would mean nothing. A word that the first training never met is cut into pieces that it knows.
"""

import hashlib
from dataclasses import asdict, replace
from pathlib import Path

import torch

from .checkpoints import copy_weights, load_weights
from .model import build_model
from .pretrained import pretrained_folder
from .translator import Translator, TranslatorConfig

FREE = {"alpha", "dropout", "init_range"}  # choices that fit any weights


def open_translator(place: str | Path) -> Translator:
    """The translator in a folder, or where there is no such folder the one of the package that has this name."""
    if place and Path(place).is_dir():
        return Translator.load(place)
    return Translator.from_pretrained(str(place))


def origin_of(place: str | Path) -> str:
    """What names a translator for good: `multi30k-de-en@1`, or of a folder "sha256:" and its description's hash.

    The description, `translator.json`, holds the hashes of weights and vocabularies, so its own stands for them all.
    """
    if not Path(place).is_dir():
        return pretrained_folder(str(place)).name
    return f"sha256:{hashlib.sha256((Path(place) / 'translator.json').read_bytes()).hexdigest()}"


def settings_of(config: TranslatorConfig) -> dict[str, object]:
    """All choices that weights and vocabularies depend on, the model's among them: they cannot be changed later."""
    settings = asdict(config)
    settings |= settings.pop("model")
    return {name: value for name, value in settings.items() if name not in FREE}


def begin_from(place: str | Path, config: TranslatorConfig) -> Translator:
    """The translator of `place`, to be trained on as `config` says; ValueError if that asks for another kind."""
    translator = open_translator(place)
    asked, found = settings_of(config), settings_of(translator.config)
    for name, value in asked.items():
        if found[name] != value:
            raise ValueError(
                f"{place} was trained with {name}={found[name]!r}, not {value!r}: go on with its own, or begin anew"
            )
    with torch.random.fork_rng([]):  # the first weights are drawn by chance, but soon replaced
        model = build_model(config.model, len(translator.src_vocabulary), len(translator.tgt_vocabulary))
    load_weights(model, copy_weights(translator.model), str(place))
    return Translator(
        replace(config, alpha=translator.config.alpha), model, translator.src_vocabulary, translator.tgt_vocabulary
    )
