"""Training: unroll the decoder over the target, count the loss, update, validate, keep what is best.

Every loss is in nats per target token: the sum over real tokens divided by their number, whatever the batches were.
"""

import contextlib
import math
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Literal
from zlib import crc32

import torch
from torch import Tensor, nn

from .allocation import memory_reused
from .batching import Batch, Batches
from .checkpoints import (
    History,
    KeptWeights,
    Progress,
    average_weights,
    load_checkpoint,
    load_weights,
    save_checkpoint,
)
from .distributed import agree, copy_first, from_first, in_parallel, is_first, rank, world_size
from .losses import output_losses
from .model import TranslationModel
from .progress import progress_bar
from .vocabulary import PAD_ID

Validate = Callable[[TranslationModel], dict[str, float]]


@dataclass(frozen=True)
class TrainingConfig:
    """Every choice about training; the defaults suit the small recurrent models of this course."""

    epochs: int = 10  # passes over the training pairs
    max_tokens: int = 3000  # padded tokens in a batch, on its larger side
    batch_size: int = 0  # pairs in a batch, in random order; 0: pairs of similar length, up to max_tokens
    optimizer: Literal["adam", "adamw", "sgd"] = "adam"  # what turns gradients into updates
    learning_rate: float = 2e-3  # the highest one
    schedule: Literal["linear", "inverse_sqrt", "constant"] = "linear"  # after the warm-up
    warmup: float = 0.05  # share of all steps in which the learning rate rises from zero
    weight_decay: float = 0.0  # pulls weights towards zero
    clip_norm: float = 1.0  # longest gradient allowed; 0 switches clipping off
    label_smoothing: float = 0.1  # share of the target spread over all words
    forcing_ratio: float = 1.0  # share of decoder inputs that are the reference's words, not the model's own
    precision: Literal["auto", "float32", "bf16", "fp16"] = "float32"  # of matrix products; auto: what is fast here
    select_by: str = "val_loss"  # which validation figure chooses the best weights; losses small, scores large
    average: int = 1  # of so many best epochs the weights are averaged in the end; 1: the best one's as they are
    patience: int = 0  # epochs without a better figure before stopping; 0: never
    seed: int = 1  # what all chance follows from

    def __post_init__(self):
        lowest = {"epochs": 0, "max_tokens": 1, "batch_size": 0, "patience": 0, "average": 1}
        lowest |= {"learning_rate": 0.0, "weight_decay": 0.0, "clip_norm": 0.0}
        for name, least in lowest.items():
            if not least <= getattr(self, name) < math.inf:
                raise ValueError(f"{name}={getattr(self, name)} makes no sense; it must be at least {least}")
        for name in ("warmup", "label_smoothing", "forcing_ratio"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name}={getattr(self, name)} is a share: it lies between 0 and 1")


def unroll(model: TranslationModel, batch: Batch, forcing_ratio: float = 1.0) -> Tensor:
    """The decoder's features (batch, tgt_len, feature_size) for a whole batch, one before its output layer.

    With ratio 1 the decoder reads the reference, all steps at once (teacher forcing). Below 1 it goes step by step, and
    each input is the reference's word with that probability, else the model's own likeliest word (scheduled sampling,
    Bengio et al. 2015, section 2.4, with a constant ratio).
    """
    state = model.start(batch.src, batch.src_lengths)
    if forcing_ratio >= 1:
        return model.decoder.features(batch.tgt_in, state)[0]
    steps = []
    tokens = batch.tgt_in[:, :1]
    for position in range(batch.tgt_in.shape[1]):
        features, _, state = model.decoder.features(tokens, state)
        steps.append(features)
        if position + 1 < batch.tgt_in.shape[1]:
            reference = batch.tgt_in[:, position + 1 : position + 2]
            free = torch.rand(reference.shape, device=reference.device) >= forcing_ratio
            tokens = reference.masked_scatter(free, model.decoder.logits(features.detach()[free]).argmax(-1))
    return torch.cat(steps, dim=1)


def batch_losses(
    model: TranslationModel, batch: Batch, label_smoothing: float = 0.0, forcing_ratio: float = 1.0
) -> tuple[Tensor, Tensor, int]:
    """`losses.token_losses` of one batch and its number of real tokens; padding never reaches the output layer."""
    real = batch.tgt_out != PAD_ID
    features = unroll(model, batch, forcing_ratio)[real]
    return *output_losses(features, model.decoder.output, batch.tgt_out[real], label_smoothing), len(features)


@torch.no_grad()
def mean_loss(model: TranslationModel, batches: Iterable[Batch], forcing_ratio: float = 1.0) -> float:
    """Cross-entropy in nats per target token over all batches, dropout off: its exponential is the perplexity.

    Only under full teacher forcing: with a smaller ratio the model is asked to go on as the reference does from words
    of its own, and the figure says less about its probabilities than about how soon the two part.
    """
    total, tokens = 0.0, 0
    with evaluating(model):
        for batch in batches:
            _, cross_entropy, count = batch_losses(model, batch.to(model.device), forcing_ratio=forcing_ratio)
            total, tokens = total + float(cross_entropy), tokens + count
    return total / tokens


