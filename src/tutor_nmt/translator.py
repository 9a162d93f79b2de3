"""The whole journey behind one door: raw text in, raw text out.

A `Translator` joins the vocabularies, the model and the search. Saved, it is a folder of JSON, SentencePiece models and
safetensors; nothing in it is ever unpickled.
"""

import contextlib
import hashlib
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal, overload

import torch
from torch import Tensor

from .batching import encode_source, pad
from .checkpoints import load_weights, read_weights, save_weights
from .exact import ExactResult, exact_search
from .files import write_atomically
from .model import ModelConfig, TranslationModel, build_model
from .normalization import normalize, simplify
from .pretrained import pretrained_folder
from .search import Hypothesis, SearchResult, State, Step, beam_search, greedy_search
from .translation import Explanation, Translation, choices_of, end_of
from .vocabulary import BOS_ID, Vocabulary, load_vocabulary

FORMAT = 1  # of the folder `save` writes; raised when old readers could not understand it
HYPOTHESES = 320  # searched together: enough rows for fast matrix products, few enough to stay in the cache
MAX_SOURCE_TOKENS = 400  # longer lines are cut here: no model of this course has learnt from longer ones


@dataclass(frozen=True)
class TranslatorConfig:
    """What must be known, beside weights and vocabularies, to translate as the model was trained to."""

    source_language: str
    target_language: str
    model: ModelConfig
    reverse_source: bool = False
    alpha: float = 1.0  # length penalty of the beam, see `search.length_penalty`
    simplify: bool = False  # Chinese was learnt in simplified characters, so it is read in them


