"""The command line, `python -m tutor_nmt COMMAND`: train, translate, evaluate, experiment, sweep, ensemble, export, …

Exit codes: 0 done; 1 something is wrong with the input, said in one line; 2 the command itself was not understood;
130 interrupted.
"""

import argparse
import contextlib
import dataclasses
import inspect
import json
import os
import queue
import re
import sys
import threading
import time
import typing
from collections.abc import Iterator
from pathlib import Path

from . import __version__
from .corpora import CorpusUnavailableError, load_corpus, read_parallel, split_corpus

EXAMPLES = """\
Try the translator that comes with the package:
  echo "Ein Hund läuft durch den Schnee." | python -m tutor_nmt translate --model multi30k-de-en

Or train one on two files of yours, each line of the one the translation of the other's (sizes for a few hundred lines):
  python -m tutor_nmt train --files my.de my.en --source de --target en --output mine \\
      --vocabulary words --max-tokens 200 --epochs 40
  python -m tutor_nmt translate --model mine < new.de
  python -m tutor_nmt evaluate --model mine --files other.de other.en
"""

SEVERAL = """\
In several processes, each on its share of every batch, and on several machines (the same line on each of them, and an
--output that all of them see):
  torchrun --nproc-per-node 2 -m tutor_nmt train ...
  torchrun --nnodes 2 --nproc-per-node 4 --rdzv-id mine --rdzv-backend c10d --rdzv-endpoint FIRST_MACHINE:29500 \\
      -m tutor_nmt train ...
"""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit code."""
    try:
        options = build_parser().parse_args(arguments)
        if sys.stdin is None or sys.stdout is None:
            raise ValueError("standard input or output is closed; connect both, if only to /dev/null")
        options.run(options)
        sys.stdout.flush()  # here a closed pipe can still be caught, at the interpreter's end no more
        return 0
    except (ValueError, CorpusUnavailableError, OSError) as error:
        nameless = isinstance(error, OSError) and error.errno and not error.filename  # of files we say the name
        if nameless:  # what still waits to be written would fail again at the interpreter's end
            with contextlib.suppress(OSError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):  # the reader of our output has gone: no more to say, and nothing wrong
            return 0
        said = f"standard input or output: {error.strerror}" if nameless else str(error)
        print(f"tutor_nmt: error: {' '.join(said.split())}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def build_parser() -> argparse.ArgumentParser:
    """The commands and their options, each with a help a newcomer can follow."""
    parser = argparse.ArgumentParser(
        prog="python -m tutor_nmt",
        description="Train a translator, translate with it, judge it.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"tutor_nmt {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    from .experiments import Recipe
    from .model import ModelConfig
    from .training import TrainingConfig

    train_parser = commands.add_parser(
        "train",
        help="train a translator on a corpus",
        description=inspect.cleandoc(train.__doc__),
        epilog=SEVERAL,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    train_parser.set_defaults(run=train)
    _add_data(train_parser)
    train_parser.add_argument(
        "--output", required=True, type=Path, help="folder for the translator and its checkpoints"
    )
    train_parser.add_argument("--resume", action="store_true", help="go on with the run that --output holds")
    train_parser.add_argument(
        "--begin-with",
        metavar="MODEL",
        help="fine-tune: take over weights, vocabularies and model of a shipped translator or a folder with one",
    )
    train_parser.add_argument("--threads", type=int, help="processor threads (default: PyTorch's choice)")
    train_parser.add_argument("--device", default=None, help="cpu, cuda, … (default: a GPU if there is one)")
    _add_config(train_parser, "recipe", Recipe)
    _add_config(train_parser, "model", ModelConfig)
    _add_config(train_parser, "training", TrainingConfig)

    translate_parser = commands.add_parser(
        "translate", help="translate lines from standard input", description=translate.__doc__
    )
    translate_parser.set_defaults(run=translate)
    _add_search(translate_parser)
    translate_parser.add_argument(
        "--n-best",
        type=int,
        default=1,
        help="different translations a line, fewer where there are no more (an empty line has one); above 1 each "
        "as 'line number from 0 ||| text ||| score'",
    )
    translate_parser.add_argument(
        "--explain",
        type=Path,
        metavar="FILE",
        help="write a page (out.html) beside: for the first 100 lines where each word looked and how the beam searched",
    )

    evaluate_parser = commands.add_parser(
        "evaluate", help="score a translator on a split of a corpus, or compare two", description=evaluate.__doc__
    )
    evaluate_parser.set_defaults(run=evaluate)
    scored = evaluate_parser.add_mutually_exclusive_group(required=True)
    scored.add_argument(
        "--compare",
        nargs=2,
        type=Path,
        metavar=("A", "B"),
        help="two files in place of a translator: what systems A and B made of the split, a line each (--output writes "
        "such a file; with --files, name --source and --target too)",
    )
    _add_search(evaluate_parser, scored)
    _add_data(evaluate_parser)
    evaluate_parser.add_argument(
        "--split", help="which split, e.g. val (default: a known corpus' test split; every line of your own files)"
    )
    evaluate_parser.add_argument("--output", type=Path, help="file to write the translations to, a line each")

    experiment_parser = commands.add_parser(
        "experiment", help="run a named experiment and record it", description=experiment.__doc__
    )
    experiment_parser.set_defaults(run=experiment)
    experiment_parser.add_argument("name", nargs="?", help="which one; --list shows them")
    experiment_parser.add_argument("--list", action="store_true", help="names, costs, and the seeds with a record")
    experiment_parser.add_argument("--seed", type=int, default=1, help="what all chance follows from (default: 1)")
    experiment_parser.add_argument(
        "--output", type=Path, default=Path("runs"), help="folder for record and translator (default: runs)"
    )
    _add_machine(experiment_parser)

    sweep_parser = commands.add_parser(
        "sweep", help="search one translator in many ways and record it", description=sweep.__doc__
    )
    sweep_parser.set_defaults(run=sweep)
    sweep_parser.add_argument("--model", required=True, help="one that comes with the package, e.g. multi30k-de-en")
    sweep_parser.add_argument("--corpus", required=True, help="a known corpus: multi30k, tatoeba-zh-en, …")
    sweep_parser.add_argument("--split", default="val", help="which split (default: val)")
    sweep_parser.add_argument("--output", required=True, type=Path, help="file for the record")
    sweep_parser.add_argument("--exact-lines", type=int, default=300, help="lines searched exactly too (default: 300)")
    sweep_parser.add_argument("--budget", type=int, default=1000, help="steps an exact search may take (default: 1000)")
    _add_machine(sweep_parser)

    ensemble_parser = commands.add_parser(
        "ensemble", help="let finished runs of experiments vote and record it", description=ensemble.__doc__
    )
    ensemble_parser.set_defaults(run=ensemble)
    ensemble_parser.add_argument(
        "members", nargs="+", metavar="NAME:SEED", help="runs, e.g. multi30k-de-en:1 multi30k-de-en:2"
    )
    ensemble_parser.add_argument("--runs", type=Path, default=Path("runs"), help="folder they lie in (default: runs)")
    ensemble_parser.add_argument("--output", required=True, type=Path, help="file for the record")
    _add_machine(ensemble_parser)

    export_parser = commands.add_parser(
        "export", help="write a translator for a server without this package", description=export.__doc__
    )
    export_parser.set_defaults(run=export)
    export_parser.add_argument("--model", required=True, help="a shipped translator (multi30k-de-en) or a folder")
    export_parser.add_argument("--output", required=True, type=Path, help="new folder for programs and reader")
    export_parser.add_argument("--int8", action="store_true", help="in eight bits: a third of the size, and faster")

    corpus_parser = commands.add_parser("corpus", help="look at a corpus before using it", description=corpus.__doc__)
    corpus_parser.set_defaults(run=corpus)
    _add_data(corpus_parser)
    return parser


def train(options: argparse.Namespace) -> None:
    """Train a translator: clean the training split, learn a vocabulary from it, fit the model, keep the best epoch.

    Epoch (--select-by val_loss, or val_bleu of greedy translations) and length penalty are chosen on the validation
    split alone. Prints the best epoch's figures as JSON.
    """
    import torch

    from .adaptation import open_translator, settings_of
    from .distributed import first_on_each_machine, is_first, joined
    from .experiments import Recipe, train_translator
    from .model import ModelConfig
    from .training import TrainingConfig

    if options.begin_with:  # whatever is not asked for is as that translator has it; the rest is refused if it differs
        unasked = dataclasses.asdict(ModelConfig()) | {"reverse_source": False, "simplify": False}
        for name, value in settings_of(open_translator(options.begin_with).config).items():
            if name in unasked and getattr(options, name) == unasked[name]:
                setattr(options, name, value)
    recipe = _read_config(
        Recipe, options, model=_read_config(ModelConfig, options), training=_read_config(TrainingConfig, options)
    )
    options.device = options.device or ("cuda" if torch.cuda.is_available() else "cpu")
    with joined(options.device) as options.device:
        device = _prepare(options)
        with first_on_each_machine():
            data = _load_data(options)
        if not data["val"]:
            raise ValueError(
                f"{data.name} has {len(data['train'])} pairs, too few to keep some for validation; bring 10"
            )
        run = train_translator(data, recipe, options.output, options.resume, device, _log, options.begin_with)
        best = run.history.best(recipe.training.select_by) if run.history.epochs else None
        if is_first():
            print(json.dumps({"best": best, "val_bleu_by_alpha": run.bleu_by_alpha}, indent=2))


def translate(options: argparse.Namespace) -> None:
    """Translate standard input to standard output, one line for each line, as soon as they come."""
    translator = _load_translator(options)
    translator.translations([], options.beam_size, options.n_best, options.alpha, options.batch_size)  # numbers wrong?
    page = None
    if options.explain:
        from .explanations import ExplanationPage

        page = ExplanationPage(options.explain)
    number = 0
    for lines in _line_groups(sys.stdin.buffer, options.batch_size):
        beside = options.alpha, options.batch_size, options.precision
        if page and not page.full:
            explained = translator.explain(lines, options.beam_size, options.beam_size, *beside)
            page.add(explained)
            found = [one.translations[: options.n_best] for one in explained]
        else:
            found = translator.translations(lines, options.beam_size, options.n_best, *beside)
        for translations in found:
            if options.n_best == 1:
                _write(translations[0].text)
            else:
                for one in translations:
                    _write(f"{number} ||| {one.text} ||| {one.score:.4f}")
            number += 1
        sys.stdout.flush()
    if page:
        page.save()
        if number > page.num_lines:
            _log(f"{options.explain} explains the first {page.num_lines} lines of {number}")


def evaluate(options: argparse.Namespace) -> None:
    """Translate a split, print its scores as JSON: BLEU cased and lower-cased, chrF, signatures, sentences a second.

    A translator that writes simplified Chinese is held to references in simplified characters.

    With --compare, of two files of translations: BLEU and chrF of both, the difference A - B, its 95 % interval from
    `low` to `high` and its p-value (paired bootstrap; samples, seed and signature beside it), and the twenty lines that
    differ most in chrF.
    """
    from .evaluation import evaluate as score
    from .normalization import simplify

    if options.compare:
        _compare(options)
        return
    if options.source or options.target:
        raise ValueError("--source and --target go with --compare; a translator knows its languages, so leave them out")
    translator = _load_translator(options)
    options.source, options.target = translator.config.source_language, translator.config.target_language
    split, pairs = _pairs_to_score(options)
    if options.output and options.output.is_dir():
        raise ValueError(f"--output {options.output} is a folder; name a file in it")
    started = time.perf_counter()
    found = translator.translations(
        [pair.source for pair in pairs],
        options.beam_size,
        alpha=options.alpha,
        batch_size=options.batch_size,
        precision=options.precision,
    )
    seconds = time.perf_counter() - started
    texts = [best.text for (best, *_) in found]
    if options.output:
        from .files import write_atomically

        write_atomically(options.output, "".join(f"{text}\n" for text in texts).encode())
    references = [pair.target for pair in pairs]
    if translator.config.simplify and translator.config.target_language == "zh":
        references = [simplify(line) for line in references]
    scores = score(texts, references, translator.config.target_language)
    settings = {
        "model": " + ".join(options.model),
        "split": split,
        "beam_size": options.beam_size,
        "alpha": translator.config.alpha if options.alpha is None else options.alpha,
        "precision": options.precision,
    }
    print(
        json.dumps(
            settings | scores | {"sentences": len(pairs), "sentences_per_second": len(pairs) / seconds}, indent=2
        )
    )


def _compare(options: argparse.Namespace) -> None:
    from .evaluation import differing_lines, paired_bootstrap

    if options.output:
        raise ValueError(f"--output {options.output} goes with --model: --compare translates nothing, so leave it out")
    split, pairs = _pairs_to_score(options)
    lines = read_parallel(*options.compare)
    if len(lines) != len(pairs):
        one, other = options.compare
        raise ValueError(
            f"{one} and {other} have {len(lines)} lines, split {split!r} has {len(pairs)}: give a line for each of its "
            "sentences, an empty one too"
        )
    sides = *zip(*lines, strict=True), [pair.target for pair in pairs]
    report = dict(zip(("system", "baseline"), map(str, options.compare), strict=True))
    report |= {"split": split, "sentences": len(pairs)}
    for metric in ("bleu", "chrf"):
        report[metric] = paired_bootstrap(*sides, options.target, metric=metric)._asdict()
    found = [one._asdict() for one in differing_lines(*sides)]
    report["lines"] = [{"line": one.pop("index") + 1} | one for one in found]  # as an editor numbers them
    _write(json.dumps(report, indent=2, ensure_ascii=False))


def experiment(options: argparse.Namespace) -> None:
    """Run a named experiment with a seed and write its record: recipe, history, scores, the lines that were scored.

    In several processes too, started by torchrun as for train.
    """
    from .catalogue import EXPERIMENTS
    from .distributed import is_first, joined
    from .records import kept_records, run_experiment

    if options.list or not options.name:
        kept = kept_records()
        for name, one in EXPERIMENTS.items():
            seeds = ", ".join(map(str, kept.get(name, {}))) or "none"
            print(f"{name}\n  {one.about}\n  about {one.minutes} minutes; seeds with a record: {seeds}")
        return
    with joined(options.device) as options.device:
        path = run_experiment(options.name, options.seed, options.output, _prepare(options), _log)
        if is_first():
            print(path)


def sweep(options: argparse.Namespace) -> None:
    """Search a translator with many beams, length penalties and patiences, and exactly; record what each finds."""
    from .files import write_atomically
    from .sweeps import make_sweep

    if options.output.is_dir():
        raise ValueError(f"--output {options.output} is a folder; name a file in it")
    device = _prepare(options)
    record = make_sweep(
        options.model, options.corpus, options.split, None, options.exact_lines, options.budget, device, _log
    )
    write_atomically(options.output, (json.dumps(record, indent=1, ensure_ascii=False) + "\n").encode())


def ensemble(options: argparse.Namespace) -> None:
    """Let several runs vote on every word: length penalty chosen on the validation split, test split scored once."""
    from .ensembles import make_ensemble
    from .files import write_atomically

    members = []
    for member in options.members:
        name, _, seed = member.rpartition(":")
        if not name or not seed.isdecimal():
            raise ValueError(f"{member!r} names no run; write the experiment and the seed, as in multi30k-de-en:1")
        members.append((name, int(seed)))
    if options.output.exists():
        raise ValueError(f"{options.output} is there already; the test split is scored once. Name another file")
    record = make_ensemble(members, options.runs, _prepare(options), _log)
    write_atomically(options.output, (json.dumps(record, indent=1, ensure_ascii=False) + "\n").encode())


def export(options: argparse.Namespace) -> None:
    """Write a translator's model as programs (torch.export), with a short translate.py that needs no tutor_nmt."""
    from .quantization import quantized
    from .serving import export as write

    options.model, options.threads, options.device = [options.model], None, "cpu"
    translator = _load_translator(options)
    write(quantized(translator) if options.int8 else translator, options.output)


