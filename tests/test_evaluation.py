"""Evaluation: scores recomputed from their papers, signatures beside them, luck told from skill, and links judged."""

import math
import random
from collections import Counter
from functools import partial

import numpy as np
import pytest
from sacrebleu.metrics import BLEU, CHRF
from sacrebleu.significance import PairedTest

from tutor_nmt.evaluation import (
    alignment_error_rate,
    bleu,
    bleu_parts,
    by_frequency,
    by_group,
    by_length,
    by_probe,
    by_rarity,
    chrf,
    differing_lines,
    evaluate,
    links_from_weights,
    paired_bootstrap,
    word_counts,
)

# Lines of plain words: cutting at spaces is then all that the tokeniser 13a does too.
HYPOTHESES = ["the cat sat on the red mat", "a dog runs in the snow today", "no"]
REFERENCES = ["the cat sat on the mat near a door", "a dog runs through the snow", "no no"]


def ngrams(items, n) -> Counter:
    return Counter(tuple(items[i : i + n]) for i in range(len(items) - n + 1))


def bleu_by_hand(hypotheses, references, split=str.split) -> float:
    """Papineni et al. 2002, section 2.3: 100 * brevity penalty * geometric mean of the precisions p1 ... p4."""
    log_precisions = []
    for n in range(1, 5):
        correct = total = 0
        for hypothesis, reference in zip(hypotheses, references, strict=True):
            found = ngrams(split(hypothesis), n)
            correct += (found & ngrams(split(reference), n)).total()  # clipped: no n-gram counts more often than there
            total += found.total()
        log_precisions.append(math.log(correct / total))
    length, wanted = (sum(len(split(line)) for line in lines) for lines in (hypotheses, references))
    brevity_penalty = min(1.0, math.exp(1 - wanted / length))
    return 100 * brevity_penalty * math.exp(sum(log_precisions) / 4)


def chrf_by_hand(hypotheses, references, order=6, beta=2) -> float:
    """Popović 2015: character n-grams without spaces; precision and recall averaged over n = 1 ... 6, then F2."""
    precisions, recalls = [], []
    for n in range(1, order + 1):
        correct = in_hypotheses = in_references = 0
        for hypothesis, reference in zip(hypotheses, references, strict=True):
            found, wanted = (ngrams(line.replace(" ", ""), n) for line in (hypothesis, reference))
            correct += (found & wanted).total()
            in_hypotheses += found.total()
            in_references += wanted.total()
        precisions.append(correct / in_hypotheses)
        recalls.append(correct / in_references)
    precision, recall = sum(precisions) / order, sum(recalls) / order
    return 100 * (1 + beta**2) * precision * recall / (beta**2 * precision + recall)


# --- BLEU ---


def test_bleu_is_the_formula_of_its_paper():
    # 15 words against 17: the brevity penalty exp(1 - 17/15) is at work. Precisions on paper:
    # unigrams 6/7 + 5/7 + 1/1 = 12/15, bigrams 4/6 + 3/6 = 7/12, trigrams 3/5 + 1/5 = 4/10, four-grams 2/4 + 0/4 = 2/8.
    on_paper = 100 * math.exp(1 - 17 / 15) * (12 / 15 * 7 / 12 * 4 / 10 * 2 / 8) ** 0.25
    assert bleu(HYPOTHESES, REFERENCES).score == pytest.approx(on_paper, abs=1e-9)
    assert bleu_by_hand(HYPOTHESES, REFERENCES) == pytest.approx(on_paper, abs=1e-9)


def test_nothing_is_gained_by_being_longer_than_the_reference():
    # Turned round, the hypotheses are the longer side: no penalty, but the extra words lower the precisions.
    score = bleu(REFERENCES, HYPOTHESES).score
    assert score == pytest.approx(bleu_by_hand(REFERENCES, HYPOTHESES), abs=1e-9)
    assert score == pytest.approx(100 * (12 / 17 * 7 / 14 * 4 / 11 * 2 / 9) ** 0.25, abs=1e-9)


def test_swapping_hypotheses_and_references_gives_another_number():
    # The brevity penalty sees one side only: cutting off half of a sentence is punished, adding as much less so.
    half, whole = ["the cat sat on the"], ["the cat sat on the mat near a door"]
    assert bleu(half, whole).score == pytest.approx(100 * math.exp(1 - 9 / 5), abs=1e-9)
    assert bleu(whole, half).score == pytest.approx(100 * (5 / 9 * 4 / 8 * 3 / 7 * 2 / 6) ** 0.25, abs=1e-9)


