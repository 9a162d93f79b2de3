"""Vocabularies: text becomes numbers and numbers become the same text, and no text can pass for a control symbol."""

import errno
import io
import json
import os
from pathlib import Path

import pytest
import sentencepiece
from hypothesis import event, given, settings
from hypothesis import strategies as st

from tutor_nmt.corpora import load_corpus
from tutor_nmt.vocabulary import (
    BOS_ID,
    EOS_ID,
    PAD_ID,
    RESERVED,
    UNK_ID,
    SubwordVocabulary,
    WordVocabulary,
    load_vocabulary,
)

FARM = ["the cow sees the dog", "the dog sees a cow", "a cat"]  # the 3, and a cow dog sees twice each, cat once
NEWEST = [" ".join(["low"] * 5 + ["lower"] * 2 + ["newest"] * 6 + ["widest"] * 3)]  # Sennrich et al. 2016, section 3.2
ALPHABET = "abcdeäß'.,!?05我爱中国"
# Ordinary sentences, so that pieces of several characters are learnt, and every character of the alphabet once.
SENTENCES = ["a bad cab", "a bead, a bad deed", "decade 50.05!", "aß 'bäd' ace?", "我爱中国", "中国爱我", *ALPHABET]


@pytest.fixture(scope="module")
def words() -> WordVocabulary:
    return WordVocabulary.build(FARM)


@pytest.fixture(scope="module", params=["bpe", "unigram"])
def pieces(request) -> SubwordVocabulary:
    return SubwordVocabulary.train(SENTENCES, size=41 if request.param == "bpe" else 29, kind=request.param)


@pytest.fixture(scope="module")
def bytewise() -> SubwordVocabulary:
    return SubwordVocabulary.train(["ab ab ac"], size=265, byte_fallback=True)


# --- words ---


def test_reserved_symbols_come_first_then_words_by_frequency_and_ties_by_the_alphabet(words):
    assert words.tokens == ["<pad>", "<unk>", "<bos>", "<eos>", "the", "a", "cow", "dog", "sees"]
    assert (words.pad_id, words.unk_id, words.bos_id, words.eos_id) == (0, 1, 2, 3)
    assert len(words) == 9


def test_a_word_needs_min_count_occurrences_to_get_an_id(words):
    assert words.encode("the cat sees a cow") == [4, UNK_ID, 8, 5, 6]
    assert WordVocabulary.build(FARM, min_count=3).tokens == [*RESERVED, "the"]
    assert WordVocabulary.build(FARM, min_count=1).tokens[-1] == "cat"


def test_max_size_counts_the_reserved_symbols_and_drops_the_rarest():
    assert WordVocabulary.build(FARM, max_size=7).tokens == [*RESERVED, "the", "a", "cow"]
    assert len(WordVocabulary.build(FARM, max_size=100)) == 9
    with pytest.raises(ValueError, match="max_size=4 leaves no room beside the 4 reserved symbols"):
        WordVocabulary.build(FARM, max_size=4)


def test_ids_do_not_depend_on_the_order_of_the_lines(words):
    assert WordVocabulary.build(reversed(FARM)).tokens == words.tokens


def test_words_are_cut_at_punctuation_while_digits_and_apostrophes_stay_inside(words):
    assert words.tokenize("It's 3.5 m.") == ["It's", "3.5", "m", "."]
    assert words.tokenize("Don’t pay 1,000 (or 7%)!") == ["Don’t", "pay", "1,000", "(", "or", "7", "%", ")", "!"]
    assert words.tokenize("a well-known l'eau - 20-jährig") == ["a", "well-known", "l'eau", "-", "20-jährig"]
    assert words.tokenize("  \t\n ") == []


def test_each_chinese_character_is_a_word(words):
    assert words.tokenize("我爱NMT，3个!") == ["我", "爱", "NMT", "，", "3", "个", "!"]


def test_upper_and_lower_case_are_different_words():
    assert WordVocabulary.build(["Hund hund"], min_count=1).tokens[4:] == ["Hund", "hund"]


@pytest.mark.parametrize("splitting", ["words", "spaces"])
def test_reserved_symbols_spelled_out_in_text_are_unknown_words_and_never_control(splitting):
    spelled = "<eos> <pad> <bos> <unk>"
    vocabulary = WordVocabulary.build([spelled] * 5 + ["dog dog"], splitting=splitting)
    assert not {PAD_ID, BOS_ID, EOS_ID} & set(vocabulary.encode(f"dog {spelled} dog"))
    if splitting == "spaces":
        assert vocabulary.tokens == [*RESERVED, "dog"]
        assert vocabulary.encode(spelled) == [UNK_ID] * 4


