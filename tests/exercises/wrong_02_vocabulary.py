"""Plausible wrong answers to the exercises on vocabularies."""

WRONG = {
    "unknown-words": {
        "looked up among all tokens, symbols too": ("if i == vocabulary.unk_id", "if w not in vocabulary.tokens"),
        "cut at spaces": ("vocabulary.tokenize(line), ", "line.split(), "),
        "once a line": ("found.update(w for", "found.update({w for", "== vocabulary.unk_id)", "== vocabulary.unk_id})"),
        "equally frequent ones as they came": (
            "sorted(found.items(), key=lambda item: (-item[1], item[0]))",
            "found.most_common()",
        ),
        "the words without their number": ("return sorted(found.items(),", "return sorted(found,"),
        "the known ones": ("i == vocabulary", "i != vocabulary"),
        "in the order of the alphabet": ("(-item[1], item[0])", "item[0]"),
    },
    "build-for": {
        "the reserved are not counted": ("len(RESERVED) + len(kept) <=", "len(kept) <="),
        "cut through equally frequent words": """
def build_for(lines, max_size):
    return WordVocabulary.build(lines, 1, max(max_size, 5), "spaces").tokens[:max_size]
""",
        "a symbol in the text is a word": ("counts.pop(symbol, None)", "counts.pop(symbol.upper(), None)"),
        "one entry fewer": ("<= max_size", "< max_size"),
        "equally frequent ones as they came": ("(-counts[word], word)", "-counts[word]"),
        "by the alphabet alone": ("(-counts[word], word)", "word"),
        "the smallest that there is": ("sorted(set(counts.values()))", "sorted(set(counts.values()), reverse=True)"),
        "without the reserved symbols": ("return [*RESERVED, *kept]", "return kept"),
    },
    "foretold": {
        "known at this count": ("rest < min_count", "rest <= min_count"),
        "nothing taken out": ("counts[word] - 1", "counts[word]"),
        "different words are counted": ("words = line.split()", "words = set(line.split())"),
        "the whole line taken out": ("counts[word] - 1", "counts[word] - words.count(word)"),
        "the share that is known": ("rest < min_count", "rest >= min_count"),
        "the mean of the lines": """
def foretold(lines, min_count):
    counts = Counter(word for line in lines for word in line.split())
    shares = []
    for line in filter(str.split, lines):
        words = line.split()
        shares.append(sum(counts[w] <= min_count for w in words) / len(words))
    return sum(shares) / len(shares) if shares else 0.0
""",
        "no tokens forgotten": (" if total else 0.0", ""),
        "of different words": """
def foretold(lines, min_count):
    counts = Counter(word for line in lines for word in line.split())
    rare = [word for word in counts if counts[word] <= min_count]
    return len(rare) / len(counts) if counts else 0.0
""",
    },
    "rescued": {
        "the longest first part": ("for part in cuts[0]]", "for part in cuts[-1]]"),
        "parts of two letters": ("range(3, len(word) - 2)", "range(2, len(word) - 1)"),
        "a second part of three letters forgotten": ("len(word) - 2)", "len(word) - 3)"),
        "symbols in the table": (
            "ids = {word: len(RESERVED) + place for place, word in enumerate(words)}",
            "ids = {word: place for place, word in enumerate(tokens)}",
        ),
        "known words cut as well": ("if word in ids or not cuts:", "if not cuts:"),
        "one known part is enough": (
            "if one in ids and two in ids",
            "if one in ids or two in ids",
            "ids[part]",
            "ids.get(part, UNK_ID)",
        ),
        "the first part alone": ("found += [ids[part] for part in cuts[0]]", "found.append(ids[cuts[0][0]])"),
        "counted without the reserved": ("len(RESERVED) + place", "place"),
    },
    "coded": {
        "the bug left in": ("build(train,", "build([*train, *test],"),
        "built from the test": ("build(train,", "build(test,"),
        "full stops cut off": (', splitting="spaces"', ""),
        "the threshold forgotten": ("train, min_count, splitting", "train, splitting"),
        "one occurrence more": ("train, min_count,", "train, min_count + 1,"),
        "symbols in the table": """
def coded(train, test, min_count):
    tokens = WordVocabulary.build(train, min_count, splitting="spaces").tokens
    ids = {word: number for number, word in enumerate(tokens)}
    return [[ids.get(word, UNK_ID) for word in x.split()] for x in test]
""",
        "equally frequent ones as they came": """
def coded(train, test, min_count):
    counts = Counter(w for x in train for w in x.split() if w not in RESERVED)
    kept = [w for w, count in counts.most_common() if count >= min_count]
    ids = {word: 4 + place for place, word in enumerate(kept)}
    return [[ids.get(word, UNK_ID) for word in x.split()] for x in test]
""",
        "unknown words left out": ("vocabulary.encode(line) for", "[i for i in vocabulary.encode(line) if i > 3] for"),
    },
    "coverage": {
        "different words are counted": (
            "[word in known for line in lines for word in line.split()]",
            "[word in known for word in counts]",
        ),
        "whole lines": (
            "[word in known for line in lines for word in line.split()]",
            "[known.issuperset(line.split()) for line in lines]",
        ),
        "the reserved counted in": ("ranked[:size]", "ranked[: max(size - 4, 0)]"),
        "more than the share": ("coverage(lines, size) < share", "coverage(lines, size) <= share and size < 99"),
        "one too many": ("    return size", "    return size + 1"),
        "the rarest first": ("(-counts[word], word)", "(counts[word], word)"),
        "begins with one": ("size = 0", "size = 1"),
        "what is not covered": ("word in known for", "word not in known for", ") < share", ") > 1 - share"),
    },
}
