"""Answers that are right and not those of the sources, by chapter and task: by what they do otherwise.

Most compute in float32, as whoever reaches for torch does; the others return or build what is asked for in another way.
"""

RIGHT = {
    "02_vocabulary": {
        "unknown-words": {
            "word by word, sorted first and ranked then": (
                "def unknown_words(lines, vocabulary):\n"
                "    words = [word for line in lines for word in vocabulary.tokenize(line)]\n"
                "    unknown = [word for word in words if vocabulary.encode(word) == [vocabulary.unk_id]]\n"
                "    return Counter(sorted(unknown)).most_common()\n"
            ),
        },
        "build-for": {
            "the package's vocabularies, one after the other": (
                "def build_for(lines, max_size):\n"
                "    for least in range(1, 1000):\n"
                "        vocabulary = WordVocabulary.build(lines, least, splitting='spaces')\n"
                "        if len(vocabulary) <= max_size:\n"
                "            return vocabulary.tokens\n"
            ),
        },
    },
    "05_encoder": {
        "shares": {
            "in float32, from the end": (
                "def shares(w_x, w_h, x):\n"
                "    states = [torch.tensor(0.0)]\n"
                "    for word in x:\n"
                "        states.append(torch.tanh(torch.tensor(w_x) * word + torch.tensor(w_h) * states[-1]))\n"
                "    passed, found = 1.0, []\n"
                "    for before, state in zip(states[-2::-1], states[:0:-1]):\n"
                "        slope = 1 - state**2\n"
                "        found.insert(0, (passed * before * slope).item())\n"
                "        passed = passed * w_h * slope\n"
                "    return found\n"
            ),
        },
        "joined": {
            "every other one": "def joined(final):\n    return final[0::2] + final[1::2]\n",
        },
    },
    "10_beam_search": {
        "log-prob": {
            "in float32": (
                "def log_prob_of(sentence, table):\n"
                "    words = ['<bos>', *sentence.split(), '<eos>']\n"
                "    probs = [table.get(a, {}).get(b, 0.0) for a, b in zip(words, words[1:])]\n"
                "    return torch.tensor(probs).log().sum().item()\n"
            ),
        },
        "without-tail": {
            "row by row, word by word": (
                "def without_tail(log_probs, p):\n"
                "    probs = log_probs.exp()\n"
                "    kept = torch.zeros_like(probs)\n"
                "    for row in range(len(probs)):\n"
                "        for word in probs[row].argsort(descending=True):\n"
                "            kept[row, word] = probs[row, word]\n"
                "            if kept[row].sum() >= p:\n"
                "                break\n"
                "    return kept / kept.sum(-1, keepdim=True)\n"
            ),
        },
    },
    "13_german_english_for_real": {
        "step-between": {
            "in float32": (
                "def step_between(lower, upper):\n"
                "    a, b = torch.tensor(lower), torch.tensor(upper)\n"
                "    difference = (b.mean() - a.mean()).item()\n"
                "    if min(len(a), len(b)) == 1:\n"
                "        return difference, None\n"
                "    return difference, (a.var() / len(a) + b.var() / len(b)).sqrt().item()\n"
            ),
        },
        "leads": {
            "in float32": (
                "def leads(points, cuts):\n"
                "    points, found = torch.tensor(points), []\n"
                "    for here, there in cuts:\n"
                "        one, other = points[:, here].mean(1), points[:, there].mean(1)\n"
                "        best = one.argmax()\n"
                "        found.append([one[best] - one.mean(), other[best] - other.mean()])\n"
                "    return tuple(torch.tensor(found).mean(0).tolist())\n"
            ),
        },
        "interval": {
            "in float32": (
                "def interval(ours, theirs, draws):\n"
                "    ours, theirs = torch.tensor(ours), torch.tensor(theirs)\n"
                "    sums = [(ours[draw].sum(0), theirs[draw].sum(0)) for draw in draws]\n"
                "    found = torch.stack([100 * (a[0] / a[1] - b[0] / b[1]) for a, b in sums])\n"
                "    return found.quantile(0.025).item(), found.quantile(0.975).item()\n"
            ),
        },
    },
}
