"""Where the known corpora lie: a row of `CORPORA` each, with addresses, hashes and terms of use."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class CorpusFile:
    """A file of a known corpus; without a hash (it changes upstream) it is a zip verified by its form."""

    path: str  # below the mirror or the cache
    url: str = ""
    sha256: str = ""
    member: str = ""  # of the zip: tab-separated, two columns or more
    members: tuple[str, str] | None = None  # of the zip: a source and a target, of which a sample is drawn


@dataclass(frozen=True)
class KnownCorpus:
    """A row of `CORPORA`: either a source and a target file a split, or one whole to be split here."""

    languages: tuple[str, str]
    terms: str
    split_files: dict[str, tuple[CorpusFile, CorpusFile]] = field(default_factory=dict)
    whole: tuple[CorpusFile, ...] = ()  # alternatives: the first one found is taken
    columns: tuple[int, int] = (0, 1)  # of `whole`
    sample: int = 100_000  # pairs, of `whole` with two members


def _multi30k(pattern: str, hashes: str) -> dict[str, tuple[CorpusFile, CorpusFile]]:
    base = "https://raw.githubusercontent.com/multi30k/dataset/a3d2e0d26b56f3846f66a952536ffed4e401d05a/data/task1/"
    names = [(split, language) for split in ("train", "val", "test_2016_flickr") for language in ("de", "en")]
    files = [
        CorpusFile(f"multi30k/{path}", base + path, sha256)
        for path, sha256 in zip((pattern.format(*name) for name in names), hashes.split(), strict=True)
    ]
    return {
        "train": (files[0], files[1]),
        "val": (files[2], files[3]),
        "test_2016_flickr": (files[4], files[5]),
    }


_MULTI30K_TERMS = (
    "The images' terms: non-commercial research and education. Cite Elliott, Frank, Sima'an and Specia "
    "(2016), 'Multi30K: Multilingual English-German Image Descriptions', Workshop on Vision and Language."
)

CORPORA: dict[str, KnownCorpus] = {
    "multi30k": KnownCorpus(
        ("de", "en"),
        _MULTI30K_TERMS,
        _multi30k(
            "raw/{}.{}.gz",
            """726e39b2fa9eb9ffb6dc763fb35a179f80fae06ffc5d28b6ace5faa883de28a6
            d79cfa999dd4c51d2cb42499b6796d5a882c3a8a961923c25a898c90f8bbd56f
            f0cba2f995189cf5770f29a8a9a537a3ad3f51657ad873405082ff6863a5e75a
            14f7d25ddd868909a9213e361768460edcacdd6ab9d1e77b92560dc10c10dc28
            9204244e408ccb38d2a55cfcd344df15005fc42a07a6e55ca6c52b6ababb8cc8
            611d361c6334bc7246101d48097c13cf5c4413c5befc793cc629934359d532d9""",
        ),
    ),
    "multi30k-tokenized": KnownCorpus(
        ("de", "en"),
        _MULTI30K_TERMS,
        _multi30k(
            "tok/{}.lc.norm.tok.{}",
            """cb5a23529b65ec2061f1dc446192a9c37382b63cc75f81a0be59d34894b3a505
            08925f8e0572bcd5a006702fc5fe20e2d77c6917d4eebd576fc20de6693c2119
            97232bd273eceb7207f689527386a97e4be2616b18ada47576bdaf96c8ae1f00
            46573ce391ae227f1c72f873392436a20ef18e0a6d518098cfbd70b77c8572ec
            c6a33d39d48f9f510de147651316cd9d918e09ad0219df734a2f16b6baccacc4
            5b7f32627cf99eced828311b955dae9800bb52bc8b91cf8b6526829e605b29d2""",
        ),
    ),
    "tatoeba-zh-en": KnownCorpus(
        ("zh", "en"),
        "CC BY 2.0 FR. Attribute tatoeba.org and the authors, whom the third column of the file names; "
        "the selection is ManyThings.org's export.",
        whole=(
            CorpusFile(
                "tatoeba/cmn-eng.tsv.gz",
                sha256="2767b970b7dd84ff63178711b2219ca1e407663c5979b7eb772b48b101e03a65",
            ),
            CorpusFile("tatoeba/cmn-eng.zip", "https://www.manythings.org/anki/cmn-eng.zip", member="cmn.txt"),
        ),
        columns=(1, 0),
    ),
    # Large: a zip of 362 million bytes, 11 million pairs, nearly all of them short; of these 100,000 are drawn.
    "opensubtitles-zh-en": KnownCorpus(
        ("zh", "en"),
        "The films' and the subtitlers' rights; for research. Link to opensubtitles.org, and cite Lison and Tiedemann "
        "(2016), 'OpenSubtitles2016: Extracting Large Parallel Corpora from Movie and TV Subtitles', LREC; from OPUS.",
        whole=(
            CorpusFile(
                "opensubtitles/en-zh_cn.txt.zip",
                "https://object.pouta.csc.fi/OPUS-OpenSubtitles/v2018/moses/en-zh_cn.txt.zip",
                members=("OpenSubtitles.en-zh_cn.zh_cn", "OpenSubtitles.en-zh_cn.en"),
            ),
        ),
    ),
}
