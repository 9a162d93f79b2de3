"""The command line: one line out for each line in, numbers as JSON, errors in one line, exit codes a script can trust.

Most commands run within this process, through `main`; what only a process can show (pipes, signals, the real exit code)
is tried in a real one. The translator is trained here, by the command itself, in a second: it says little that is
right, which does not matter.
"""

import argparse
import ast
import contextlib
import gzip
import hashlib
import io
import json
import os
import pickle
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pytest
import torch

from test_files import nearly_full
from test_pairs import zip_of
from tutor_nmt import __version__, corpora
from tutor_nmt.__main__ import _pairs_to_score, build_parser, main
from tutor_nmt.checkpoints import read_weights
from tutor_nmt.corpora import CORPORA, CorpusFile, KnownCorpus, read_parallel, split_corpus
from tutor_nmt.evaluation import differing_lines, evaluate, paired_bootstrap
from tutor_nmt.model import ModelConfig
from tutor_nmt.training import Updater
from tutor_nmt.translator import Translator, TranslatorConfig
from tutor_nmt.vocabulary import WordVocabulary

SENTENCES = [" ".join(words) for words in product(("the", "a", "no"), ("red", "blue", "odd"), ("dog", "cat", "zebra"),
                                                  ("runs", "sleeps", "zigzags"), ("today", "again"))]  # fmt: skip
SMALL = ["--vocabulary", "words", "--embedding-size", "13", "--hidden-size", "17", "--encoder-size", "11",
         "--max-tokens", "200", "--learning-rate", "0.01", "--device", "cpu"]  # fmt: skip
SECONDS = 60  # after which a process that should have answered is stopped


class Ran(NamedTuple):
    code: int
    out: bytes
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.decode("utf-8").split("\n")[:-1]


def run(*arguments: str | Path, stdin: bytes = b"") -> Ran:
    """Run one command in this process, with standard streams of its own."""
    out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.StringIO()
    with tempfile.TemporaryFile() as file, io.TextIOWrapper(file) as given, pytest.MonkeyPatch.context() as patch:
        file.write(stdin)
        file.seek(0)
        patch.setattr(sys, "stdin", given)
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                code = main([str(argument) for argument in arguments])
            except SystemExit as end:  # argparse's own
                code = end.code
    out.flush()
    return Ran(code, out.buffer.getvalue(), err.getvalue())


def said_in_one_line(ran: Ran) -> str:
    """The error of a command that failed as it should: exit code 1, nothing written, one line, no traceback."""
    assert ran.code == 1
    assert "Traceback" not in ran.err
    (line,) = ran.err.splitlines()
    assert line.startswith("tutor_nmt: error: ")
    return line


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> list[Path]:
    """Two files, line by line: sentences, and the same with their words turned round."""
    folder = tmp_path_factory.mktemp("corpus")
    for name, lines in (("xx", SENTENCES), ("yy", [" ".join(line.split()[::-1]) for line in SENTENCES])):
        (folder / f"made-up.{name}").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return [folder / "made-up.xx", folder / "made-up.yy"]


@pytest.fixture(scope="module")
def data(files) -> list[str]:
    return ["--files", *map(str, files), "--source", "xx", "--target", "yy"]


@pytest.fixture(scope="module")
def trained(data, tmp_path_factory) -> tuple[Path, Ran]:
    """A folder with a translator, and what the command that made it said."""
    folder = tmp_path_factory.mktemp("run") / "model"
    return folder, run("train", *data, "--output", folder, "--epochs", "3", *SMALL)


@pytest.fixture(scope="module")
def model(trained) -> Path:
    return trained[0]


@pytest.fixture(scope="module")
def translator(model) -> Translator:
    return Translator.load(model)


# --- help ---


def commands() -> dict[str, argparse.ArgumentParser]:
    (choices,) = [action.choices for action in build_parser()._actions if isinstance(action.choices, dict)]
    return choices


COMMANDS = ["train", "translate", "evaluate", "experiment", "ensemble", "sweep", "export", "corpus"]


def test_the_help_names_every_command_and_a_line_to_try():
    ran = run("--help")
    assert ran.code == 0 and ran.err == ""
    assert set(commands()) == set(COMMANDS)
    for name in commands():
        assert re.search(rf"^    {name}\s+\w", ran.out.decode(), flags=re.MULTILINE)
    assert "| python -m tutor_nmt translate --model" in " ".join(ran.out.decode().split())


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_says_what_it_does_and_explains_every_option(command):
    ran = run(command, "--help")
    assert ran.code == 0 and ran.err == ""
    text = " ".join(ran.out.decode().split())
    parser = commands()[command]
    assert " ".join(parser.description.split()) in text
    for action in parser._actions:
        assert action.help, f"{command} {action.option_strings} has no help"
        assert not action.help.startswith("(default"), f"{command} {action.option_strings} is not explained"
        assert all(option in text for option in action.option_strings)
        assert "%(" not in action.help


def test_the_options_of_training_say_their_defaults_and_what_they_mean():
    options = {option: action for action in commands()["train"]._actions for option in action.option_strings}
    for option in ("--vocabulary", "--hidden-size", "--attend", "--clip-norm", "--select-by", "--patience"):
        meaning, _, default = options[option].help.partition("(default: ")
        assert meaning.strip() and default == f"{options[option].default})"


def test_the_version_is_that_of_the_package():
    ran = run("--version")
    assert ran.code == 0 and ran.out.decode() == f"tutor_nmt {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["sing"],
        ["translate"],
        ["translate", "--model", "x", "--loud"],
        ["translate", "--model", "x", "--beam-size", "five"],
        ["translate", "--model", "x", "--precision", "float8"],
        ["train", "--output", "x"],
        ["train", "--corpus", "multi30k"],
        ["train", "--corpus", "multi30k", "--files", "a", "b", "--output", "x"],
        ["train", "--corpus", "multi30k", "--output", "x", "--cell", "quantum"],
        ["evaluate", "--model", "x"],
        ["corpus"],
    ],
    ids=lambda arguments: " ".join(arguments) or "nothing",
)
def test_a_command_that_is_not_understood_ends_with_2_and_shows_its_usage(arguments):
    ran = run(*arguments)
    assert ran.code == 2 and ran.out == b""
    assert ran.err.startswith("usage: python -m tutor_nmt") and "Traceback" not in ran.err


