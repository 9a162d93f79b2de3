"""Training speed at reference size, one thread: `make bench`."""

import re
import subprocess
import sys
from statistics import median

import measure
import pytest
import reference
import torch

from tutor_nmt.allocation import memory_reused
from tutor_nmt.records import kept_records
from tutor_nmt.training import TrainingConfig, Updater

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
