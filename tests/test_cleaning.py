"""Cleaning: correct sentences survive whole, each kind of dirt is named, and the counts add up."""

import doctest
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from test_normalization import CAPITALS, RIGHT, misread, tricky_text
from tutor_nmt import cleaning
from tutor_nmt.cleaning import (
    FILTERS,
    clean,
    has_bad_length,
    has_bad_length_ratio,
    has_markup,
    has_wrong_language,
    has_wrong_script,
    is_copy,
    is_empty,
    looks_like_mojibake,
)
from tutor_nmt.corpora import load_corpus
from tutor_nmt.normalization import NORMALIZERS, normalize, repair_mojibake
from tutor_nmt.pairs import SentencePair

# Correct pairs that a careless cleaner harms: quotes, numbers, names, capitals, marks, emoji.
GERMAN = [
    ("„Viel Spaß“, sagte Ömer, „und bis 18:30 Uhr!“", "“Have fun,” Ömer said, “and see you at 6:30 p.m.!”"),
    ("Am 3.10.1990, also vor über 30 Jahren, war's.", "It was on 3 October 1990, more than 30 years ago."),
    ("ÄGYPTEN, ÖSTERREICH UND DIE SCHWEIZ", "EGYPT, AUSTRIA AND SWITZERLAND"),
    ("»Wie geht’s Ihnen?«, fragte Frau Weiß naïv.", "“How are you?” Ms Weiß asked naïvely."),
    ("Das kostet 1.299,50 € bzw. 5 % weniger.", "That is €1,299.50, or 5% less."),
    ("Die Donaudampfschifffahrtsgesellschaft existiert.", "The Danube Steamboat Shipping Company exists."),
    ("Ein Paar 👩🏽‍🚀👨‍👩‍👧 und ein Herz ❤️ aus Köln", "A couple 👩🏽‍🚀👨‍👩‍👧 and a heart ❤️ from Cologne"),
    ("Wenn a < b und b > c ist, gilt x² ≥ 0.", "If a < b and b > c, then x² ≥ 0."),
    ("Müller & Söhne: Q&A zu <3-Tage-Reisen>", "Müller & Sons: Q&A on trips of <3 days>"),
    ("„The Lord of the Rings“ gewann elf Oscars.", "“The Lord of the Rings” won eleven Oscars."),
    ("Berlin 1989", "Berlin 1989"),
    ("Danke!", "Thank you very much!"),
    ("Er las den Roman «Die Blechtrommel» in Zürich.", "He read the novel «Die Blechtrommel» in Zürich."),
]
CHINESE = [
    ("“你好！”，他说：《三国演义》很有意思。", "“Hello!” he said. “Romance of the Three Kingdoms” is fun."),
    ("我用 Windows 10 和 iPhone 13。", "I use Windows 10 and an iPhone 13."),
    ("２０２４年１月１日，气温－５℃。", "On January 1st, 2024, it was minus 5 °C."),
    ("他叫阿卜杜拉·阿齐兹。", "His name is Abdullah Aziz."),
    ("我爱你❤️🇨🇳！", "I love you ❤️🇨🇳!"),
    ("這是繁體字，那是〇。", "This is in traditional characters, that is a zero."),
    ("谢谢。", "Thank you!"),
    ("汤姆不喜欢音乐。", "Tom doesn't like music."),
]


def test_the_examples_in_the_docstrings_hold():
    results = doctest.testmod(cleaning)
    assert results.failed == 0 and results.attempted >= 10


def test_every_filter_has_an_example():
    assert all(">>>" in step.__doc__ for step in (*FILTERS, clean))


@pytest.mark.parametrize(("source_language", "pairs"), [("de", GERMAN), ("zh", CHINESE)])
def test_correct_sentences_survive_whole(source_language, pairs):
    pairs = [SentencePair(*pair) for pair in pairs]
    kept, report = clean(pairs, source_language, "en")
    assert kept == pairs and not report.dropped and not report.changed
    turned = [SentencePair(pair.target, pair.source) for pair in pairs]
    assert clean(turned, "en", source_language)[0] == turned
    for side in (side for pair in pairs for side in pair):
        for normalizer in (*NORMALIZERS, normalize):
            assert normalizer(side) == side


# --- filters ---

