"""Training speed at reference size, one thread: `make bench`."""

import re
import subprocess
import sys
import time
from statistics import median

import measure
import pytest
import reference
import torch

from tutor_nmt.allocation import memory_reused
from tutor_nmt.catalogue import EXPERIMENTS
from tutor_nmt.losses import CHUNK, token_losses
from tutor_nmt.model import transformer_sizes
from tutor_nmt.records import kept_records
from tutor_nmt.training import TrainingConfig, Updater, choose_precision
from tutor_nmt.transformer import EncoderLayer

UPDATES = 6  # in one round
pytestmark = pytest.mark.corpus("multi30k-tokenized")


class Ours:
    """A round of updates as `fit` makes them; returns the target tokens learnt from."""

    def __init__(self, precision: str, matmul: str = "highest"):
        self.updater = Updater(reference.new_model(), TrainingConfig(precision=precision), total_steps=1000)
        self.batches, self.matmul = reference.our_batches(UPDATES), matmul

    def __call__(self) -> int:
        torch.set_float32_matmul_precision(self.matmul)
        try:
            with memory_reused():
                return sum(self.updater.update(batch, step)[1] for step, batch in enumerate(self.batches, start=1))
        finally:
            torch.set_float32_matmul_precision("highest")


class Tutorial:
    """A round of updates as most tutorials make them, in batches of so many sentences."""

    def __init__(self, sentences: int):
        self.model = reference.tutorial_model()
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-3)
        self.batches = reference.tutorial_batches(sentences, UPDATES // 2 * 128 // sentences)

    def __call__(self) -> int:
        return sum(reference.tutorial_update(self.model, self.optimizer, batch) for batch in self.batches)


class Layer:
    """A layer of the Transformer there and back, on one shape of about as many tokens as a batch; returns tokens."""

    def __init__(self, precision: str, compiled: bool):
        torch.manual_seed(1)
        sizes = transformer_sizes(EXPERIMENTS["multi30k-de-en-transformer"].recipe.model)
        self.layer = EncoderLayer(*sizes).train()
        if compiled:
            self.layer = torch.compile(self.layer, fullgraph=True)
        self.states = torch.randn(133, 15, sizes[0], requires_grad=True)
        self.visible = torch.ones(133, 1, 1, 15, dtype=torch.bool)
        self.dtype = choose_precision(precision, torch.device("cpu"))

    def __call__(self) -> int:
        for _ in range(10):
            with torch.autocast("cpu", self.dtype, enabled=self.dtype is not None):
                states = self.layer(self.states, self.visible)
            states.sum().backward()
        return 10 * self.visible.numel()


class Loss:
    """The loss of a chunk of tokens over 4,000 words, smoothed, there and back; returns tokens."""

    def __init__(self, compiled: bool):
        torch.manual_seed(1)
        self.losses = torch.compile(token_losses, fullgraph=True) if compiled else token_losses
        self.logits = torch.randn(CHUNK, 4000, requires_grad=True)
        self.targets = torch.randint(4, 4000, (CHUNK,))

    def __call__(self) -> int:
        for _ in range(10):
            self.losses(self.logits, self.targets, 0.1)[0].backward()
        return 10 * CHUNK


def test_float32_reaches_three_quarters_of_what_the_matrix_products_allow(benchmark, results):
    ours = Ours("float32")
    with measure.Products() as products:
        ours()
    useful = sum(reference.useful_operations(ours.updater.model, batch) for batch in ours.batches)
    operations_per_token = useful / sum(batch.num_tokens for batch in ours.batches)
    rates, tokens, shares = [], [], []

    def one_round():
        rates.append(measure.product_rate(products.sizes))
        ((speed,),) = measure.alternately(ours, rounds=1)
        tokens.append(speed)
        shares.append(speed * operations_per_token / rates[-1])

    benchmark.pedantic(one_round, rounds=measure.ROUNDS)
    results["product_gflops"] = median(rates) / 1e9
    results["float32_tokens"] = median(tokens)
    results["share_of_products"] = median(shares)
    print(
        f"\n{median(tokens):,.0f} target tokens/s, {median(shares):.0%} of what {median(rates) / 1e9:.0f} GFLOP/s allow"
    )
    assert median(shares) >= 0.75


def test_bf16_trains_more_than_twice_as_fast_as_float32(benchmark, results):
    works = Ours("float32"), Ours("bf16"), Ours("float32", matmul="medium")
    float32, bf16, medium = benchmark.pedantic(measure.alternately, args=works, rounds=1)
    results["bf16_tokens"], results["medium_tokens"] = median(bf16), median(medium)
    results["bf16_over_float32"] = measure.ratio(bf16, float32)
    print(f"\nbf16 {median(bf16):,.0f}, medium {median(medium):,.0f}, float32 {median(float32):,.0f} target tokens/s")
    assert results["bf16_over_float32"] >= 2.2


def test_whole_targets_in_like_batches_beat_the_tutorials_loop(benchmark, results):
    works = Ours("float32"), *map(Tutorial, reference.SENTENCES)
    ours, *loops = benchmark.pedantic(measure.alternately, args=works, rounds=1)
    for sentences, theirs in zip(reference.SENTENCES, loops, strict=True):
        results[f"loop_{sentences}_tokens"] = median(theirs)
        results[f"over_loop_{sentences}"] = measure.ratio(ours, theirs)
        print(f"\nours {median(ours):,.0f}, the loop in {sentences}s {median(theirs):,.0f} target tokens/s")
    assert min(results[f"over_loop_{sentences}"] for sentences in reference.SENTENCES) >= 2.5


@pytest.mark.filterwarnings("ignore:.*script_method:DeprecationWarning")  # torch's own, as it makes itself ready
def test_compiling_pays_for_many_small_operations_and_not_for_a_layer(benchmark, results, tmp_path, monkeypatch):
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", str(tmp_path))  # nothing compiled before is found again
    started = time.perf_counter()
    (compiled := Layer("float32", True))()
    results["compiling_seconds"] = time.perf_counter() - started
    works = {
        "layer_float32": (compiled, Layer("float32", False)),
        "layer_bf16": (Layer("bf16", True), Layer("bf16", False)),
        "loss": (Loss(True), Loss(False)),
    }
    for pair in works.values():
        measure.alternately(*pair, rounds=1)  # what is not compiled yet is compiled now
    for name, pair in works.items():
        rates = measure.alternately(*pair)
        results[f"compiled_{name}"] = measure.ratio(*rates)
    benchmark.pedantic(compiled, rounds=1)
    print({name: f"{results[f'compiled_{name}']:.2f}" for name in works})
    assert results["compiled_layer_float32"] < 1 and results["compiled_layer_bf16"] < 1 < results["compiled_loss"]


@pytest.mark.parametrize(("precision", "gigabytes"), [("float32", 1.1), ("bf16", 1.8)])
def test_memory_stays_small(precision, gigabytes, benchmark, results):
    def peak() -> float:
        code = f"import bench_training; bench_training.Ours({precision!r})(); print(open('/proc/self/status').read())"
        here = __file__.rpartition("/")[0]
        status = subprocess.check_output([sys.executable, "-c", code], cwd=here, text=True)
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024 / 1e9  # unlike ru_maxrss, not the parent's too

    results[f"{precision}_gigabytes"] = benchmark.pedantic(peak, rounds=1)
    assert results[f"{precision}_gigabytes"] <= gigabytes


def test_bleu_33_is_reached_within_eight_minutes(results):
    """From the records: raw text in, test set scored, subwords, validation and all; two threads, bf16."""
    kept = kept_records().get("multi30k-de-en-quick", {})
    minutes = sorted(record["seconds"] / 60 for record in kept.values())
    bleu = sorted(record["scores"]["test_2016_flickr"]["beam_5"]["bleu"] for record in kept.values())
    assert len(kept) >= 3
    results["quick_minutes"], results["quick_bleu"] = median(minutes), median(bleu)
    assert results["quick_minutes"] <= 8 and results["quick_bleu"] >= 33.0