def test_a_corpus_is_scored_as_a_whole_and_not_as_a_mean_of_sentences():
    pairs = [
        ("a b c d e f g h i j k l", "a b c d e f g h i j k l"),
        ("m n o p q", "m n o p z"),
    ]
    alone = [bleu([hypothesis], [reference]).score for hypothesis, reference in pairs]
    together = bleu(*map(list, zip(*pairs, strict=True))).score
    assert together == pytest.approx(100 * (16 / 17 * 14 / 15 * 12 / 13 * 10 / 11) ** 0.25, abs=1e-9)
    assert abs(together - sum(alone) / 2) > 5


def test_a_perfect_translation_scores_one_hundred():
    for score in (bleu(REFERENCES, REFERENCES), chrf(REFERENCES, REFERENCES)):
        assert score.score == pytest.approx(100, abs=1e-9)


def test_a_translation_without_a_right_word_scores_next_to_nothing():
    assert bleu(["x y z w"], ["a dog runs home"]).score < 10
    assert chrf(["x y z w"], ["a dog runs home"]).score == 0


def test_case_counts_unless_it_is_asked_to_be_ignored():
    shouted = [line.upper() for line in REFERENCES]
    assert bleu(shouted, REFERENCES).score == 0
    assert bleu(shouted, REFERENCES, lowercase=True).score == pytest.approx(100, abs=1e-9)


def test_punctuation_is_cut_off_words_by_the_tokeniser_and_not_by_the_caller():
    # Detokenised text goes in: 13a parts "snow." into two words, of which one is right.
    score = bleu(["a dog runs in snow."], ["a dog runs in snow!"])
    assert score.score == pytest.approx(100 * (5 / 6 * 4 / 5 * 3 / 4 * 2 / 3) ** 0.25, abs=1e-9)


def test_chinese_is_compared_character_by_character():
    hypotheses, references = ["一只狗在雪地里跑", "他喜欢喝茶"], ["一只小狗在雪地里跑", "他很喜欢喝茶"]
    # 13 characters against 15. In order: unigrams 8 + 5, bigrams 6 + 3, trigrams 4 + 2, four-grams 3 + 1 are right.
    on_paper = 100 * math.exp(1 - 15 / 13) * (13 / 13 * 9 / 11 * 6 / 9 * 4 / 7) ** 0.25
    score = bleu(hypotheses, references, language="zh")
    assert score.score == pytest.approx(on_paper, abs=1e-9)
    assert score.score == pytest.approx(bleu_by_hand(hypotheses, references, split=list), abs=1e-9)
    # The tokeniser for English sees one long word a line, and no right one.
    assert bleu(hypotheses, references, language="en").score == 0


def test_the_parts_of_bleu_are_the_counts_of_its_formula():
    parts = bleu_parts(HYPOTHESES, REFERENCES)
    assert (parts.matches, parts.totals) == ((12, 7, 4, 2), (15, 12, 10, 8))
    assert (parts.hypothesis_words, parts.reference_words) == (15, 17)
    assert parts.brevity_penalty == pytest.approx(math.exp(1 - 17 / 15), abs=1e-12)
    assert parts.precisions == pytest.approx((100 * 12 / 15, 100 * 7 / 12, 40, 25), abs=1e-9)
    assert parts.score == pytest.approx(parts.brevity_penalty * math.prod(parts.precisions) ** 0.25, abs=1e-9)
    assert (parts.score, parts.signature) == bleu(HYPOTHESES, REFERENCES)
    assert bleu_parts(HYPOTHESES, REFERENCES, lowercase=True).signature == bleu(["a"], ["a"], lowercase=True).signature
    assert bleu_parts(["他喜欢"], ["他喜欢喝茶"], "zh").hypothesis_words == 3


def test_a_word_said_too_often_matches_as_often_as_the_reference_has_it():
    parts = bleu_parts(["the the the the the the the"], ["the cat is on the mat"])
    assert parts.matches == (2, 0, 0, 0) and parts.totals == (7, 6, 5, 4)  # of 7 words 2, as in the paper's example
    assert parts.precisions == pytest.approx((100 * 2 / 7, 100 / 12, 100 / 20, 100 / 32))  # smoothed: 1/2, 1/4, 1/8
    assert parts.score == pytest.approx(math.prod(parts.precisions) ** 0.25) and parts.brevity_penalty == 1


