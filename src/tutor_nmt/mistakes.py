"""The museum's store: mistakes that tutorials teach, each to be committed on purpose and to be measured.

A mistake is a line or two of this package and what people write in their place. `with committed("loss-over-padding"):`
puts the wrong lines into the running package, and takes them out again at the end of the block, whatever happens in it.
Nothing is ever wrong on import. Each mistake is also a planted bug of `tests/mutations`, and names a test that notices.
"""

import ast
import contextlib
import inspect
import pkgutil
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType


@dataclass(frozen=True)
class Mistake:
    """What is wrong, where, the right lines and the wrong ones, and who would have noticed."""

    about: str  # one sentence: what goes wrong
    place: str  # "attention:masked_softmax", the room and the function in it
    right: str  # whole lines that stand there once, without their indentation
    wrong: str  # what is put in their place; "": nothing
    bug: str  # the name of its file in tests/mutations
    test: str  # one of those that notice it

    @property
    def function(self) -> FunctionType:
        """The function that the lines stand in, without its decorators."""
        found = pkgutil.resolve_name(f"tutor_nmt.{self.place}")
        return inspect.unwrap(found.fget if isinstance(found, property) else found)

    def written_into(self, source: str) -> str:
        """The source with the wrong lines in place of the right ones; ValueError unless those stand there once."""
        lines = source.splitlines(keepends=True)
        for line in lines:
            margin = line[: len(line) - len(line.lstrip())]
            old = textwrap.indent(f"{self.right}\n", margin)
            if f"\n{source}".count(f"\n{old}") == 1:
                new = textwrap.indent(f"{self.wrong}\n", margin) if self.wrong else ""
                return f"\n{source}".replace(f"\n{old}", f"\n{new}")[1:]
        raise ValueError(f"these lines do not stand in {self.place} once; write the mistake anew:\n{self.right}")

    def code(self) -> CodeType:
        """The function's code with the mistake in it."""
        function = self.function
        source = self.written_into(textwrap.dedent(inspect.getsource(function)))
        # Compiled as a part of its own file and picked out by its name, so that no decorator runs once more.
        whole = compile(ast.parse(source), function.__code__.co_filename, "exec")
        return next(one for one in whole.co_consts if isinstance(one, CodeType) and one.co_name == function.__name__)


@contextlib.contextmanager
def committed(name: str = "") -> Iterator[None]:
    """Commit the mistake of this name within the block; "" is none. ValueError lists the names there are.

    >>> from tutor_nmt.normalization import normalize_whitespace
    >>> with committed("digits-stripped"):
    ...     normalize_whitespace("Don't pay 20 euros!")
    'Don t pay euros!'

    The function itself is changed, so whoever has imported it commits the mistake too, on all threads.
    """
    if not name:
        yield
        return
    mistake = known_mistake(name)
    function = mistake.function
    right = function.__code__
    function.__code__ = mistake.code()
    try:
        yield
    finally:
        function.__code__ = right


def known_mistake(name: str) -> Mistake:
    """A mistake by its name; ValueError lists the names there are."""
    if name not in MISTAKES:
        raise ValueError(f"no mistake is called {name!r}; there are {', '.join(MISTAKES)}")
    return MISTAKES[name]


