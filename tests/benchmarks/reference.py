"""What the benches measure: the model of reference size, its batches, and the loop that most tutorials teach."""

import ast
import functools
import inspect
import sys
import types
from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from tutor_nmt import search
from tutor_nmt.batching import Batch, Example, RandomBatches, TokenBatches, encode_pairs
from tutor_nmt.corpora import load_corpus
from tutor_nmt.model import ModelConfig, TranslationModel, build_model
from tutor_nmt.training import TrainingConfig
from tutor_nmt.vocabulary import PAD_ID, WordVocabulary

# One bidirectional GRU layer, a GRU decoder, general attention after it; vocabularies of 7,859 and 5,921 words.
REFERENCE = ModelConfig(embedding_size=256, hidden_size=512, encoder_size=512, share_embeddings=False)
TRAINING = TrainingConfig()
# In a batch of the tutorials' loop: as many as the walk-through takes, and about as many tokens as in one of ours.
SENTENCES = (64, 128)


@functools.cache
def vocabularies() -> tuple[WordVocabulary, WordVocabulary]:
    """German and English words that occur twice in the tokenised training text."""
    pairs = load_corpus("multi30k-tokenized")["train"]
    source, target = zip(*pairs, strict=True)
    return WordVocabulary.build(source, splitting="spaces"), WordVocabulary.build(target, splitting="spaces")


@functools.cache
def examples() -> Sequence[Example]:
    """The training pairs as ids."""
    return encode_pairs(load_corpus("multi30k-tokenized")["train"], *vocabularies())


def new_model() -> TranslationModel:
    """The reference model, always with the same first weights."""
    torch.manual_seed(1)
    return build_model(REFERENCE, *map(len, vocabularies())).train()


def tutorial_model() -> TranslationModel:
    """The same weights in PyTorch's own layers alone."""
    model = new_model()
    recurrence = nn.GRU(REFERENCE.embedding_size, REFERENCE.encoder_size, batch_first=True, bidirectional=True)
    recurrence.load_state_dict(model.encoder.rnn.state_dict())
    model.encoder.rnn = recurrence
    model.encoder.dropout = model.decoder.dropout = nn.Dropout(REFERENCE.dropout)
    return model


def our_batches(count: int) -> list[Batch]:
    """The first batches of an epoch as `fit` makes them."""
    return _first(TokenBatches(examples(), TRAINING.max_tokens, seed=1), count)


def tutorial_batches(sentences: int, count: int) -> list[Batch]:
    """The first batches of an epoch in random order, of so many sentences each."""
    return _first(RandomBatches(examples(), sentences, seed=1), count)


def _first(batches: Iterator[Batch], count: int) -> list[Batch]:
    return [batch for batch, _ in zip(batches, range(count), strict=False)]


def tutorial_loss(model: TranslationModel, batch: Batch) -> Tensor:
    """The mean loss a token, one step of the decoder after the other, each with its attention and its output layer.

    Written fairly: the source is packed, the keys are projected once, padding does not count, nothing is computed
    twice. The weights and the result are those of `training.batch_losses`.
    """
    state = model.start(batch.src, batch.src_lengths)
    steps = []
    for position in range(batch.tgt_in.shape[1]):
        logits, _, state = model.decoder(batch.tgt_in[:, position : position + 1], state)
        steps.append(logits)
    logits = torch.cat(steps, dim=1)
    return F.cross_entropy(logits.flatten(0, 1), batch.tgt_out.flatten(), ignore_index=PAD_ID)


def tutorial_update(model: TranslationModel, optimizer: torch.optim.Optimizer, batch: Batch) -> int:
    """One update of the tutorials' loop; the target tokens it has learnt from."""
    optimizer.zero_grad()
    tutorial_loss(model, batch).backward()
    nn.utils.clip_grad_norm_(model.parameters(), TRAINING.clip_norm)
    optimizer.step()
    return batch.num_tokens


def useful_operations(model: TranslationModel, batch: Batch) -> int:
    """Floating-point operations of one update's matrix products, if there were no padding.

    A weight of a product costs one multiplication and one addition a token, forward, and twice that backward. Source
    tokens meet the encoder and the keys, target tokens the rest; scores and contexts need a product a pair of both.
    """
    src_lengths, tgt_lengths = batch.src_lengths, (batch.tgt_out != PAD_ID).sum(1)
    of_source = [*_matrices(model.encoder.rnn), model.decoder.attention.key_projection.weight]
    of_target = [*_matrices(model.decoder.rnn), model.decoder.readout.weight, model.decoder.output.weight]
    per_sentence = 2 * model.encoder.bridge.weight.numel()
    pairs = int((src_lengths * tgt_lengths).sum()) * (model.decoder.hidden_size + model.encoder.memory_size)
    source = int(src_lengths.sum()) * sum(weight.numel() for weight in of_source)
    target = int(tgt_lengths.sum()) * sum(weight.numel() for weight in of_target)
    return 6 * (source + target + pairs + per_sentence * len(src_lengths) // 2)


def search_without_trace() -> Callable[..., list[search.SearchResult]]:
    """`beam_search` as it would be if it could not be asked for a trace: each `if ... trace ...:` is cut out."""
    tree = ast.parse(inspect.getsource(search))
    branches = _without_trace(tree)
    if branches != 2:
        raise ValueError(
            f"{branches} branches of the search ask for the trace, not 2: look whether the bench still fits"
        )
    room = types.ModuleType("search_without_trace")
    room.__package__ = search.__package__
    sys.modules[room.__name__] = room  # where dataclasses look for their names
    exec(compile(tree, "search_without_trace", "exec"), room.__dict__)  # noqa: S102
    return room.beam_search


def _without_trace(tree: ast.AST) -> int:
    """Cut out all the branches that ask for the trace; how many there were."""
    count = 0
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            kept = [one for one in body if not (isinstance(one, ast.If) and "trace" in ast.unparse(one.test))]
            count += len(body) - len(kept)
            node.body = kept
    return count


def _matrices(rnn: nn.RNNBase) -> list[Tensor]:
    return [weight for weight in rnn.parameters() if weight.dim() == 2]
