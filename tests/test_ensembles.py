"""Ensembles: the arithmetic of a vote, who may vote together, and that the kept records can still be believed."""

import json
from dataclasses import replace

import pytest
import torch

from tutor_nmt import records
from tutor_nmt.__main__ import main
from tutor_nmt.catalogue import EXPERIMENTS
from tutor_nmt.corpora import ParallelCorpus, SentencePair
from tutor_nmt.ensembles import Ensemble, kept_ensembles, vote
from tutor_nmt.evaluation import evaluate
from tutor_nmt.model import ModelConfig, build_model
from tutor_nmt.records import corpus_of, kept_records
from tutor_nmt.translator import Translator, TranslatorConfig
from tutor_nmt.vocabulary import BOS_ID, EOS_ID, WordVocabulary

WORDS = ["dog", "cat", "runs", "sleeps", "the", "a", "red"]
LINES = ["the red dog runs", "a cat", "the the the cat sleeps red"]
SHAPES = {
    "recurrent": {"embedding_size": 7, "hidden_size": 11, "encoder_size": 5},
    "LSTM": {"embedding_size": 5, "hidden_size": 7, "encoder_size": 3, "cell": "lstm"},
    "Transformer": {
        "architecture": "transformer",
        "embedding_size": 12,
        "hidden_size": 12,
        "num_heads": 3,
        "feedforward_size": 17,
    },
}


def member(shape: str = "recurrent", seed: int = 1, words: list[str] = WORDS, **told) -> Translator:
    vocabulary = WordVocabulary(words)
    config = ModelConfig(**SHAPES[shape])
    torch.manual_seed(seed)
    model = build_model(config, len(vocabulary), len(vocabulary)).double().eval()
    for weight in model.parameters():
        torch.nn.init.normal_(weight, std=0.5)  # far from uniform, so that members disagree
    return Translator(TranslatorConfig("de", "en", config, **told), model, vocabulary, vocabulary)


def batch(translator: Translator) -> tuple[torch.Tensor, torch.Tensor]:
    ids = [translator.encode(line) for line in LINES]
    lengths = torch.tensor([len(one) for one in ids])
    return torch.nn.utils.rnn.pad_sequence([torch.tensor(one) for one in ids], batch_first=True), lengths


@pytest.mark.parametrize("shapes", [["recurrent"] * 3, ["recurrent", "LSTM", "Transformer"]], ids=" ".join)
@torch.no_grad()
def test_a_word_gets_the_mean_of_the_probabilities_that_the_members_give_it(shapes):
    members = [member(shape, seed) for seed, shape in enumerate(shapes)]
    ensemble = Ensemble([one.model for one in members])
    src, lengths = batch(members[0])
    state, states = ensemble.start(src, lengths), [one.model.start(src, lengths) for one in members]
    for tokens in ([BOS_ID] * 3, [5, 6, 7], [8, 5, 5]):
        tokens = torch.tensor(tokens)
        log_probs, weights, state = ensemble.step(tokens, state)
        found = [one.model.step(tokens, before) for one, before in zip(members, states, strict=True)]
        states = [after for _, _, after in found]
        assert torch.allclose(log_probs.exp(), sum(each.exp() for each, _, _ in found) / 3, atol=1e-12)
        assert torch.allclose(weights, sum(each for _, each, _ in found) / 3, atol=1e-12)
        assert not torch.allclose(found[0][0], found[1][0], atol=0.1), "members that agree would prove nothing"
        assert torch.allclose(log_probs.exp().sum(-1), torch.ones(3, dtype=torch.float64))


def test_members_that_are_one_and_the_same_say_what_one_says():
    one = member()
    alone, together = one.translations(LINES, 3, n_best=3), vote([one, one]).translations(LINES, 3, n_best=3)
    assert [[each.text for each in found] for found in together] == [[each.text for each in found] for found in alone]
    for both in zip(sum(alone, []), sum(together, []), strict=True):
        assert both[0].log_prob == pytest.approx(both[1].log_prob, abs=1e-9)


@torch.no_grad()
def test_every_hypothesis_keeps_the_states_of_all_its_members():
    translator = vote([member(seed=1), member("Transformer", seed=2)])
    sources = [translator.encode(line) for line in LINES]
    for src, result in zip(sources, translator.search(sources, 3, 3, alpha=0.0), strict=True):
        for one in result.hypotheses:  # its probability, one word after the other, from scratch
            written = [*one.ids, EOS_ID] if one.finished else one.ids
            state, total = translator.model.start(torch.tensor([src]), torch.tensor([len(src)])), 0.0
            for before, after in zip([BOS_ID, *written[:-1]], written, strict=True):
                log_probs, _, state = translator.model.step(torch.tensor([before]), state)
                total += float(log_probs[0, after])
            assert total == pytest.approx(one.log_prob, abs=1e-5)


def test_weights_are_counted_of_all_members():
    members = [member(seed=1), member("LSTM", seed=2)]
    assert vote(members).model.num_weights() == sum(one.model.num_weights() for one in members)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (lambda: member(words=WORDS[::-1]), "another src_vocabulary than the first"),
        (lambda: member(words=WORDS[:-1]), "another src_vocabulary"),
        (lambda: member(reverse_source=True), "member 2 has reverse_source=True, the first one False"),
        (lambda: member(simplify=True), "member 2 has simplify=True"),
    ],
)
def test_members_that_do_not_read_and_write_alike_are_refused(other, said):
    with pytest.raises(ValueError, match=said):
        vote([member(), other()])


