"""A trained translator for a server that has torch and sentencepiece but not this package.

What a model computes is written down as two programs without Python (`torch.export`): `start.pt2` reads source
sentences, `step.pt2` writes one token of each; both carry all weights. Beside them lie the pieces, a few settings, and
`translate.py`, the sixty lines that are left of a translator once its model is a file.
"""

import copy
import io
import json
import warnings
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path

import torch
from torch import Tensor, nn

from ..attention import Memory
from ..files import write_atomically
from ..model import TranslationModel
from ..positions import LearnedPositions
from ..search import State
from ..translator import MAX_SOURCE_TOKENS, Translator
from ..vocabulary import BOS_ID, EOS_ID, PAD_ID, SubwordVocabulary
from .loops import write_out_loops

__all__ = ["export"]
# Of examples: never 0 or 1, which torch.export takes for constants, nor two of one size, which it takes for one.
SIZES = {"batch": 3, "src_len": 7, "written": 5}, {"batch": 2, "src_len": 11, "written": 4}
LONGEST = 2 * MAX_SOURCE_TOKENS + 10  # tokens that a search may write


class Start(nn.Module):
    """src (batch, src_len), src_lengths (batch,) -> the tensors of the state before the first word."""

    def __init__(self, model: TranslationModel):
        super().__init__()
        self.model = model

    def forward(self, src: Tensor, src_lengths: Tensor) -> list[Tensor]:
        """As `TranslationModel.start`."""
        return tensors_of(self.model.start(src, src_lengths))


class Step(nn.Module):
    """tokens (batch,) and a state's tensors -> [log_probs (batch, vocab_size), weights (batch, src_len), *state]."""

    def __init__(self, model: TranslationModel, like: State):
        super().__init__()
        self.model, self.like = model, like

    def forward(self, tokens: Tensor, state: list[Tensor]) -> list[Tensor]:
        """As `TranslationModel.step`."""
        log_probs, weights, after = self.model.step(tokens, rebuilt(self.like, list(state)))
        return [log_probs, weights, *tensors_of(after)]


def tensors_of(state: State | Memory | Tensor | None) -> list[Tensor]:
    """The tensors of a state one after the other, those of its memory among them, absent ones left out."""
    if state is None or isinstance(state, Tensor):
        return [] if state is None else [state]
    return [tensor for part in state for tensor in tensors_of(part)]


def rebuilt(like: State | Memory | Tensor | None, tensors: list[Tensor]):
    """A state of the form of `like` from its tensors, which are taken off the front of the list."""
    if like is None or isinstance(like, Tensor):
        return None if like is None else tensors.pop(0)
    parts = [rebuilt(part, tensors) for part in like]
    return type(like)(*parts) if hasattr(like, "_fields") else tuple(parts)


def export(translator: Translator, directory: str | Path) -> None:
    """Write a translator's model as programs, with all that greedy translation needs, into a new folder.

    `python directory/translate.py < lines` then translates without this package. Raises `ValueError` for what no such
    program can hold (an ensemble, learned positions), for words in place of pieces, for Chinese that must be simplified
    first, a model on a GPU, and a folder with something in it.
    """
    directory = Path(directory)
    _check(translator, directory)
    model = copy.deepcopy(translator.model).eval().requires_grad_(False)
    with torch.no_grad(), warnings.catch_warnings():
        # What torch says of one release of Python, to whoever exports.
        warnings.filterwarnings("ignore", "Guards may run slower on Python 3.13.0")
        examples = [_example(model, **sizes) for sizes in SIZES]
        model.encoder = write_out_loops(model.encoder, model.decoder)
        programs = {
            name: torch.export.export(*parts[:2], dynamic_shapes=parts[2]) for name, parts in _parts(model, examples)
        }
    directory.mkdir(parents=True, exist_ok=True)
    for name, program in programs.items():
        written = io.BytesIO()
        torch.export.save(program, written)
        write_atomically(directory / f"{name}.pt2", written.getvalue())
    for side, vocabulary in (("source", translator.src_vocabulary), ("target", translator.tgt_vocabulary)):
        vocabulary.save(directory / f"{side}.model")
    write_atomically(directory / "translate.py", resources.files(__package__).joinpath("reader.py").read_bytes())
    settings = {
        "source_language": translator.config.source_language,
        "target_language": translator.config.target_language,
        "reverse_source": translator.config.reverse_source,
        "max_source_tokens": MAX_SOURCE_TOKENS,
        **{"pad_id": PAD_ID, "bos_id": BOS_ID, "eos_id": EOS_ID},
    }
    write_atomically(directory / "settings.json", (json.dumps(settings, indent=2) + "\n").encode())


def _check(translator: Translator, directory: Path) -> None:
    model = translator.model
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise ValueError(f"{directory} is there already and holds something; name a new folder")
    if not isinstance(model, TranslationModel):
        raise ValueError("an ensemble is not one model that could be exported; export a member")
    if model.device.type != "cpu":
        raise ValueError(f"the model is on {model.device}; move it with model.cpu(), then export it")
    if any(isinstance(module, LearnedPositions) for module in model.modules()):
        raise ValueError("learned positions end, and a program cannot say where; use a model with sinusoidal ones")
    if not all(isinstance(one, SubwordVocabulary) for one in (translator.src_vocabulary, translator.tgt_vocabulary)):
        raise ValueError("words are cut by this package, which a server has not; export a translator with pieces")
    if translator.config.simplify:
        raise ValueError("this translator reads simplified Chinese and a server has no tables for that; it stays here")


def _parts(
    model: TranslationModel, examples: Sequence[tuple[tuple, Tensor, State]]
) -> Iterator[tuple[str, tuple[nn.Module, tuple, tuple]]]:
    """Each program's module, its examples, and which of their axes may have another size."""
    dims = {
        "batch": torch.export.Dim("batch", min=1, max=4096),
        "src_len": torch.export.Dim("src_len", min=1, max=MAX_SOURCE_TOKENS),
        "written": torch.export.Dim("written", min=0, max=LONGEST),
    }
    names = {size: name for name, size in SIZES[0].items()}
    moving = [
        {axis: dims[names[one]] for axis, (one, other) in enumerate(zip(*shapes, strict=True)) if one != other}
        for shapes in zip(*([one.shape for one in tensors_of(state)] for _, _, state in examples), strict=True)
    ]
    source, tokens, state = examples[0]
    rows = {0: dims["batch"]}
    yield "start", (Start(model), source, ({**rows, 1: dims["src_len"]}, rows))
    yield "step", (Step(model, state), (tokens, tensors_of(state)), (rows, moving))


def _example(model: TranslationModel, batch: int, src_len: int, written: int) -> tuple[tuple, Tensor, State]:
    """A source and its lengths, a last token, and the state after so many of them."""
    source = torch.full((batch, src_len), EOS_ID), torch.arange(src_len, src_len - batch, -1)
    tokens, state = torch.full((batch,), BOS_ID), model.start(*source)
    for _ in range(written):
        state = model.step(tokens, state)[2]
    return source, tokens, state
