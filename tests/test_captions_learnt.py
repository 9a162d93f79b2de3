"""The embedded corpus can be learnt while one watches: what chapters that train live lean on."""

import time

import pytest

from tutor_nmt.batching import TokenBatches, encode_pairs
from tutor_nmt.catalogue import known_experiment
from tutor_nmt.corpora import load_corpus
from tutor_nmt.evaluation import bleu
from tutor_nmt.experiments import learn_vocabularies
from tutor_nmt.model import build_model
from tutor_nmt.records import kept_records
from tutor_nmt.training import fit
from tutor_nmt.translator import Translator, TranslatorConfig


@pytest.fixture(scope="module")
def live():
    """The live recipe from its first to its last update, and the processor's seconds that this took."""
    recipe = known_experiment("captions-de-en-live").recipe
    corpus = load_corpus("captions", "de", "en")
    vocabularies = learn_vocabularies(corpus["train"], recipe)
    batches = TokenBatches(encode_pairs(corpus["train"], *vocabularies), recipe.training.max_tokens, seed=1)
    model = build_model(recipe.model, *map(len, vocabularies))
    translator = Translator(TranslatorConfig("de", "en", recipe.model), model, *vocabularies)
    sources, references = zip(*corpus["val"][:200], strict=True)
    before = bleu(translator.translate(list(sources), beam_size=1), references, "en").score
    started = time.process_time()
    fit(model, batches, recipe.training)
    seconds = time.process_time() - started
    after = bleu(translator.translate(list(sources), beam_size=1), references, "en").score
    return translator, before, after, seconds


def test_half_a_million_weights_learn_the_captions_in_twenty_seconds_well_enough_to_be_understood(live, slowness):
    translator, before, after, seconds = live
    assert 400_000 < translator.model.num_weights() < 600_000
    assert before < 2 and after >= 40
    assert seconds < 40 * slowness()  # 20 on a quiet core; a busy machine must not fail this


def test_a_translation_is_one_that_a_reader_recognises(live):
    translator, *_ = live
    assert translator.translate("Ein Mann liest ein Buch.") == "A man is reading a book."


def test_records_show_where_longer_training_ends():
    """One pass can be understood, eight are close to faultless: the live model of the chapters is a young one."""
    kept = kept_records()
    live, longer = (
        [record["scores"]["test"]["beam_5"]["bleu"] for record in kept[name].values()]
        for name in ("captions-de-en-live", "captions-de-en")
    )
    assert len(live) >= 3 and min(live) >= 40
    assert min(longer) >= 90 and min(longer) > max(live) + 5