@contextlib.contextmanager
def evaluating(model: nn.Module):
    """Dropout off within, and as it was after."""
    before = model.training
    model.eval()
    try:
        yield
    finally:
        model.train(before)


def learning_rate_at(step: int, total_steps: int, config: TrainingConfig) -> float:
    """The learning rate of update number `step`, counted from 1: up during warm-up, then down as `schedule` says.

    linear: to zero after the last step. inverse_sqrt: with 1/sqrt(step) (Vaswani et al. 2017, Eq. 3). constant: stays.
    """
    if config.schedule not in ("linear", "inverse_sqrt", "constant"):
        raise ValueError(f"schedule={config.schedule!r} is unknown; use linear, inverse_sqrt or constant")
    warmup_steps = max(1, round(config.warmup * total_steps))
    if step < warmup_steps:
        return config.learning_rate * step / warmup_steps
    if config.schedule == "linear":
        return config.learning_rate * (total_steps + 1 - step) / (total_steps + 1 - warmup_steps)
    if config.schedule == "inverse_sqrt":
        return config.learning_rate * math.sqrt(warmup_steps / step)
    return config.learning_rate


def build_optimizer(model: nn.Module, config: TrainingConfig) -> torch.optim.Optimizer:
    """SGD, Adam or AdamW over all weights."""
    kinds = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}
    if config.optimizer not in kinds:
        raise ValueError(f"optimizer={config.optimizer!r} is unknown; use one of {', '.join(kinds)}")
    return kinds[config.optimizer](
        model.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay, fused=True
    )


def choose_precision(precision: str, device: torch.device) -> torch.dtype | None:
    """The type autocast computes in, None for float32; "auto": bf16 where it is native, fp16 on older GPUs."""
    if precision == "auto":
        if device.type == "cuda":
            precision = "bf16" if torch.cuda.get_device_capability(device)[0] >= 8 else "fp16"
        else:
            found = getattr(torch.cpu, "get_capabilities", dict)()  # newer than the oldest torch we run on
            precision = "bf16" if found.get("avx512_bf16") or found.get("amx_bf16") else "float32"
    kinds = {"float32": None, "bf16": torch.bfloat16, "fp16": torch.float16}
    if precision not in kinds:
        raise ValueError(f"precision={precision!r} is unknown; use auto or one of {', '.join(kinds)}")
    if precision == "fp16" and device.type != "cuda":
        raise ValueError("fp16 needs a CUDA GPU; use bf16 or float32 here")
    return kinds[precision]


class Updater:
    """Makes one update after the other: forward in the chosen precision, backward, clip, step."""

    def __init__(self, model: TranslationModel, config: TrainingConfig, total_steps: int):
        self.model, self.config, self.total_steps = model, config, total_steps
        self.device = model.device
        self.dtype = choose_precision(config.precision, self.device)
        self.optimizer = build_optimizer(model, config)
        choices = {"label_smoothing": config.label_smoothing, "forcing_ratio": config.forcing_ratio}
        self.losses = in_parallel(model, partial(batch_losses, **choices))
        # fp16 is too narrow for small gradients, so the loss is scaled up first; other types pass through unscaled.
        self.scaler = torch.amp.GradScaler(self.device.type, enabled=self.dtype == torch.float16)

    def update(self, batch: Batch, step: int) -> tuple[float, int, float]:
        """Update number `step`, counted from 1: (sum of the cross-entropy, target tokens, length of the gradient)."""
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate_at(step, self.total_steps, self.config)
        with torch.autocast(self.device.type, self.dtype, enabled=self.dtype is not None):
            loss, cross_entropy, count = self.losses(batch.to(self.device))
        self.optimizer.zero_grad(set_to_none=True)
        self.scaler.scale(loss / count).backward()
        self.scaler.unscale_(self.optimizer)
        norm = nn.utils.clip_grad_norm_(self.model.parameters(), self.config.clip_norm or math.inf)
        self.scaler.step(self.optimizer)
        self.scaler.update()
        return float(cross_entropy), count, float(norm)

    def run_epoch(self, batches: Batches, epoch: int, first_step: int, show_progress: bool | None) -> dict:
        """All batches of one epoch, counted from 0; the epoch's figures."""
        started, total, tokens, norms = time.perf_counter(), 0.0, 0, []
        label = f"epoch {epoch + 1}/{self.config.epochs}"
        share = (rank(), world_size()) if world_size() > 1 else ()  # batches of one's own need not know of shares
        with progress_bar(len(batches.groups(epoch)), label, show_progress, leave=False) as bar:
            for step, batch in enumerate(batches.epoch(epoch, *share), start=first_step):
                cross_entropy, count, norm = self.update(batch, step)
                total, tokens = total + cross_entropy, tokens + count
                norms.append(norm)
                bar.update()
                bar.set_postfix_str(f"{total / tokens:.3f} nats a token", refresh=False)
        if not math.isfinite(total):
            raise ValueError(f"the loss is no longer a number in epoch {epoch + 1}; lower learning_rate or clip_norm")
        seconds = time.perf_counter() - started
        return {
            "epoch": epoch + 1,
            "step": first_step + len(norms) - 1,
            "learning_rate": self.optimizer.param_groups[0]["lr"],
            "train_loss": total / tokens,
            "gradient_norm": sum(norms) / len(norms),
            "tokens_per_second": tokens / seconds,
            "seconds": seconds,
        }