def corpus(options: argparse.Namespace) -> None:
    """Show what a corpus holds: sizes, lengths, what cleaning would drop and why, terms of use. Prints no sentence."""
    from .cleaning import clean

    data = _load_data(options)
    _write(f"{data.name}: {data.source_language} → {data.target_language}\n{data.terms}\n")
    for split, pairs in data.splits.items():
        words = [[len(side.split()) for side in pair] for pair in pairs]
        longest = [max(column, default=0) for column in zip(*words, strict=True)]
        total = [sum(column) for column in zip(*words, strict=True)]
        _write(f"{split}: {len(pairs):,} pairs, words {total}, longest {longest}")
    _, report = clean(data["train"], data.source_language, data.target_language, num_examples=0)
    _write(f"\nCleaning the training split:\n{report}")


def _add_data(parser: argparse.ArgumentParser) -> None:
    group = parser.add_mutually_exclusive_group(required=True)
    group.add_argument("--corpus", help="a known corpus: multi30k, tatoeba-zh-en, …")
    group.add_argument(
        "--files",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="your own: source and target file, or one .tsv, or one OPUS Moses .zip; split at random without leakage",
    )
    parser.add_argument("--source", help="source language, e.g. de (a known corpus has a default)")
    parser.add_argument("--target", help="target language, e.g. en")