MISTAKES = {
    "softmax-over-padding": Mistake(
        "part of every look goes to padding",
        "attention:masked_softmax",
        "scores = scores.masked_fill(padding_mask.unsqueeze(1), -torch.inf)",
        "",
        "softmax_over_padding",
        "test_attention.py::test_padding_receives_exactly_no_weight",
    ),
    "state-after-padding": Mistake(
        "the summary of a short sentence is taken after the padding was read",
        "encoder:RecurrentEncoder.forward",
        "packed = pack_padded_sequence(embedded, src_lengths, batch_first=True, enforce_sorted=False)\n"
        "packed_states, last = self.rnn(packed)\n"
        "states, _ = pad_packed_sequence(packed_states, batch_first=True, total_length=src.shape[1])",
        "states, last = self.rnn(embedded)",
        "last_state_read_after_padding",
        "test_encoder.py::test_more_padding_changes_nothing",
    ),
    "loss-over-padding": Mistake(
        "padding counts as a word to be predicted, and a very easy one",
        "training:batch_losses",
        "real = batch.tgt_out != PAD_ID",
        "real = torch.ones_like(batch.tgt_out, dtype=torch.bool)",
        "loss_over_padding",
        "test_training.py::test_more_padding_changes_nothing",
    ),
    "perplexity-of-free-running": Mistake(
        "the model's own words are fed back while the reference's are asked for",
        "training:mean_loss",
        "_, cross_entropy, count = batch_losses(model, batch.to(model.device), forcing_ratio=forcing_ratio)",
        "_, cross_entropy, count = batch_losses(model, batch.to(model.device), forcing_ratio=0.0)",
        "perplexity_of_free_running",
        "test_training.py::test_the_mean_loss_is_a_mean_over_tokens_and_not_over_batches",
    ),
    "mean-of-batch-means": Mistake(
        "a small batch counts for as much as a large one",
        "training:mean_loss",
        "total, tokens = total + float(cross_entropy), tokens + count",
        "total, tokens = total + float(cross_entropy) / count, tokens + 1",
        "mean_of_batch_means",
        "test_training.py::test_the_mean_loss_is_a_mean_over_tokens_and_not_over_batches",
    ),
    "vocabulary-of-all-lines": Mistake(
        "the vocabulary knows words that training never saw",
        "experiments:_trained",
        "translator = start or _untrained(pairs, corpus, recipe)",
        'translator = start or _untrained([*pairs, *corpus["val"]], corpus, recipe)',
        "vocabulary_from_validation",
        "test_experiments.py::test_the_vocabulary_holds_nothing_from_validation",
    ),
    "split-at-random": Mistake(
        "a sentence with two translations stands on both sides of the split",
        "pairs:split_corpus",
        "parent[second] = first  # so that a root is its component's smallest sentence",
        "pass  # each pair for itself",
        "splits_share_sentences",
        "test_pairs.py::test_pairs_that_share_a_sentence_by_any_chain_stay_together",
    ),
    "digits-stripped": Mistake(
        "what is no letter is no text: numbers and apostrophes are gone",
        "normalization:normalize_whitespace",
        'return " ".join(_ZERO_WIDTH.sub("", text).split())',
        r'return " ".join(re.sub(r"[^\w\s.,!?]|\d", " ", text).split())',
        "cleaning_strips_digits_and_apostrophes",
        "test_cleaning.py::test_correct_sentences_survive_whole",
    ),
    "words-fold-case": Mistake(
        "every word is read and written in small letters",
        "vocabulary:_split",
        'return text.split() if splitting == "spaces" else WORDS.findall(text)',
        'return text.split() if splitting == "spaces" else WORDS.findall(text.lower())',
        "words_fold_case",
        "test_vocabulary.py::test_upper_and_lower_case_are_different_words",
    ),
    "bleu-lower-cased": Mistake(
        "the number called BLEU ignores case",
        "evaluation.scores:evaluate",
        '"bleu": bleu(hypotheses, references, language),',
        '"bleu": bleu(hypotheses, references, language, lowercase=True),',
        "lower_cased_bleu_reported_as_cased",
        "test_evaluation.py::test_the_report_tells_case_apart_and_takes_the_tokeniser_of_its_language",
    ),
    "bleu-of-single-lines": Mistake(
        "the mean of the lines' scores is called the score of the corpus",
        "evaluation.breakdowns:by_group",
        "table.append(GroupScore(group, len(lines), *words, score.score, score.signature))",
        "alone = [bleu_parts([one], [other], language=language).score for one, other in zip(*sides, strict=True)]\n"
        "table.append(GroupScore(group, len(lines), *words, sum(alone) / len(alone), score.signature))",
        "mean_of_sentence_scores_in_a_group",
        "test_evaluation.py::test_the_score_of_a_group_is_that_of_its_lines_together",
    ),
    "bleu-swapped": Mistake(
        "the references are scored against the hypotheses",
        "evaluation.scores:_corpus_score",
        "return metric.corpus_score(list(hypotheses), [list(references)])",
        "return metric.corpus_score(list(references), [list(hypotheses)])",
        "bleu_with_swapped_sides",
        "test_evaluation.py::test_bleu_is_the_formula_of_its_paper",
    ),
    "beam-stops-at-first-end": Mistake(
        "the first sentence to end wins, though a longer one may score higher",
        "search:_Beam.done",
        "return len(self.finished) >= self.enough or self.length == self.limit or not self._possible()",
        "return len(self.finished) >= 1 or self.length == self.limit or not self._possible()",
        "beam_stops_at_the_first_eos",
        "test_search.py::test_the_search_does_not_stop_at_the_first_end_of_sentence",
    ),
    "limit-of-the-longest": Mistake(
        "a line may grow as long as the longest of its batch may, so its translation changes with its company",
        "translator:Translator._started",
        "yield self.model.step, state, first, [2 * length + 10 for length in lengths]",
        "yield self.model.step, state, first, [2 * max(lengths) + 10 for _ in lengths]",
        "length_limit_of_the_longest",
        "test_translator.py::test_neither_order_nor_company_changes_a_translation",
    ),
    "penalty-inverted": Mistake(
        "log-probabilities are multiplied by length ** alpha, so a larger alpha makes shorter sentences",
        "search:_hypothesis",
        "return Hypothesis(ids, log_prob, log_prob / length_penalty(length, alpha), attention, finished)",
        "return Hypothesis(ids, log_prob, log_prob * length_penalty(length, alpha), attention, finished)",
        "length_penalty_inverted",
        "test_search.py::test_a_larger_alpha_prefers_the_longer_sentence",
    ),
    "bahdanau-with-a-dot": Mistake(
        "an attention called additive takes a dot product",
        "attention:AdditiveAttention.scores",
        "compared = torch.tanh(self.query_projection(query).unsqueeze(2) + keys.unsqueeze(1))\n"
        "return self.energy(compared).squeeze(-1)",
        "return torch.bmm(self.query_projection(query), keys.transpose(1, 2))",
        "bahdanau_with_a_dot_product",
        "test_attention.py::test_additive_attention_scores_v_times_tanh_of_wq_plus_uk",
    ),
    "hash-not-checked": Mistake(
        "half a download, or another file of the same name, passes for the corpus",
        "corpora:_fault",
        'return "" if found == file.sha256 else f"SHA-256 expected {file.sha256}, found {found}"',
        'return "" if found else f"SHA-256 expected {file.sha256}, found {found}"',
        "hash_check_skipped",
        "test_corpora.py::test_a_spoilt_file_is_named_with_both_hashes",
    ),
}
