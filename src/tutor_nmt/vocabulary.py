"""Words or pieces of words become numbers, and numbers become text again.

Two vocabularies, one contract (`Vocabulary`): `WordVocabulary` has an entry for each frequent word, `SubwordVocabulary`
cuts rare words into pieces (SentencePiece; Sennrich et al. 2016, Kudo and Richardson 2018). Both must be built from
**training lines only**; a vocabulary that has seen the test set knows words the model never learnt.
"""

import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal, Protocol

import sentencepiece

from .files import write_atomically

PAD, UNK, BOS, EOS = RESERVED = ("<pad>", "<unk>", "<bos>", "<eos>")
PAD_ID, UNK_ID, BOS_ID, EOS_ID = range(4)

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
WORDS = re.compile(rf"[{HAN}]|[^\W{HAN}]+(?:['’.,-][^\W{HAN}]+)*|[^\w\s]")
NO_SPACE_BEFORE = re.compile(r"\s+([.,!?;:%)\]}…”»，。！？；：、）》])")
NO_SPACE_AFTER = re.compile(r"([(\[{„«，。！？；：、（《])\s+")
NO_SPACE_BETWEEN = re.compile(rf"(?<=[{HAN}，。！？；：、“”《》（）])\s+(?=[{HAN}，。！？；：、“”《》（）])")
QUOTED = re.compile(r'"[^"]*"|„[^“”]*[“”]|“[^”]*”')  # in pairs, for “ closes in German what it opens in English


class Vocabulary(Protocol):
    """What every vocabulary can do; the four reserved symbols have the same ids in all of them."""

    pad_id: int
    unk_id: int
    bos_id: int
    eos_id: int

    def __len__(self) -> int: ...
    def tokenize(self, text: str) -> list[str]: ...
    def encode(self, text: str) -> list[int]: ...
    def decode(self, ids: Sequence[int]) -> str: ...
    def token(self, token_id: int) -> str: ...
    def save(self, path: str | Path) -> None: ...


