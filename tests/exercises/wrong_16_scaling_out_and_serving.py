"""Plausible wrong answers to the exercises on scaling out and serving."""

WRONG = {
    "days": {
        "two operations a weight": ("return 6 *", "return 2 *"),
        "hours": ("(24 * 3600)", "3600"),
        "all parts read the source": ("target_side * tgt_tokens", "target_side * src_tokens"),
        "all parts do the work of all tokens": (
            'weights["encoder"] * src_tokens + target_side * tgt_tokens',
            "sum(weights.values()) * (src_tokens + tgt_tokens)",
        ),
        "the output layer left out": (' + weights["output layer"]', ""),
        "what is lost makes it quicker": ("processes * efficiency)", "processes / efficiency)"),
        "one process does it all": ("speed * processes * efficiency", "speed"),
        "the loss forgotten": (" * efficiency)", ")"),
    },
    "rounded-by-groups": {
        "a scale for each row": (
            "groups.abs().amax(-1, keepdim=True)",
            "groups.abs().amax((-2, -1), keepdim=True)",
        ),
        "one scale for all": ("groups.abs().amax(-1, keepdim=True)", "groups.abs().max()"),
        "groups down the columns": ("groups.abs().amax(-1, keepdim=True)", "groups.abs().amax(0, keepdim=True)"),
        "a group of zeros becomes nan": ("    scales = scales.clamp(min=1e-12)\n", ""),
        "one number too many": ("(2 ** (bits - 1) - 1)", "(2 ** (bits - 1))"),
        "the bits without a sign": ("(2 ** (bits - 1) - 1)", "(2**bits - 1)"),
        "as many groups as a group is long": ("len(weight), -1, size)", "len(weight), size, -1)"),
        "not scaled back": (".round() * scales)", ".round())"),
        "changes what was given": ("groups = weight.reshape", "weight.clamp_(-9, 9)\n    groups = weight.reshape"),
        "cut off and not rounded": (".round()", ".trunc()"),
    },
    "buffered": {
        "everything read first": """
def buffered(items, size, seed):
    items = list(items)
    random.Random(seed).shuffle(items)
    yield from items
""",
        "block after block": """
def buffered(items, size, seed):
    chance, items = random.Random(seed), iter(items)
    while block := list(itertools.islice(items, size)):
        chance.shuffle(block)
        yield from block
""",
        "blocks of twice the size": """
def buffered(items, size, seed):
    chance, items = random.Random(seed), iter(items)
    while block := list(itertools.islice(items, 2 * size)):
        chance.shuffle(block)
        yield from block
""",
        "what is left is forgotten": ("    yield from buffer\n", ""),
        "what is left is not shuffled": ("    chance.shuffle(buffer)\n", ""),
        "chance of its own": ("random.Random(seed)", "random"),
        "always the same seed": ("random.Random(seed)", "random.Random(1)"),
        "one more than it may hold": (
            "        place = chance.randrange(size)\n        yield buffer[place]\n        buffer[place] = item\n",
            "        buffer.append(item)\n        yield buffer.pop(chance.randrange(len(buffer)))\n",
        ),
        "always the first of the buffer": (
            "        place = chance.randrange(size)\n        yield buffer[place]\n        buffer[place] = item\n",
            "        yield buffer.pop(0)\n        buffer.append(item)\n",
        ),
        "a list in the end": """
def buffered(items, size, seed):
    chance, found, buffer = random.Random(seed), [], []
    for item in items:
        if len(buffer) == size:
            found.append(buffer.pop(chance.randrange(size)))
        buffer.append(item)
    chance.shuffle(buffer)
    return found + buffer
""",
        "it is always the same place": ("chance.randrange(size)", "size - 1"),
    },
    "greedy": {
        "what comes after the end counts": (
            "for row in set(range(batch)) - ended:",
            "for row in range(batch):",
        ),
        "the end is no choice": (
            "            totals[row] += best[row].item()\n            if tokens[row] == EOS:\n"
            "                ended.add(row)\n            else:\n",
            "            if tokens[row] == EOS:\n                ended.add(row)\n            else:\n"
            "                totals[row] += best[row].item()\n",
        ),
        "all end with the first": ("len(ended) == batch", "ended"),
        "the state of the beginning": ("log_probs, state = step", "log_probs, _ = step"),
        "always fed the beginning": ("step(tokens, state)", "step(torch.full((batch,), BOS), state)"),
        "the end is written": (
            "                ended.add(row)\n            else:\n                found[row]",
            "                ended.add(row)\n            if True:\n                found[row]",
        ),
        "never ends early": ("        if len(ended) == batch:\n            break\n", ""),
        "one step too many": ("range(max_length)", "range(max_length + 1)"),
        "the mean in place of the sum": (
            "return list(zip(found, totals))",
            "return [(ids, total / (len(ids) + 1)) for ids, total in zip(found, totals)]",
        ),
        "the least likely": ("log_probs.max(-1)", "log_probs.min(-1)"),
    },
    "own-loss": {
        "a mean of its own": ("share.sum() * len(counts) / sum(counts)", "share.mean()"),
        "the bug left in": ("share.sum() * len(counts) / sum(counts)", "share.sum() / max(len(share), 1)"),
        "by all tokens, without the processes": (" * len(counts)", ""),
        "the sum": (" * len(counts) / sum(counts)", ""),
        "times all tokens, by the processes": ("len(counts) / sum(counts)", "sum(counts) / len(counts)"),
        "only processes that have tokens": ("len(counts) / sum", "sum(n > 0 for n in counts) / sum"),
        "cut off from its gradients": ("share.sum()", "share.sum().item()"),
        "the mean length": (
            "share.sum() * len(counts) / sum(counts)",
            "share.sum() / (sum(counts) // len(counts) or 1)",
        ),
        "always two processes": ("len(counts)", "2"),
    },
    "fewest-bits": {
        "one scale for all rows": ("weight.abs().amax(1, keepdim=True)", "weight.abs().max()"),
        "a scale for each column": ("weight.abs().amax(1, keepdim=True)", "weight.abs().amax(0, keepdim=True)"),
        "weights compared, not products": (
            "((changed - exact).abs().max() / exact.abs().max())",
            "(((weight / scales).round() * scales - weight).abs().max() / weight.abs().max())",
        ),
        "inputs rounded, too": ("inputs @ ((", "inputs.round() @ (("),
        "the most bits": ("range(2, 9)", "range(8, 1, -1)"),
        "eight bits left out": ("range(2, 9)", "range(3, 8)"),
        "the largest error of its own product": (
            "((changed - exact).abs().max() / exact.abs().max())",
            "((changed - exact) / exact).abs().max()",
        ),
        "with its sign": ("(changed - exact).abs().max()", "(changed - exact).max()"),
        "an error in place of None": ("next(enough, None)", "next(enough)"),
        "eight if there are none": ("next(enough, None)", "next(enough, 8)"),
        "one number too many": ("(2 ** (bits - 1) - 1)", "(2 ** (bits - 1))"),
    },
}
