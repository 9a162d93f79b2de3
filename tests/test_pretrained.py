"""The shipped translator: it is there, small, described so that anyone can make it again, and it translates.

The captions are written for this test; none but the first stands in the corpus that it was trained on.
"""

import copy
import importlib.util
import json
import random
import re
import shlex
import time
from pathlib import Path

import pytest
import torch

from test_translator import ODD
from tutor_nmt.__main__ import build_parser
from tutor_nmt.batching import Example, encode_source, make_batch, pad
from tutor_nmt.catalogue import EXPERIMENTS
from tutor_nmt.corpora import leakage_key, load_corpus
from tutor_nmt.evaluation import evaluate
from tutor_nmt.experiments import simplified
from tutor_nmt.model import ModelConfig
from tutor_nmt.pretrained import pretrained, pretrained_folder
from tutor_nmt.records import experiment_of, recipe_hash
from tutor_nmt.search import beam_search
from tutor_nmt.translator import Translation, Translator
from tutor_nmt.vocabulary import BOS_ID, EOS_ID

NAME = "multi30k-de-en"
LARGEST = {  # bytes of a translator's folder
    "multi30k-de-en@1": 10_000_000,
    "multi30k-de-en-transformer@1": 9_000_000,
    "tatoeba-zh-en@1": 6_000_000,
}
LARGEST_OF_ALL = 25_000_000
METRICS = ("bleu", "bleu_lc", "chrf")

# Words that mean something, and what each may become; a translation need not choose these words, but mostly does.
ALIGNED = {
    "Ein Hund läuft durch den Schnee.": {"Hund": "dog", "läuft": "runs walks running walking", "Schnee": "snow"},
    "Zwei Kinder spielen im Park mit einem Ball.": {
        "Zwei": "two", "Kinder": "children kids", "spielen": "play playing", "Park": "park", "Ball": "ball",
    },
    "Eine Frau liest am Strand ein Buch.": {
        "Frau": "woman lady", "liest": "reads reading", "Strand": "beach", "Buch": "book",
    },
    "Ein Mann mit Helm fährt Fahrrad.": {
        "Mann": "man guy", "Helm": "helmet", "fährt": "rides riding", "Fahrrad": "bike bicycle",
    },
    "Drei Männer sitzen auf einer Bank und lachen.": {
        "Drei": "three", "Männer": "men guys", "sitzen": "sit sitting", "Bank": "bench", "lachen": "laugh laughing",
    },
    "Ein Mädchen in einem roten Kleid tanzt.": {
        "Mädchen": "girl", "roten": "red", "Kleid": "dress", "tanzt": "dances dancing",
    },
    "Eine schwarze Katze schläft auf dem Sofa.": {
        "schwarze": "black", "Katze": "cat", "schläft": "sleeps sleeping", "Sofa": "couch sofa",
    },
    "Ein Junge springt vom Felsen in das Wasser.": {
        "Junge": "boy", "springt": "jumps jumping", "Felsen": "rock rocks cliff", "Wasser": "water",
    },
    "Ein alter Mann spielt Gitarre vor einem Haus.": {
        "alter": "old older elderly", "Mann": "man", "spielt": "plays playing", "Gitarre": "guitar",
        "Haus": "house building home",
    },
    "Zwei braune Hunde rennen über eine grüne Wiese.": {
        "Zwei": "two", "braune": "brown", "Hunde": "dogs", "rennen": "run running", "grüne": "green",
        "Wiese": "field meadow grass",
    },
}  # fmt: skip
CAPTIONS = [
    *ALIGNED,
    "Ein Hund.",
    "Kinder!",
    "Der Himmel ist blau und die Sonne scheint.",
    "Eine ältere Dame füttert Tauben auf einem Platz in der Stadt.",
    "Vier Musiker in schwarzen Anzügen stehen auf einer hell erleuchteten Bühne.",
    "Ein Kellner trägt ein Tablett mit drei Gläsern Wein durch ein volles Restaurant.",
    "Zwei Frauen mit Sonnenbrillen trinken Kaffee vor einem kleinen Laden.",
    "Ein kleines Mädchen hält die Hand seiner Mutter, während beide über die Straße gehen.",
    "Ein Bauarbeiter mit gelbem Helm steht auf einer hohen Leiter.",
    "Menschen warten an einer Bushaltestelle im Regen.",
    "Ein Fußballspieler in Weiß schießt den Ball am Torwart vorbei ins Tor.",
    "Ein Vater trägt sein schlafendes Kind auf den Schultern durch den Wald.",
    "Ein Zug fährt über eine alte Brücke aus Stein.",
    "Drei Freunde kochen gemeinsam in einer Küche, in der viele Töpfe hängen.",
    "Ein Maler malt ein Bild von einem Boot, das auf einem ruhigen See liegt.",
    "Eine Gruppe von Touristen fotografiert ein hohes Gebäude.",
    "Ein Baby lacht und streckt die Arme nach einem bunten Luftballon aus.",
    "Skifahrer fahren einen steilen, verschneiten Hang hinunter, und hinter ihnen ragen hohe Berge in den Himmel.",
    "Ein Mann verkauft Obst und Gemüse auf einem Markt unter freiem Himmel, auf dem sich viele Kunden drängen.",
    "Niemand sitzt auf den grünen Stühlen.",
]


