"""Translate lines from standard input, greedily, with the programs beside this file: needs torch and sentencepiece."""

import json
import sys
import unicodedata
from pathlib import Path

import sentencepiece
import torch


class Reader:
    """A translator that was exported into `folder`, by default the one this file lies in."""

    def __init__(self, folder: str | Path = Path(__file__).parent):
        folder = Path(folder)
        self.settings = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
        self.start, self.step = (torch.export.load(folder / f"{name}.pt2").module() for name in ("start", "step"))
        self.source, self.target = (
            sentencepiece.SentencePieceProcessor(model_file=str(folder / f"{side}.model"))
            for side in ("source", "target")
        )

    def encode(self, line: str) -> list[int]:
        """The ids of a line as the model reads it, `<eos>` at the end."""
        line = unicodedata.normalize("NFC", " ".join(line.split()))
        ids = self.source.encode(line)[: self.settings["max_source_tokens"] - 1]
        return [*(ids[::-1] if self.settings["reverse_source"] else ids), self.settings["eos_id"]]

    @torch.inference_mode()
    def search(self, sources: list[list[int]]) -> list[tuple[list[int], float]]:
        """For each source the ids that the model finds likeliest step by step, without `<eos>`, and their log_prob."""
        lengths, eos = [len(source) for source in sources], self.settings["eos_id"]
        padded = [[*source, *[self.settings["pad_id"]] * (max(lengths) - len(source))] for source in sources]
        state = self.start(torch.tensor(padded), torch.tensor(lengths))
        tokens, found = torch.full((len(sources),), self.settings["bos_id"]), [([], 0.0) for _ in sources]
        alive = set(range(len(sources)))
        while alive:
            log_probs, _, *state = self.step(tokens, list(state))
            log_probs[:, [self.settings["pad_id"], self.settings["bos_id"]]] = -torch.inf
            best, tokens = log_probs.max(-1)
            for row in list(alive):
                ids, total = found[row]
                token = int(tokens[row])
                found[row] = (ids if token == eos else [*ids, token]), total + float(best[row])
                if token == eos or len(found[row][0]) == 2 * lengths[row] + 10:
                    alive.remove(row)
        return found

    def translate(self, lines: list[str]) -> list[str]:
        """A translation for each line, an empty one for an empty line."""
        found = self.search([self.encode(line) for line in lines])
        return [self.target.decode(ids) if line.strip() else "" for line, (ids, _) in zip(lines, found, strict=True)]


if __name__ == "__main__":
    reader = Reader()
    for line in sys.stdin:
        print(*reader.translate([line]), flush=True)