def test_without_a_matching_word_or_four_words_in_a_line_there_is_nothing_to_score():
    assert bleu_parts(["x y z w"], ["a dog runs home"]).score == 0
    assert bleu_parts(["a dog runs"], ["a dog runs"]).score == 0


# --- chrF ---


def test_chrf_is_the_formula_of_its_paper():
    # Lines of six characters at least, so that every n-gram order exists.
    hypotheses, references = HYPOTHESES[:2], REFERENCES[:2]
    assert chrf(hypotheses, references).score == pytest.approx(chrf_by_hand(hypotheses, references), abs=1e-9)


def test_chrf_weighs_recall_more_than_precision():
    # "too short" loses recall, "too long" loses precision, by the same words: the first costs more.
    short, long = ["a brown dog"], ["a brown dog runs through the snow"]
    assert chrf(short, long).score < chrf(long, short).score


def test_chrf_forgives_an_ending_that_bleu_does_not():
    wrong_ending, wrong_word = ["the dogs run"], ["the cats run"]
    reference = ["the dog runs"]
    assert chrf(wrong_ending, reference).score > chrf(wrong_word, reference).score + 20


# --- what a score says of itself ---


@pytest.mark.parametrize(
    ("language", "lowercase", "parts"),
    [
        ("en", False, {"case:mixed", "tok:13a"}),
        ("en", True, {"case:lc", "tok:13a"}),
        ("de", False, {"case:mixed", "tok:13a"}),
        ("zh", False, {"case:mixed", "tok:zh"}),
        ("zh", True, {"case:lc", "tok:zh"}),
    ],
)
def test_a_signature_names_tokeniser_and_case(language, lowercase, parts):
    signature = bleu(HYPOTHESES, REFERENCES, language, lowercase).signature
    assert parts | {"nrefs:1", "smooth:exp"} <= set(signature.split("|"))
    assert "version:" in signature


def test_the_report_holds_every_score_beside_its_signature():
    report = evaluate(HYPOTHESES, REFERENCES, "en")
    assert set(report) == {name + end for name in ("bleu", "bleu_lc", "chrf") for end in ("", "_signature")}
    scores = {
        "bleu": bleu(HYPOTHESES, REFERENCES),
        "bleu_lc": bleu(HYPOTHESES, REFERENCES, lowercase=True),
        "chrf": chrf(HYPOTHESES, REFERENCES),
    }
    for name, score in scores.items():
        assert (report[name], report[f"{name}_signature"]) == score


def test_the_report_tells_case_apart_and_takes_the_tokeniser_of_its_language():
    shouted = [line.upper() for line in REFERENCES]
    report = evaluate(shouted, REFERENCES)
    assert report["bleu"] == 0 and report["bleu_lc"] == pytest.approx(100, abs=1e-9)
    report = evaluate(["他喜欢喝茶"], ["他喜欢喝茶"], "zh")
    assert report["bleu"] == pytest.approx(100, abs=1e-9)
    assert "tok:zh" in report["bleu_signature"] and "tok:zh" in report["bleu_lc_signature"]


# --- what is refused ---

SCORES = {
    "bleu": bleu,
    "bleu_parts": bleu_parts,
    "chrf": chrf,
    "evaluate": evaluate,
    "paired_bootstrap": partial(paired_bootstrap, HYPOTHESES),
    "differing_lines": partial(differing_lines, HYPOTHESES),
    "by_group": partial(by_group, ["one", "two", "two"]),
    "by_length": partial(by_length, REFERENCES),
    "by_rarity": partial(by_rarity, {}, REFERENCES),
    "by_frequency": partial(by_frequency, {}),
}
every_score = pytest.mark.parametrize("score", SCORES.values(), ids=SCORES.keys())


@every_score
def test_unequal_numbers_of_lines_are_refused(score):
    with pytest.raises(ValueError, match="2 hypotheses for 3 references"):
        score(HYPOTHESES[:2], REFERENCES)
    with pytest.raises(ValueError, match="hypotheses for 2 references"):
        score(HYPOTHESES, REFERENCES[:2])


@every_score
@pytest.mark.parametrize("lines", [("a line", "a line"), (["a line"] * 3, "abc"), ("abc", ["a line"] * 3)])
def test_one_string_in_place_of_a_list_is_refused(score, lines):
    with pytest.raises(ValueError, match="lists of lines"):
        score(*lines)


@every_score
def test_no_lines_at_all_are_refused(score):
    with pytest.raises(ValueError, match="0 references"):
        score([], [])


# --- is it luck? ---


