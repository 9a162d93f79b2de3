"""Plausible wrong answers to the exercises on the encoder."""

WRONG = {
    "summaries": {
        "lengths forgotten": ("len(ids) for ids", "src.shape[1] for ids"),
        "the lowest layer": (".final[-1]", ".final[0]"),
        "all layers": (".final[-1]", ".final"),
        "the last column of the states": (".final[-1]", ".states[:, -1]"),
        "the longest first": ("pad(sentences)", "pad(sorted(sentences, key=len, reverse=True))"),
        "<eos> not counted": ("len(ids) for ids", "max(1, len(ids) - 1) for ids"),
        "the batch summed up": (".final[-1]", ".final.sum(0)"),
    },
    "run-backwards": {
        "the order of reading": ("(states).flip(0)", "(states)"),
        "read forwards": ("inputs.flip(0)", "inputs", "(states).flip(0)", "(states)"),
        "only the answer turned": ("inputs.flip(0)", "inputs"),
        "each word alone": ("W_h @ h", "W_h @ torch.zeros(len(b))"),
        "no tanh": ("torch.tanh(", "("),
        "the bias forgotten": (" + b", ""),
        "the recurrent matrix turned": ("W_h @ h", "W_h.T @ h"),
        "the final state alone": ("return torch.stack(states).flip(0)", "return h"),
    },
    "gru-step": {
        "reset after the matrix, as in PyTorch": ("(r * h) @ U_n.T", "r * (h @ U_n.T)"),
        "z is the share of the new": ("(1 - z) * n + z * h", "z * n + (1 - z) * h"),
        "gates in another order": ("W_r, W_z, W_n = W", "W_z, W_r, W_n = W"),
        "the candidate alone": ("return (1 - z) * n + z * h", "return n"),
        "the reset forgotten": ("(r * h) @ U_n.T", "h @ U_n.T"),
        "recurrent matrices not turned": ("h @ U_r.T", "h @ U_r", "h @ U_z.T", "h @ U_z"),
        "the reset gate keeps": ("(1 - z) * n + z * h", "(1 - r) * n + r * h"),
    },
    "shares": {
        "no factors": (" * slope * factor)", " * slope)"),
        "factors of the steps before": ("range(len(x), 0, -1)", "range(1, len(x) + 1)", "found[::-1]", "found"),
        "the weight left out of the factor": ("factor * w_h * slope", "factor * slope"),
        "the slope left out of the factor": ("factor * w_h * slope", "factor * w_h"),
        "the last step first": ("found[::-1]", "found"),
        "its own state": ("h[t - 1] * slope", "h[t] * slope"),
        "a slope without a square": ("h[t] ** 2", "h[t]"),
        "the sum": ("return found[::-1]", "return sum(found)"),
    },
    "joined": {
        "the bug left in": (
            "final.unflatten(0, (-1, 2)).sum(1)",
            "final[: len(final) // 2] + final[len(final) // 2 :]",
        ),
        "the mean": (".sum(1)", ".mean(1)"),
        "directions side by side": (
            "final.unflatten(0, (-1, 2)).sum(1)",
            "torch.cat([final[0::2], final[1::2]], dim=-1)",
        ),
        "forwards only": (".sum(1)", "[:, 0]"),
        "two layers, as in the example": (
            "final.unflatten(0, (-1, 2)).sum(1)",
            "torch.stack([final[0] + final[1], final[2] + final[3]])",
        ),
        "the top layer for all": (".sum(1)", ".sum(1)[-1:].expand(len(final) // 2, -1, -1)"),
        "layers over directions": ("(0, (-1, 2)).sum(1)", "(0, (2, -1)).sum(0)"),
    },
    "heard": {
        "the first place that is too weak": (
            "return max(places)",
            "return next(k for k in range(len(strengths) + 1) if k not in places) - 1",
        ),
        "words counted": ("return max(places)", "return len(places)"),
        "the nearest place": ("return max(places)", "return min(places)"),
        "the first word first": (".flip(0)", ""),
        "not divided": ("lengths / lengths[0]", "lengths"),
        "the sum of all states": ("states[0, -1].sum()", "states.sum()"),
        "the largest number in place of the length": ("norm(dim=-1)", "abs().amax(-1)"),
        "changes what was given": ("words.clone().requires_grad_()", "words.requires_grad_()"),
    },
}
