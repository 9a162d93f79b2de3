"""Plausible wrong answers to the exercises on data cleaning."""

WRONG = {
    "dropped-places": {
        "the places that are kept": ("if any(", "if not any("),
        "all filters must agree": ("if any(", "if all("),
        "counted from 1": ("enumerate(pairs)", "enumerate(pairs, 1)"),
        "the pairs in place of places": ("        place\n", "        pair\n"),
        "one filter after the other": """
def dropped_places(pairs, filters):
    found = []
    for hits in filters:
        for place, pair in enumerate(pairs):
            if hits(pair, ("de", "en")):
                found.append(place)
    return found
""",
        "the first filter alone": ("for hits in filters", "for hits in filters[:1]"),
        "the languages turned round": ('("de", "en")', '("en", "de")'),
    },
    "f-score": {
        "the plain mean": (
            "    return 2 * precision * recall / (precision + recall)",
            "    return (precision + recall) / 2",
        ),
        "the smaller of the two": (
            "    return 2 * precision * recall / (precision + recall)",
            "    return min(precision, recall)",
        ),
        "the two forgotten": ("2 * precision * recall", "precision * recall"),
        "no bad lines forgotten": ("recall = right / len(bad) if bad else 1.0", "recall = right / len(bad)"),
        "nothing dropped forgotten": ("right / len(dropped) if dropped else 1.0", "right / len(dropped)"),
        "recall is 0 where nothing is bad": ("if bad else 1.0", "if bad else 0.0"),
        "what both have, of what either has": """
def f_score(dropped, bad):
    either = dropped | bad
    return len(dropped & bad) / len(either) if either else 1.0
""",
    },
    "best-threshold": {
        "drops what equals the threshold": ("ratio > highest", "ratio >= highest"),
        "precision must be above": ("precision >= least", "precision > least"),
        "recall alone": ("if precision >= least", "if recall >= 0"),
        "the most precise": ("found.append((recall, highest))", "found.append((precision, highest))"),
        "the first of equally good ones": (
            "max(found)[1] if found else None",
            "max(found, key=lambda one: one[0])[1] if found else None",
        ),
        "the smallest of equally good ones": (
            "max(found)[1] if found else None",
            "max(found, key=lambda one: (one[0], -one[1]))[1] if found else None",
        ),
        "drops the small ratios": ("ratio > highest", "ratio < highest"),
    },
    "settled": {
        "one round": ("        if text == before:\n            return text, changed", "        return text, changed"),
        "two rounds": (
            "while True:",
            "for _ in range(2):",
            "            return text, changed",
            "            break\n    return text, changed",
        ),
        "each one until it settles, then the next": """
def settled(text, normalizers):
    changed = set()
    for normalizer in normalizers:
        while normalizer(text) != text:
            text = normalizer(text)
            changed.add(normalizer.__name__)
    return text, changed
""",
        "stops at the first that does nothing": """
def settled(text, normalizers):
    changed = set()
    while True:
        for normalizer in normalizers:
            new = normalizer(text)
            if new == text:
                return text, changed
            changed.add(normalizer.__name__)
            text = new
""",
        "begins again after each change": """
def settled(text, normalizers):
    changed = set()
    while True:
        for normalizer in normalizers:
            new = normalizer(text)
            if new != text:
                text = new
                changed.add(normalizer.__name__)
                break
        else:
            return text, changed
""",
        "from the last to the first": ("in normalizers:", "in reversed(normalizers):"),
        "who was called": ("            if new != text:\n                changed", "            changed"),
        "who changed something in the last round": ("        before = text", "        before, changed = text, set()"),
    },
    "split": {
        "the bug left in": ("leakage_key(pair.source)", "pair.source"),
        "lower-cased only": ("leakage_key(pair.source)", "pair.source.lower()"),
        "by the target": ("leakage_key(pair.source)", "leakage_key(pair.target)"),
        "both sides must be the same": ("leakage_key(pair.source)", "tuple(map(leakage_key, pair))"),
        "training and test changed over": ("return train, test", "return test, train"),
        "so many lines for the test": """
def split(pairs, size):
    return pairs[size:], pairs[:size]
""",
        "so many lines, and what would leak thrown away": """
def split(pairs, size):
    test = pairs[:size]
    known = {leakage_key(pair.source) for pair in test}
    return [pair for pair in pairs if leakage_key(pair.source) not in known], test
""",
        "one pair a sentence in the test": """
def split(pairs, size):
    first = {}
    for pair in pairs:
        first.setdefault(leakage_key(pair.source), pair)
    test = list(first.values())[:size]
    return [pair for pair in pairs if pair not in test], test
""",
    },
    "merged": {
        "each occurrence": (
            "sorted({word for line in lines for word in line.split()})",
            "sorted(word for line in lines for word in line.split())",
        ),
        "groups of one as well": ("if len(old) > 1", "if old"),
        "only what changes": (
            "groups.setdefault(change(word), [])",
            "groups.setdefault(change(word), [])\n        if change(word) != word:\n            groups[change(word)]",
        ),
        "nothing is no word": ("if len(old) > 1", "if new and len(old) > 1"),
        "the harshest": ("min(", "max("),
        "the last of those that do as much": ("        changes,\n", "        reversed(changes),\n"),
        "words are counted": ("(x) != x for x in lines", "(w) != w for x in lines for w in x.split()"),
    },
}