@pytest.fixture(scope="module")
def folder() -> Path:
    """Where the shipped translator lies: it belongs to the package, so its absence is a failure."""
    try:
        return pretrained_folder(NAME)
    except ValueError as error:
        pytest.fail(f"the package must bring its translator {NAME} in src/tutor_nmt/pretrained: {error}", pytrace=False)


@pytest.fixture(scope="module")
def translator(folder) -> Translator:
    return Translator.load(folder)


# --- what is shipped ---

every_shipped_translator = pytest.mark.parametrize("shipped", list(pretrained()), ids=lambda folder: folder.name)


def record_of(shipped: Path) -> dict:
    return json.loads((shipped / "record.json").read_text(encoding="utf-8"))


def test_it_is_loaded_by_its_name_in_less_than_three_seconds(folder, slowness):
    started = time.process_time()
    translator = Translator.from_pretrained(NAME)
    assert time.process_time() - started < 3 * slowness()
    assert (translator.config.source_language, translator.config.target_language) == ("de", "en")


@every_shipped_translator
def test_it_is_small_enough_for_the_package(shipped):
    sizes = {path: path.stat().st_size for path in shipped.rglob("*") if path.is_file()}
    assert sum(sizes.values()) <= LARGEST[shipped.name]
    assert sum(path.stat().st_size for one in pretrained() for path in one.rglob("*")) <= LARGEST_OF_ALL
    assert {path.suffix for path in sizes} == {".json", ".model", ".safetensors", ".md"}


@every_shipped_translator
def test_the_record_says_all_that_is_needed_to_make_it_again(shipped):
    record = record_of(shipped)
    assert re.match(r"[0-9a-f]{40}$", record["commit"])
    assert isinstance(record["seed"], int) and record["hardware"]
    assert {"python", "torch", "sentencepiece", "sacrebleu"} <= set(record["versions"])
    assert len(record["history"]) >= 1 and all("val_loss" in epoch for epoch in record["history"])
    assert record["command"].startswith(("python -m tutor_nmt train --corpus ", "python -m tutor_nmt experiment "))


@every_shipped_translator
def test_its_command_is_understood_and_asks_for_the_recipe_of_the_record(shipped):
    record = record_of(shipped)
    options = build_parser().parse_args(shlex.split(record["command"])[3:])
    if hasattr(options, "name"):
        experiment = EXPERIMENTS[options.name].with_seed(options.seed)
        assert recipe_hash(experiment) == recipe_hash(experiment_of(record | {"experiment": options.name}))
        assert options.seed == record["seed"] and experiment.corpus == record["corpus"]
        return
    parts = [record["recipe"], record["recipe"]["model"], record["recipe"]["training"]]
    for name, value in [item for part in parts for item in part.items() if not isinstance(item[1], dict)]:
        assert getattr(options, name) == value, f"--{name.replace('_', '-')} is not what was trained"


def splits_for_testing(shipped: Path) -> dict:
    return {split: scores for split, scores in record_of(shipped)["scores"].items() if split != "val"}


@every_shipped_translator
def test_the_record_scores_each_way_to_search_with_signatures(shipped):
    (scored,) = splits_for_testing(shipped).values()
    for setting in ("greedy", "beam_5"):
        scores = scored[setting]
        for metric in METRICS:
            assert 0 < scores[metric] <= 100 and "version:" in scores[f"{metric}_signature"]
        assert "case:mixed" in scores["bleu_signature"] and "tok:13a" in scores["bleu_signature"]


