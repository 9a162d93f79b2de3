"""A translation model is an encoder and a decoder; `ModelConfig` says which, `build_model` makes them."""

import math
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from .attention import AdditiveAttention, Attention, DotAttention, GeneralAttention, NoAttention
from .batching import Batch
from .decoder import BahdanauDecoder, DecoderState, LuongDecoder, RecurrentDecoder, StackedDecoder
from .encoder import RecurrentEncoder
from .positions import build_positions
from .transformer import DecoderLayer, EncoderLayer, TransformerDecoder, TransformerEncoder, TransformerState
from .vocabulary import PAD_ID

DECODERS: dict[str, type[RecurrentDecoder]] = {
    "after": LuongDecoder,
    "before": BahdanauDecoder,
    "between": StackedDecoder,
}
State = DecoderState | TransformerState
# Choices that an architecture does not read keep their defaults: whoever sets one believes in an effect.
RECURRENT_ENCODER = ("encoder_size", "bidirectional", "join", "final", "init_range")
UNREAD: dict[str, tuple[str, ...]] = {
    "recurrent": ("num_heads", "feedforward_size", "positions"),
    "transformer": (*RECURRENT_ENCODER, "cell", "attention", "attend", "readout"),
    "transformer-encoder": RECURRENT_ENCODER,
}


@dataclass(frozen=True)
class ModelConfig:
    """Every choice about a model's shape, with the defaults of the small models in this course."""

    embedding_size: int = 256  # numbers that stand for one word; a Transformer is that wide throughout
    hidden_size: int = 256  # of the decoder's states; a Transformer decoder's is the embedding's
    encoder_size: int = 128  # of one direction of the encoder
    encoder_layers: int = 1  # layers on top of each other
    decoder_layers: int = 1  # likewise; attention between layers needs two
    cell: Literal["rnn", "gru", "lstm"] = "gru"  # kind of recurrent layer, on both sides
    bidirectional: bool = True  # read the source from its end too
    join: Literal["bridge", "sum", "layers"] = "bridge"  # how two directions become one; layers: a known mistake
    final: Literal["last", "mean"] = "last"  # what summarises a sentence
    attention: Literal["none", "additive", "dot", "general"] = "general"  # how the source is looked at
    attend: Literal["after", "before", "between"] = "after"  # where, seen from the decoder's recurrence
    dropout: float = 0.3  # share of numbers set to zero while training
    readout: bool = True  # a layer between the decoder's states and its output layer
    tie_output: bool = True  # the output layer shares the target embedding's weights
    share_embeddings: bool = True  # source and target share one embedding; needs one vocabulary for both
    init_range: float = 0.0  # first weights are uniform within plus and minus this; 0: what suits each layer
    architecture: Literal["recurrent", "transformer", "transformer-encoder"] = "recurrent"  # kinds of network
    num_heads: int = 4  # of a Transformer's attention; they share the embedding's size evenly
    feedforward_size: int = 512  # of the small network within each layer of a Transformer
    positions: Literal["sinusoidal", "learned"] = "sinusoidal"  # how a Transformer knows where a word stands

    def __post_init__(self):
        sizes = ("embedding_size", "hidden_size", "encoder_size", "encoder_layers", "decoder_layers")
        for name in (*sizes, "num_heads", "feedforward_size"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name}={getattr(self, name)} builds no model; use at least 1")
        if not 0 <= self.dropout < 1:
            raise ValueError(f"dropout={self.dropout} is a share to leave out: it lies between 0 and 1, without 1")
        if not 0 <= self.init_range < math.inf:
            raise ValueError(f"init_range={self.init_range} is no range; use 0 or a small number such as 0.08")
        for name in UNREAD[_known("architecture", self.architecture, UNREAD)]:
            if getattr(self, name) != getattr(ModelConfig, name):
                raise ValueError(
                    f"{name}={getattr(self, name)!r} means nothing to architecture={self.architecture!r}; leave it out"
                )
        if self.architecture == "transformer" and self.hidden_size != self.embedding_size:
            raise ValueError(
                f"hidden_size={self.hidden_size} and embedding_size={self.embedding_size}: a Transformer's states have "
                "the size of its word vectors; make the two equal"
            )