class WordVocabulary:
    """An id for each word seen often enough in training; every other word is `<unk>`.

    >>> vocabulary = WordVocabulary.build(["a dog runs", "a dog sleeps"], min_count=2)
    >>> vocabulary.encode("a cat runs"), vocabulary.decode([4, 5])
    ([4, 1, 1], 'a dog')
    """

    pad_id, unk_id, bos_id, eos_id = PAD_ID, UNK_ID, BOS_ID, EOS_ID

    def __init__(self, words: Sequence[str], splitting: Literal["words", "spaces"] = "words"):
        """`words` in the order of their ids, without the reserved symbols; `splitting` as in `build`."""
        if splitting not in ("words", "spaces"):
            raise ValueError(f"splitting={splitting!r} is unknown; use 'words' or 'spaces'")
        self.splitting = splitting
        self.tokens = [*RESERVED, *words]
        # The reserved symbols are left out on purpose: "<eos>" typed by a user is a strange word, not the end.
        self._ids = {word: len(RESERVED) + index for index, word in enumerate(words)}
        if len(self._ids) != len(words):
            raise ValueError("a word is listed twice; every word needs one id")

    @classmethod
    def build(
        cls,
        lines: Iterable[str],
        min_count: int = 2,
        max_size: int | None = None,
        splitting: Literal["words", "spaces"] = "words",
    ) -> "WordVocabulary":
        """Count the words of the training `lines` and keep the frequent ones, the most frequent first.

        `min_count`: occurrences a word needs. `max_size`: entries at most, the four reserved ones included.
        `splitting`: "words" cuts raw text at spaces and punctuation and takes each Chinese character as a word;
        "spaces" cuts text that is already tokenised.
        """
        if max_size is not None and max_size <= len(RESERVED):
            raise ValueError(f"max_size={max_size} leaves no room beside the {len(RESERVED)} reserved symbols")
        counts = Counter(word for line in lines for word in _split(line, splitting))
        # Ties are settled by the word itself, so that the ids do not depend on the order of the lines.
        ranked = sorted(
            (word for word, count in counts.items() if count >= min_count and word not in RESERVED),
            key=lambda word: (-counts[word], word),
        )
        return cls(ranked if max_size is None else ranked[: max_size - len(RESERVED)], splitting)

    def __len__(self) -> int:
        return len(self.tokens)

    def tokenize(self, text: str) -> list[str]:
        """The words of `text`: "It's 3.5 m." -> ["It's", "3.5", "m", "."]."""
        return _split(text, self.splitting)

    def encode(self, text: str) -> list[int]:
        """The id of each word, `unk_id` for unknown ones; no `<bos>`, no `<eos>`."""
        return [self._ids.get(word, self.unk_id) for word in self.tokenize(text)]

    def decode(self, ids: Sequence[int]) -> str:
        """Text with its usual spacing; `<pad>`, `<bos>` and `<eos>` are left out, `<unk>` is shown."""
        words = [self.token(token_id) for token_id in ids if token_id not in (self.pad_id, self.bos_id, self.eos_id)]
        return " ".join(words) if self.splitting == "spaces" else _join(words)

    def token(self, token_id: int) -> str:
        """The word behind one id."""
        return self.tokens[_checked(token_id, len(self))]

    def save(self, path: str | Path) -> None:
        """Write JSON, whole or not at all; `load` reads it back."""
        content = {"kind": "words", "splitting": self.splitting, "words": self.tokens[len(RESERVED) :]}
        write_atomically(path, json.dumps(content, ensure_ascii=False, indent=0).encode())

    @classmethod
    def load(cls, path: str | Path) -> "WordVocabulary":
        """Read what `save` wrote; ValueError if the file holds something else."""
        try:
            content = json.loads(Path(path).read_text(encoding="utf-8"))
            if not all(isinstance(word, str) for word in content["words"]):
                raise TypeError("not all its words are text")
            return cls(content["words"], content["splitting"])
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            remedy = "make one with WordVocabulary.build and save it"
            raise ValueError(f"{path} is not a word vocabulary ({error}); {remedy}") from error