DE_EN, ZH_EN = ("de", "en"), ("zh", "en")


def _hits(source: str, target: str, languages: tuple[str, str]) -> list[str]:
    return [step.__name__ for step in FILTERS if step(SentencePair(source, target), languages)]


@pytest.mark.parametrize(
    ("source", "target", "languages", "reason"),
    [
        ("", "Hello!", DE_EN, "is_empty"),
        ("Hallo!", "?!", DE_EN, "is_empty"),
        ("schÃ¶n 中", "nice", DE_EN, "looks_like_mojibake"),
        ("sch\ufffdn", "nice", DE_EN, "looks_like_mojibake"),
        ("Gut {\\an8}so", "Well done", DE_EN, "has_markup"),
        ("<Titel>Gut</Titel>", "Well done", DE_EN, "has_markup"),
        ("Gut.", "Хорошо.", DE_EN, "has_wrong_script"),
        ("Good.", "Good.", ZH_EN, "has_wrong_script"),
        ("很好，谢谢。", "好的。", ZH_EN, "has_wrong_script"),
        ("Two dogs are running there.", "Two dogs are running there!", DE_EN, "is_copy"),
        ("A man is on the street.", "Ein Mann ist da.", DE_EN, "has_wrong_language"),
        ("Da ist er.", "Er ist auf der Straße.", DE_EN, "has_wrong_language"),
        ("ja " * 101, "yes " * 101, DE_EN, "has_bad_length"),
        ("好" * 101, "good " * 60, ZH_EN, "has_bad_length"),
        ("Ja.", "Yes, and now let us all go home.", DE_EN, "has_bad_length_ratio"),
        ("哈哈", "Someone is always on duty here.", ZH_EN, "has_bad_length_ratio"),
    ],
)
def test_each_kind_of_dirt_is_named(source, target, languages, reason):
    assert reason in _hits(source, target, languages)
    _, report = clean([SentencePair(source, target)], *languages, normalizers=())
    assert report.dropped[_hits(source, target, languages)[0]] == report.dropped.total() == 1


def test_misread_text_is_seen_and_the_right_text_is_not_doubted():
    for text in RIGHT:
        assert looks_like_mojibake(SentencePair("ok", misread(text)))
    for text in RIGHT + CAPITALS:
        assert not looks_like_mojibake(SentencePair(text, text))


def test_a_language_is_only_doubted_without_any_sign_of_it():
    doubted = "Once and for all"  # a title as a German line: two function words, nothing German
    assert has_wrong_language(SentencePair(doubted, "x"), DE_EN)
    for sign in ("Das Lied {}", "Schön: {}", "„{}“ läuft", "Abends lief „{}“", "Fünf Leute hörten {}"):
        assert not has_wrong_language(SentencePair(sign.format(doubted), "x"), DE_EN)
    assert has_wrong_language(SentencePair("x", "Das ist ein Fest"), DE_EN)
    assert not has_wrong_language(SentencePair("x", "The play Das ist ein Fest"), DE_EN)
    assert not has_wrong_language(
        SentencePair("x", "Die Hard, Das Boot, Lola rennt, Paris Texas, M, Dune, Metropolis"), DE_EN
    )


def test_chinese_length_is_counted_in_characters():
    sixteen = "一二三四五六七八九十一二三四五六"  # as long as ten English words
    assert not has_bad_length_ratio(SentencePair(sixteen, "word " * 25), ZH_EN)  # 27 / 12 = 2.25
    assert has_bad_length_ratio(SentencePair(sixteen, "word " * 26), ZH_EN)  # 28 / 12
    assert not has_bad_length_ratio(SentencePair(sixteen, "word " * 4), ZH_EN)  # 12 / 6
    assert has_bad_length_ratio(SentencePair(sixteen, "word " * 3), ZH_EN)  # 12 / 5
    assert has_bad_length_ratio(SentencePair(sixteen, "word " * 10), DE_EN)  # one German word