def _load_data(options: argparse.Namespace):
    from .corpora import ParallelCorpus

    if options.corpus:
        return load_corpus(options.corpus, options.source, options.target)
    pairs = _read_files(options)
    held_out = min(1000, len(pairs) // 10)
    return ParallelCorpus(
        ", ".join(map(str, options.files)), options.source, options.target, split_corpus(pairs, held_out, held_out), ""
    )


def _read_files(options: argparse.Namespace):
    if not (options.source and options.target):
        raise ValueError(
            "--files needs --source and --target: which languages are these, e.g. --source de --target en?"
        )
    if len(options.files) > 2:
        raise ValueError(f"--files takes one or two files, not {len(options.files)}")
    if len(options.files) == 1 and not {".tsv", ".txt", ".zip"} & {*options.files[0].suffixes}:
        raise ValueError(f"{options.files[0]}: name the file with its translations too, or give one .tsv or .zip")
    return read_parallel(*options.files, source_language=options.source, target_language=options.target)


def _pairs_to_score(options: argparse.Namespace):
    """The split asked for and its pairs; unasked, the test split, or every line of one's own files."""
    if options.files and options.split in (None, "all"):
        split, pairs = "all", _read_files(options)
    else:
        data = _load_data(options)
        options.source, options.target = data.source_language, data.target_language
        split = options.split or next(name for name in data.splits if name.startswith("test"))
        pairs = data[split]
    if not pairs:
        raise ValueError(f"split {split!r} of {options.corpus or options.files[0]} holds no pair to score; bring more")
    return split, pairs


def _add_search(parser: argparse.ArgumentParser, group=None) -> None:
    """Options of the search; --model must be given, or else another option of its group."""
    (group or parser).add_argument(
        "--model",
        required=group is None,
        nargs="+",
        help="a shipped translator (multi30k-de-en) or a folder with one; several vote on every word",
    )
    parser.add_argument(
        "--beam-size", type=int, default=5, help="hypotheses kept at each step; 1 is greedy (default: 5)"
    )
    parser.add_argument(
        "--alpha", type=float, help="length penalty, larger for longer lines (default: the model's own)"
    )
    parser.add_argument("--batch-size", type=int, default=64, help="lines searched together (default: 64)")
    parser.add_argument(
        "--precision", choices=("float32", "bf16"), default="float32", help="bf16 is faster where it is native"
    )
    _add_machine(parser)


def _add_machine(parser: argparse.ArgumentParser) -> None:
    """Options of where it is computed."""
    parser.add_argument("--threads", type=int, help="processor threads (default: PyTorch's choice)")
    parser.add_argument("--device", default="cpu", help="cpu, cuda, … (default: cpu)")


def _load_translator(options: argparse.Namespace):
    from .adaptation import open_translator

    device = _prepare(options)
    found = [open_translator(one) for one in options.model]
    if len(found) > 1:
        from .ensembles import vote

        found = [vote(found)]
    found[0].model.to(device)
    return found[0]


def _prepare(options: argparse.Namespace):
    """Set the number of threads; the device, if it can be used here."""
    import torch

    if options.threads is not None:
        if not 1 <= options.threads <= 1024:
            raise ValueError(f"--threads {options.threads}: use 1, or up to as many as the processor has cores")
        torch.set_num_threads(options.threads)
    try:
        numbers = torch.zeros(1, device=options.device)
        numbers.item()  # a device must give back what it computes
        return numbers.device
    except (RuntimeError, AssertionError) as error:  # what torch raises for a name unknown, and for a GPU not there
        raise ValueError(f"--device {options.device} cannot be used here: {str(error).splitlines()[0]}") from error


def _add_config(parser: argparse.ArgumentParser, title: str, config: type) -> None:
    """An option for each field of a dataclass; its help is the comment beside the field, its default the field's."""
    group = parser.add_argument_group(title)
    comments = dict(re.findall(r"^\s+(\w+): .*?#\s*(.+)$", inspect.getsource(config), flags=re.MULTILINE))
    for field in dataclasses.fields(config):
        if dataclasses.is_dataclass(field.type):
            continue  # a group of its own
        choices = typing.get_args(field.type) or None
        kind = argparse.BooleanOptionalAction if field.type is bool else None
        help_text = f"{comments.get(field.name, '')} (default: {field.default})".strip()
        name = f"--{field.name.replace('_', '-')}"
        if kind:
            group.add_argument(name, action=kind, default=field.default, help=help_text)
        else:
            group.add_argument(
                name, type=str if choices else field.type, choices=choices, default=field.default, help=help_text
            )


def _read_config(config: type, options: argparse.Namespace, **parts):
    names = [field.name for field in dataclasses.fields(config) if field.name not in parts]
    return config(**{name: getattr(options, name) for name in names}, **parts)


def _line_groups(stream: typing.BinaryIO, size: int) -> Iterator[list[str]]:
    """Lines as they come, at most `size` together: waits for one line, then takes what else is already there."""
    waiting: queue.Queue[bytes | OSError | None] = queue.Queue(maxsize=4 * size)

    def read() -> None:
        # A reader of our own: Python's end would abort on the lock that a thread still waiting in stdin's holds.
        try:
            with open(stream.fileno(), "rb", closefd=False) as lines:
                for line in lines:
                    waiting.put(line)
            waiting.put(None)
        except OSError as error:
            waiting.put(error)

    threading.Thread(target=read, daemon=True).start()
    ended = False
    while not ended:
        group = [waiting.get()]
        while isinstance(group[-1], bytes) and len(group) < size:
            try:
                group.append(waiting.get_nowait())
            except queue.Empty:
                break
        ended = not isinstance(group[-1], bytes)
        lines = [line.decode("utf-8", errors="replace").rstrip("\r\n") for line in group if isinstance(line, bytes)]
        if lines:
            yield lines
        if isinstance(group[-1], OSError):
            raise group[-1]


def _log(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def _write(line: str) -> None:
    sys.stdout.buffer.write(line.encode("utf-8", errors="replace") + b"\n")


if __name__ == "__main__":
    sys.exit(main())