# --- train ---


def test_training_writes_a_folder_that_holds_a_translator_and_its_record(trained):
    folder, ran = trained
    assert ran.code == 0
    assert {path.name for path in folder.iterdir()} == {
        "translator.json", "shared.json", "model.safetensors", "record.json", "checkpoints",
    }  # fmt: skip
    translator = Translator.load(folder)
    assert (translator.config.source_language, translator.config.target_language) == ("xx", "yy")
    assert translator.config.model.hidden_size == 17
    record = json.loads((folder / "record.json").read_text(encoding="utf-8"))
    assert len(record["history"]) == 3
    assert record["recipe"]["training"]["learning_rate"] == 0.01
    scores = record["val_bleu_by_alpha"]
    assert translator.config.alpha == float(max(scores, key=scores.get))


def test_training_prints_the_best_epoch_as_json_and_its_progress_beside_it(trained):
    folder, ran = trained
    printed = json.loads(ran.out)
    history = json.loads((folder / "record.json").read_text(encoding="utf-8"))["history"]
    assert printed["best"] == min(history, key=lambda epoch: epoch["val_loss"])
    assert history[-1]["train_loss"] < history[0]["train_loss"]
    assert "val_loss" in ran.err and "weights on cpu" in ran.err


def test_a_folder_that_holds_a_run_is_not_trained_over_unless_asked_to_resume(trained, data):
    folder, first = trained
    before = (folder / "model.safetensors").read_bytes()
    ran = run("train", *data, "--output", folder, "--epochs", "3", *SMALL)
    assert ran.code == 1 and ran.out == b"" and "Traceback" not in ran.err
    (error,) = [line for line in ran.err.splitlines() if line.startswith("tutor_nmt: error:")]
    assert error == ran.err.splitlines()[-1] and "resume" in error and str(folder) in error
    again = run("train", *data, "--output", folder, "--epochs", "3", *SMALL, "--resume")
    assert again.code == 0 and json.loads(again.out) == json.loads(first.out)
    assert (folder / "model.safetensors").read_bytes() == before


def test_resuming_with_another_recipe_is_refused(trained, data):
    folder, _ = trained
    for other in (["--learning-rate", "0.5"], ["--hidden-size", "19"]):
        ran = run("train", *data, "--output", folder, "--epochs", "3", *SMALL, *other, "--resume")
        assert ran.code == 1 and "Traceback" not in ran.err
        assert ran.err.splitlines()[-1].startswith("tutor_nmt: error:")


def test_an_interrupted_run_ends_with_130_and_resumes_to_the_same_translator(trained, data, tmp_path, monkeypatch):
    folder, _ = trained
    run_epoch = Updater.run_epoch

    def interrupted(self, batches, epoch, *rest):
        if epoch == 1:
            raise KeyboardInterrupt
        return run_epoch(self, batches, epoch, *rest)

    arguments = ["train", *data, "--output", tmp_path / "model", "--epochs", "3", *SMALL]
    with monkeypatch.context() as patch:
        patch.setattr(Updater, "run_epoch", interrupted)
        ran = run(*arguments)
    assert ran.code == 130 and ran.out == b"" and "Traceback" not in ran.err
    assert not (tmp_path / "model" / "translator.json").exists()  # half a run is not a translator
    assert run(*arguments, "--resume").code == 0
    there, here = (read_weights(path / "model.safetensors") for path in (folder, tmp_path / "model"))
    assert there.keys() == here.keys() and all(torch.equal(there[name], here[name]) for name in there)


def test_training_may_begin_with_a_trained_translator_and_takes_its_model_over_unasked(trained, data, tmp_path):
    folder, _ = trained
    none = ["train", *data, "--epochs", "0", "--device", "cpu", "--begin-with", folder, "--output"]
    assert run(*none, tmp_path / "same").code == 0
    assert (tmp_path / "same" / "model.safetensors").read_bytes() == (folder / "model.safetensors").read_bytes()
    record = json.loads((tmp_path / "same" / "record.json").read_text(encoding="utf-8"))
    assert record["begun_with"].startswith("sha256:") and record["recipe"]["model"]["hidden_size"] == 17
    ran = run(*none, tmp_path / "other", "--hidden-size", "19")
    assert "was trained with hidden_size=17, not 19" in said_in_one_line(ran)
    assert not (tmp_path / "other").exists()


def test_training_for_no_epoch_writes_the_translator_as_it_begins(data, tmp_path):
    arguments = ["train", *data, "--output", tmp_path / "model", "--epochs", "0", *SMALL]
    ran = run(*arguments)
    assert ran.code == 0 and json.loads(ran.out)["best"] is None
    assert json.loads((tmp_path / "model" / "record.json").read_text(encoding="utf-8"))["history"] == []
    weights = (tmp_path / "model" / "model.safetensors").read_bytes()
    begun = (tmp_path / "model" / "checkpoints" / "model.safetensors").read_bytes()
    assert weights == begun  # as they were drawn
    assert len(run("translate", "--model", tmp_path / "model", stdin=b"the red dog\n\n").lines) == 2
    assert run(*arguments, "--resume").code == 0
    assert (tmp_path / "model" / "model.safetensors").read_bytes() == weights


# --- translate ---

