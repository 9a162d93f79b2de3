"""What a server without this package computes is what the translator computes: the same ids, the same probabilities."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import nn

from tutor_nmt.__main__ import main
from tutor_nmt.challenge import load_challenge
from tutor_nmt.encoder import RecurrentEncoder
from tutor_nmt.model import ModelConfig, build_model
from tutor_nmt.quantization import quantized
from tutor_nmt.serving import export, loops
from tutor_nmt.serving.reader import Reader
from tutor_nmt.translator import Translator, TranslatorConfig
from tutor_nmt.vocabulary import SubwordVocabulary, WordVocabulary

LINES = [one.source for one in load_challenge()]
PIECES = SubwordVocabulary.train([side for one in load_challenge() for side in (one.source, one.target)], 151)
SIZES = {"embedding_size": 28, "hidden_size": 28}
KINDS = {
    "recurrent": SIZES | {"encoder_size": 17, "encoder_layers": 2, "attend": "between", "decoder_layers": 2},
    "transformer": SIZES | {"architecture": "transformer", "feedforward_size": 37, "decoder_layers": 2},
}


def untrained(reverse_source: bool = False, vocabulary=PIECES, **choices) -> Translator:
    torch.manual_seed(1)
    config = ModelConfig(**choices)
    model = build_model(config, len(vocabulary), len(vocabulary)).eval()
    return Translator(TranslatorConfig("de", "en", config, reverse_source), model, vocabulary, vocabulary)


@pytest.fixture(scope="module", params=KINDS)
def exported(request, tmp_path_factory):
    """A translator and the folder it was exported into; the recurrent one reads from the end."""
    folder = tmp_path_factory.mktemp(request.param) / "server"
    translator = untrained(request.param == "recurrent", **KINDS[request.param])
    export(translator, folder)
    return SimpleNamespace(translator=translator, folder=folder, reader=Reader(folder))


def greedy(translator: Translator, lines: list[str]):
    return [one.hypotheses[0] for one in translator.search([translator.encode(line) for line in lines], 1, 1, 1.0)]


def test_a_server_writes_the_same_ids_with_the_same_log_probs(exported):
    encoded = [exported.reader.encode(line) for line in LINES]
    assert encoded == [exported.translator.encode(line) for line in LINES]
    expected = greedy(exported.translator, LINES)
    assert len({tuple(one.ids) for one in expected}) > 20  # an untrained one does not say the same of everything
    for (ids, log_prob), one in zip(exported.reader.search(encoded), expected, strict=True):
        assert ids == one.ids
        assert log_prob / (len(ids) + 1) == pytest.approx(one.log_prob / (len(ids) + 1), abs=1e-5)


@pytest.mark.parametrize("size", [1, 2, 7])
def test_batches_of_any_size_and_sentences_of_any_length_go_through(exported, size):
    sources = [exported.translator.encode(line) for line in ("a", *LINES[:6])]
    sources[-1] = sources[-1][:-1] * 5 + sources[-1][-1:]  # longer than anything it was written down with
    together = exported.reader.search(sources)
    for start in range(0, len(sources), size):
        for one, other in zip(exported.reader.search(sources[start : start + size]), together[start:], strict=False):
            assert one[0] == other[0] and one[1] == pytest.approx(other[1], abs=1e-3)


def test_a_python_without_this_package_translates_lines_from_a_pipe(exported):
    program = "import sys; sys.modules['tutor_nmt'] = None; import runpy; runpy.run_path(sys.argv[1], None, '__main__')"
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, str(exported.folder / "translate.py")],
        input=f"{LINES[0]}\n\n{LINES[3]}\n",
        capture_output=True,
        text=True,
        timeout=120,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {"PYTHONUTF8": "1"},
    )
    assert run.returncode == 0, run.stderr
    said = exported.translator.translate([LINES[0], LINES[3]], beam_size=1)
    assert [line.strip() for line in run.stdout.split("\n")] == [said[0], "", said[1], ""]


def test_the_folder_holds_what_a_server_needs_and_a_short_reader(exported):
    names = {path.name for path in exported.folder.iterdir()}
    assert names == {"start.pt2", "step.pt2", "source.model", "target.model", "settings.json", "translate.py"}
    reader = (exported.folder / "translate.py").read_text(encoding="utf-8")
    assert len(reader.splitlines()) <= 60 and "tutor_nmt" not in reader
    settings = json.loads((exported.folder / "settings.json").read_text(encoding="utf-8"))
    assert settings["source_language"] == "de" and settings["target_language"] == "en"


def test_a_translator_in_eight_bits_is_exported_too(tmp_path):
    translator = quantized(untrained(**KINDS["recurrent"]))
    export(translator, tmp_path / "small")
    reader, lines = Reader(tmp_path / "small"), LINES[:30]
    found = reader.search([reader.encode(line) for line in lines])
    same = sum(ids == one.ids for (ids, _), one in zip(found, greedy(translator, lines), strict=True))
    assert same >= 25  # a rounding of float32 may tip a rounding to eight bits


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_loops_written_out_read_as_the_recurrent_encoder_does(cell, bidirectional):
    torch.manual_seed(2)
    encoder = RecurrentEncoder(nn.Embedding(101, 13), 17, 11, cell, 2, bidirectional).eval()
    looped = loops.LoopedEncoder(encoder)
    src, lengths = torch.randint(4, 101, (3, 7)), torch.tensor([7, 2, 5])

    def plain_scan(step, state, along, reverse):
        steps, found = range(along[0].shape[0]), {}
        for place in reversed(steps) if reverse else steps:
            state, found[place] = step(state, tuple(one[place] for one in along))
        return state, torch.stack([found[place] for place in steps])

    with torch.inference_mode(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(loops, "scan", plain_scan)  # torch's own runs within a program, or compiles one
        for ours, theirs in zip(looped(src, lengths), encoder(src, lengths), strict=True):
            torch.testing.assert_close(ours, theirs)


def test_the_command_line_exports(tmp_path, capsys):
    translator = untrained(**KINDS["transformer"])
    translator.save(tmp_path / "mine")
    arguments = ["export", "--model", str(tmp_path / "mine"), "--output", str(tmp_path / "server")]
    assert main(arguments) == 0
    assert (tmp_path / "server" / "translate.py").is_file()
    assert main(arguments) == 1
    assert "name a new folder" in capsys.readouterr().err


def test_a_folder_with_something_in_it_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    for taken in (tmp_path, tmp_path / "mine.txt"):
        with pytest.raises(ValueError, match="holds something; name a new folder"):
            export(untrained(**SIZES), taken)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_what_cannot_be_exported_is_refused_and_nothing_is_written(tmp_path):
    plain, words = untrained(**SIZES), WordVocabulary([f"word{number}" for number in range(29)])
    elsewhere = untrained(**SIZES)
    elsewhere.model.to("meta")  # any device but the processor
    refused = {
        "ensemble": Translator(plain.config, nn.Linear(3, 5), PIECES, PIECES),
        r"on meta; move it with model\.cpu\(\)": elsewhere,
        "learned positions": untrained(**KINDS["transformer"], positions="learned"),
        "words are cut by this package": untrained(vocabulary=words, **SIZES),
        "simplified Chinese": Translator(replace(plain.config, simplify=True), plain.model, PIECES, PIECES),
    }
    for message, translator in refused.items():
        with pytest.raises(ValueError, match=message):
            export(translator, Path(tmp_path) / "server")
    assert list(tmp_path.iterdir()) == []


def test_a_torch_too_old_to_write_down_a_loop_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(loops, "scan", None)
    with pytest.raises(ValueError, match="cannot write down a loop; install a newer one"):
        export(untrained(**SIZES), tmp_path / "server")