class TranslationModel(nn.Module):
    """Encoder and decoder joined: p(target | source), one target token at a time."""

    def __init__(self, encoder: nn.Module, decoder: nn.Module):
        super().__init__()
        self.encoder, self.decoder = encoder, decoder

    def start(self, src: Tensor, src_lengths: Tensor) -> State:
        """Encode the source and get ready to write: src (batch, src_len), src_lengths (batch,) on the CPU."""
        return self.decoder.start(self.encoder(src, src_lengths))

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Logits (batch, tgt_len, vocab_size) and weights (batch, tgt_len, src_len) under full teacher forcing."""
        logits, weights, _ = self.decoder(batch.tgt_in, self.start(batch.src, batch.src_lengths))
        return logits, weights

    def step(self, tokens: Tensor, state: State) -> tuple[Tensor, Tensor, State]:
        """One step of search: tokens (rows,) -> log_probs (rows, vocab_size), weights (rows, src_len), next state."""
        logits, weights, state = self.decoder(tokens.unsqueeze(1), state)
        precise = torch.promote_types(logits.dtype, torch.float32)
        return torch.log_softmax(logits[:, 0], dim=-1, dtype=precise), weights[:, 0], state

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return next(self.parameters()).device

    def num_weights(self) -> int:
        """Trainable numbers; shared ones count once."""
        return sum(weight.numel() for weight in self.parameters())


def build_attention(kind: str, query_size: int, memory_size: int) -> Attention:
    """An attention by its name: none, additive, dot or general."""
    kinds = {
        "none": NoAttention,
        "additive": lambda: AdditiveAttention(query_size, memory_size, query_size),
        "dot": lambda: DotAttention(query_size, memory_size),
        "general": lambda: GeneralAttention(query_size, memory_size),
    }
    return kinds[_known("attention", kind, kinds)]()


def build_model(config: ModelConfig, src_size: int, tgt_size: int) -> TranslationModel:
    """The model `config` describes, for vocabularies of `src_size` and `tgt_size` entries."""
    if config.share_embeddings and src_size != tgt_size:
        raise ValueError(
            f"share_embeddings needs one vocabulary for both sides, but they have {src_size} and {tgt_size} entries; "
            "train a joint one or set share_embeddings=False"
        )
    tgt_embedding = build_embedding(tgt_size, config.embedding_size)
    src_embedding = tgt_embedding if config.share_embeddings else build_embedding(src_size, config.embedding_size)
    encoder = build_encoder(config, src_embedding)
    decoder = build_decoder(config, tgt_embedding, encoder.memory_size)
    model = TranslationModel(encoder, decoder)
    if config.init_range:
        for weight in model.parameters():
            nn.init.uniform_(weight, -config.init_range, config.init_range)
    return model


def build_encoder(config: ModelConfig, embedding: nn.Embedding) -> RecurrentEncoder | TransformerEncoder:
    """The encoder `config` describes; its summary has the size that a recurrent decoder starts from."""
    if config.architecture != "recurrent":
        layers = [EncoderLayer(*transformer_sizes(config)) for _ in range(config.encoder_layers)]
        positions = build_positions(config.positions, config.embedding_size)
        final_size = None if config.architecture == "transformer" else config.hidden_size
        return TransformerEncoder(embedding, positions, layers, config.dropout, final_size)
    return RecurrentEncoder(
        embedding,
        config.encoder_size,
        final_size=config.hidden_size,
        cell=config.cell,
        num_layers=config.encoder_layers,
        bidirectional=config.bidirectional,
        join=config.join,
        final=config.final,
        dropout=config.dropout,
    )


def build_decoder(
    config: ModelConfig, embedding: nn.Embedding, memory_size: int
) -> RecurrentDecoder | TransformerDecoder:
    """The decoder `config` describes, for an encoder whose states have size `memory_size`."""
    if config.architecture == "transformer":
        layers = [DecoderLayer(*transformer_sizes(config)) for _ in range(config.decoder_layers)]
        positions = build_positions(config.positions, config.embedding_size)
        return TransformerDecoder(embedding, positions, layers, config.dropout, config.tie_output)
    return DECODERS[_known("attend", config.attend, DECODERS)](
        embedding,
        build_attention(config.attention, config.hidden_size, memory_size),
        config.hidden_size,
        cell=config.cell,
        num_layers=config.decoder_layers,
        dropout=config.dropout,
        tie_output=config.tie_output,
        readout=config.readout,
    )


def transformer_sizes(config: ModelConfig) -> tuple[int, int, int, float]:
    """What makes one layer of a Transformer: its size, its heads, the size within it, and its dropout."""
    return config.embedding_size, config.num_heads, config.feedforward_size, config.dropout


def build_embedding(vocab_size: int, embedding_size: int) -> nn.Embedding:
    """Word vectors of length about one: a tied output layer then starts with small logits.

    `<pad>` starts as zero. A tied output layer moves it, as every word that is not the answer; nothing reads it.
    """
    embedding = nn.Embedding(vocab_size, embedding_size, padding_idx=PAD_ID)
    nn.init.normal_(embedding.weight, std=embedding_size**-0.5)
    with torch.no_grad():
        embedding.weight[PAD_ID].zero_()
    return embedding


def _known(name: str, value: str, known: dict) -> str:
    if value not in known:
        raise ValueError(f"{name}={value!r} is unknown; use one of {', '.join(known)}")
    return value