@pytest.mark.parametrize(
    "text",
    [
        "It's 3.5 m, isn't it?",
        'He said "Hi", then (very slowly) left: gone!',
        '"A" and "B" and "C"',
        "“Hi,” he said; “bye!”",
        "She paid 7% of [1,000]…",
        "Er sagte: „Hallo“, und ging.",
        "„Ja“ und „nein“ und «vielleicht»",
        "Das 20-jährige Mädchen kauft 3 Äpfel.",
        "我爱你，中国。",
        "他说：“你好！”她问：“谁？”",
        "《红楼梦》（第三回）、好。",
        "我的老师是 Tom，他很好。",
        "老师（Tom）：Anna，Anna。",
    ],
)
def test_decoding_restores_the_usual_spacing_in_english_german_and_chinese(text):
    vocabulary = WordVocabulary.build([text], min_count=1)
    assert vocabulary.decode(vocabulary.encode(text)) == text


def test_text_that_was_tokenised_by_spaces_gets_its_spaces_back():
    vocabulary = WordVocabulary.build(["a dog , a cat ."], min_count=1, splitting="spaces")
    assert vocabulary.decode(vocabulary.encode("a dog , a cat .")) == "a dog , a cat ."
    assert vocabulary.tokenize("isn't it?") == ["isn't", "it?"]


def test_decoding_leaves_out_control_symbols_and_shows_unknown_words(words):
    assert words.decode([BOS_ID, 4, UNK_ID, 8, EOS_ID, PAD_ID, PAD_ID]) == "the <unk> sees"
    assert words.decode([]) == ""


@pytest.mark.corpus("multi30k-tokenized")
def test_multi30k_has_the_known_vocabulary_sizes():
    sides = zip(*load_corpus("multi30k-tokenized")["train"], strict=True)
    assert [len(WordVocabulary.build(side, min_count=2, splitting="spaces")) for side in sides] == [7_859, 5_921]


def test_a_word_listed_twice_or_an_unknown_splitting_is_refused():
    with pytest.raises(ValueError, match="listed twice"):
        WordVocabulary(["dog", "cow", "dog"])
    with pytest.raises(ValueError, match="splitting='letters' is unknown; use 'words' or 'spaces'"):
        WordVocabulary(["dog"], splitting="letters")


# --- pieces of words ---


def test_bpe_merges_the_most_frequent_pair_first_as_in_the_published_example():
    """Of all neighbours, "e s" stands 6 + 3 times, then "es t" as often, then "l o" 5 + 2 times, then "lo w"."""
    characters = len(set("".join(NEWEST))) + len(RESERVED)  # what a vocabulary of no merge at all holds
    with_merges = SubwordVocabulary.train(NEWEST, size=characters + 4)
    assert [with_merges.token(4 + merge) for merge in range(4)] == ["es", "est", "lo", "low"]
    assert with_merges.tokenize("slowest") == ["▁", "s", "low", "est"]
    assert "es" not in SubwordVocabulary.train(NEWEST, size=characters).tokenize("newest")


def test_a_frequent_word_stays_whole_and_a_rare_one_becomes_pieces():
    vocabulary = SubwordVocabulary.train(["hund"] * 11 + ["hundert kunde"], size=17)
    assert vocabulary.tokenize("hund hunde") == ["▁hund", "▁hund", "e"]


def test_both_kinds_of_pieces_have_the_reserved_ids_of_the_word_vocabulary(pieces):
    assert [pieces.token(token_id) for token_id in range(4)] == list(RESERVED)
    assert (pieces.pad_id, pieces.unk_id, pieces.bos_id, pieces.eos_id) == (PAD_ID, UNK_ID, BOS_ID, EOS_ID)
    assert not {BOS_ID, EOS_ID} & set(pieces.encode("a bad cab"))


def test_bpe_joins_two_pieces_at_a_time_while_unigram_keeps_a_long_piece_without_its_parts():
    """Room for one piece beside the five characters: BPE's first merge is a pair, whatever stands around it."""
    line = " ".join(["abcd"] * 11 + ["ab"] * 2)
    size = len(RESERVED) + len("▁abcd") + 1
    longest = {
        kind: max(SubwordVocabulary.train([line], size=size, kind=kind).tokenize("abcd"), key=len)
        for kind in ("bpe", "unigram")
    }
    assert longest == {"bpe": "ab", "unigram": "▁ab"}