def spoilt(lines: list[str], share: float, seed: int) -> list[str]:
    """Lines of which a share has its words in the wrong order."""
    chance = random.Random(seed)
    return [" ".join(reversed(line.split())) if chance.random() < share else line for line in lines]


MANY = [f"{who} {does} the {what} near {where}" for who in ("a man", "my cat", "the tall girl", "no child")
        for does in ("sees", "paints", "finds") for what in ("red ball", "dog", "old boat")
        for where in ("a river bank", "the blue house", "some very old trees")]  # fmt: skip
bootstrap = partial(paired_bootstrap, samples=200)


def test_a_system_is_not_better_than_itself():
    system = spoilt(MANY, 0.3, seed=1)
    comparison = bootstrap(system, list(system), MANY)
    assert comparison.difference == 0 and comparison.system == comparison.baseline
    assert comparison.p_value == 1


def test_a_clearly_better_system_is_told_from_luck():
    better, worse = spoilt(MANY, 0.1, seed=1), spoilt(MANY, 0.5, seed=2)
    comparison = bootstrap(better, worse, MANY)
    assert comparison.p_value < 0.05
    assert comparison.difference > 10
    assert comparison.system == pytest.approx(bleu(better, MANY).score)
    assert comparison.baseline == pytest.approx(bleu(worse, MANY).score)


def test_a_small_difference_is_told_from_luck_because_both_systems_have_the_same_sentences():
    baseline = spoilt(MANY, 0.5, seed=1)
    comparison = bootstrap(MANY[:12] + baseline[12:], baseline, MANY)  # never worse, and better in the first few
    # drawn apart, two samples of one system would differ by more than that
    assert 0 < comparison.difference < 10 and comparison.p_value < 0.05


def test_the_difference_turns_its_sign_with_the_systems():
    better, worse = spoilt(MANY, 0.1, seed=1), spoilt(MANY, 0.5, seed=2)
    forth, back = bootstrap(better, worse, MANY), bootstrap(worse, better, MANY)
    assert forth.difference == pytest.approx(-back.difference)
    assert back.difference < -10 and back.p_value < 0.05


def test_equally_spoilt_systems_differ_by_luck_only():
    comparison = bootstrap(spoilt(MANY, 0.3, seed=1), spoilt(MANY, 0.3, seed=2), MANY)
    assert comparison.difference != 0 and comparison.p_value > 0.05


def test_the_comparison_gives_the_same_numbers_again_and_leaves_chance_alone():
    one, other = spoilt(MANY, 0.3, seed=1), spoilt(MANY, 0.4, seed=2)
    first = bootstrap(one, other, MANY)
    random.seed(7), np.random.seed(7)
    before = random.getstate(), np.random.get_state()[1].copy()
    assert bootstrap(one, other, MANY) == first
    assert random.getstate() == before[0] and (np.random.get_state()[1] == before[1]).all()


def test_the_comparison_signs_itself_and_takes_the_tokeniser_of_its_language():
    lines = ["他喜欢喝茶。", "一只狗在雪地里跑。"] * 5
    comparison = bootstrap(lines, lines, lines, "zh")
    assert {"tok:zh", "case:mixed", "bs:200"} <= set(comparison.signature.split("|"))
    assert comparison.system == pytest.approx(100, abs=1e-9)


@pytest.mark.parametrize(("metric", "scorer"), [("bleu", BLEU(tokenize="13a")), ("chrf", CHRF())])
def test_scores_and_p_value_are_those_of_the_test_in_sacrebleu(metric, scorer):
    system, baseline = spoilt(MANY, 0.3, seed=1), spoilt(MANY, 0.38, seed=2)
    comparison = bootstrap(system, baseline, MANY, metric=metric)
    named = [("baseline", baseline), ("system", system)]
    signatures, scores = PairedTest(named, {"one": scorer}, [MANY], test_type="bs", n_samples=200)()
    ((name, signature),) = signatures.items()
    old, new = scores[name]
    assert (comparison.system, comparison.baseline) == pytest.approx((new.score, old.score), abs=1e-9)
    assert 0.02 < new.p_value < 0.98
    assert comparison.p_value == pytest.approx(new.p_value, abs=1.5 / 201)  # sacreBLEU adds up in fewer digits
    assert set(comparison.signature.split("|")) == set(str(signature).split("|"))


