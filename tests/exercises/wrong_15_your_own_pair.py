"""Plausible wrong answers to the exercises on a pair of one's own."""

WRONG = {
    "prepared": {
        "not cleaned": ("split_corpus(kept,", "split_corpus(pairs,"),
        "the training part cleaned only": """
def prepared(pairs, held_out):
    splits = split_corpus(pairs, val=held_out, test=held_out)
    return {**splits, "train": clean(splits["train"], "de", "en")[0]}
""",
        "cleaned after the split, all three": """
def prepared(pairs, held_out):
    splits = split_corpus(pairs, val=held_out, test=held_out)
    return {name: clean(part, "de", "en")[0] for name, part in splits.items()}
""",
        "drawn at random": """
def prepared(pairs, held_out):
    kept, _ = clean(pairs, "de", "en")
    drawn = random.Random(1).sample(kept, len(kept))
    test, val, train = drawn[:held_out], drawn[held_out : 2 * held_out], drawn[2 * held_out :]
    return {"train": train, "val": val, "test": test}
""",
        "languages changed over": ('clean(pairs, "de", "en")', 'clean(pairs, "en", "de")'),
        "repaired and not filtered": ('"de", "en")', '"de", "en", filters=(), unique=None)'),
        "the package's own sizes": ("val=held_out, test=held_out", "val=1, test=1"),
    },
    "unknown-share": {
        "a vocabulary that has seen the test": ("for pair in train", "for pair in [*train, *test]"),
        "different words": ("in words.encode(pair[side])", "in set(words.encode(pair[side]))"),
        "the known ones": ("one == words.unk_id", "one != words.unk_id"),
        "a mean of lines": """
def unknown_share(train, test, side, min_count):
    words = WordVocabulary.build([pair[side] for pair in train], min_count=min_count)
    rows = [words.encode(pair[side]) for pair in test]
    return sum(row.count(words.unk_id) / len(row) for row in rows) / max(len(rows), 1)
""",
        "always words seen twice": (", min_count=min_count)", ")"),
        "always the source": ("words.encode(pair[side])", "words.encode(pair[0])"),
        "lines of the other side": ("lines = [pair[side]", "lines = [pair[1 - side]"),
        "unknown words, no share": (" / max(len(ids), 1)", ""),
    },
    "mismatched": {
        "shuffled once": ("    while any(target == pair.target for target, pair in zip(targets, pairs)):\n    ", ""),
        "always moved by one": (
            "    while any(target == pair.target for target, pair in zip(targets, pairs)):\n"
            "        chance.shuffle(targets)\n",
            "    targets = targets[1:] + targets[:1]\n",
        ),
        "moved by as much as the seed says": """
def mismatched(pairs, seed):
    by = 1 + seed % (len(pairs) - 1)
    targets = [pair.target for pair in pairs[by:] + pairs[:by]]
    return [SentencePair(pair.source, target) for pair, target in zip(pairs, targets)]
""",
        "drawn with replacement": """
def mismatched(pairs, seed):
    chance = random.Random(seed)
    return [
        SentencePair(one.source, chance.choice([other.target for other in pairs if other != one])) for one in pairs
    ]
""",
        "chance of its own": ("random.Random(seed)", "random"),
        "always the same seed": ("random.Random(seed)", "random.Random(1)"),
        "whole pairs shuffled": """
def mismatched(pairs, seed):
    return random.Random(seed).sample(pairs, len(pairs))
""",
        "what was given is shuffled": """
def mismatched(pairs, seed):
    targets = [pair.target for pair in pairs]
    random.Random(seed).shuffle(pairs)
    return [SentencePair(pair.source, target) for pair, target in zip(pairs, targets)]
""",
    },
    "between": {
        "from the wrong end": (
            "(1 - share) * weight + share * after[name]",
            "share * weight + (1 - share) * after[name]",
        ),
        "half-way always": ("(1 - share) * weight + share * after[name]", "(weight + after[name]) / 2"),
        "the share of the new added": ("(1 - share) * weight +", "weight +"),
        "changes what was given": ("(1 - share) * weight +", "weight.mul_(1 - share) +"),
        "an end itself": (
            "    return {\n",
            "    if share in (0, 1):\n        return after if share else before\n    return {\n",
        ),
        "names not looked at": ("before.keys() != after.keys()", "len(before) == 0"),
        "names counted only": ("before.keys() != after.keys()", "len(before) != len(after)"),
        "in the order of the tensors": (
            "share * after[name]",
            "share * list(after.values())[list(before).index(name)]",
        ),
    },
    "resumed": {
        "the optimiser left out": ('state["velocity"].clone()', "torch.zeros(4)"),
        "what was written down goes on": ("return copy.deepcopy(state)", "return state"),
        "the optimiser's state not copied": (
            "return copy.deepcopy(state)",
            'return state | {"weights": weights.clone()}',
        ),
        "from the first epoch again": ('range(state["finished"], epochs)', "range(epochs)"),
        "the right number, the wrong epochs": ('range(state["finished"], epochs)', 'range(epochs - state["finished"])'),
        "one epoch twice": ('range(state["finished"], epochs)', 'range(state["finished"] - 1, epochs)'),
        "one epoch passed over": ('range(state["finished"], epochs)', 'range(state["finished"] + 1, epochs)'),
        "as many epochs more": (
            'range(state["finished"], epochs)',
            'range(state["finished"], state["finished"] + epochs)',
        ),
        "the weights left out": ('state["weights"].clone()', "begin(seed=99)[0]"),
    },
    "chosen": {
        "the last places only": (
            "for place, one in enumerate(history)",
            "for place, one in [(len(history) - 1, history[-1])]",
        ),
        "the loss itself, not what was added": (' - history[0]["captions"] <= allowed', " <= allowed"),
        "forgotten since the place before": (
            'one["captions"] - history[0]["captions"]',
            'one["captions"] - history[max(place - 1, 0)]["captions"]',
        ),
        "everything allowed": ('["captions"] <= allowed', '["captions"] <= 1e9'),
        "fewer than allowed": ('["captions"] <= allowed', '["captions"] < allowed'),
        "the least forgotten": ('(one["dialogue"], rate, place)', '(one["captions"], rate, place)'),
        "better is forgotten, too": (
            'if one["captions"] - history[0]["captions"] <= allowed',
            'if abs(one["captions"] - history[0]["captions"]) <= allowed',
        ),
        "until the first place that is too much": """
def chosen(runs, allowed):
    places = []
    for rate, history in runs.items():
        for place, one in enumerate(history):
            if one["captions"] - history[0]["captions"] > allowed:
                break
            places.append((one["dialogue"], rate, place))
    return min(places, key=lambda one: one[0])[1:]
""",
        "places counted from one": ("return rate, place", "return rate, place + 1"),
    },
}