def fit(
    model: TranslationModel,
    batches: Batches,
    config: TrainingConfig,
    validate: Validate | None = None,
    directory: str | Path | None = None,
    resume: bool = False,
    show_progress: bool | None = None,
) -> History:
    """Train `model` in place, end with its best weights, return what happened.

    validate(model) -> {"val_loss": …, "val_bleu": …} runs after each epoch; `config.select_by` names the figure that
    chooses the best weights, which without `validate` are the last ones. With `config.average` above 1 the end is the
    mean of the weights of so many best epochs (as of the last five in Vaswani et al. 2017, section 6.1), whose own
    figures are `History.averaged`. With a `directory`, `last.safetensors` (weights, optimiser, history) and
    `best.safetensors` (weights; of several, `epoch-N.safetensors` each) are renewed after each epoch, each in an atomic
    step; `resume` goes on from the last one, to the same end as an uninterrupted run, since all chance in an epoch
    follows from the seed and the epoch's number. A bar shows in terminals and notebooks unless `show_progress=False`
    or TUTOR_NMT_PROGRESS=0.
    """
    last_path = None if directory is None else Path(directory) / "last.safetensors"
    begun = last_path is not None and last_path.exists()
    if world_size() > 1:
        agree(**asdict(config), begun=begun, examples=crc32(repr(batches.examples).encode()))
    updater = Updater(model, config, sum(len(batches.groups(epoch)) for epoch in range(config.epochs)))
    progress, kept = Progress(), KeptWeights(directory, config.average)
    if begun:
        if not resume:
            raise ValueError(f"{directory} holds an earlier run; resume it or name another folder")
        defaults = asdict(TrainingConfig())
        progress = load_checkpoint(last_path, model, updater.optimizer, updater.scaler, asdict(config), defaults)
        if is_first():
            kept.read(_best_epochs(progress.history, config, validate))
    model.train()
    while progress.epoch < config.epochs and not _out_of_patience(progress, config):
        # The chance within, dropout's above all, is ours; the caller's generators stay as they were.
        with memory_reused(), torch.random.fork_rng([updater.device] if updater.device.type == "cuda" else []):
            # Subtle: with one seed for all processes, dropout would fall on the same places of every share; and a CPU
            # heeds only the lowest 32 bits of a seed.
            torch.manual_seed(config.seed * 1_000_003 + progress.epoch + rank() * 500_000_003)
            shown = show_progress if is_first() else False
            figures = updater.run_epoch(batches, progress.epoch, progress.step + 1, shown)
        if validate is not None:
            with evaluating(model):
                figures |= from_first(lambda: validate(model))
            if config.select_by not in figures:
                raise ValueError(f"select_by={config.select_by!r} is not among the figures {', '.join(figures)}")
        progress.history.epochs.append(figures)
        progress.epoch, progress.step = progress.epoch + 1, figures["step"]
        best = _best_epochs(progress.history, config, validate)
        progress.best_epoch = best[0]
        if is_first() and progress.epoch - 1 in best:
            kept.add(progress.epoch - 1, model)
        if is_first() and last_path is not None:
            save_checkpoint(last_path, model, updater.optimizer, updater.scaler, progress, asdict(config))
        kept.drop_all_but(best)
    if kept.weights:
        load_weights(model, average_weights(list(kept.weights.values())), "the best epochs")
    copy_first(model)
    if min(config.average, progress.epoch) > 1 and validate is not None:
        with evaluating(model):
            progress.history.averaged = from_first(lambda: validate(model))
    return progress.history


def _best_epochs(history: History, config: TrainingConfig, validate: Validate | None) -> list[int]:
    """The epochs whose weights are kept, counted from 0, the best first; without figures the last ones."""
    if validate is None:
        return list(range(len(history.epochs)))[: -config.average - 1 : -1]
    return history.ranking(config.select_by)[: config.average]


def _out_of_patience(progress: Progress, config: TrainingConfig) -> bool:
    return bool(config.patience) and progress.epoch - 1 - progress.best_epoch >= config.patience
