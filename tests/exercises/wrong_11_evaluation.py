"""Plausible wrong answers to the exercises on evaluation."""

WRONG = {
    "brevity": {
        "sides swapped": ("bleu_parts(hypotheses, references)", "bleu_parts(references, hypotheses)"),
        "the ratio upside down": (
            "parts.hypothesis_words / parts.reference_words",
            "parts.reference_words / parts.hypothesis_words",
        ),
        "lines cut at spaces": (
            "parts.hypothesis_words / parts.reference_words",
            'len(" ".join(hypotheses).split()) / len(" ".join(references).split())',
        ),
        "a share of the points that are left": (
            "parts.score / parts.brevity_penalty - parts.score",
            "parts.score * (1 - parts.brevity_penalty)",
        ),
        "what the penalty takes from 100": (
            "parts.score / parts.brevity_penalty - parts.score",
            "100 * (1 - parts.brevity_penalty)",
        ),
        "the arithmetic mean of the shares": (
            "parts.score / parts.brevity_penalty - parts.score",
            "sum(parts.precisions) / 4 - parts.score",
        ),
        "what is missing in length, in points": (
            "parts.score / parts.brevity_penalty - parts.score",
            "max(0, parts.score / ratio - parts.score)",
        ),
        "the score without the penalty": (" - parts.score", ""),
    },
    "matches": {
        "not clipped": (
            "(found & allowed).total()",
            "sum(number for run, number in found.items() if run in allowed)",
        ),
        "the references added up": ("allowed |=", "allowed +="),
        "the first reference only": ("for reference in references:", "for reference in references[:1]:"),
        "only what all references have": (
            "    allowed = Counter()\n",
            "    allowed = found\n",
            "allowed |=",
            "allowed &=",
        ),
        "the best single reference": (
            "(found & allowed).total()",
            "max((found & ngrams(one, n)).total() for one in references)",
        ),
        "each run once": (
            "(found & allowed).total(), found.total()",
            "len(found & allowed), len(found)",
        ),
        "a share in place of counts": ("total(), found.total()", "total() / max(found.total(), 1), 1"),
        "words whatever n": ("found = ngrams(hypothesis, n)", "found = ngrams(hypothesis, 1)"),
    },
    "corpus-score": {
        "the mean of the lines' scores": (
            "def corpus_score(rows):\n"
            "    scores = []\n"
            "    for *counts, c, r in rows:\n"
            "        penalty = math.exp(1 - r / c) if c < r else 1.0\n"
            "        product = math.prod(a / b if b else 0 for a, b in zip(counts[:4], counts[4:]))\n"
            "        scores.append(100 * penalty * product**0.25)\n"
            "    return sum(scores) / len(scores)"
        ),
        "the mean of the lines' shares": (
            "zip(right, written)",
            "[(sum(row[n] / max(row[4 + n], 1) for row in rows), len(rows)) for n in range(4)]",
        ),
        "the arithmetic mean": (
            "product = math.prod(a / b for a, b in zip(right, written))",
            "product = (sum(a / b for a, b in zip(right, written)) / 4) ** 4",
        ),
        "a penalty for long lines": ("if c < r else 1.0", "if c > r else 1.0"),
        "a bonus for long lines": (" if c < r else 1.0", ""),
        "no penalty": ("100 * penalty *", "100 *"),
        "a penalty for each short line": (
            "math.exp(1 - r / c) if c < r else 1.0",
            "sum(min(1, math.exp(1 - row[9] / row[8])) for row in rows) / len(rows)",
        ),
        "length divided the wrong way": ("1 - r / c", "1 - c / r"),
        "the product without its root": ("product**0.25", "product"),
        "lines with a count of 0 left out": ("zip(*rows)]", "zip(*[row for row in rows if 0 not in row[:4]])]"),
        "nothing for counts of 0": (
            "    if 0 in right:\n        return 0.0\n",
            "    right = [max(n, 1) for n in right]\n",
        ),
    },
    "interval": {
        "the mean of the lines' shares": (
            "right, written = table[drawn].sum(1).T\n        scores.append(100 * right / written)",
            "scores.append((100 * table[:, 0] / table[:, 1])[drawn].mean(1))",
        ),
        "the baseline is not drawn": (
            "scores[0] - scores[1]",
            "scores[0] - 100 * other[:, 0].sum() / other[:, 1].sum()",
        ),
        "other lines for each": (
            "right, written = table[drawn].sum(1).T",
            "right, written = table[drawn].sum(1).T\n        drawn = np.roll(drawn, 1, axis=0)",
        ),
        "five percent at either end": ("[0.025, 0.975]", "[0.05, 0.95]"),
        "from the lowest to the highest": ("[0.025, 0.975]", "[0, 1]"),
        "the other way round": ("scores[0] - scores[1]", "scores[1] - scores[0]"),
        "two intervals for one": (
            "low, high = np.quantile(scores[0] - scores[1], [0.025, 0.975])",
            "one, other = [np.quantile(score, [0.025, 0.975]) for score in scores]\n    low, high = one - other",
        ),
        "two standard deviations": (
            "low, high = np.quantile(scores[0] - scores[1], [0.025, 0.975])",
            "gain = scores[0] - scores[1]\n    low, high = gain.mean() - 2 * gain.std(), gain.mean() + 2 * gain.std()",
        ),
        "shares and not points": ("100 * right / written", "right / written"),
        "each line once": (
            "right, written = table[drawn].sum(1).T",
            "right, written = np.array([table[np.unique(row)].sum(0) for row in drawn]).T",
        ),
    },
    "pronouns": {
        "the bug left in": (
            "def pronouns(lines):\n    return tuple(sum(p in line.lower() for line in lines) for p in ('his', 'her'))"
        ),
        "a space on either side": (
            "def pronouns(lines):\n"
            "    return tuple(sum(f' {p} ' in line.lower() for line in lines) for p in ('his', 'her'))"
        ),
        "a space on either side, and at the ends": (
            "def pronouns(lines):\n"
            "    return tuple(sum(f' {p} ' in f' {line.lower()} ' for line in lines) for p in ('his', 'her'))"
        ),
        "punctuation left on the words": (
            'letters = [c if c.isalpha() else " " for c in line.lower()]',
            "letters = line.lower()",
        ),
        "capitals make a difference": ("line.lower()", "line"),
        "small letters and capitals at the beginning only": (
            'his += "his" in words\n        her += "her" in words',
            'his += "his" in words or "His" in words\n        her += "her" in words or "Her" in words',
            "line.lower()",
            "line",
        ),
        "words counted and not lines": (
            '"his" in words\n        her += "her" in words',
            'words.count("his")\n        her += words.count("her")',
        ),
        "either the one or the other": ('her += "her" in words', 'her += "her" in words and "his" not in words'),
        "words that begin so": ('her += "her" in words', 'her += any(word.startswith("her") for word in words)'),
    },
    "seeds": {
        "one seed whatever k": ("combinations(worse, k)", "combinations(worse, 1)"),
        "the best of the chosen": ("np.mean(a) > np.mean(b)", "max(a) > max(b)"),
        "how often the better one wins": ("np.mean(a) > np.mean(b)", "np.mean(a) < np.mean(b)"),
        "the same seeds of both": (
            "        for a in combinations(worse, k)\n        for b in combinations(better, k)\n",
            "        for a, b in zip(combinations(worse, k), combinations(better, k))\n",
        ),
        "the first is always the worse": (
            "worse, better = sorted((one, other), key=np.mean)",
            "worse, better = one, other",
        ),
        "the worse by its best seed": ("key=np.mean", "key=max"),
        "how many and not how often": ("sum(ways) / len(ways)", "sum(ways)"),
        "fewer upsets than allowed": ("<= most", "< most"),
        "the last k is never tried": ("min(len(one), len(other)) + 1", "min(len(one), len(other))"),
        "the largest k": (
            "        if upsets(one, other, k) <= most:\n            return k\n    return None",
            "        if upsets(one, other, k) <= most:\n            best = k\n    return best",
            "    for k in range(1,",
            "    best = None\n    for k in range(1,",
        ),
    },
}