INPUTS = {
    "nothing": (b"", []),
    "one empty line": (b"\n", [""]),
    "lines": (b"the red dog\na cat sleeps\n", ["the red dog", "a cat sleeps"]),
    "empty lines among others": (b"\nthe red dog\n\n\na cat\n\n", ["", "the red dog", "", "", "a cat", ""]),
    "white space alone": (b" \t \nthe dog\n", ["", "the dog"]),
    "a last line without its end": (b"the red dog\na cat", ["the red dog", "a cat"]),
    "line ends of Windows": (b"the red dog\r\n\r\na cat\r\n", ["the red dog", "", "a cat"]),
    "bytes that are not UTF-8": (b"the \xff\xfe dog\na \xc3\n", ["the \ufffd\ufffd dog", "a \ufffd"]),
    "NUL and other controls": (b"the \x00red\x07 dog\n", ["the red dog"]),
    "line ends that are none here": ("the\u2028red\x0bdog\x85\na cat\n".encode(), ["the red dog", "a cat"]),
    "a byte-order mark": (b"\xef\xbb\xbfthe dog\n", ["the dog"]),
    "10,000 characters": (b"the red dog " * 834 + b"\n" + b"x" * 10_000 + b"\na cat\n", None),
    "emoji": ("the 👩🏽‍🚀 sees 🐕‍🦺❤️\n🎉\n".encode(), None),
    "right to left": ("הכלב \u202eالكلب\u202c the dog\n".encode(), None),
    "languages never seen": ("一只红色的狗。\nΟ σκύλος\nСобака\nकुत्ता\n".encode(), None),
    "reserved symbols spelt out": (b"<bos> the <unk> <eos> dog <pad>\n</s>\n<eos>\n", None),
    "carriage returns alone": (b"the red\rdog\ra cat\r\n\r\n\r\r\n", ["the red dog a cat", "", ""]),
    "UTF-16": ("the red dog\na cat\n".encode("utf-16"), None),
    "every byte there is": (bytes(range(256)) + b"\n", None),
    "the columns of an answer": (b"0 ||| the dog ||| -1.0\n", None),
}


@pytest.mark.parametrize(("stdin", "lines"), INPUTS.values(), ids=INPUTS.keys())
def test_each_line_in_is_one_line_out(model, translator, stdin, lines):
    """`lines`: how the input is read; None where it is enough that its line feeds, and nothing else, end lines."""
    ran = run("translate", "--model", model, stdin=stdin)
    assert ran.code == 0 and ran.err == ""
    if lines is None:
        lines = [line.decode("utf-8", errors="replace") for line in stdin.removesuffix(b"\n").split(b"\n")]
    assert ran.lines == translator.translate(lines)
    assert ran.out == b"" or ran.out.endswith(b"\n")


def test_more_lines_than_are_read_at_once_keep_their_order(model, translator):
    lines = (SENTENCES * 2)[:201]
    ran = run("translate", "--model", model, "--batch-size", "7", "--beam-size", "1", stdin="\n".join(lines).encode())
    assert ran.lines == translator.translate(lines, beam_size=1)


@pytest.mark.parametrize("options", [["--beam-size", "1"], ["--beam-size", "3", "--alpha", "0"], ["--threads", "1"]])
def test_options_of_the_search_arrive(model, translator, options):
    values = dict(zip(options[::2], map(float, options[1::2]), strict=True))
    beam_size, alpha = int(values.get("--beam-size", 5)), values.get("--alpha")
    ran = run("translate", "--model", model, *options, stdin="\n".join(SENTENCES[:11]).encode())
    assert ran.lines == [best.text for (best,) in translator.translations(SENTENCES[:11], beam_size, alpha=alpha)]


def test_half_precision_is_accepted(model):
    ran = run("translate", "--model", model, "--precision", "bf16", stdin=b"the red dog\n")
    assert ran.code == 0 and len(ran.lines) == 1


def test_several_answers_a_line_come_numbered_with_their_scores(model, translator):
    lines = ["the red dog", "", "a cat"]
    ran = run("translate", "--model", model, "--n-best", "3", "--alpha", "0.3", stdin="\n".join(lines).encode())
    found = [re.fullmatch(r"(\d+) \|\|\| (.*) \|\|\| (-?\d+\.\d{4})", line).groups() for line in ran.lines]
    assert [number for number, _, _ in found] == ["0"] * 3 + ["1"] + ["2"] * 3
    expected = translator.translations(lines, n_best=3, alpha=0.3)
    assert [text for _, text, _ in found] == [one.text for answers in expected for one in answers]
    assert [float(score) for _, _, score in found] == pytest.approx(
        [one.score for answers in expected for one in answers], abs=1e-3
    )


@pytest.mark.parametrize("blank", ["", " \t", "\u200b\u2028", "\x00"])
def test_of_a_line_without_text_there_is_one_answer_however_many_are_asked_for(model, blank):
    ran = run("translate", "--model", model, "--n-best", "3", stdin=f"{blank}\na cat\n{blank}\n".encode())
    assert [line.split(" ||| ")[0] for line in ran.lines] == ["0", "1", "1", "1", "2"]  # so line numbers still tell
    assert ran.lines[0] == "0 |||  ||| 0.0000" and ran.lines[-1] == "2 |||  ||| 0.0000"
    assert "fewer where there are no more" in " ".join(run("translate", "--help").out.decode().split())


# --- evaluate ---


@pytest.fixture(scope="module")
def test_split(files) -> tuple[list[str], list[str]]:
    """What --files keeps apart for testing: a tenth of the lines."""
    pairs = read_parallel(*files)
    held_out = len(pairs) // 10
    sources, references = zip(*split_corpus(pairs, held_out, held_out)["test"], strict=True)
    return list(sources), list(references)