@pytest.mark.parametrize(
    ("source", "target", "languages", "dropped"),
    [
        # compounds and set phrases: right, and longer than twice in the other language
        ("Feuerwehrleute löschen Waldbrände.", "Firemen are putting out a number of forest fires.", DE_EN, False),
        ("真没想到啊。", "I really would never have expected such a thing.", ZH_EN, False),
        # two thirds of a side are missing
        ("Ein kleines Mädchen in roter Jacke füttert am See viele hungrige Enten.", "A little girl feeds", DE_EN, True),
        ("穿着红色外套的小女孩在湖边喂许多饥饿的鸭子。", "A little girl", ZH_EN, True),
    ],
)
def test_terse_sentences_pass_and_truncated_ones_do_not(source, target, languages, dropped):
    assert has_bad_length_ratio(SentencePair(source, target), languages) == dropped


def test_thresholds_are_arguments():
    pair = SentencePair("eins zwei drei", "one two three")
    assert has_bad_length(pair, DE_EN, longest=2) and has_bad_length(pair, DE_EN, shortest=4)
    assert not has_bad_length(pair, DE_EN, shortest=3, longest=3)
    assert has_bad_length_ratio(SentencePair("eins zwei", "one"), DE_EN, highest=1.3)
    assert is_copy(SentencePair("Rio", "RIO!"), allowed_words=0)
    assert has_wrong_script(SentencePair("Er sagt 你好", "He says hi"), DE_EN, least=0.7)
    assert has_wrong_language(SentencePair("Sit on this", "Sitz"), DE_EN, evidence=2)
    assert not has_wrong_language(SentencePair("Sit on this", "Sitz"), DE_EN, evidence=3)


def test_no_judgement_on_languages_and_scripts_not_known():
    pair = SentencePair("Χαίρετε και σας", "Der Hund und die Katze")
    assert not has_wrong_script(pair, ("el", "xx")) and not has_wrong_language(pair, ("el", "fr"))
    assert has_wrong_script(SentencePair("Привет", "Hi"), ("uk", "ru")) and not is_empty(SentencePair("７", "七"))
    assert not has_markup(SentencePair("a &b; c < d", "x"))  # an entity's name has two letters or more


# --- the pipeline ---

DIRTY = [
    SentencePair("Ein  Hund.", "A dog."),
    SentencePair("", "Nothing"),
    SentencePair("<b>Eine</b> Katze.", "A cat&#46;"),
    SentencePair("Ein Hund.", "A\xa0dog."),
    SentencePair("Ein Hund.", "One dog."),
    SentencePair("Guten Tag!", "你好！"),
    SentencePair("Zwei FÃ¼ÃŸe.", "Two feet."),
]


def test_the_report_counts_and_quotes_what_happened():
    kept, report = clean(DIRTY, "de", "en")
    assert kept == [
        ("Ein Hund.", "A dog."),
        ("Eine Katze.", "A cat."),
        ("Ein Hund.", "One dog."),
        ("Zwei Füße.", "Two feet."),
    ]
    assert report.kept == 4
    assert report.dropped == {"is_empty": 1, "is_duplicate": 1, "has_wrong_script": 1}
    assert report.changed == {"normalize_whitespace": 2, "remove_markup": 1, "repair_mojibake": 1}
    assert report.examples["is_duplicate"] == [(3, DIRTY[3])]  # where it stood and as it stood
    table = str(report)
    assert "is_empty" in table and "57.14%" in table and "Hund" not in table


def test_duplicates_are_by_pair_by_side_or_allowed():
    pairs = [SentencePair(*pair) for pair in ("ax", "ay", "bx", "ax", "cz", "za")]
    sizes = {unique: len(clean(pairs, "", "", unique=unique)[0]) for unique in ("pair", "side", None)}
    assert sizes == {"pair": 5, "side": 3, None: 6}  # ("z", "a") repeats no side: a was a source
    with pytest.raises(ValueError, match='"pair", "side" or None'):
        clean(pairs, "", "", unique="both")


def test_mojibake_is_repaired_before_its_control_characters_are_removed():
    kept, _ = clean([SentencePair("Äpfel à la carte".encode().decode("latin-1"), "Apples à la carte")], "de", "en")
    assert kept == [("Äpfel à la carte", "Apples à la carte")]


def test_text_misread_twice_is_repaired_in_rounds():
    kept, report = clean([SentencePair(misread(misread("schöne Füße")), "beautiful feet")], "de", "en")
    assert kept == [("schöne Füße", "beautiful feet")] and report.changed == {"repair_mojibake": 1}


