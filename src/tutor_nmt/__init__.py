"""Neural machine translation, piece by piece: the small library that the course builds.

One sentence travels through the modules in this order::

    corpora, cleaning -> vocabulary -> batching -> encoder -> attention, decoder -> model
    model -> training, search -> translator -> evaluation, visualization

Behind them stand `pairs` (sentence pairs from files, splits that do not leak), `normalization` (one line, repaired),
`files` (written whole or not at all), `checkpoints` (weights on disk), `recurrence` and `dropout` (which train
faster), `losses` (cross-entropy over a vocabulary), `allocation` (memory kept for reuse), `progress` (a bar for
whoever waits), `multihead`, `positions` and `transformer` (another encoder and decoder), `exact` (the likeliest
sentence of all), `pretrained` (translators that travel along), `experiments` (from a corpus to a translator),
`catalogue` (the experiments that have names), `records` (what came of them), `sweeps` (one translator, searched in
many ways), `translation` (what a translator says of a line), `alignments` (attention between words), `explanations`
(pages on lines), `adaptation` (going on from a trained translator), `subtitles` (cleaning what films say), `sources`
(where known corpora lie). `captions`, `challenge` and `dialogue` are sentences of our own, and `noise` spoils some.

Shapes are written as tuples of these names, batch first unless a docstring says otherwise::

    batch            sentences worked on together
    src_len          positions of the longest source sentence of a batch, padding included
    tgt_len          positions of the longest target sentence of a batch, padding included
    hidden_size      numbers in a state of the encoder or the decoder, and in a context
    embedding_size   numbers in the vector of one token
    num_layers       recurrent layers on top of each other
    vocab_size       entries of a vocabulary, the reserved ones `<pad> <unk> <bos> <eos>` included
    rows             hypotheses that a search follows, of all its sentences together
    steps            target positions that one call of the decoder computes: tgt_len in training, 1 in search

So `(batch, src_len, hidden_size)` is one vector for each position of each source sentence.
`padding_mask` is `(batch, src_len)` and `True` where a position is padding.

Importing this package imports none of its modules: the modules that deal with text alone need no torch,
and none but `visualization` needs matplotlib.
"""

__version__ = "0.1.0"