def test_the_size_asked_for_is_the_size_got():
    assert len(SubwordVocabulary.train(SENTENCES, size=37)) == 37


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(ALPHABET, min_size=1, max_size=11), max_size=7).map(" ".join))
def test_text_of_characters_seen_in_training_survives_encoding_and_decoding(pieces, text):
    assert pieces.decode(pieces.encode(text)) == text
    assert [pieces.token(token_id) for token_id in pieces.encode(text)] == pieces.tokenize(text)
    assert UNK_ID not in pieces.encode(text)


def test_chinese_without_spaces_stays_without_spaces():
    vocabulary = SubwordVocabulary.train(["我爱你", "你爱我", "我爱中国", "他爱中国"], size=16)
    assert vocabulary.tokenize("他爱中国") == ["▁他", "爱", "中国"]
    assert vocabulary.decode(vocabulary.encode("他爱中国")) == "他爱中国"


def test_text_is_taken_as_it_is_without_folding_case_width_or_accents():
    text = "Ａ A a é e\u0301 ﬁ"  # full-width A, two ways to write é, a ligature: compatibility forms would merge them
    # the second line has pieces enough to learn, so that a vocabulary that does merge them is made, and is wrong
    vocabulary = SubwordVocabulary.train([text, "bcdghjkl"], size=24)
    assert vocabulary.decode(vocabulary.encode(text)) == text


def test_the_rarest_character_of_a_large_text_has_an_entry():
    """SentencePiece's default leaves out what makes up less than 1 in 2,000 characters, which Chinese has a lot of."""
    vocabulary = SubwordVocabulary.train(["我爱中国"] * 2_003 + ["鸭"], size=11)
    assert UNK_ID not in vocabulary.encode("鸭") and vocabulary.decode(vocabulary.encode("我爱鸭")) == "我爱鸭"


def test_a_small_bpe_vocabulary_is_the_beginning_of_a_larger_one():
    """Sennrich et al. 2016, algorithm 1: the first merges are the same, however many follow."""
    learnt = {}
    for size in (31, 41):
        vocabulary = SubwordVocabulary.train(SENTENCES, size=size)
        pieces = [vocabulary.token(i) for i in range(len(RESERVED), size)]
        learnt[size] = [piece for piece in pieces if len(piece) > 1]
    assert learnt[41][: len(learnt[31])] == learnt[31] and len(learnt[41]) == len(learnt[31]) + 10


def test_a_character_never_seen_becomes_unk_and_is_shown(pieces):
    ids = pieces.encode("a😀")
    assert ids.count(UNK_ID) == 1 and pieces.decode(ids) == "a<unk>"


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.text(st.characters(categories=["L", "N", "P", "S"], exclude_characters="▁"), min_size=1), max_size=3)
)
def test_with_byte_fallback_characters_never_seen_survive_too(bytewise, text_words):
    text = " ".join(text_words)
    assert bytewise.decode(bytewise.encode(text)) == text
    assert UNK_ID not in bytewise.encode(text)


def test_an_emoji_is_spelled_as_its_four_utf8_bytes(bytewise):
    assert bytewise.tokenize("a😀b") == ["▁a", "<0xF0>", "<0x9F>", "<0x98>", "<0x80>", "b"]
    assert bytewise.decode(bytewise.encode("a😀b")) == "a😀b"
    assert isinstance(bytewise.decode(bytewise.encode("😀")[:3]), str)  # cut inside a character: odd, but text


def test_reserved_symbols_spelled_out_in_text_never_become_control_pieces():
    """Not even where the training text is full of them."""
    vocabulary = SubwordVocabulary.train(["a <eos> b <pad> c <bos>", *SENTENCES], size=41)
    for text in (*RESERVED, "a<eos>b", "</s>", "<s>", "<0x41>"):
        assert not {PAD_ID, BOS_ID, EOS_ID} & set(vocabulary.encode(text))


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("", ""),
        ("▁", ""),
        ("a▁b", "a b"),
        ("a  b", "a b"),
        (" a b ", "a b"),
        ("a ▁ b", "a   b"),  # "▁" is how a space is written inside: typed by a user it is one more space
        ("\t", "<unk>"),
        ("a\x00b", "a<unk>b"),
    ],
)
def test_odd_text_does_not_crash_and_runs_of_spaces_become_one(pieces, text, back):
    assert pieces.decode(pieces.encode(text)) == back