@every_shipped_translator
def test_the_card_tells_data_terms_making_and_scores(shipped):
    record, card = record_of(shipped), (shipped / "README.md").read_text(encoding="utf-8")
    assert record["corpus"] in card and "train" in card and "val" in card
    assert record["terms"] in card and record["corpus_terms"] in card
    for name in ("command", "commit", "hardware"):
        assert record[name] in card
    assert f"seed {record['seed']}" in card
    model = ModelConfig(**record["recipe"]["model"])
    sizes = ("encoder_size",) if model.architecture == "recurrent" else ("feedforward_size", "num_heads")
    for size in ("embedding_size", "hidden_size", *sizes):
        assert str(getattr(model, size)) in card
    (scored,) = splits_for_testing(shipped).values()
    for setting in ("greedy", "beam_5"):
        scores = scored[setting]
        for metric in METRICS:
            assert f"{scores[metric]:.2f}" in card and scores[f"{metric}_signature"] in card


@every_shipped_translator
def test_no_path_of_the_machine_that_trained_it_is_told(shipped):
    for text in ((shipped / "README.md").read_text(encoding="utf-8"), json.dumps(record_of(shipped))):
        assert not re.search(r"(?<![\w.:/])/(home|root|work|tmp|mnt|Users)/", text)


# --- it translates ---


def test_a_dog_runs_through_the_snow(translator):
    for beam_size in (1, 5):
        words = translator.translate("Ein Hund läuft durch den Schnee.", beam_size).lower().rstrip(".").split()
        assert {"dog", "snow"} <= set(words) and {"through", "in"} & set(words)
        assert words[0] == "a" and len(words) <= 8


def test_a_translation_ends_and_looks_like_english(translator):
    for (best,) in translator.translations(CAPTIONS, beam_size=5):
        assert best.finished and "<unk>" not in best.text
        assert re.fullmatch(r"[A-Z][A-Za-z0-9 ,.'\"!-]*", best.text)


def test_a_beam_of_one_is_greedy(translator):
    greedy = [best.text for (best,) in translator.translations(CAPTIONS, beam_size=1)]
    sources = [encode_source(line, translator.src_vocabulary) for line in CAPTIONS]
    with torch.inference_mode():
        state = translator.model.start(pad(sources), torch.tensor([len(source) for source in sources]))
        first, limits = torch.full((len(sources),), BOS_ID), [2 * len(source) + 10 for source in sources]
        results = beam_search(translator.model.step, state, first, limits, beam_size=1)
    assert [translator.tgt_vocabulary.decode(result.hypotheses[0].ids) for result in results] == greedy


@pytest.mark.parametrize("beam_size", [1, 5])
def test_a_line_is_translated_alike_alone_and_in_company(translator, beam_size):
    alone, few, all_together = (translator.translations(CAPTIONS, beam_size, batch_size=size) for size in (1, 7, 30))
    for other in (few, all_together):
        for (one,), (same,) in zip(alone, other, strict=True):
            # Rounding differs with the size of a batch, so that near-ties may fall either way; nothing else may.
            assert one.text == same.text or abs(one.score - same.score) < 1e-4
            assert one.score == pytest.approx(same.score, abs=1e-3)


@pytest.mark.parametrize("beam_size", [1, 5])
@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_whatever_a_line_holds_it_becomes_one_line_and_its_neighbours_stay_as_they_are(translator, text, beam_size):
    before, after = CAPTIONS[:2]
    answers = translator.translate([before, text, "", after], beam_size)
    assert answers[::3] == translator.translate([before, after], beam_size) and answers[2] == ""
    assert answers[1].splitlines() in ([], [answers[1]])
    answers[1].encode("utf-8")


# --- what a line becomes does not depend on its company ---

NEAR_TIE = 1e-4  # nats between two words at one place; rounding moves a whole sentence's score by less than 1e-5


