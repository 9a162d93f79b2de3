"""Plausible wrong answers to the exercises on batching."""

WRONG = {
    "padding-of": {
        "both sides together": ("return src_share, tgt_share", "return (src_share + tgt_share) / 2"),
        "the share of words": ("(batch.src == 0)", "(batch.src != 0)", "(batch.tgt_out == 0)", "(batch.tgt_out != 0)"),
        "sides changed over": ("return src_share, tgt_share", "return tgt_share, src_share"),
        "the number of cells": (
            "(batch.src == 0).float().mean()",
            "(batch.src == 0).sum()",
            "(batch.tgt_out == 0).float().mean()",
            "(batch.tgt_out == 0).sum()",
        ),
        "the end counted as padding": ("(batch.src == 0)", "(batch.src <= 3)"),
        "the example, hard-coded": "def padding_of(examples):\n    return 3 / 12, 5 / 15",
        "padding over words": ("return src_share, tgt_share", "return src_share / (1 - src_share), tgt_share"),
    },
    "pad-left": {
        "on the right": (
            "[pad_id] * (longest - len(row)) + list(row)",
            "list(row) + [pad_id] * (longest - len(row))",
        ),
        "mask upside down": ("torch.arange(longest) <", "torch.arange(longest) >="),
        "the mask from the ids": (
            "return torch.tensor(ids), mask",
            "return torch.tensor(ids), torch.tensor(ids) == pad_id",
        ),
        "the mask of padding on the right": ("< longest - lengths.unsqueeze(1)", ">= lengths.unsqueeze(1)"),
        "always filled with 0": ("[pad_id] * (longest", "[0] * (longest"),
        "changes the rows": (
            "    ids = [",
            "    for row in rows:\n        row[:0] = [pad_id] * (longest - len(row))\n    ids = [",
        ),
        "rows turned round": ("+ list(row) for", "+ list(row)[::-1] for"),
    },
    "turned": {
        "padding turned round too": "def turned(src, lengths):\n    return src.flip(1)",
        "one place too far": ("ends - 1 - places", "(ends - places).clamp(max=src.shape[1] - 1)"),
        "the batch turned round": "def turned(src, lengths):\n    return src.flip(0)",
        "in place": """
def turned(src, lengths):
    for row, length in zip(src, lengths):
        row[:length] = row[:length].flip(0)
    return src
""",
        "the end left where it is": ("places < ends, ends - 1 - places", "places < ends - 1, ends - 2 - places"),
        "words pushed to the right": (
            "torch.where(places < ends, ends - 1 - places, places)",
            "(places + ends) % src.shape[1]",
        ),
        "all as long as the first": ("ends = lengths.unsqueeze(1)", "ends = lengths[:1].unsqueeze(1)"),
        "nothing but zeros behind the sentence": (
            "return src.gather(1, torch.where(places < ends, ends - 1 - places, places))",
            "return src.gather(1, (ends - 1 - places).clamp(min=0)) * (places < ends)",
        ),
    },
    "pooled": {
        "all sorted": ("for start in range(0, len(lengths), pool):", "for start, pool in [(0, len(lengths))]:"),
        "not sorted": ("        places.sort(key=lambda place: lengths[place])\n", ""),
        "from long to short": ("lengths[place])", "-lengths[place])"),
        "lengths in place of places": ("    return batches", "    return [[lengths[i] for i in b] for b in batches]"),
        "places counted within the pool": (
            "places = list(range(len(lengths)))[start : start + pool]",
            "places = list(range(min(pool, len(lengths) - start)))",
        ),
        "batches over the ends of pools": """
def pooled(lengths, pool, size):
    order = []
    for start in range(0, len(lengths), pool):
        places = range(start, min(start + pool, len(lengths)))
        order += sorted(places, key=lambda place: lengths[place])
    return [order[at : at + size] for at in range(0, len(order), size)]
""",
        "the small batches left out": ("    return batches", "    return [b for b in batches if len(b) == size]"),
        "equal lengths turned round": ("lengths[place])", "(lengths[place], -place))"),
    },
    "attended": {
        "the bug left in": ("~padding_mask", "padding_mask"),
        "no mask at all": (", attn_mask=mask", ""),
        "set to zero after the softmax": """
def attended(query, states, padding_mask):
    scores = (states @ query.unsqueeze(-1)).squeeze(-1) / query.shape[-1] ** 0.5
    weights = scores.softmax(-1).masked_fill(padding_mask, 0.0)
    return (weights.unsqueeze(-1) * states).sum(1)
""",
        "a score of zero": """
def attended(query, states, padding_mask):
    scores = (states @ query.unsqueeze(-1)).squeeze(-1) / query.shape[-1] ** 0.5
    weights = scores.masked_fill(padding_mask, 0.0).softmax(-1)
    return (weights.unsqueeze(-1) * states).sum(1)
""",
        "ones and zeros added to the scores": ("~padding_mask.unsqueeze(1)", "(~padding_mask).float().unsqueeze(1)"),
        "the plain mean of the words": """
def attended(query, states, padding_mask):
    real = (~padding_mask).unsqueeze(-1)
    return (states * real).sum(1) / real.sum(1)
""",
        "not divided by the root": """
def attended(query, states, padding_mask):
    scores = (states @ query.unsqueeze(-1)).squeeze(-1)
    weights = scores.masked_fill(padding_mask, -torch.inf).softmax(-1)
    return (weights.unsqueeze(-1) * states).sum(1)
""",
        "a softmax over the batch": """
def attended(query, states, padding_mask):
    scores = (states @ query.unsqueeze(-1)).squeeze(-1) / query.shape[-1] ** 0.5
    weights = scores.masked_fill(padding_mask, -1e9).softmax(0)
    return (weights.unsqueeze(-1) * states).sum(1)
""",
    },
    "largest-batch": {
        "the mean of the groups' shares": (
            "    return (cells - words) / cells",
            "    if len(groups) == 1:\n        return (cells - words) / cells\n"
            "    return sum(padding_in([g], lengths) for g in groups) / len(groups)",
        ),
        "padding over words": ("(cells - words) / cells", "(cells - words) / words"),
        "the share of words": ("(cells - words) / cells", "words / cells"),
        "as wide as the longest of all": ("max(lengths[i] for i in g)", "max(lengths)"),
        "not sorted": ("sorted(range(len(lengths)), key=lambda i: lengths[i])", "list(range(len(lengths)))"),
        "stops at the first that is too much": (
            "            best = size\n",
            "            best = size\n        else:\n            break\n",
        ),
        "less than the limit": ("<= most", "< most"),
        "never all in one batch": ("range(1, len(order) + 1)", "range(1, len(order))"),
    },
}
