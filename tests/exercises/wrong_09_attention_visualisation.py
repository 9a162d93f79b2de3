"""Plausible wrong answers to the exercises on attention visualisation."""

WRONG = {
    "named-links": {
        "the threshold forgotten": ("links_from_weights(weights, threshold)", "links_from_weights(weights)"),
        "the table turned": ("links_from_weights(weights, threshold)", "links_from_weights(weights.T, threshold)"),
        "in the order of the source": ("key=lambda link: (link[1], link[0])", "key=lambda link: link"),
        "target words first": ("(source[i], target[j]) for", "(target[j], source[i]) for"),
        "places in place of words": ("(source[i], target[j]) for", "(i, j) for"),
        "in no order": ("sorted(links, key=lambda link: (link[1], link[0]))", "list(links)[::-1]"),
        "a weight at the threshold left out": (
            "links_from_weights(weights, threshold)",
            "links_from_weights(weights, threshold + 1e-6)",
        ),
        "one link a word": (
            "[(source[i], target[j]) for i, j in ordered]",
            "[(source[i], target[j]) for j, i in {j: i for i, j in ordered}.items()]",
        ),
    },
    "between-words": {
        "the mean of what is looked at": (
            "seen[:, word] += weights[:, k]",
            "seen[:, word] += weights[:, k] / (groups[0] == word).sum()",
        ),
        "the largest of what is looked at": (
            "seen[:, word] += weights[:, k]",
            "seen[:, word] = np.maximum(seen[:, word], weights[:, k])",
        ),
        "the first piece of what looks": (".mean(0)", "[0]"),
        "not scaled at the end": ("return table / np.where(whole > 0, whole, 1)", "return table"),
        "each piece scaled before the mean": (
            "    table = np.stack",
            "    seen = seen / np.maximum(seen.sum(1, keepdims=True), 1e-12)\n    table = np.stack",
        ),
        "<eos> in the last word": (
            "    table = np.stack",
            "    seen[:, -1] += weights[:, -1]\n    table = np.stack",
        ),
        "zero divided by zero": ("np.where(whole > 0, whole, 1)", "np.where(whole > 0, whole, np.nan)"),
        "the first piece alone is looked at": (
            "seen[:, word] += weights[:, k]",
            "seen[:, word] += weights[:, k] * (k == 0 or groups[0][k - 1] != word)",
        ),
    },
    "link-scores": {
        "the mean of the sentences": (
            "links, certain = sum(map(len, predicted)), sum(map(len, sure))",
            "if len(predicted) > 1:\n"
            "        three = zip(predicted, sure, possible)\n"
            "        each = [link_scores([a], [s], [p]) for a, s, p in three if s]\n"
            "        return tuple(sum(column) / len(each) for column in zip(*each))\n"
            "    links, certain = sum(map(len, predicted)), sum(map(len, sure))",
        ),
        "precision and recall changed over": (
            "return precision, recall, third",
            "return recall, precision, third",
        ),
        "precision on sure links": ("right = sum(len(a & p)", "right = sum(len(a & p & sure[0])"),
        "recall on possible links": ("recall = found / certain", "recall = right / sum(map(len, possible))"),
        "one less the mean of both": (
            "1 - (found + right) / (links + certain)",
            "1 - (precision + recall) / 2",
        ),
        "the rate of what is right": ("1 - (found + right)", "(found + right)"),
        "an error where nothing is predicted": ("right / links if links else 0.0", "right / links"),
        "the first sentence alone": (
            "links, certain = sum(map(len, predicted)), sum(map(len, sure))",
            "predicted, sure, possible = predicted[:1], sure[:1], possible[:1]\n"
            "    links, certain = len(predicted[0]), len(sure[0]) or 1",
        ),
        "changes what was given": ("len(a & s) for", "len(a.intersection_update(s) or a) for"),
    },
    "grown": {
        "one round": ("taken = taken | touching", "return taken | touching"),
        "all links of both": (
            "taken, candidates = forwards & backwards, forwards | backwards",
            "taken, candidates = forwards | backwards, forwards | backwards",
        ),
        "agreed links alone": ("if not touching:", "if True:"),
        "corners do not touch": ("max(abs(i - a), abs(j - b)) <= 1", "abs(i - a) + abs(j - b) <= 1"),
        "corners alone": ("max(abs(i - a), abs(j - b)) <= 1", "abs(i - a) == abs(j - b) == 1"),
        "forwards grows": ("forwards & backwards, forwards", "set(forwards), forwards"),
        "two steps away": ("abs(j - b)) <= 1", "abs(j - b)) <= 2"),
        "changes what was given": (
            "taken, candidates = forwards & backwards, forwards | backwards",
            "candidates = forwards | backwards\n    forwards &= backwards\n    taken = forwards",
        ),
    },
    "filled": {
        "the bug left in": ("weights[step]", "weights[min(step + 1, len(weights) - 1)]"),
        "one step early": ("weights[step]", "weights[max(step - 1, 0)]"),
        "<eos> counted": ("source[int(row[: len(source)].argmax())]", "[*source, '<eos>'][int(row.argmax())]"),
        "the first gap's look for all": ("weights[step]", 'weights[tokens.index("<unk>")]'),
        "unknown words left as gaps": ("dictionary.get(word, word)", "dictionary.get(word, token)"),
        "no dictionary": ("dictionary.get(word, word)", "word"),
        "the word looked at least": ("argmax()", "argmin()"),
        "every word looked up": ('if token == "<unk>":', "if True:"),
        "gaps counted, not steps": ("weights[step]", 'weights[tokens[:step].count("<unk>")]'),
        "the first word for each": ("int(row[: len(source)].argmax())", "min(step, len(source) - 1)"),
    },
    "needed": {
        "all rows at once": (
            "changed[step] = without_largest(weights[step])",
            "changed = np.stack([without_largest(row) for row in weights])",
        ),
        "changes pile up": (
            "for step in range(len(weights)):\n        changed = weights.copy()",
            "changed = weights.copy()\n    for step in range(len(weights)):",
        ),
        "any answer that changes": (
            "bool(answer(changed)[step] != before[step])",
            "bool(answer(changed) != before)",
        ),
        "not scaled up": ("return rest / rest.sum()", "return rest"),
        "one weight alone becomes no number": ("if rest.sum() == 0:", "if False:"),
        "spread over all, the largest too": (
            "rest = np.ones(len(row))\n        rest[place] = 0",
            "rest = np.ones(len(row))",
        ),
        "what stays": ("[step] != before[step]", "[step] == before[step]"),
        "changes what was given": ("changed = weights.copy()", "changed = weights"),
        "the last answer": ("[step] != before[step]", "[-1] != before[-1]"),
        "the row is changed": ("row.copy(), row.argmax()", "row, row.argmax()"),
    },
}