def first_step_apart(translator: Translator, line: str, one: Translation, other: Translation) -> float:
    """How much likelier, in nats, the one's word is than the other's at the first place where the two differ.

    Computed in float64 after the words that they share: near 0, rounding alone decides between the two.
    """
    ids = {translator.tgt_vocabulary.token(number): number for number in range(len(translator.tgt_vocabulary))}
    written = [[*(ids[token] for token in each.tokens), EOS_ID] for each in (one, other)]
    place = next(place for place, (left, right) in enumerate(zip(*written, strict=False)) if left != right)
    exact = copy.deepcopy(translator.model).double()
    with torch.inference_mode():
        source = encode_source(line, translator.src_vocabulary)
        logits, _ = exact(make_batch([Example(source, written[0][: place + 1])]))
    return float(logits[0, place, written[0][place]] - logits[0, place, written[1][place]])


def in_any_order(translator: Translator, lines: list[str], beam_size: int, size: int, seed: int) -> list[Translation]:
    """Translations of the lines, searched `size` together as chance brings them together."""
    order = random.Random(seed).sample(range(len(lines)), len(lines))
    found = {}
    for start in range(0, len(order), size):
        chosen = order[start : start + size]
        answers = translator.translations([lines[index] for index in chosen], beam_size, batch_size=size)
        found |= dict(zip(chosen, (best for (best,) in answers), strict=True))
    return [found[index] for index in range(len(lines))]


def unlike(ones: list[Translation], others: list[Translation]) -> list[int]:
    return [index for index, (one, other) in enumerate(zip(ones, others, strict=True)) if one.tokens != other.tokens]