@pytest.mark.parametrize("beam_size", [1, 5])
def test_evaluation_prints_scores_signatures_and_speed_as_json(
    model, translator, files, test_split, tmp_path, beam_size
):
    sources, references = test_split
    ran = run("evaluate", "--model", model, "--files", *files, "--split", "test", "--beam-size", str(beam_size),
              "--output", tmp_path / "new" / "answers.txt")  # fmt: skip
    assert ran.code == 0 and ran.err == ""
    printed = json.loads(ran.out)
    answers = translator.translate(sources, beam_size)
    expected = evaluate(answers, references, "yy")
    assert {name: printed[name] for name in expected} == expected
    assert set(expected) >= {"bleu", "bleu_lc", "chrf", "bleu_signature", "bleu_lc_signature", "chrf_signature"}
    assert printed["beam_size"] == beam_size and printed["split"] == "test" and printed["model"] == str(model)
    assert printed["sentences"] == len(sources) == 16
    assert printed["sentences_per_second"] > 0
    assert (tmp_path / "new" / "answers.txt").read_text(encoding="utf-8").split("\n")[:-1] == answers


def test_every_line_of_ones_own_files_is_scored_unless_a_split_is_named(model, files):
    printed = json.loads(run("evaluate", "--model", model, "--files", *files, "--beam-size", "1").out)
    assert printed["split"] == "all" and printed["sentences"] == len(SENTENCES)


@pytest.mark.corpus("multi30k")
def test_a_known_corpus_is_scored_on_its_test_split_unless_another_is_named():
    options = build_parser().parse_args(["evaluate", "--model", "m", "--corpus", "multi30k"])
    options.source = options.target = None
    split, pairs = _pairs_to_score(options)
    assert split == "test_2016_flickr" and len(pairs) == 1000


def test_a_single_file_that_holds_one_side_only_is_refused(model, files):
    error = said_in_one_line(run("evaluate", "--model", model, "--files", files[0]))
    assert "name the file with its translations too" in error


def test_a_split_is_chosen_by_its_name(model, files):
    printed = json.loads(run("evaluate", "--model", model, "--files", *files, "--split", "train").out)
    assert printed["split"] == "train" and printed["sentences"] == len(SENTENCES) - 2 * 16


# --- corpus ---


def test_a_corpus_is_described_without_quoting_it(data):
    ran = run("corpus", *data)
    assert ran.code == 0 and ran.err == ""
    text = ran.out.decode()
    assert "xx → yy" in text
    for split, count in (("train", len(SENTENCES) - 32), ("val", 16), ("test", 16)):
        words = 5 * count
        assert f"{split}: {count} pairs, words [{words}, {words}], longest [5, 5]" in text
    assert re.search(rf"kept +{len(SENTENCES) - 32} 100.00%", text)
    words = {word for line in SENTENCES for word in line.split()} - {"a", "no", "the"}
    assert not words & set(re.findall(r"\w+", text))


def test_dirt_is_counted_and_not_quoted(tmp_path):
    lines = [f"{line} {number}\t{number} {line}" for number, line in enumerate(SENTENCES)]
    lines[3:90:2] = [f"zebra{number}\t" for number in range(3, 90, 2)]
    (tmp_path / "dirty.tsv").write_text("\n".join(lines), encoding="utf-8")
    ran = run("corpus", "--files", tmp_path / "dirty.tsv", "--source", "xx", "--target", "yy")
    assert ran.code == 0
    assert re.search(r"dropped: is_empty +\d+", ran.out.decode())
    assert "zebra" not in ran.out.decode()