def test_the_interval_is_more_careful_than_the_p_value():
    # What the docstring warns of: the p-value is near that of a one-sided test, the interval has two sides.
    comparison = paired_bootstrap(spoilt(MANY, 0.3, seed=1), spoilt(MANY, 0.45, seed=2), MANY)
    one_sided = math.erfc(comparison.difference / (comparison.high - comparison.low) * 1.96 * math.sqrt(2)) / 2
    assert comparison.low < 0 < comparison.high and 0.025 < comparison.p_value < 0.05
    assert comparison.p_value == pytest.approx(one_sided, abs=0.02)


def test_the_interval_of_a_difference_is_that_of_all_draws_on_paper():
    # Of two lines, drawn with replacement: the first twice, each once, the second twice; 1/4, 1/2 and 1/4 of the time.
    system, baseline = ["a b c d e x", "k l m n o p q"], ["a b c d y x", "k l m n o p z"]
    references = ["a b c d e f", "k l m n o p q"]
    for metric, score in (("bleu", bleu), ("chrf", chrf)):
        differences = [
            score([system[i] for i in drawn], [references[i] for i in drawn]).score
            - score([baseline[i] for i in drawn], [references[i] for i in drawn]).score
            for drawn in ((0, 0), (0, 1), (1, 1))
        ]
        comparison = paired_bootstrap(system, baseline, references, metric=metric)
        assert (comparison.low, comparison.high) == pytest.approx((min(differences), max(differences)), abs=1e-9)
        assert comparison.difference == pytest.approx(differences[1], abs=1e-9)


def test_drawn_from_one_line_every_difference_is_the_same():
    comparison = paired_bootstrap(["a b c d x"], ["a b c y x"], ["a b c d e"], samples=7)
    assert comparison.low == comparison.high == comparison.difference > 0
    assert (comparison.samples, comparison.seed) == (7, 12345)


@pytest.mark.parametrize("metric", ["bleu", "chrf"])
def test_the_interval_of_equal_systems_is_nothing_and_that_of_swapped_ones_mirrored(metric):
    better, worse = spoilt(MANY, 0.1, seed=1), spoilt(MANY, 0.4, seed=2)
    same = bootstrap(better, list(better), MANY, metric=metric)
    assert (same.low, same.high, same.p_value) == (0, 0, 1)
    forth, back = (bootstrap(*both, MANY, metric=metric) for both in ((better, worse), (worse, better)))
    assert 0 < forth.low < forth.difference < forth.high
    assert (back.low, back.high) == pytest.approx((-forth.high, -forth.low), abs=1e-9)
    assert back.p_value == forth.p_value


def test_the_interval_is_narrow_where_both_systems_fail_in_the_same_sentences():
    baseline = spoilt(MANY, 0.5, seed=1)
    comparison = bootstrap(MANY[:12] + baseline[12:], baseline, MANY)
    assert 0 <= comparison.low < comparison.difference < comparison.high < 12  # drawn apart, from about -5 to 17
    alone = bootstrap(baseline, [line.upper() for line in MANY], MANY)  # against a system without a right word
    assert alone.high - alone.low > comparison.high - comparison.low


def test_other_seeds_draw_other_sentences():
    one, other = spoilt(MANY, 0.3, seed=1), spoilt(MANY, 0.4, seed=2)
    first, second = (bootstrap(one, other, MANY, seed=seed) for seed in (1, 2))
    assert first.difference == second.difference and (first.low, first.high) != (second.low, second.high)
    assert (first.seed, second.seed) == (1, 2) and "seed:2" in second.signature.split("|")


def test_no_draws_and_unknown_metrics_are_refused():
    with pytest.raises(ValueError, match="samples=0 draws nothing"):
        paired_bootstrap(HYPOTHESES, HYPOTHESES, REFERENCES, samples=0)
    with pytest.raises(ValueError, match="metric 'ter' is unknown; use bleu or chrf"):
        paired_bootstrap(HYPOTHESES, HYPOTHESES, REFERENCES, metric="ter")
    with pytest.raises(ValueError, match="metric 'ter' is unknown; use bleu or chrf"):
        by_group(["a"] * 3, HYPOTHESES, REFERENCES, metric="ter")


def test_the_lines_that_differ_most_come_first_whichever_system_is_better():
    references = ["a red dog", "a blue cat", "no zebra", "a red dog", "the end"]
    system = ["a red dog", "a blue cat", "no zebra!", "a red dog", "quite wrong"]
    baseline = ["a red cat", "quite wrong", "no zebra", "a red cat", "quite wrong"]
    found = differing_lines(system, baseline, references)
    assert [one.index for one in found] == [1, 0, 3, 2]  # the equal ones in their order; the last line is the same
    assert found[0][3:] == ("a blue cat", "quite wrong", "a blue cat")
    for one in found:
        assert one.system_chrf == pytest.approx(chrf([one.system], [one.reference]).score)
        assert one.baseline_chrf == pytest.approx(chrf([one.baseline], [one.reference]).score)
    assert [one.index for one in differing_lines(baseline, system, references, count=2)] == [1, 0]
    assert differing_lines(system, system, references) == []
    with pytest.raises(ValueError, match="count=0 shows no line"):
        differing_lines(system, baseline, references, count=0)