class SubwordVocabulary:
    """Frequent words stay whole, rare ones become pieces; a piece that begins a word carries "▁".

    A thin contract over SentencePiece: text is taken as it is (no lower-casing, no change of characters), spaces
    are part of the pieces, so `decode(encode(text)) == text` for text with single spaces whose characters were seen
    in training.
    """

    pad_id, unk_id, bos_id, eos_id = PAD_ID, UNK_ID, BOS_ID, EOS_ID

    def __init__(self, model: bytes):
        """`model`: the bytes of a SentencePiece model whose reserved ids are those of this module."""
        try:
            self._processor = sentencepiece.SentencePieceProcessor(model_proto=model)
        except RuntimeError as error:
            raise ValueError(
                "these bytes are not a SentencePiece model; make one with SubwordVocabulary.train"
            ) from error
        self._model = model
        found = tuple(self._processor.id_to_piece(i) for i in range(min(4, len(self))))
        if found != RESERVED:
            raise ValueError(f"the first pieces are {found}, not {RESERVED}; train it with SubwordVocabulary.train")

    @classmethod
    def train(
        cls,
        lines: Iterable[str],
        size: int = 8000,
        kind: Literal["bpe", "unigram"] = "bpe",
        byte_fallback: bool = False,
    ) -> "SubwordVocabulary":
        """Learn `size` pieces from training `lines` (both languages together for a shared vocabulary).

        "bpe" merges the most frequent neighbours again and again (Sennrich et al. 2016, algorithm 1); "unigram" starts
        large and drops what a unigram language model misses least (Kudo 2018). `byte_fallback` spells characters never
        seen in training as UTF-8 bytes instead of `<unk>` and needs 256 of the `size` entries.
        """
        if kind not in ("bpe", "unigram"):
            raise ValueError(f"kind={kind!r} is unknown; use 'bpe' or 'unigram'")
        if size <= len(RESERVED):
            raise ValueError(f"size={size} leaves no room beside the {len(RESERVED)} reserved symbols")
        written = io.BytesIO()
        try:
            sentencepiece.SentencePieceTrainer.train(
                sentence_iterator=iter(lines),
                model_writer=written,
                model_type=kind,
                vocab_size=size,
                character_coverage=1.0,
                byte_fallback=byte_fallback,
                normalization_rule_name="identity",
                pad_id=PAD_ID,
                unk_id=UNK_ID,
                bos_id=BOS_ID,
                eos_id=EOS_ID,
                pad_piece=PAD,
                unk_piece=UNK,
                bos_piece=BOS,
                eos_piece=EOS,
                unk_surface=UNK,
                max_sentence_length=1 << 20,
                num_threads=1,  # the pieces must not depend on the machine
                minloglevel=2,
            )
        except (RuntimeError, OSError) as error:
            reason = str(error).split("] ")[-1].strip() or "there is no text in them"
            remedy = "ask for another size, or for a vocabulary of words"
            raise ValueError(f"no {size} pieces can be learnt from these lines ({reason}); {remedy}") from error
        return cls(written.getvalue())

    def __len__(self) -> int:
        return self._processor.get_piece_size()

    def tokenize(self, text: str) -> list[str]:
        """The pieces of `text`: "Hundeleine" -> ["▁Hunde", "leine"]."""
        return self._processor.encode(text, out_type=str)

    def encode(self, text: str) -> list[int]:
        """The id of each piece, `unk_id` for characters never seen; no `<bos>`, no `<eos>`."""
        return self._processor.encode(text)

    def decode(self, ids: Sequence[int]) -> str:
        """Text again; `<pad>`, `<bos>` and `<eos>` are left out, `<unk>` is shown."""
        return self._processor.decode([_checked(token_id, len(self)) for token_id in ids])

    def token(self, token_id: int) -> str:
        """The piece behind one id."""
        return self._processor.id_to_piece(_checked(token_id, len(self)))

    def save(self, path: str | Path) -> None:
        """Write SentencePiece's own format, which its tools read too."""
        write_atomically(path, self._model)

    @classmethod
    def load(cls, path: str | Path) -> "SubwordVocabulary":
        """Read what `save` wrote; ValueError if the file holds something else."""
        try:
            return cls(Path(path).read_bytes())
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error


def load_vocabulary(path: str | Path) -> WordVocabulary | SubwordVocabulary:
    """Read a vocabulary of either kind: `.json` holds words, `.model` SentencePiece's pieces."""
    kinds = {".json": WordVocabulary, ".model": SubwordVocabulary}
    if Path(path).suffix not in kinds:
        raise ValueError(f"{path} ends neither in .json (words) nor in .model (pieces)")
    return kinds[Path(path).suffix].load(path)


def _checked(token_id: int, size: int) -> int:
    if not 0 <= token_id < size:
        raise ValueError(f"id {token_id} is outside this vocabulary of {size} entries; was it made by another one?")
    return int(token_id)


def _split(text: str, splitting: str) -> list[str]:
    return text.split() if splitting == "spaces" else WORDS.findall(text)


def _join(words: list[str]) -> str:
    """["\\"", "Hi", "\\"", ",", "said", "Tom", "."] -> '"Hi", said Tom.'; Chinese characters stand without spaces."""
    text = QUOTED.sub(lambda found: f"{found[0][0]}{found[0][1:-1].strip()}{found[0][-1]}", " ".join(words))
    for pattern, replacement in ((NO_SPACE_BEFORE, r"\1"), (NO_SPACE_AFTER, r"\1"), (NO_SPACE_BETWEEN, "")):
        text = pattern.sub(replacement, text)
    return text