class Translator:
    """Translate raw lines with a trained model.

    >>> Translator.from_pretrained("multi30k-de-en").translate("Ein Hund läuft durch den Schnee.")  # doctest: +SKIP
    'A dog runs through the snow.'
    """

    def __init__(
        self, config: TranslatorConfig, model: TranslationModel, src_vocabulary: Vocabulary, tgt_vocabulary: Vocabulary
    ):
        self.config, self.model = config, model
        self.src_vocabulary, self.tgt_vocabulary = src_vocabulary, tgt_vocabulary

    @overload
    def translate(self, text: str, beam_size: int = ..., batch_size: int | None = ...) -> str: ...
    @overload
    def translate(self, text: Sequence[str], beam_size: int = ..., batch_size: int | None = ...) -> list[str]: ...
    def translate(self, text, beam_size=5, batch_size=None):
        """The best translation of one line, or of each line of a list; `beam_size=1` is greedy and fastest."""
        if text is None:
            raise ValueError("there is nothing to translate: give a line or a list of lines, not None")
        lines = [text] if isinstance(text, str) else list(text)
        texts = [best.text for (best, *_) in self.translations(lines, beam_size, batch_size=batch_size)]
        return texts[0] if isinstance(text, str) else texts

    def translations(
        self,
        lines: Sequence[str],
        beam_size: int = 5,
        n_best: int = 1,
        alpha: float | None = None,
        batch_size: int | None = None,
        precision: Literal["float32", "bf16"] = "float32",
        patience: float = 1.0,
    ) -> list[list[Translation]]:
        """The `n_best` translations of each line, best first, with tokens, attention and probabilities.

        A line without text has one empty translation. `alpha` overrides the model's own length penalty. `batch_size`:
        lines searched together, by default as many as make 320 hypotheses: a narrow beam takes more lines. `patience`:
        how many hypotheses must be finished, in beams (`search.beam_search`).
        """
        found = self._found(lines, beam_size, n_best, alpha, batch_size, precision, patience, trace=False)
        return [one.translations for one in found]

    def explain(
        self,
        lines: Sequence[str],
        beam_size: int = 5,
        n_best: int | None = None,
        alpha: float | None = None,
        batch_size: int | None = None,
        precision: Literal["float32", "bf16"] = "float32",
    ) -> list[Explanation]:
        """The same translations, by default as many as the beam is wide, each line's with the steps of its search.

        A beam of one is greedy and chooses at each step without a second candidate, so there are no steps to show.
        """
        n_best = beam_size if n_best is None else n_best
        return self._found(lines, beam_size, n_best, alpha, batch_size, precision, 1.0, trace=True)

    def _found(
        self,
        lines: Sequence[str],
        beam_size: int,
        n_best: int,
        alpha: float | None,
        batch_size: int | None,
        precision: str,
        patience: float,
        trace: bool,
    ) -> list[Explanation]:
        if isinstance(lines, str):
            raise ValueError("give a list of lines, [line] for a single one")
        if beam_size < 1:
            raise ValueError(f"beam_size={beam_size} follows no hypothesis; use 1, which is greedy, or more")
        if not 1 <= n_best <= beam_size:
            raise ValueError(f"n_best={n_best} needs a beam at least as wide, but beam_size={beam_size}")
        if batch_size is None:
            batch_size = max(1, HYPOTHESES // beam_size)
        if batch_size < 1:
            raise ValueError(f"batch_size={batch_size} leaves no line to search; use at least 1")
        if precision not in ("float32", "bf16"):
            raise ValueError(f"precision={precision!r} is unknown; use float32 or bf16")
        alpha = self.config.alpha if alpha is None else alpha
        if not -10 <= alpha <= 10:  # not a number lies nowhere, and a length to the power of more is no number
            raise ValueError(f"alpha={alpha} is no length penalty; use a number from 0 to 2, or up to 10")
        lines = [normalize(line) for line in lines]
        encoded = [self.encode(line) for line in lines]
        found = [Explanation([self._nothing()]) for _ in lines]
        # Lines of similar length together: little padding, and they finish together.
        order = sorted((i for i, line in enumerate(lines) if line), key=lambda i: len(encoded[i]))
        for start in range(0, len(order), batch_size):
            chosen = order[start : start + batch_size]
            with torch.autocast(self.model.device.type, torch.bfloat16, enabled=precision == "bf16"):
                results = self.search([encoded[i] for i in chosen], beam_size, n_best, alpha, trace, patience)
            for index, result in zip(chosen, results, strict=True):
                found[index] = self._explanation(encoded[index], result, alpha)
        return found

    @torch.inference_mode()
    def search(
        self,
        sources: Sequence[Sequence[int]],
        beam_size: int,
        n_best: int,
        alpha: float,
        trace: bool = False,
        patience: float = 1.0,
    ) -> list[SearchResult]:
        """Hypotheses for source ids, each with its `<eos>`; a translation may grow to twice its source and ten more."""
        with self._started(sources) as begun:
            if beam_size == 1:
                return greedy_search(*begun, alpha)
            return beam_search(*begun, beam_size, n_best, alpha, trace, patience)

    @torch.inference_mode()
    def search_exactly(self, source: Sequence[int], budget: int = 1000, at_least: float = -math.inf) -> ExactResult:
        """The likeliest translation of all for the ids of one source, and whether that is proven (`exact_search`)."""
        with self._started([source]) as (step, state, first, (limit,)):
            return exact_search(step, state, first, limit, budget, at_least)

    @contextlib.contextmanager
    def _started(self, sources: Sequence[Sequence[int]]) -> Iterator[tuple[Step, State, Tensor, list[int]]]:
        """What every search begins with: step, state, first tokens, limits; the model does not train meanwhile."""
        lengths = [len(source) for source in sources]
        first = torch.full((len(sources),), BOS_ID, device=self.model.device)
        was_training = self.model.training
        self.model.eval()
        try:
            state = self.model.start(pad(sources).to(self.model.device), torch.tensor(lengths))
            yield self.model.step, state, first, [2 * length + 10 for length in lengths]
        finally:
            self.model.train(was_training)

    def encode(self, line: str) -> list[int]:
        """The ids of a line as the model reads it, `<eos>` at the end; a very long one is cut."""
        line = simplify(normalize(line)) if self.config.simplify else normalize(line)
        return encode_source(line, self.src_vocabulary, self.config.reverse_source, MAX_SOURCE_TOKENS)

    def _explanation(self, source: Sequence[int], result: SearchResult, alpha: float) -> Explanation:
        translations = [self._translation(source, one) for one in result.hypotheses]
        if result.trace is None:
            return Explanation(translations)
        steps = []
        for before, step in pairwise([[], *result.trace]):
            weights = self._attention(torch.stack([one.weights for one in step]), len(source))
            steps.append(choices_of(step, before, self.tgt_vocabulary.token, alpha, weights))
        return Explanation(translations, steps, [end_of(one, result.trace) for one in result.hypotheses])

    def _attention(self, weights: Tensor, src_len: int) -> Tensor:
        """Weights (rows, src_len) without padding, over the source as it is read and not as the model was given it."""
        weights = weights[:, :src_len].float().cpu()
        if self.config.reverse_source:
            weights = torch.cat([weights[:, :-1].flip(1), weights[:, -1:]], dim=1)
        return weights

    def _translation(self, source: Sequence[int], hypothesis: Hypothesis) -> Translation:
        attention = self._attention(hypothesis.attention, len(source))
        if self.config.reverse_source:
            source = [*source[-2::-1], source[-1]]
        return Translation(
            text=normalize(self.tgt_vocabulary.decode(hypothesis.ids)),
            tokens=[self.tgt_vocabulary.token(token_id) for token_id in hypothesis.ids],
            source_tokens=[self.src_vocabulary.token(token_id) for token_id in source],
            attention=attention.reshape(len(hypothesis.ids), len(source)),
            log_prob=hypothesis.log_prob,
            score=hypothesis.score,
            finished=hypothesis.finished,
        )

    @staticmethod
    def _nothing() -> Translation:
        return Translation("", [], [], torch.zeros(0, 0), 0.0, 0.0, True)

    def save(self, directory: str | Path, dtype: torch.dtype | None = None, card: str = "") -> None:
        """Write the translator into a folder, the description last: a folder without it is not a translator yet.

        `dtype=torch.float16` halves the weights' file. `card`: the model card, Markdown, kept as README.md.
        """
        if not isinstance(self.model, TranslationModel):
            raise ValueError("an ensemble is not one model that could be saved; save each of its members")
        directory = Path(directory)
        directory.mkdir(parents=True, exist_ok=True)
        shared = self.src_vocabulary is self.tgt_vocabulary
        names = {}
        for side, vocabulary in (("source", self.src_vocabulary), ("target", self.tgt_vocabulary)):
            suffix = ".json" if hasattr(vocabulary, "splitting") else ".model"
            name = f"{'shared' if shared else side}{suffix}"
            if name not in names.values():
                vocabulary.save(directory / name)
            names[side] = name
        save_weights(self.model, directory / "model.safetensors", dtype)
        if card:
            write_atomically(directory / "README.md", card.encode())
        checksums = {name: _sha256(directory / name) for name in dict.fromkeys((*names.values(), "model.safetensors"))}
        description = {"format": FORMAT, "vocabularies": names, "sha256": checksums, **asdict(self.config)}
        write_atomically(directory / "translator.json", (json.dumps(description, indent=2) + "\n").encode())

    @classmethod
    def load(cls, directory: str | Path) -> "Translator":
        """Read what `save` wrote; FileNotFoundError or ValueError say which file is missing or wrong."""
        directory = Path(directory)
        path = directory / "translator.json"
        if not path.is_file():
            raise FileNotFoundError(f"{directory} holds no translator.json; name a folder that Translator.save wrote")
        try:
            description = json.loads(path.read_text(encoding="utf-8"))
            if description.pop("format") != FORMAT:
                raise NotImplementedError
            names, checksums = description.pop("vocabularies"), dict(description.pop("sha256", {}))
            config = TranslatorConfig(**description | {"model": ModelConfig(**description["model"])})
            source, target = directory / names["source"], directory / names["target"]
            if {type(config.reverse_source), type(config.simplify)} != {bool} or type(config.alpha) not in (int, float):
                raise TypeError(f"{config.reverse_source=}, {config.simplify=}, {config.alpha=}")
            outside = [name for name in (*names.values(), *checksums) if Path(name).name != name]
        except NotImplementedError as error:
            raise ValueError(f"{path} is of a newer format; install a newer tutor_nmt") from error
        except (KeyError, TypeError, AttributeError, RecursionError, ValueError) as error:
            raise ValueError(f"{path} is damaged or describes no model ({error}); save the translator again") from error
        if outside:
            raise ValueError(f"{path} names {outside[0]!r}, which climbs out of its folder: do not trust it")
        for name, checksum in checksums.items():
            if _sha256(directory / name) != checksum:  # weights and pieces of another run may fit, and make nonsense
                raise ValueError(f"{directory / name} is not the file that {path} was saved with; copy all files again")
        src_vocabulary = load_vocabulary(source)
        tgt_vocabulary = src_vocabulary if source == target else load_vocabulary(target)
        try:
            with torch.random.fork_rng([]):  # the first weights are drawn by chance, but soon replaced
                model = build_model(config.model, len(src_vocabulary), len(tgt_vocabulary))
        except (ValueError, TypeError, RuntimeError) as error:
            raise ValueError(f"{path} describes no model that can be built ({error})") from error
        load_weights(model, read_weights(directory / "model.safetensors"), str(directory / "model.safetensors"))
        model.eval()
        return cls(config, model, src_vocabulary, tgt_vocabulary)

    @classmethod
    def from_pretrained(cls, name: str) -> "Translator":
        """A translator that travels with the package: "multi30k-de-en", or "multi30k-de-en@1" for that version."""
        return cls.load(pretrained_folder(name))


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