# --- what is wrong is said in one line ---


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--beam-size", "0"], "beam_size=0"),
        (["--beam-size", "-3"], "beam_size=-3"),
        (["--n-best", "9"], "n_best=9"),
        (["--n-best", "0"], "n_best=0"),
        (["--batch-size", "0"], "batch_size=0"),
        (["--batch-size", "-1"], "batch_size=-1"),
        (["--alpha", "nan"], "alpha=nan"),
        (["--alpha", "1000"], "alpha=1000"),
        (["--threads", "0"], "--threads 0"),
        (["--threads", "1000000"], "--threads 1000000"),
        (["--device", "abacus"], "--device abacus"),
        (["--device", "meta"], "--device meta cannot be used here"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
@pytest.mark.parametrize("stdin", [b"the red dog\n", b""], ids=["a line", "no line"])
def test_wrong_numbers_are_refused_before_a_line_is_read(model, options, said, stdin):
    ran = run("translate", "--model", model, *options, stdin=stdin)
    assert said in said_in_one_line(ran) and ran.out == b""


def test_an_unknown_translator_is_refused(tmp_path, model, monkeypatch):
    monkeypatch.chdir(model)  # a name left empty does not mean the folder one is in
    for name in ("no-such-model", tmp_path / "nowhere", ""):
        for arguments in (["translate"], ["evaluate", "--corpus", "multi30k"]):
            assert str(name) in said_in_one_line(run(*arguments, "--model", name))


def test_a_folder_without_a_translator_is_refused(tmp_path):
    assert "translator.json" in said_in_one_line(run("translate", "--model", tmp_path))


@pytest.mark.parametrize("command", ["train", "corpus", "evaluate"])
def test_an_unknown_corpus_is_refused_with_the_names_there_are(command, model, tmp_path):
    more = {"train": ["--output", tmp_path / "new"], "corpus": [], "evaluate": ["--model", model]}
    error = said_in_one_line(run(command, "--corpus", "multi31k", *more[command]))
    assert "multi31k" in error and all(name in error for name in CORPORA)


def test_an_unknown_split_is_refused_with_the_names_there_are(model, files):
    error = said_in_one_line(run("evaluate", "--model", model, "--files", *files, "--split", "final"))
    assert "final" in error and "train, val, test" in error


@pytest.mark.parametrize("command", ["train", "corpus"])
def test_files_that_are_not_a_corpus_are_refused(command, files, tmp_path):
    more = ["--output", tmp_path / "new"] if command == "train" else []
    languages = ["--source", "xx", "--target", "yy"]
    (tmp_path / "short.yy").write_text("one line\n", encoding="utf-8")
    (tmp_path / "binary.yy").write_bytes(b"\xff\xfe\n" * len(SENTENCES))
    for given, said in (
        ([files[0], tmp_path / "missing.yy"], "missing.yy"),
        ([files[0], tmp_path / "a name of\ntwo lines.yy"], "a name of two lines.yy"),
        ([files[0], tmp_path / "short.yy"], f"{len(SENTENCES)} lines"),
        ([files[0], tmp_path / "binary.yy"], "UTF-8"),
        ([files[0], files[1], files[0]], "one or two files"),
    ):
        assert said in said_in_one_line(run(command, "--files", *given, *languages, *more))
    assert "--source" in said_in_one_line(run(command, "--files", *files, *more))
    assert not (tmp_path / "new").exists()


def test_too_few_pairs_to_train_on_are_refused(tmp_path):
    (tmp_path / "few.tsv").write_text("the dog\tdog the\n" * 3, encoding="utf-8")
    arguments = ["--files", tmp_path / "few.tsv", "--source", "xx", "--target", "yy"]
    assert "too few" in said_in_one_line(run("train", *arguments, "--output", tmp_path / "new"))


def test_an_output_that_cannot_be_written_is_refused(model, files, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    error = said_in_one_line(run("evaluate", "--model", model, "--files", *files, "--output", tmp_path / "file" / "x"))
    assert "file" in error


def put(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


LANGUAGES = ["--source", "xx", "--target", "yy"]
WHOLE_GZ, WHOLE_ZIP = gzip.compress(b"the dog\n" * 40), zip_of(**{"a.xx-yy.xx": "the dog\n", "a.xx-yy.yy": "dog the\n"})
BAD_FILES = {  # what is in a file of this name, beside a good one of 40 lines, and what is said of it
    "a.tsv": (b"the dog\tdog the\nno tab here\n", ["a.tsv, line 2", "2 needed", "name a second file"]),
    "short.xx": (b"the dog\n" * 39, ["39 lines", "40", "find where they part"]),
    "latin.xx": (b"the dog\n" * 39 + "für\n".encode("latin-1"), ["latin.xx, line 40", "convert the file to UTF-8"]),
    "utf16.xx": ("the dog\n".encode("utf-16"), ["utf16.xx, line 1", "convert the file to UTF-8"]),
    "cut.xx.gz": (WHOLE_GZ[:-9], ["cut.xx.gz is not a whole gzip file", "fetch it again"]),
    "spoilt.xx.gz": (WHOLE_GZ[:15] + b"!!!" + WHOLE_GZ[18:], ["spoilt.xx.gz is not a whole gzip", "fetch it again"]),
    "text.xx.gz": (b"the dog\n" * 40, ["text.xx.gz is not a whole gzip file", "fetch it again"]),
    "cut.zip": (WHOLE_ZIP[:-9], ["cut.zip is not a zip that can be read", "fetch it again"]),
    "spoilt.zip": (WHOLE_ZIP[:40] + b"!!!" + WHOLE_ZIP[43:], ["spoilt.zip is not a zip that", "fetch it again"]),
    "climbs.zip": (zip_of(**{"../../a.xx-yy.xx": "x\n", "a.xx-yy.yy": "y\n"}), ["climbs.zip", "do not trust it"]),
    "other.zip": (zip_of(**{"a.de-en.de": "x\n", "a.de-en.en": "y\n"}), ["other.zip should hold one", "a.de-en.de"]),
    "pickle.tsv": (pickle.dumps({"a": [1.5, b"\xff"]}), ["pickle.tsv, line 1", "convert the file to UTF-8"]),
}


@pytest.mark.parametrize("command", ["train", "corpus", "evaluate"])
@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_named_with_line_and_remedy_and_nothing_is_written(command, name, model, tmp_path):
    content, said = BAD_FILES[name]
    given = [put(tmp_path / name, content)]
    if ".xx" in name:
        given.append(put(tmp_path / "good.yy", b"dog the\n" * 40))
    more = {"train": [*LANGUAGES, "--output", tmp_path / "new"], "corpus": LANGUAGES, "evaluate": ["--model", model]}
    before = sorted(tmp_path.iterdir())
    error = said_in_one_line(run(command, "--files", *given, *more[command]))
    assert all(words in error for words in said), error
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("lines", [b"", b"\n"])
def test_files_without_a_line_to_score_or_to_learn_from_are_refused(lines, model, tmp_path):
    given = ["--files", put(tmp_path / "none.xx", lines), put(tmp_path / "none.yy", lines)]
    error = said_in_one_line(run("train", *given, *LANGUAGES, "--output", tmp_path / "new"))
    assert "none.xx" in error and "too few" in error and not (tmp_path / "new").exists()
    assert run("corpus", *given, *LANGUAGES).code == 0
    for split in ["test"] if lines else ["test", "all"]:
        error = said_in_one_line(run("evaluate", "--model", model, *given, "--split", split))
        assert split in error and "none.xx" in error and "no pair to score" in error


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_read_like_a_file(files, tmp_path):
    pipes = [tmp_path / path.name for path in files]
    for pipe, path in zip(pipes, files, strict=True):
        os.mkfifo(pipe)
        threading.Thread(target=pipe.write_bytes, args=[path.read_bytes()], daemon=True).start()
    there, here = (run("corpus", "--files", *given, *LANGUAGES) for given in (files, pipes))
    assert here.code == there.code == 0 and here.lines[1:] == there.lines[1:]


DAMAGES = {
    "model.safetensors": [lambda data: data[:100], lambda data: b"", lambda data: pickle.dumps({"weights": [1.0]})],
    "shared.json": [lambda data: data[: len(data) // 2], lambda data: b'{"kind": "words"}', lambda data: b"\x80\x04N."],
    "translator.json": [lambda data: data[:50], lambda data: b"[]", lambda data: b'{"format": 7}'],
}


@pytest.mark.parametrize("checked", [True, False], ids=["with checksums", "without"])
@pytest.mark.parametrize("name", DAMAGES)
def test_a_translator_with_a_damaged_or_foreign_file_is_refused_by_name(name, checked, model, tmp_path):
    for number, damage in enumerate(DAMAGES[name]):
        folder = tmp_path / str(number)
        shutil.copytree(model, folder)
        if not checked:
            description = json.loads((folder / "translator.json").read_text(encoding="utf-8"))
            del description["sha256"]
            (folder / "translator.json").write_text(json.dumps(description), encoding="utf-8")
        put(folder / name, damage((folder / name).read_bytes()))
        ran = run("translate", "--model", folder, stdin=b"the red dog\n")
        assert str(folder / name) in said_in_one_line(ran) and ran.out == b""


def test_a_vocabulary_that_does_not_fit_the_weights_is_refused_by_name(model, tmp_path):
    shutil.copytree(model, tmp_path / "mixed")
    path = tmp_path / "mixed" / "translator.json"
    description = json.loads(path.read_text(encoding="utf-8"))
    WordVocabulary(["the", "dog"]).save(tmp_path / "mixed" / "shared.json")
    assert "shared.json is not the file" in said_in_one_line(run("translate", "--model", tmp_path / "mixed"))
    del description["sha256"]
    path.write_text(json.dumps(description), encoding="utf-8")
    error = said_in_one_line(run("translate", "--model", tmp_path / "mixed"))
    assert "model.safetensors" in error and "shape" in error


@pytest.mark.parametrize("name", ["last.safetensors", "best.safetensors"])
@pytest.mark.parametrize("content", [b"", b"\x80\x04N.", None], ids=["empty", "a pickle", "cut off"])
def test_a_run_with_a_damaged_checkpoint_is_not_resumed_and_nothing_is_written(name, content, trained, data, tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(trained[0], folder)
    path = folder / "checkpoints" / name
    put(path, path.read_bytes()[:-7] if content is None else content)
    before = {each: each.read_bytes() for each in folder.rglob("*") if each.is_file()}
    ran = run("train", *data, "--output", folder, "--epochs", "3", *SMALL, "--resume")
    assert ran.code == 1 and ran.out == b"" and "Traceback" not in ran.err
    assert ran.err.splitlines()[-1].startswith(f"tutor_nmt: error: {path} is not a whole safetensors file")
    assert {each: each.read_bytes() for each in folder.rglob("*") if each.is_file()} == before


# --- a full disk, no network ---


@pytest.mark.parametrize("size", [10, 700, 5000, 30_000])
def test_a_disk_that_fills_up_while_training_leaves_nothing_half_written_and_the_run_can_go_on(
    size, trained, data, tmp_path
):
    folder, arguments = tmp_path / "model", ["train", *data, "--epochs", "3", *SMALL]
    with nearly_full(size):
        ran = run(*arguments, "--output", folder)
    assert ran.code == 1 and ran.out == b"" and "Traceback" not in ran.err
    last = ran.err.splitlines()[-1]
    assert last.startswith("tutor_nmt: error: ") and "make room there" in last and str(folder) in last
    assert not list(folder.rglob("*.partial")) and not (folder / "translator.json").exists()
    assert run(*arguments, "--output", folder, "--resume").code == 0
    assert (folder / "model.safetensors").read_bytes() == (trained[0] / "model.safetensors").read_bytes()


def test_a_disk_too_full_for_the_answers_leaves_the_old_ones(model, files, tmp_path):
    answers = put(tmp_path / "answers.txt", b"old")
    with nearly_full(100):
        ran = run("evaluate", "--model", model, "--files", *files, "--beam-size", "1", "--output", answers)
    error = said_in_one_line(ran)
    assert str(answers) in error and "make room there" in error and ran.out == b""
    assert answers.read_bytes() == b"old" and list(tmp_path.iterdir()) == [answers]


def test_answers_are_not_written_over_a_folder_and_this_is_said_before_any_work(model, files, tmp_path, monkeypatch):
    monkeypatch.setattr(Translator, "translations", lambda *_: pytest.fail("it began to translate"))
    ran = run("evaluate", "--model", model, "--files", *files, "--output", tmp_path)
    assert f"{tmp_path} is a folder; name a file in it" in said_in_one_line(ran)


@pytest.fixture
def known_corpus(tmp_path, monkeypatch) -> Path:
    """A known corpus that lies nowhere yet and whose address nobody answers at; the place of it in the mirror."""
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unheard.getsockname()[1]}/tiny.tsv"
    file = CorpusFile("tiny/all.tsv", url, hashlib.sha256(b"the dog\tdog the\n" * 40).hexdigest())
    monkeypatch.setitem(CORPORA, "tiny", KnownCorpus(("xx", "yy"), "none", whole=(file,)))
    monkeypatch.setattr(corpora, "BACK_OFF_SECONDS", 0.001)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("TUTOR_NMT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TUTOR_NMT_DATA", str(tmp_path / "mirror"))
    (tmp_path / "mirror" / "tiny").mkdir(parents=True)
    return tmp_path / "mirror" / "tiny" / "all.tsv"


@pytest.mark.parametrize("command", ["train", "corpus", "evaluate"])
def test_without_a_network_one_line_says_where_to_put_the_file_by_hand(command, known_corpus, model, tmp_path):
    more = {"train": ["--output", tmp_path / "new"], "corpus": [], "evaluate": ["--model", model]}
    error = said_in_one_line(run(command, "--corpus", "tiny", *more[command]))
    assert "tiny/all.tsv" in error and "by hand" in error and "TUTOR_NMT_DATA" in error
    assert not [path for path in tmp_path.rglob("*") if path.is_file()] and not (tmp_path / "new").exists()


@pytest.mark.parametrize("command", ["train", "corpus", "evaluate"])
def test_a_file_with_the_wrong_hash_is_named_with_the_remedy(command, known_corpus, model, tmp_path):
    put(known_corpus, b"the dog\tdog the\n" * 39)
    more = {"train": ["--output", tmp_path / "new"], "corpus": [], "evaluate": ["--model", model]}
    error = said_in_one_line(run(command, "--corpus", "tiny", *more[command]))
    assert f"{known_corpus} is spoilt: SHA-256" in error and "Delete it" in error
    assert not (tmp_path / "new").exists()


# --- nothing is unpickled ---


def loads_pickles(source: str) -> set[str]:
    """What in a source could run code hidden in a file: pickle and its kin, and the loaders that use them."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = {alias.name for alias in node.names} | {getattr(node, "module", None) or ""}
            found |= {name for name in names if name.split(".")[0] in {"pickle", "marshal", "shelve", "dill", "joblib"}}
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in {"torch.load", "torch.jit.load", "eval", "exec"} or called.endswith("read_pickle"):
                found.add(called)
            if "np.load" in called or "numpy.load" in called:
                found.add(called)
    return found


def test_no_source_of_the_package_can_unpickle_anything():
    package = Path(corpora.__file__).parent
    for path in sorted(package.rglob("*.py")):
        assert not loads_pickles(path.read_text(encoding="utf-8")), path.name
    for bad in ("import pickle", "from pickle import loads", "import torch\ntorch.load('x')", "exec('x')"):
        assert loads_pickles(bad), "this test sees nothing"


# --- real processes: pipes, signals, exit codes ---


def _heed_ctrl_c() -> None:
    """What a shell starts in the background ignores Ctrl-C, and so would all that it starts in turn."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextlib.contextmanager
def process(*arguments: str | Path) -> Iterator[subprocess.Popen]:
    """A command with pipes at all three ends, stopped if it does not end in time."""
    environment = os.environ | {"PYTHONWARNINGS": "error", "OMP_NUM_THREADS": "1"}
    environment.pop("PYTHONUNBUFFERED", None)  # with it, output held back would not be noticed
    command = [sys.executable, "-m", "tutor_nmt", *map(str, arguments)]
    started = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        preexec_fn=_heed_ctrl_c,
    )
    watch = threading.Timer(SECONDS, started.kill)
    watch.start()
    try:
        yield started
    finally:
        watch.cancel()
        started.kill()
        with contextlib.suppress(BrokenPipeError):
            started.communicate()


def test_an_answer_comes_before_the_next_line_is_sent_and_ctrl_c_ends_with_130(model, translator):
    with process("translate", "--model", model) as started:
        for line in ("the red dog", "", "a cat"):  # the pipe stays open: an answer held back would block here
            started.stdin.write(f"{line}\n".encode())
            started.stdin.flush()
            assert started.stdout.readline().decode() == f"{translator.translate(line)}\n"
        started.send_signal(signal.SIGINT)
        assert started.wait() == 130
        assert started.stderr.read() == b""


def test_a_reader_that_leaves_early_ends_it_quietly(model):
    with process("translate", "--model", model, "--batch-size", "1") as started:
        started.stdin.write(b"the red dog\n" * 50)
        started.stdin.flush()
        started.stdout.readline()
        started.stdout.close()  # as `head -1` does, while the input stays open
        with contextlib.suppress(BrokenPipeError):
            started.stdin.write(b"a cat\n" * 50)
            started.stdin.flush()
        assert started.wait() == 0
        assert started.stderr.read() == b""


def test_a_wrong_number_ends_it_at_once_though_the_input_is_still_open(model):
    with process("translate", "--model", model, "--n-best", "9") as started:
        assert started.wait() == 1
        (line,) = started.stderr.read().decode().splitlines()
        assert line.startswith("tutor_nmt: error: ") and started.stdout.read() == b""


@pytest.mark.parametrize("redirected", ["<&-", ">&-", "0>/dev/null"], ids=["no input", "no output", "unreadable"])
def test_a_stream_that_is_closed_ends_it_with_one_line_and_does_not_hang(model, redirected):
    shell = f'"{sys.executable}" -m tutor_nmt translate --model "{model}" {redirected}'
    done = subprocess.run(["sh", "-c", shell], input=b"the red dog\n", capture_output=True, timeout=SECONDS)
    (line,) = done.stderr.decode().splitlines()
    assert done.returncode == 1 and line.startswith("tutor_nmt: error: standard input or output")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("command", ["translate", "corpus"])
def test_answers_that_find_no_room_end_it_with_one_line(command, model, data):
    arguments = ["--model", model] if command == "translate" else data
    line = shlex.join([sys.executable, "-m", "tutor_nmt", command, *map(str, arguments)]) + " > /dev/full"
    done = subprocess.run(["sh", "-c", line], input=b"the red dog\n" * 3, capture_output=True, timeout=SECONDS)
    (line,) = done.stderr.decode().splitlines()
    assert done.returncode == 1
    assert line == "tutor_nmt: error: standard input or output: No space left on device"


def test_a_report_that_nobody_reads_is_no_error(data):
    with process("corpus", *data) as started:
        started.stdout.close()
        assert started.wait() == 0
        assert started.stderr.read() == b""


# --- evaluate --compare ---


def compared(files, *systems: Path, more: tuple = ()) -> Ran:
    return run("evaluate", "--compare", *systems, "--files", *files, *LANGUAGES, *more)


@pytest.fixture(scope="module")
def systems(files, tmp_path_factory) -> list[Path]:
    """What two systems made of the lines of `files`: one spoils every other dog, the other is odd at the start."""
    folder = tmp_path_factory.mktemp("systems")
    good = [" ".join(line.split()[::-1]) for line in SENTENCES]
    first = [line.replace("dog", "god") if number % 2 == 0 else line for number, line in enumerate(good)]
    second = ["", "für “Hunde” 🐕\u2028 \t\x1b[31m", *good[2:]]
    for name, lines in (("a.txt", first), ("b.txt", second)):
        (folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="")
    return [folder / "a.txt", folder / "b.txt"]


def lines_of(path: Path) -> list[str]:
    return path.read_bytes().decode("utf-8").split("\n")[:-1]


def test_two_files_of_translations_are_compared_without_a_translator(systems, files):
    ran = compared(files, *systems)
    assert ran.code == 0 and ran.err == ""
    printed = json.loads(ran.out)
    assert [printed[name] for name in ("system", "baseline", "split")] == [*map(str, systems), "all"]
    sides = [*map(lines_of, systems), lines_of(files[1])]
    assert printed["sentences"] == len(SENTENCES)
    for metric in ("bleu", "chrf"):
        assert printed[metric] == paired_bootstrap(*sides, "yy", metric=metric)._asdict()
        assert set(printed[metric]) >= {"difference", "low", "high", "p_value", "samples", "seed", "signature"}
    expected = [one._asdict() for one in differing_lines(*sides)]
    assert len(expected) == 20
    assert printed["lines"] == [{"line": one.pop("index") + 1} | one for one in expected]
    for one in printed["lines"]:
        told = [lines_of(path)[one["line"] - 1] for path in (*systems, files[1])]
        assert [one["system"], one["baseline"], one["reference"]] == told
    assert "\x1b" not in ran.out.decode("utf-8")  # no line of a system steers the terminal
    assert compared(files, *systems) == ran


def test_a_comparison_takes_a_split_and_the_tokeniser_of_its_language(files, test_split, tmp_path, monkeypatch):
    answers = put(tmp_path / "answers.txt", "".join(f"{line}\n" for line in test_split[1]).encode())
    printed = json.loads(compared(files, answers, answers, more=("--split", "test")).out)
    assert printed["split"] == "test" and printed["sentences"] == len(test_split[1]) and printed["lines"] == []
    assert [printed["chrf"][name] for name in ("difference", "low", "high", "p_value")] == [0, 0, 0, 1]
    # A known corpus says its languages itself.
    known = corpora.ParallelCorpus("known", "de", "zh", {"test": [corpora.SentencePair("Tee!", "他喜欢喝茶。")]}, "")
    monkeypatch.setattr("tutor_nmt.__main__.load_corpus", lambda name, source, target: known)
    answers = put(tmp_path / "answers.zh", "他很喜欢喝茶。\n".encode())
    printed = json.loads(run("evaluate", "--compare", answers, answers, "--corpus", "known").out)
    assert "tok:zh" in printed["bleu"]["signature"] and 0 < printed["bleu"]["system"] < 100


def test_a_translator_that_writes_simplified_chinese_is_held_to_references_in_it(tmp_path, monkeypatch):
    class Echo:
        config = TranslatorConfig("de", "zh", ModelConfig(), simplify=True)

        def translations(self, lines, *_, **__):
            return [[SimpleNamespace(text="她听见雨声。")] for _ in lines]

    monkeypatch.setattr("tutor_nmt.__main__._load_translator", lambda options: Echo())
    pairs = put(tmp_path / "pairs.tsv", "Sie hört Regen.\t她聽見雨聲。\n".encode())
    assert json.loads(run("evaluate", "--model", "echo", "--files", pairs).out)["bleu"] == pytest.approx(100)
    Echo.config = replace(Echo.config, simplify=False)
    assert json.loads(run("evaluate", "--model", "echo", "--files", pairs).out)["bleu"] < 50


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"dog the\n" * 39, [" 39", " 40", "odd.txt", "find where they part"]),
        (b"", [" 0", " 40", "odd.txt", "find where they part"]),
        (b"dog the\n" * 39 + "für\n".encode("latin-1"), ["odd.txt, line 40", "convert the file to UTF-8"]),
        (None, ["there is no file", "odd.txt"]),
    ],
    ids=["a line missing", "empty", "not UTF-8", "no file"],
)
@pytest.mark.parametrize("turned", [False, True])
def test_files_of_translations_that_do_not_fit_are_refused(content, said, turned, tmp_path):
    pair = [put(tmp_path / "some.xx", b"the dog\n" * 40), put(tmp_path / "some.yy", b"dog the\n" * 40)]
    odd = put(tmp_path / "odd.txt", content) if content is not None else tmp_path / "odd.txt"
    both = [pair[1], odd]
    error = said_in_one_line(compared(pair, *(both[::-1] if turned else both)))
    assert all(words in error for words in said), error


def test_two_files_with_another_number_of_lines_than_the_references_are_refused(systems, files, tmp_path):
    short = put(tmp_path / "short.txt", b"dog the\n" * 3)
    empty = put(tmp_path / "empty.txt", b"")
    for one, number in ((short, 3), (empty, 0)):
        error = said_in_one_line(compared(files, one, one))
        assert f"have {number} lines" in error and f"'all' has {len(SENTENCES)}" in error and one.name in error
    nothing = ["--files", empty, put(tmp_path / "none.yy", b""), *LANGUAGES]
    assert "no pair to score" in said_in_one_line(run("evaluate", "--compare", empty, empty, *nothing))


def test_a_comparison_refuses_what_belongs_to_a_translator_and_the_other_way_round(systems, model, files, tmp_path):
    error = said_in_one_line(compared(files, *systems, more=("--output", tmp_path / "new.txt")))
    assert "leave it out" in error and not (tmp_path / "new.txt").exists()
    error = said_in_one_line(run("evaluate", "--compare", *systems, "--files", *files))
    assert "needs --source and --target" in error
    error = said_in_one_line(run("evaluate", "--model", model, "--files", *files, *LANGUAGES))
    assert "--source and --target go with --compare" in error
    for arguments in (["--model", model, "--compare", *systems], ["--compare", systems[0]], []):
        ran = run("evaluate", *arguments, "--files", *files)
        assert ran.code == 2 and ran.out == b"" and ran.err.startswith("usage: ")