def test_decoding_pieces_leaves_out_control_symbols(pieces):
    ids = [BOS_ID, *pieces.encode("a bad cab"), EOS_ID, PAD_ID]
    assert pieces.decode(ids) == "a bad cab"


any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)  # of surrogates UTF-8 knows nothing


@settings(max_examples=200, deadline=None)
@given(any_text, st.sampled_from(["words", "spaces"]))
def test_whatever_words_a_line_has_they_come_back_as_the_same_words(text, splitting):
    vocabulary = WordVocabulary.build([text], min_count=1, splitting=splitting)
    ids = vocabulary.encode(text)
    spelt = vocabulary.tokenize(text)
    assert [vocabulary.token(token_id) for token_id in ids] == [w if w not in RESERVED else "<unk>" for w in spelt]
    assert not {PAD_ID, BOS_ID, EOS_ID} & set(ids)
    if splitting == "spaces" and UNK_ID not in ids:
        assert vocabulary.decode(ids).split() == spelt
    decoded = vocabulary.decode(ids)  # spaces may come out otherwise, what stands between them may not
    assert UNK_ID in ids or "".join(decoded.split()) == "".join(spelt)


@settings(max_examples=200, deadline=None)
@given(any_text | st.text(ALPHABET + " ▁"))
def test_no_text_breaks_a_vocabulary_of_pieces_and_what_it_knows_comes_back(pieces, text):
    ids = pieces.encode(text)
    assert not {PAD_ID, BOS_ID, EOS_ID} & set(ids)
    decoded = pieces.decode(ids)
    if UNK_ID not in ids:
        assert decoded.replace(" ", "") == text.replace(" ", "").replace("▁", "")
        assert "▁" in text or decoded == " ".join(text.split())


@settings(max_examples=200, deadline=None)
@given(any_text)
def test_with_byte_fallback_no_text_is_unknown_and_all_but_spaces_comes_back(bytewise, text):
    ids = bytewise.encode(text)
    assert not set(range(len(RESERVED))) & set(ids)
    assert bytewise.decode(ids).replace(" ", "") == text.replace(" ", "").replace("▁", "")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(any_text | st.text("ab "), max_size=5),
    st.integers(5, 40),
    st.sampled_from(["bpe", "unigram"]),
    st.booleans(),
)
def test_whatever_pieces_are_to_be_learnt_from_they_are_learnt_or_refused_with_a_remedy(lines, size, kind, bytewise):
    try:
        vocabulary = SubwordVocabulary.train(lines, size + 256 * bytewise, kind, bytewise)
    except ValueError as error:
        assert "ask for another size, or for a vocabulary of words" in str(error)
    else:
        event("learnt")
        assert len(vocabulary) == size + 256 * bytewise
        assert not {PAD_ID, BOS_ID, EOS_ID} & {token_id for line in lines for token_id in vocabulary.encode(line)}


