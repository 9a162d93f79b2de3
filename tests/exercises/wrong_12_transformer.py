"""Plausible wrong answers to the exercises on the Transformer."""

WRONG = {
    "head": {
        "query and key changed over": (
            "states @ W_query, states @ W_key, states @ W_value",
            "states @ W_key, states @ W_query, states @ W_value",
        ),
        "values not projected": ("attend(query, keys, values)", "attend(query, keys, states)"),
        "the keys for values": ("states @ W_value", "states @ W_key"),
        "places along the wrong axis": ("argmax(-1)", "argmax(1)"),
        "the smallest weight": ("argmax(-1)", "argmin(-1)"),
        "weights in place of places": ("weights.argmax(-1)", "weights"),
        "without the root": (
            "context, weights = attend(query, keys, values)",
            "weights = (query @ keys.transpose(1, 2)).softmax(-1)\n    context = weights @ values",
        ),
        "no look into the future": (
            "attend(query, keys, values)",
            "attend(query, keys, values, torch.ones(states.shape[1], states.shape[1]).bool().tril())",
        ),
        "matrices turned": ("states @ W_value", "states @ W_value.T"),
    },
    "positions": {
        "side by side, as in the chapter": (
            "torch.cat([angles.sin(), angles.cos()], dim=1)",
            "torch.stack([angles.sin(), angles.cos()], dim=2).flatten(1)",
        ),
        "cosines first": ("[angles.sin(), angles.cos()]", "[angles.cos(), angles.sin()]"),
        "the exponent without its two": ("torch.arange(0, size, 2) / size", "torch.arange(size // 2) / size"),
        "the last wave reaches the base": (
            "torch.arange(0, size, 2) / size",
            "torch.arange(size // 2) / max(size // 2 - 1, 1)",
        ),
        "multiplied": ("/ 10000**exponents", "* 10000**exponents"),
        "positions counted from 1": ("numbers.unsqueeze(1)", "(numbers + 1).unsqueeze(1)"),
        "the first positions, whichever were asked for": (
            "numbers.unsqueeze(1)",
            "torch.arange(len(numbers)).unsqueeze(1)",
        ),
        "another base": ("10000**", "1000**"),
        "a wave for each number": (
            "torch.arange(0, size, 2) / size",
            "torch.arange(0, size) / size",
            "[angles.sin(), angles.cos()], dim=1",
            "[angles.sin()[:, : size // 2], angles.cos()[:, size // 2 :]], dim=1",
        ),
    },
    "heads": {
        "reshaped at once": (
            "unflatten(-1, (num_heads, -1)).transpose(1, 2)",
            "reshape(states.shape[0], num_heads, states.shape[1], -1)",
        ),
        "every third number, where there are three heads": (
            "unflatten(-1, (num_heads, -1)).transpose(1, 2)",
            "unflatten(-1, (-1, num_heads)).permute(0, 3, 1, 2)",
        ),
        "joined without turning": (
            "heads.transpose(1, 2).flatten(2)",
            "heads.reshape(heads.shape[0], heads.shape[2], -1)",
        ),
        "joined number by number": ("heads.transpose(1, 2).flatten(2)", "heads.permute(0, 2, 3, 1).flatten(2)"),
        "heads and steps changed over": (
            "unflatten(-1, (num_heads, -1)).transpose(1, 2)",
            "unflatten(-1, (num_heads, -1))",
        ),
        "the number of heads for their size": ("(num_heads, -1)", "(-1, num_heads)"),
        "the mean of the heads": ("heads.transpose(1, 2).flatten(2)", "heads.mean(1).repeat(1, 1, heads.shape[1])"),
        "always the example's three heads": ("(num_heads, -1)", "(3, -1)"),
    },
    "mask": {
        "the cache forgotten": ("torch.arange(written, written + steps)", "torch.arange(steps)"),
        "the future seen": ("(keys <= queries) & ", ""),
        "no limit to the past": (" & (keys >= queries - before)", ""),
        "one word too few": (">= queries - before", "> queries - before"),
        "one word too many": (">= queries - before", ">= queries - before - 1"),
        "does not see itself": ("keys <= queries", "keys < queries"),
        "upside down": (
            "(keys <= queries) & (keys >= queries - before)",
            "(keys > queries) | (keys < queries - before)",
        ),
        "as many words after": ("(keys <= queries)", "(keys <= queries + before)"),
        "all that was written, and a window of the new": (
            "(keys >= queries - before)",
            "((keys < written) | (keys >= queries - before))",
        ),
        "queries and keys changed over": (
            "return (keys <= queries) & (keys >= queries - before)",
            "return ((keys <= queries) & (keys >= queries - before)).T",
        ),
    },
    "layer": {
        "the bug left in": (
            "return states + feedforward(norms[1](states))",
            "read = norms[1](states)\n    return read + feedforward(read)",
        ),
        "post-norm": (
            "states = states + attention(norms[0](states))",
            "states = norms[0](states + attention(states))",
            "return states + feedforward(norms[1](states))",
            "return norms[1](states + feedforward(states))",
        ),
        "no residual around attention": ("states = states + attention", "states = attention"),
        "no residual around the feedforward network": ("return states + feedforward", "return feedforward"),
        "both halves read the same": (
            "states = states + attention(norms[0](states))",
            "found = attention(norms[0](states))",
            "return states + feedforward(norms[1](states))",
            "return states + found + feedforward(norms[1](states))",
        ),
        "one norm for both": ("norms[1]", "norms[0]"),
        "no second norm": ("feedforward(norms[1](states))", "feedforward(states)"),
        "a norm at the end": (
            "return states + feedforward(norms[1](states))",
            "return norms[1](states + feedforward(states))",
        ),
        "adds into what was given": ("states = states + attention(", "states += attention("),
        "the feedforward network first": (
            "states = states + attention(norms[0](states))\n    return states + feedforward(norms[1](states))",
            "states = states + feedforward(norms[1](states))\n    return states + attention(norms[0](states))",
        ),
    },
    "looks-ahead": {
        "only the last word is changed": ("for place in range(steps):", "for place in [steps - 1]:"),
        "only the first word is looked at": ("for earlier in range(place):", "for earlier in range(min(place, 1)):"),
        "the same added to all numbers": ("changed[place] = torch.randn(size)", "changed[place] += 1.0"),
        "all numbers doubled": ("changed[place] = torch.randn(size)", "changed[place] *= 2"),
        "the way back": (
            "for earlier in range(place):",
            "for earlier in range(place + 1, steps):",
            "max(furthest, place - earlier)",
            "max(furthest, earlier - place)",
        ),
        "whether, and not how far": ("max(furthest, place - earlier)", "1"),
        "the nearest leak": (
            "max(furthest, place - earlier)",
            "min(furthest or steps, place - earlier)",
        ),
        "how many places leak": ("max(furthest, place - earlier)", "furthest + 1"),
        "the word itself counts": ("range(place)", "range(place + 1)", "place - earlier)", "place - earlier + 1)"),
        "another sentence each time": (
            "        changed = states.clone()\n        changed[place] = torch.randn(size)\n",
            "        changed = torch.randn(steps, size)\n",
        ),
        "what was changed stays changed": ("states.clone()", "states"),
        "the last place is forgotten": ("for place in range(steps):", "for place in range(steps - 1):"),
    },
}