def test_steps_can_be_chosen_and_keep_their_names():
    kept, report = clean(DIRTY, "de", "en", normalizers=[str.lower], filters=[partial(has_bad_length, longest=1)])
    assert kept == [] and report.changed == {"lower": 7}
    assert report.dropped == {"has_bad_length": 7} and len(report.examples["has_bad_length"]) == 3


def test_normalisers_that_never_settle_are_refused_without_quoting_a_sentence():
    with pytest.raises(ValueError, match="swapcase still change a pair: choose ones that settle") as caught:
        clean(DIRTY, "de", "en", normalizers=[str.swapcase])
    assert "Hund" not in str(caught.value)


def test_nothing_is_a_corpus_too():
    kept, report = clean([], "de", "en")
    assert kept == [] and "pairs" in str(report)


def layered(text: str, layers: int) -> str:
    """Text with its entities spelt as entities again and again: layered("&lt;", 2) is "&amp;amp;lt;"."""
    return text.replace("&", "&" + "amp;" * layers)


def test_text_spelt_in_any_number_of_layers_is_unwrapped_to_its_last_one():
    for layers in (1, 7, 99, 101, 1000):
        kept, report = clean([SentencePair(layered("Anna &amp; Ömer", layers), "Anna & Ömer")], "de", "en")
        assert kept == [("Anna & Ömer", "Anna & Ömer")] and report.changed == {"remove_markup": 1}


side = (
    tricky_text
    | st.text(max_size=30)
    | st.sampled_from([side for pair in GERMAN + CHINESE + DIRTY for side in pair])
    | st.builds(layered, st.sampled_from(["&lt;b>", "&#60;", "a &copy; b", "&"]), st.integers(0, 150))
    | st.builds(misread, st.builds(misread, st.sampled_from(RIGHT)))
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.builds(SentencePair, side, side), max_size=7), st.sampled_from(["pair", "side", None]), st.booleans()
)
def test_cleaning_never_fails_and_again_changes_nothing_and_its_counts_add_up(pairs, unique, strict):
    filters = FILTERS if strict else ()
    before = list(pairs)
    kept, report = clean(pairs, "de", "en", filters=filters, unique=unique)
    assert pairs == before
    assert report.kept == len(kept) and report.kept + report.dropped.total() == len(pairs)
    assert set(report.dropped) <= {step.__name__ for step in FILTERS} | {"is_duplicate"}
    assert set(report.changed) <= {step.__name__ for step in NORMALIZERS}
    assert max(report.changed.values(), default=0) <= len(pairs)
    for reason, examples in report.examples.items():
        assert len(examples) == min(3, report.dropped[reason])
        assert all(pairs[index] == pair for index, pair in examples)
    for pair in kept:
        for text in pair:
            assert text == normalize(text) and len(text.splitlines()) <= 1
            text.encode()  # can be written
    again, second = clean(kept, "de", "en", filters=filters, unique=unique)
    assert again == kept and not second.dropped and not second.changed


@pytest.mark.corpus("multi30k")
def test_little_of_multi30k_is_dropped_and_other_languages_are_found():
    pairs = load_corpus("multi30k")["train"]
    _, report = clean(pairs, "de", "en")
    print(f"\n{report}")
    assert report.dropped.total() < 30  # a tenth of a per cent
    for never in ("has_wrong_language", "has_wrong_script", "looks_like_mojibake", "has_markup", "is_copy"):
        assert report.dropped[never] == 0
    sample = pairs[::7]
    for one in (0, 1):  # the same language on both sides
        wrong = [SentencePair(pair[one], pair[one]) for pair in sample]
        assert sum(has_wrong_language(pair, DE_EN) for pair in wrong) > 0.85 * len(sample)
    spoilt = [SentencePair(misread(pair.source), pair.target) for pair in sample]
    assert all(repair_mojibake(bad.source) == good.source for bad, good in zip(spoilt, sample, strict=True))


@pytest.mark.corpus("tatoeba-zh-en")
def test_little_of_tatoeba_is_dropped():
    pairs = load_corpus("tatoeba-zh-en")["train"]
    _, report = clean(pairs, "zh", "en")
    print(f"\n{report}")
    assert report.dropped.total() < 0.002 * len(pairs)
    assert set(report.dropped) <= {"has_bad_length_ratio", "is_duplicate", "is_empty"}