# --- taken apart ---


def test_the_score_of_a_group_is_that_of_its_lines_together():
    hypotheses = ["a b c d e f g h", "k l m n x", "p q r s", "b"]
    references = ["a b c d e f g h", "k l m n o", "p q r s t", "b"]
    long, short = by_group(["long", "short", "short", "long"], hypotheses, references)
    # "short", on paper: 9 words against 10; of words 8/9, of pairs 6/7, of threes 4/5, of fours 2/3 match.
    assert short[:4] == ("short", 2, 9, 10) and long[:4] == ("long", 2, 9, 9)
    assert short.score == pytest.approx(100 * math.exp(1 - 10 / 9) * (8 / 9 * 6 / 7 * 4 / 5 * 2 / 3) ** 0.25, abs=1e-9)
    assert long.score == pytest.approx(100, abs=1e-9)
    assert long.signature == short.signature == bleu(hypotheses, references).signature


@pytest.mark.parametrize(("metric", "score"), [("bleu", bleu), ("chrf", chrf)])
def test_one_group_is_the_whole_and_groups_part_the_lines_whatever_their_order(metric, score):
    hypotheses, labels = spoilt(MANY, 0.3, seed=1), [line.split()[1] for line in MANY]
    (whole,) = by_group(["all"] * len(MANY), hypotheses, MANY, metric)
    assert (whole.score, whole.signature) == score(hypotheses, MANY) and whole.lines == len(MANY)
    table = by_group(labels, hypotheses, MANY, metric)
    assert [row.group for row in table] == sorted(set(labels))
    assert [row.lines for row in table] == [labels.count(row.group) for row in table]
    for column in (1, 2, 3):
        assert sum(row[column] for row in table) == whole[column]
    order = random.Random(5).sample(range(len(MANY)), len(MANY))
    assert by_group(*([side[i] for i in order] for side in (labels, hypotheses, MANY)), metric) == table


def test_groups_come_in_the_order_asked_for_and_unknown_labels_are_refused():
    table = by_group(["names", "numbers", "names"], HYPOTHESES, REFERENCES, groups=("numbers", "gender", "names"))
    assert [(row.group, row.lines) for row in table] == [("numbers", 1), ("names", 2)]
    with pytest.raises(ValueError, match="line 1 has the label 'number', which is none of the groups numbers, names"):
        by_group(["names", "number", "names"], HYPOTHESES, REFERENCES, groups=("numbers", "names"))
    for labels in (["names"], "abc"):
        with pytest.raises(ValueError, match="3 lines need a list of as many labels"):
            by_group(labels, HYPOTHESES, REFERENCES)


def test_a_line_belongs_to_the_group_of_its_length():
    references = [" ".join("w" * length) for length in (0, 2, 3, 4, 5, 6, 7, 40)]
    table = by_length(references, references, references, edges=(3, 5, 6))
    assert [(row.group, row.lines) for row in table] == [("0 to 2", 2), ("3 to 4", 2), ("5", 1), ("6 or more", 3)]
    assert [row.reference_words for row in table] == [0 + 2, 3 + 4, 5, 6 + 7 + 40]
    assert [row.group for row in by_length(references, references, references, edges=())] == ["0 or more"]


def test_lengths_are_those_of_the_lines_given_cut_in_their_language():
    sources, references = ["他喜欢喝茶。", "你好"], ["hello", "he likes to drink tea"]
    table = by_length(sources, references, references, edges=(3,), lines_language="zh")
    assert [(row.group, row.reference_words) for row in table] == [("0 to 2", 5), ("3 or more", 1)]
    table = by_length(references, sources, sources, edges=(3,), language="zh", lines_language="en")
    assert [(row.group, row.reference_words) for row in table] == [("0 to 2", 6), ("3 or more", 2)]


@pytest.mark.parametrize("edges", [(0, 5), (5, 5), (7, 5), (-3,)])
def test_edges_that_do_not_rise_are_refused(edges):
    for table in (partial(by_length, REFERENCES), partial(by_rarity, {}, REFERENCES), partial(by_frequency, {})):
        with pytest.raises(ValueError, match="must rise, from 1 or more"):
            table(HYPOTHESES, REFERENCES, edges=edges)


