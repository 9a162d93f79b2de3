"""The dialogue set: 140 hand-written German utterances with English translations, a small domain to adapt to.

How they were written and split stands in the README beside the data.
"""

from importlib import resources

from ..pairs import ParallelCorpus, SentencePair

__all__ = ["load_dialogue"]

COLUMNS = "split\tsource\ttarget"
SPLITS = ("train", "val", "test")


def load_dialogue() -> ParallelCorpus:
    """The dialogue set, German to English, with 80, 20 and 40 pairs in "train", "val" and "test".

    >>> load_dialogue()["test"][39]
    SentencePair(source='Morgen soll es wieder den ganzen Tag regnen.', target="It's supposed to rain all day again \
tomorrow.")
    """
    text = (resources.files(__package__) / "de-en.tsv").read_text(encoding="utf-8")
    terms = "Written for this package, under its licence: nothing to cite, nothing to download."
    return ParallelCorpus("dialogue", "de", "en", parse_dialogue(text), terms)


def parse_dialogue(text: str) -> dict[str, list[SentencePair]]:
    """Read the splits from the text of a file like `de-en.tsv`; ValueError names the line that is damaged."""
    header, *lines = text.removesuffix("\n").split("\n")
    if header != COLUMNS:
        raise ValueError(f"the first line of the dialogue set is {header!r}, not its columns; install the file again")
    splits: dict[str, list[SentencePair]] = {split: [] for split in SPLITS}
    for number, line in enumerate(lines, start=1):
        split, *sides = line.split("\t")
        if split not in splits or len(sides) != 2 or not all(sides):
            raise ValueError(f"line {number} of the dialogue set is no split and two sentences: {line!r}")
        splits[split].append(SentencePair(*sides))
    return splits