def test_an_ensemble_of_nobody_is_refused():
    with pytest.raises(ValueError, match="give at least one translator"):
        vote([])


def test_an_ensemble_is_not_saved_as_if_it_were_one_model(tmp_path):
    with pytest.raises(ValueError, match="save each of its members"):
        vote([member(), member(seed=2)]).save(tmp_path / "both")
    assert not (tmp_path / "both").exists()


def test_the_command_line_lets_several_models_vote(tmp_path, capsys, monkeypatch):
    members = [member(seed=seed) for seed in (1, 2)]
    for number, one in enumerate(members):
        one.save(tmp_path / str(number))
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("".join(f"{line}\t{line}\n" for line in LINES), encoding="utf-8")
    models = [str(tmp_path / "0"), str(tmp_path / "1")]
    answers = tmp_path / "answers.txt"
    assert main(["evaluate", "--model", *models, "--files", str(pairs), "--output", str(answers)]) == 0
    assert json.loads(capsys.readouterr().out)["model"] == " + ".join(models)
    loaded = vote([Translator.load(tmp_path / name) for name in ("0", "1")])
    assert answers.read_text(encoding="utf-8").splitlines() == loaded.translate(LINES)


# --- records ---


@pytest.fixture
def runs(tmp_path, monkeypatch):
    """Two finished runs of a tiny experiment."""
    pairs = [SentencePair(line, line) for line in LINES]
    corpus = ParallelCorpus("three lines", "de", "en", {"train": [], "val": pairs, "test": pairs[:2]}, "made up")
    monkeypatch.setattr(records, "load_corpus", lambda name, source, target: corpus)
    live = EXPERIMENTS["captions-de-en-live"]
    for seed in (1, 2):
        folder = tmp_path / "captions-de-en-live"
        member(seed=seed).save(folder / f"seed-{seed}")
        record = kept_records()["captions-de-en-live"][1] | {"seed": seed}
        (folder / f"seed-{seed}.json").write_text(json.dumps(record), encoding="utf-8")
    assert live.test_split == "test"
    return tmp_path


def test_a_record_says_who_voted_and_what_came_of_it(runs, capsys):
    output = runs / "out" / "ensemble.json"
    output.parent.mkdir()
    names = ["captions-de-en-live:1", "captions-de-en-live:2"]
    assert main(["ensemble", *names, "--runs", str(runs), "--output", str(output)]) == 0
    record = json.loads(output.read_text(encoding="utf-8"))
    assert [f"{one['experiment']}:{one['seed']}" for one in record["members"]] == names
    assert len({one["weights_sha256"] for one in record["members"]}) == 2
    by_alpha = record["val_bleu_by_alpha"]
    assert by_alpha[str(record["alpha"])] == max(by_alpha.values())
    translators = [Translator.load(runs / "captions-de-en-live" / f"seed-{seed}") for seed in (1, 2)]
    expected = vote(translators)
    expected.config = replace(expected.config, alpha=record["alpha"])
    assert record["outputs"]["test"]["beam_5"] == expected.translate(LINES[:2])
    again = evaluate(record["outputs"]["test"]["beam_5"], LINES[:2], "en")
    assert record["scores"]["test"]["beam_5"]["bleu"] == again["bleu"]
    assert main(["ensemble", *names, "--runs", str(runs), "--output", str(output)]) == 1
    assert "the test split is scored once" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("members", "said"),
    [
        (["captions-de-en-live:9"], "run `python -m tutor_nmt experiment captions-de-en-live --seed 9` first"),
        (["captions-de-en-live"], "names no run; write the experiment and the seed"),
        (["captions-de-en-live:x"], "names no run"),
        (["captions-de-en-live:1", "captions-de-en-live:1"], "votes twice"),
    ],
)
def test_members_that_cannot_be_found_are_said_in_one_line(runs, capsys, members, said):
    assert main(["ensemble", *members, "--runs", str(runs), "--output", str(runs / "new.json")]) == 1
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1
    assert not (runs / "new.json").exists()


KEPT = kept_ensembles()


@pytest.mark.parametrize("name", KEPT)
@pytest.mark.corpus("multi30k")
def test_the_lines_of_a_kept_ensemble_score_what_it_says(name):
    record = KEPT[name]
    experiment = EXPERIMENTS[record["members"][0]["experiment"]]
    corpus = corpus_of(experiment)
    for split, settings in record["outputs"].items():
        for setting, lines in settings.items():
            again = evaluate(lines, [pair.target for pair in corpus[split]], experiment.target)
            for metric in ("bleu", "bleu_lc", "chrf"):
                assert record["scores"][split][setting][metric] == pytest.approx(again[metric], abs=1e-6)


@pytest.mark.parametrize("name", KEPT)
def test_the_members_of_a_kept_ensemble_have_records_of_their_own(name):
    kept = kept_records()
    for one in KEPT[name]["members"]:
        assert kept[one["experiment"]][one["seed"]]["recipe_hash"] == one["recipe_hash"]