def test_a_line_is_as_rare_as_its_rarest_word():
    counts = word_counts(["the dog"] * 9 + ["the cat"])
    lines = ["the dog", "the cat", "the Dog", "dog dog", "zebra", ""]
    table = by_rarity(counts, lines, lines, lines, edges=(1, 9, 10))
    assert [(row.group, row.lines) for row in table] == [("0", 2), ("1 to 8", 1), ("9", 2), ("10 or more", 1)]
    assert [row.reference_words for row in table] == [3, 2, 4, 0]
    with pytest.raises(ValueError, match="6 references need a list of as many lines"):
        by_rarity(counts, lines[:2], lines, lines)
    with pytest.raises(ValueError, match="6 references need a list of as many lines"):
        by_length("a line", lines, lines)


def test_words_are_found_again_by_how_often_training_had_them():
    counts = word_counts(["a dog", "a dog", "a cat"])
    assert counts == {"a": 3, "dog": 2, "cat": 1}
    hypotheses = ["a a a dog", "a bird", "dog sees"]
    references = ["a dog sees a cat", "a zebra", "cat"]
    table = by_frequency(counts, hypotheses, references, edges=(1, 2, 3))
    assert table == [
        ("0", 2, 2, 0, 0, 0),  # bird, and "sees" in another line than the reference's; sees, zebra
        ("1", 0, 2, 0, 0, 0),  # -; cat, cat
        ("2", 2, 1, 1, 1 / 2, 1),  # dog, and one too many in another line
        ("3 or more", 4, 3, 3, 3 / 4, 1),  # a: three said in the first line, two of them right
    ]
    assert by_frequency(counts, hypotheses[::-1], references[::-1], edges=(1, 2, 3)) == table
    ((*_, matches, precision, recall),) = by_frequency(counts, hypotheses, references, edges=())
    parts = bleu_parts(hypotheses, references)
    assert matches == parts.matches[0]
    assert (precision, recall) == (matches / parts.hypothesis_words, matches / parts.reference_words)


def test_words_are_cut_as_bleu_cuts_them():
    lines = ["“Snow!”, said the dog's owner in 3.5 ways.", "他喜欢喝茶。", " spaces\u00a0 and\ttabs ", ""]
    for language in ("en", "zh", "ja"):
        assert word_counts(lines, language).total() == bleu_parts(lines, lines, language).hypothesis_words
    assert word_counts(["Snow! snow"]) == {"Snow": 1, "!": 1, "snow": 1}
    with pytest.raises(ValueError, match="a list of lines"):
        word_counts("a line")


def test_probes_are_counted_by_what_they_probe():
    table = by_probe(["names", "negation", "names"], [True, True, False])
    assert table == [("names", 2, 1), ("negation", 1, 1)]
    assert by_probe(["names"], np.array([False]), groups=["negation", "names"]) == [("names", 1, 0)]
    with pytest.raises(ValueError, match="'names', which is none of the groups negation"):
        by_probe(["names"], [True], groups=["negation"])
    with pytest.raises(ValueError, match="2 lines need"):
        by_probe(["names"], [True, False])
    with pytest.raises(ValueError, match="no probe"):
        by_probe([], [])


# --- alignment error rate ---

# Two sentences of unequal size. Counted on paper: 7 links predicted, 5 sure, 4 of the predicted sure, 5 possible.
PREDICTED = [{(0, 0), (1, 2), (2, 1), (3, 3), (4, 3)}, {(0, 1), (1, 0)}]
SURE = [{(0, 0), (1, 2), (2, 1)}, {(0, 1), (1, 1)}]
POSSIBLE = [SURE[0] | {(4, 3), (5, 5)}, SURE[1]]


def test_the_error_rate_is_the_formula_of_its_paper():
    score = alignment_error_rate(PREDICTED, SURE, POSSIBLE)
    assert score.aer == pytest.approx(1 - (4 + 5) / (7 + 5), abs=1e-12)
    assert score.precision == pytest.approx(5 / 7, abs=1e-12)
    assert score.recall == pytest.approx(4 / 5, abs=1e-12)
    assert score.num_links == 7


def test_the_worked_value_of_the_docstring_holds():
    assert alignment_error_rate([{(0, 0), (1, 2)}], [{(0, 0)}], [{(0, 0), (1, 1)}]).aer == pytest.approx(1 / 3)


