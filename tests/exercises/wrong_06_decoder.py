"""Plausible wrong answers to the exercises on the decoder."""

WRONG = {
    "read-and-answer": {
        "the shift forgotten": ("[vocabulary.bos_id, *ids], [", "[*ids, vocabulary.eos_id], ["),
        "no <eos>": ("[*ids, vocabulary.eos_id]", "ids"),
        "<bos> and <eos> on both sides": (
            "[vocabulary.bos_id, *ids], [*ids",
            "[vocabulary.bos_id, *ids], [vocabulary.bos_id, *ids",
        ),
        "the wrong way round": (
            "[vocabulary.bos_id, *ids], [*ids, vocabulary.eos_id]",
            "[*ids, vocabulary.eos_id], [vocabulary.bos_id, *ids]",
        ),
        "digits for names": (
            "[vocabulary.bos_id, *ids], [*ids, vocabulary.eos_id]",
            "[2, *ids], [*ids, 3]",
        ),
        "an empty line left out": ("    return [", "    if not ids:\n        return [], []\n    return ["),
        "the vocabulary of the example": (
            "def read_and_answer(line, vocabulary):",
            "def read_and_answer(line, _):",
        ),
    },
    "write-at-least": {
        "no least length": ("if len(ids) < min_length:", "if False:"),
        "one word too many": ("if len(ids) < min_length:", "if len(ids) <= min_length:"),
        "<bos> counted as a word": ("if len(ids) < min_length:", "if len(ids) + 1 < min_length:"),
        "the state not handed on": ("logits, state = decoder", "logits, _ = decoder"),
        "<pad> and <bos> allowed": ("scores[[PAD, BOS]] = -torch.inf", "pass"),
        "<eos> kept": (
            "if reads == EOS:\n            break\n        ids.append(reads)",
            "ids.append(reads)\n        if reads == EOS:\n            break",
        ),
        "reads <bos> at every step": ("torch.tensor([[reads]])", "torch.tensor([[BOS]])"),
        "reads all words again from the state": ("torch.tensor([[reads]])", "torch.tensor([[BOS, *ids]])"),
        "stops at the least length": ("while len(ids) < max_length", "while len(ids) < (min_length or max_length)"),
    },
    "loss-per-token": {
        "padding counted": ("losses[real].mean()", "losses.mean()"),
        "padding counted as zero": ("losses[real].mean()", "(losses * real).mean()"),
        "the mean of the sentences' means": (
            "losses[real].mean()",
            "((losses * real).sum(1) / real.sum(1)).mean()",
        ),
        "the sum of the tokens a sentence": ("losses[real].mean()", "(losses[real].sum() / len(losses))"),
        "<eos> left out": ("real = tgt_out != PAD", "real = (tgt_out != PAD) & (tgt_out != EOS)"),
        "no softmax": ("logits.log_softmax(-1)", "logits"),
        "the words that were read": ("tgt_out.unsqueeze(-1)", "tgt_in.unsqueeze(-1)"),
        "softmax twice": ("logits.log_softmax(-1)", "logits.softmax(-1).log_softmax(-1)"),
        "from a state of zeros": ("decoder(tgt_in, state)", "decoder(tgt_in, state * 0)"),
    },
    "together": {
        "its own word too": (
            "before[:, 1:] = right[:, :-1].cumprod(1)",
            "before = right.cumprod(1)",
        ),
        "the word before alone": (".cumprod(1)", ""),
        "padding left in": (" & (tgt_out != PAD)", ""),
        "along the wrong axis": (".cumprod(1)", ".cumprod(0)"),
        "a sum in place of a product": (".cumprod(1)", ".cumsum(1)"),
        "the first word has to be right": ("torch.ones_like(right)", "right.clone()"),
        "places where they agree": ("return before.bool()", "return right.bool()"),
    },
    "write-all": {
        "the bug left in": ("all(done)", "any(done)"),
        "never stops a row": ("done[row] or word == EOS", "word == EOS"),
        "the state not handed on": ("logits, state = decoder", "logits, _ = decoder"),
        "<eos> kept": ("= done[row] or word == EOS", "= done[row] or EOS in written[row]"),
        "the first row decides": ("all(done)", "done[0]"),
        "one word too few": ("range(max_length)", "range(max_length - 1)"),
        "the first row's words for all": (
            "reads = logits[:, -1:].argmax(-1)",
            "reads = logits[:1, -1:].argmax(-1).repeat(rows, 1)",
        ),
    },
    "whose": {
        "<eos> left out": (
            "chosen.sum(1)",
            "chosen[:, :-1].sum(1)",
        ),
        "logits for log-probabilities": ("logits.log_softmax(-1)", "logits"),
        "the least probable": ("argmax()", "argmin()"),
        "the last word alone": ("chosen.sum(1)", "chosen[:, -1]"),
        "the first word alone": ("chosen.sum(1)", "chosen[:, 0]"),
        "probabilities added": ("chosen.sum(1)", "chosen.exp().sum(1)"),
        "states counted from one": ("argmax().item()", "argmax().item() + 1"),
        "reads what it answers": ("[BOS, *ids]", "[*ids, EOS]"),
    },
}