@pytest.mark.corpus("multi30k")
@pytest.mark.parametrize(("beam_size", "every"), [(1, 1), (5, 4)], ids=["greedy", "beam 5, every fourth line"])
def test_at_most_two_test_lines_in_1000_depend_on_their_company_and_those_are_near_ties(translator, beam_size, every):
    lines = [pair.source for pair in load_corpus("multi30k")["test_2016_flickr"]][::every]
    alone, together = (
        [best for (best,) in translator.translations(lines, beam_size, batch_size=size)] for size in (1, 64)
    )
    for others in (together, in_any_order(translator, lines, beam_size, 64, seed=1)):
        different = unlike(alone, others)
        assert len(different) <= max(1, 2 * len(lines) // 1000)
        for index in different:
            if beam_size == 1:
                assert abs(first_step_apart(translator, lines[index], alone[index], others[index])) < NEAR_TIE
            else:  # a beam compares sentences as wholes
                assert alone[index].score == pytest.approx(others[index].score, rel=1e-3)
        for index in set(range(len(lines))) - set(different):
            assert alone[index].score == pytest.approx(others[index].score, rel=1e-5)


@pytest.mark.corpus("multi30k")
def test_lines_that_coarser_numbers_translate_otherwise_are_more_and_not_all_near_ties(translator):
    """The control of the test above: it would notice."""
    lines = [pair.source for pair in load_corpus("multi30k")["test_2016_flickr"]][::4]
    fine, coarse = (
        [best for (best,) in translator.translations(lines, 1, precision=precision)]
        for precision in ("float32", "bf16")
    )
    different = unlike(fine, coarse)
    assert len(different) > 2 * len(lines) // 1000
    apart = [first_step_apart(translator, lines[index], fine[index], coarse[index]) for index in different]
    assert max(apart) > NEAR_TIE and min(apart) > -NEAR_TIE  # float32 did take the likelier word


# --- it looks where it should ---


def words_of(pieces: list[str]) -> list[list[int]]:
    """Positions of the pieces of each word: ["▁Schnee", "ball", "."] -> [[0, 1], [2]]."""
    words: list[list[int]] = []
    for position, piece in enumerate(pieces):
        if piece.startswith("▁") or not piece.isalpha() or not words:
            words.append([])
        words[-1].append(position)
    return words


def looked_right(found: list[Translation], shift: int = 0) -> list[bool]:
    """For each word of `ALIGNED` that was written: did it look most at the source word that it translates?"""
    right = []
    for aligned, one in zip(ALIGNED.values(), found, strict=True):
        source = words_of(one.source_tokens)
        spelt = ["".join(one.source_tokens[i] for i in word).strip("▁") for word in source]
        weights = one.attention.roll(shift, dims=1)
        for target in words_of(one.tokens):
            written = "".join(one.tokens[i] for i in target).strip("▁").lower()
            meant = [word for word, meanings in aligned.items() if written in meanings.split()]
            if meant:
                on_word = [weights[target][:, word].sum() for word in source]
                right.append(spelt[int(torch.stack(on_word).argmax())] in meant)
    return right


@pytest.fixture(scope="module")
def aligned(translator) -> list[Translation]:
    return [best for (best,) in translator.translations(list(ALIGNED), beam_size=5)]


def test_every_row_of_attention_sums_to_one(aligned):
    for one in aligned:
        assert one.attention.shape == (len(one.tokens), len(one.source_tokens))
        assert torch.allclose(one.attention.sum(dim=1), torch.ones(len(one.tokens)), atol=1e-5)


def test_most_words_look_at_the_word_that_they_translate(aligned):
    right = looked_right(aligned)
    assert len(right) >= 0.7 * sum(map(len, ALIGNED.values()))  # most words were written as expected
    assert sum(right) >= 0.7 * len(right)


@pytest.mark.parametrize("shift", [-1, 1])
def test_looks_that_are_shifted_by_one_word_would_fail_this(aligned, shift):
    shifted = looked_right(aligned, shift)
    assert sum(shifted) < 0.35 * len(shifted)


# --- its scores are those it claims ---


LEAST = {  # BLEU, cased: greedy and with a beam of five
    "multi30k-de-en@1": (33.0, 35.0),
    "multi30k-de-en-transformer@1": (38.0, 39.5),
    "tatoeba-zh-en@1": (20.0, 22.0),
}
FROM_THEIR_CORPUS = [
    pytest.param(
        shipped, setting, id=f"{shipped.name} {setting}", marks=pytest.mark.corpus(record_of(shipped)["corpus"])
    )
    for shipped in pretrained()
    for setting in ("greedy", "beam_5")
]


@pytest.mark.parametrize(("shipped", "setting"), FROM_THEIR_CORPUS)
def test_the_scores_of_the_record_come_out_again(shipped, setting):
    translator, record, beam_size = Translator.load(shipped), record_of(shipped), {"greedy": 1, "beam_5": 5}[setting]
    ((split, claims),) = splits_for_testing(shipped).items()
    config = translator.config
    corpus = load_corpus(record["corpus"], config.source_language, config.target_language)
    pairs = (simplified(corpus) if config.simplify else corpus)[split]
    lines = translator.translate([pair.source for pair in pairs], beam_size)
    scores, claimed = evaluate(lines, [pair.target for pair in pairs], config.target_language), claims[setting]
    assert scores["bleu"] >= LEAST[shipped.name][setting == "beam_5"]
    for metric in METRICS:
        assert scores[metric] == pytest.approx(claimed[metric], abs=0.3)
        signatures = [one[f"{metric}_signature"].partition("|version:")[0] for one in (scores, claimed)]
        assert signatures[0] == signatures[1]


@pytest.mark.corpus("multi30k")
def test_the_captions_of_this_test_are_not_quoted_from_the_corpus():
    corpus = load_corpus("multi30k")
    known = {leakage_key(pair.source) for split in corpus.splits.values() for pair in split}
    quoted = [line for line in CAPTIONS if leakage_key(line) in known]
    assert quoted == ["Ein Hund läuft durch den Schnee."]  # six everyday words, found by whoever writes a caption


def test_the_readme_shows_what_the_translator_answers(folder):
    line = "Ein Hund läuft durch den Schnee."
    answer = Translator.load(folder).translate(line)
    root = Path(__file__).resolve().parent.parent
    command = f'echo "{line}" | python -m tutor_nmt translate --model {NAME}\n{answer}\n'
    assert command in (root / "README.md").read_text(encoding="utf-8")
    piano = "Drei Männer tragen ein Klavier die Treppe hinauf."
    for beam_size, file in [(5, "beam.en"), (1, "greedy.en")]:
        answer = Translator.load(folder).translate(piano, beam_size)
        assert f"| tee {file}\n{answer}\n" in (root / "README.md").read_text(encoding="utf-8")


@every_shipped_translator
def test_the_card_is_what_the_record_says(shipped):
    script = Path(__file__).resolve().parent.parent / ".ci" / "ship.py"
    spec = importlib.util.spec_from_file_location("ci_ship", script)
    ship = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(ship)
    assert (shipped / "README.md").read_text(encoding="utf-8") == ship.card(
        record_of(shipped), Translator.load(shipped)
    )