def test_without_possible_links_the_error_rate_is_one_minus_the_f_score():
    score = alignment_error_rate(PREDICTED, SURE)
    assert (score.precision, score.recall) == (4 / 7, 4 / 5)
    assert score.aer == pytest.approx(1 - 2 * (4 / 7) * (4 / 5) / (4 / 7 + 4 / 5), abs=1e-12)


def test_right_links_have_no_error_and_wrong_ones_nothing_else():
    assert alignment_error_rate(SURE, SURE).aer == 0
    assert alignment_error_rate(POSSIBLE, SURE, POSSIBLE).aer == 0  # possible links need not be found, but may
    assert alignment_error_rate([{(7, 7)}, {(5, 3)}], SURE, POSSIBLE)[:3] == (1, 0, 0)
    assert alignment_error_rate([set(), set()], SURE, POSSIBLE) == (1, 0, 0, 0)


def test_a_long_sentence_counts_for_more_than_a_short_one():
    together = alignment_error_rate(PREDICTED, SURE, POSSIBLE).aer
    alone = [
        alignment_error_rate([links], [sure], [possible]).aer
        for links, sure, possible in zip(PREDICTED, SURE, POSSIBLE, strict=True)
    ]
    assert alone == pytest.approx([1 - 7 / 8, 1 - 2 / 4], abs=1e-12)
    assert abs(together - sum(alone) / 2) > 0.05


def test_links_with_source_and_target_turned_round_are_other_links():
    turned_round = [{(j, i) for i, j in links} for links in SURE]
    assert alignment_error_rate(turned_round, SURE).aer == pytest.approx(1 - 8 / 10, abs=1e-12)  # one of five is lost


def test_sure_and_possible_links_in_the_wrong_order_are_refused():
    with pytest.raises(ValueError, match=r"sentence 0: \(4, 3\) is sure but not possible"):
        alignment_error_rate(PREDICTED, POSSIBLE, SURE)


@pytest.mark.parametrize("flat", [{(0, 0)}, [(0, 0)]])
def test_links_without_their_sentence_are_refused(flat):
    for arguments in ((flat, [{(0, 0)}]), ([{(0, 0)}], flat), ([{(0, 0)}], [{(0, 0)}], flat)):
        with pytest.raises(ValueError, match="one set of links for each sentence"):
            alignment_error_rate(*arguments)


def test_unequal_numbers_of_sentences_and_none_aligned_are_refused():
    with pytest.raises(ValueError, match="of 1, 2 and 2 sentences"):
        alignment_error_rate(PREDICTED[:1], SURE, POSSIBLE)
    with pytest.raises(ValueError, match="of 2, 2 and 1 sentences"):
        alignment_error_rate(PREDICTED, SURE, POSSIBLE[:1])
    for nothing in ([], [set(), set()]):
        with pytest.raises(ValueError, match="no sure link"):
            alignment_error_rate(PREDICTED[: len(nothing)], nothing)


def test_each_target_word_is_linked_with_the_source_word_it_looks_at_most():
    weights = [[0.1, 0.7, 0.2], [0.5, 0.4, 0.1], [0.0, 0.0, 0.0], [0.3, 0.3, 0.4], [0.1, 0.8, 0.1]]
    assert links_from_weights(weights) == {(1, 0), (0, 1), (2, 3), (1, 4)}
    assert links_from_weights(np.array(weights)) == links_from_weights(weights)
    assert links_from_weights(weights, threshold=0.4) == {(1, 0), (0, 1), (1, 1), (2, 3), (1, 4)}
    assert links_from_weights([[0.5, 0.5]]) == {(0, 0)} and links_from_weights([[0.5, 0.5]], 0.6) == set()
    assert all(type(index) is int for link in links_from_weights(weights) for index in link)


@pytest.mark.parametrize(
    ("weights", "threshold", "message"),
    [
        ([0.5, 0.5], None, r"shape \(2,\)"),
        ([[[0.5, 0.5]]], None, r"shape \(1, 1, 2\)"),
        ([[0.5, -0.5]], None, "after the softmax"),
        ([[0.5, float("nan")]], None, "after the softmax"),
        ([[0.5, 0.5]], 0, "threshold=0 is no share"),
        ([[0.5, 0.5]], 1.5, "threshold=1.5 is no share"),
    ],
)
def test_what_are_no_weights_is_refused(weights, threshold, message):
    with pytest.raises(ValueError, match=message):
        links_from_weights(weights, threshold)
