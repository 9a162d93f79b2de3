"""Put a trained translator into the package, scored and described: for the maintainer, once a version.

    python .ci/ship.py RUN multi30k-de-en@2 --corpus multi30k --split test_2016_flickr --terms "non-commercial …" \\
        --knows "descriptions of everyday pictures"

RUN is the folder that `python -m tutor_nmt train --output RUN` wrote, or the folder `runs/NAME/seed-N` of an
experiment. What is scored is what ships: the weights in half precision, loaded again from the package's folder. The
test split is scored here, once, after every choice.
"""

import argparse
import json
from pathlib import Path

import torch

from tutor_nmt.checkpoints import write_atomically
from tutor_nmt.corpora import load_corpus
from tutor_nmt.experiments import simplified
from tutor_nmt.model import ModelConfig
from tutor_nmt.records import score
from tutor_nmt.translator import Translator

KNOWS = "descriptions of everyday pictures"  # of records from before they said it
PRETRAINED = Path(__file__).resolve().parent.parent / "src" / "tutor_nmt" / "pretrained"


def main() -> None:
    """Copy in half precision, score validation and test split, write record and card."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("name", help="NAME@VERSION; a version that exists is never changed")
    parser.add_argument("--corpus", required=True)
    parser.add_argument("--split", required=True, help="the test split")
    parser.add_argument("--terms", required=True, help="terms of the weights, one sentence")
    parser.add_argument("--knows", required=True, help="what its corpus is about, to end 'It knows … and little else.'")
    options = parser.parse_args()
    torch.set_num_threads(1)
    folder = PRETRAINED / options.name
    if folder.exists():
        parser.error(f"{options.name} is there already, and stored outputs lean on it; take the next version")
    record = json.loads((options.run / "record.json").read_text(encoding="utf-8"))
    Translator.load(options.run).save(folder, torch.float16)
    translator = Translator.load(folder)
    corpus = load_corpus(options.corpus, translator.config.source_language, translator.config.target_language)
    if translator.config.simplify:
        corpus = simplified(corpus)
    record |= {"name": options.name, "corpus": options.corpus, "terms": options.terms, "corpus_terms": corpus.terms}
    record["knows"] = options.knows
    record["scores"] = {split: score(translator, corpus[split])[0] for split in ("val", options.split)}
    record["weights_bytes"] = (folder / "model.safetensors").stat().st_size
    write_atomically(folder / "record.json", (json.dumps(record, indent=1, ensure_ascii=False) + "\n").encode())
    write_atomically(folder / "README.md", card(record, translator).encode())
    print((folder / "README.md").read_text(encoding="utf-8"))


def card(record: dict, translator: Translator) -> str:
    """The model card, every number of it from the record."""
    config, model = translator.config, record["recipe"]["model"]
    rows = [
        f"| {split} | {setting.replace('_', ' ')} | {one['bleu']:.2f} | {one['bleu_lc']:.2f} | {one['chrf']:.2f} |"
        for split, settings in record["scores"].items()
        for setting, one in settings.items()
    ]
    signatures = next(iter(next(iter(record["scores"].values())).values()))
    lines = [
        f"# {record['name']}",
        "",
        f"Translates {config.source_language} to {config.target_language}: {KINDS[config.model.architecture]}, "
        f"{record['num_weights']:,} weights in half precision ({record['weights_bytes'] / 1e6:.1f} MB).",
        "",
        "## Data and terms",
        "",
        f"Trained on the split `train` of {record['corpus']} alone; epoch and length penalty chosen on `val` "
        f"alone; the test split scored once, after that. It knows {record.get('knows', KNOWS)} and little else.",
        "",
        f"Corpus: {record['corpus_terms']}",
        "",
        f"Weights: {record['terms']}",
        "",
        "## How it was made",
        "",
        f"    {record['command']}",
        "",
        f"Commit {record['commit']}, seed {record['seed']}, on {record['hardware']}; "
        + ", ".join(f"{name} {version}" for name, version in record["versions"].items())
        + "."
        + (f" {record['note']}" if "note" in record else ""),
        "",
        f"{shape(config.model)}; embeddings of {model['embedding_size']}; "
        f"{record['vocabulary_sizes'][0]:,} subword pieces. "
        f"{len(record['history'])} epochs, {sum(epoch['seconds'] for epoch in record['history']) / 60:.0f} minutes. "
        "All settings, the history and the validation scores of each length penalty stand in `record.json`.",
        "",
        "## Scores",
        "",
        "| split | search | BLEU | BLEU, lower-cased | chrF |",
        "|---|---|---|---|---|",
        *rows,
        "",
        f"Length penalty of the beam: length ** {config.alpha}. Signatures:",
        "",
        *(f"- `{signatures[f'{metric}_signature']}`" for metric in ("bleu", "bleu_lc", "chrf")),
        "",
    ]
    return "\n".join(lines)


KINDS = {"recurrent": "recurrent encoder and decoder with attention", "transformer": "a Transformer"}


def shape(model: ModelConfig) -> str:
    """Layers and sizes in words."""
    if model.architecture == "transformer":
        return (
            f"Encoder: {model.encoder_layers} layer(s), decoder: {model.decoder_layers}, of {model.hidden_size} with "
            f"{model.num_heads} heads and {model.feedforward_size} within"
        )
    return (
        f"Encoder: {model.encoder_layers} layer(s) of {model.encoder_size} a direction; decoder: "
        f"{model.decoder_layers} layer(s) of {model.hidden_size}; {model.attention} attention"
    )


if __name__ == "__main__":
    main()