@pytest.mark.parametrize("kind", ["bpe", "unigram"])
def test_the_same_lines_give_the_same_model_to_the_byte(kind, tmp_path):
    for name in ("one", "two"):
        SubwordVocabulary.train(SENTENCES, size=29, kind=kind).save(tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@pytest.mark.parametrize(
    ("lines", "options", "message"),
    [
        (SENTENCES, {"size": 0}, "size=0 leaves no room beside the 4 reserved symbols"),
        (SENTENCES, {"size": 4}, "size=4 leaves no room"),
        (SENTENCES, {"size": 11}, "no 11 pieces .* smaller than required_chars.* Increase vocab_size"),
        (SENTENCES, {"size": 5000}, "no 5000 pieces .* too high .* set it to a value <= "),
        (SENTENCES, {"size": 5000, "kind": "unigram"}, "no 5000 pieces .* too high .* set it to a value <= "),
        (SENTENCES, {"size": 200, "byte_fallback": True}, "no 200 pieces .* Increase vocab_size"),
        (SENTENCES, {"kind": "wordpiece"}, "kind='wordpiece' is unknown; use 'bpe' or 'unigram'"),
        ([], {"size": 29}, "there is no text in them"),
        (["", "  "], {"size": 29}, "there is no text in them"),
    ],
)
def test_what_cannot_be_learnt_is_refused_with_the_reason(lines, options, message):
    with pytest.raises(ValueError, match=message):
        SubwordVocabulary.train(lines, **options)


# --- both kinds: ids, files ---


@pytest.fixture(params=["words", "pieces"])
def vocabulary(request, words):
    return words if request.param == "words" else SubwordVocabulary.train(SENTENCES, size=37)


@pytest.mark.parametrize("strange", [-1, 1_000])
def test_ids_of_another_vocabulary_are_refused(vocabulary, strange):
    message = f"id {strange} is outside this vocabulary of {len(vocabulary)} entries"
    with pytest.raises(ValueError, match=message):
        vocabulary.token(strange)
    with pytest.raises(ValueError, match=message):
        vocabulary.decode([4, strange])
    with pytest.raises(ValueError, match=f"id {len(vocabulary)} is outside"):
        vocabulary.token(len(vocabulary))


@pytest.mark.parametrize("suffix", [".json", ".model"])
def test_what_was_saved_is_loaded_whole(suffix, tmp_path):
    if suffix == ".json":
        saved = WordVocabulary.build(["der Bär läuft, 我爱"], min_count=1)
    else:
        saved = SubwordVocabulary.train(SENTENCES, size=37)
    saved.save(tmp_path / f"vocabulary{suffix}")
    loaded = load_vocabulary(tmp_path / f"vocabulary{suffix}")
    assert type(loaded) is type(saved)
    assert [loaded.token(i) for i in range(len(loaded))] == [saved.token(i) for i in range(len(saved))]
    for text in ("der Bär läuft, 我爱", "a bad cab"):
        assert loaded.encode(text) == saved.encode(text)


def test_a_loaded_word_vocabulary_splits_as_the_saved_one_did(tmp_path):
    WordVocabulary.build(["it's ok.", "it's ok."], splitting="spaces").save(tmp_path / "words.json")
    assert WordVocabulary.load(tmp_path / "words.json").encode("ok. it's") == [5, 4]


FOREIGN = [b"", b"no JSON", b"[4]", b'"a"', b'{"words": ["dog"]}', b"\xff\xfe", b"null", b"[" * 99_999]


@pytest.mark.parametrize("content", FOREIGN, ids=lambda content: str(content[:9]))
def test_a_foreign_file_is_no_word_vocabulary(content, tmp_path):
    (tmp_path / "strange.json").write_bytes(content)
    with pytest.raises(ValueError, match=r"strange.json is not a word vocabulary \(.*; make one with WordVocabulary"):
        load_vocabulary(tmp_path / "strange.json")


@pytest.mark.parametrize(
    ("words", "splitting", "reason"),
    [
        (["dog"], "letters", "splitting='letters'"),
        (["dog", "dog"], "words", "listed twice"),
        (["dog", 7], "words", "not all its words are text"),
        (7, "words", "int"),
    ],
)
def test_a_word_file_that_fits_no_vocabulary_is_refused_by_name_and_with_the_reason(words, splitting, reason, tmp_path):
    (tmp_path / "words.json").write_text(json.dumps({"words": words, "splitting": splitting}), encoding="utf-8")
    with pytest.raises(ValueError, match=rf"words\.json is not a word vocabulary \(.*{reason}"):
        load_vocabulary(tmp_path / "words.json")


@pytest.mark.parametrize("kind", ["words", "pieces"])
def test_a_vocabulary_is_written_whole_or_not_at_all(kind, words, tmp_path, monkeypatch):
    saved = words if kind == "words" else SubwordVocabulary.train(SENTENCES, size=37)
    path, write_bytes = tmp_path / "vocabulary", Path.write_bytes
    path.write_text("the old one", encoding="utf-8")

    def full(self: Path, content: bytes) -> None:
        write_bytes(self, content[:5])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left on device; make room there.*vocabulary"):
        saved.save(path)
    assert path.read_text(encoding="utf-8") == "the old one" and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("content", [b"", b"no model", b"\x00" * 101])
def test_a_foreign_file_is_no_subword_vocabulary(content, tmp_path):
    (tmp_path / "strange.model").write_bytes(content)
    with pytest.raises(ValueError, match=r"strange\.model: .*SubwordVocabulary\.train"):
        load_vocabulary(tmp_path / "strange.model")


def test_a_sentencepiece_model_with_other_reserved_ids_is_refused():
    """By its own defaults SentencePiece has no <pad>, and <unk> has id 0: every id would mean something else."""
    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(SENTENCES), model_writer=written, vocab_size=37, model_type="bpe", minloglevel=2
    )
    with pytest.raises(ValueError, match=r"the first pieces are \('<unk>', '<s>', .* train it with SubwordVocabulary"):
        SubwordVocabulary(written.getvalue())


def test_a_file_of_unknown_ending_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"vocabulary\.txt ends neither in \.json \(words\) nor in \.model \(pieces\)"):
        load_vocabulary(tmp_path / "vocabulary.txt")
