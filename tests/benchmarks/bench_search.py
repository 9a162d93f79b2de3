"""Speed of translation at reference size, one thread: `make bench`."""

from statistics import median

import measure
import pytest
import reference

from tutor_nmt import translator as translator_room
from tutor_nmt.batching import TokenBatches
from tutor_nmt.corpora import load_corpus
from tutor_nmt.search import beam_search
from tutor_nmt.training import TrainingConfig, fit
from tutor_nmt.translator import Translator, TranslatorConfig

TOOLKIT = {"greedy": 153, "beam_5": 33.5}  # sentences a second of a good toolkit's near-equal model, same kind of core
pytestmark = pytest.mark.corpus("multi30k-tokenized")


@pytest.fixture(scope="session")
def translator() -> Translator:
    """The reference model after one epoch: its sentences end where sentences should."""
    model = reference.new_model()
    batches = TokenBatches(reference.examples(), reference.TRAINING.max_tokens, seed=1)
    fit(model, batches, TrainingConfig(epochs=1, precision="bf16"))
    return Translator(TranslatorConfig("de", "en", reference.REFERENCE), model, *reference.vocabularies())


def search(translator: Translator, count: int, **options):
    """A work: translate the first `count` lines of the test split."""
    lines = [pair.source for pair in load_corpus("multi30k-tokenized")["test_2016_flickr"]][:count]
    return lambda: len(translator.translations(lines, **options))


def test_a_beam_searches_faster_in_batches_and_in_half_precision(benchmark, results, translator):
    works = (
        search(translator, 48, batch_size=1),
        search(translator, 256),
        search(translator, 256, precision="bf16"),
    )
    alone, together, bf16 = benchmark.pedantic(measure.alternately, args=works, rounds=1)
    for name, found in {"alone": alone, "float32": together, "bf16": bf16}.items():
        results[f"beam_5_{name}_sentences"] = median(found)
    results["batched_over_alone"] = measure.ratio(together, alone)
    results["bf16_beam_over_float32"] = measure.ratio(bf16, together)
    print(f"\nbeam 5: alone {median(alone):.0f}, batched {median(together):.0f}, bf16 {median(bf16):.0f} sentences/s")
    assert results["batched_over_alone"] >= 4 and results["bf16_beam_over_float32"] >= 2
    assert median(together) >= 2 * TOOLKIT["beam_5"]


def test_a_trace_that_nobody_asks_for_costs_nothing(benchmark, results, translator, monkeypatch):
    def with_search(found):
        work = search(translator, 256)

        def run():
            with monkeypatch.context() as patch:
                patch.setattr(translator_room, "beam_search", found)
                return work()

        return run

    def traced(*arguments):
        *before, _, patience = arguments
        return beam_search(*before, True, patience)

    works = map(with_search, (beam_search, reference.search_without_trace(), traced))
    unasked, without, asked = benchmark.pedantic(measure.alternately, args=works, rounds=1)
    results["unasked_trace_over_none"] = measure.ratio(unasked, without)
    results["traced_over_unasked"] = measure.ratio(asked, unasked)
    print(f"\nbeam 5, trace: cut out {median(without):.0f}, not asked for {median(unasked):.0f}, asked for", end=" ")
    print(f"{median(asked):.0f} sentences/s")
    assert results["unasked_trace_over_none"] >= 0.97


def test_greedy_search_translates_hundreds_of_sentences_a_second(benchmark, results, translator):
    (found,) = benchmark.pedantic(measure.alternately, args=(search(translator, 500, beam_size=1),), rounds=1)
    results["greedy_sentences"] = median(found)
    print(f"\ngreedy: {median(found):.0f} sentences/s")
    assert median(found) >= 2 * TOOLKIT["greedy"]
