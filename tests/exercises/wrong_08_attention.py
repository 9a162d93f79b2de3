"""Plausible wrong answers to the exercises on attention."""

WRONG = {
    "looks-at": {
        "the smallest weight": ("argmax(-1)", "argmin(-1)"),
        "along the wrong axis": ("argmax(-1)", "argmax(0)"),
        "pairs the wrong way round": ("(word, source[place])", "(source[place], word)"),
        "the example, hard-coded": "def looks_at(*given):\n    return [('a', 'ein'), ('barks', 'bellt')]",
        "places in place of words": ("source[place]", "place"),
        "prints and returns nothing": ("return [(word", "[(word"),
    },
    "scaled-scores": {
        "not scaled": (" / query.shape[-1] ** 0.5", ""),
        "divided by the size and not by its root": ("** 0.5", "** 1.0"),
        "the root of the length of the sentence": ("query.shape[-1] ** 0.5", "states.shape[1] ** 0.5"),
        "multiplied by the root": ("scores / query", "scores * query"),
        "the root of the example's size": ("query.shape[-1] ** 0.5", "3 ** 0.5"),
        "every query with every sentence": ("(states @ query.unsqueeze(-1)).squeeze(-1)", "(states @ query.T)[..., 0]"),
    },
    "weights-of": {
        "mask upside down": ("masked_fill(padding_mask", "masked_fill(~padding_mask"),
        "set to zero before the softmax": ("-torch.inf", "0.0"),
        "set to zero after the softmax": (
            "scores.masked_fill(padding_mask, -torch.inf).softmax(-1)",
            "scores.softmax(-1).masked_fill(padding_mask, 0.0)",
        ),
        "a number that is not small enough": ("-torch.inf", "-10.0"),
        "softmax over the batch": ("softmax(-1)", "softmax(0)"),
        "changes what was given": ("masked_fill(", "masked_fill_("),
        "the padding of the example": ("padding_mask, -torch.inf", "torch.arange(5) > 2, -torch.inf"),
    },
    "additive-scores": {
        "added after the tanh": (
            "torch.tanh((query @ W_q.T).unsqueeze(1) + states @ W_k.T)",
            "torch.tanh((query @ W_q.T).unsqueeze(1)) + torch.tanh(states @ W_k.T)",
        ),
        "no tanh": ("torch.tanh(", "("),
        "matrices changed over": (
            "query @ W_q.T).unsqueeze(1) + states @ W_k.T",
            "query @ W_k.T).unsqueeze(1) + states @ W_q.T",
        ),
        "matrices not turned": (
            "query @ W_q.T).unsqueeze(1) + states @ W_k.T",
            "query @ W_q).unsqueeze(1) + states @ W_k",
        ),
        "the first query for all": ("(query @ W_q.T).unsqueeze(1)", "(query[:1] @ W_q.T).unsqueeze(1)"),
        "a softmax at the end": ("return hidden @ v", "return (hidden @ v).softmax(-1)"),
    },
    "context": {
        "the bug left in": (".sum(1)", ".mean(1)"),
        "the sum over the wrong axis": (".sum(1)", ".sum(-1)"),
        "not weighted": ("(weights.unsqueeze(-1) * states).sum(1)", "states.mean(1)"),
        "the state with the largest weight": (
            "(weights.unsqueeze(-1) * states).sum(1)",
            "states[torch.arange(len(states)), weights.argmax(-1)]",
        ),
        "divided by the number of words": (".sum(1)", ".sum(1) / weights.shape[1]"),
        "the weights of the first sentence for all": ("weights.unsqueeze(-1)", "weights[:1].unsqueeze(-1)"),
    },
    "spread": {
        "squared too late": ("weights.square().sum(-1)", "weights.sum(-1).square()"),
        "over all axes": (".sum(-1)", ".sum()"),
        "the sum itself": ("1 / weights.square()", "weights.square()"),
        "the widest": ("return min(", "return max("),
        "the largest factor": (
            "return min(",
            "return max(factors)\n    return min(",
        ),
        "the factor furthest from zero": (
            "return min(",
            "return max(factors, key=abs)\n    return min(",
        ),
        "factors after the softmax": ("(f * scores).softmax(-1)", "f * scores.softmax(-1)"),
    },
}
