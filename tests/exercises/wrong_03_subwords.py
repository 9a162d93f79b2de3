"""Plausible wrong answers to the exercises on subwords."""

WRONG = {
    "pieces-by-word": {
        "one list of pieces": ("    return found", "    return [piece for word in found for piece in word]"),
        "the mark taken off": ("found[-1].append(piece)", "found[-1].append(piece.removeprefix('▁'))"),
        "a piece that begins a word is left out": (
            "            found.append([])\n        found[-1].append(piece)",
            "            found.append([])\n        else:\n            found[-1].append(piece)",
        ),
        "words in place of pieces": (
            "for piece in vocabulary.tokenize(line):",
            "for piece in ['▁' + word for word in line.split()]:",
        ),
        "the last word forgotten": """
def pieces_by_word(line, vocabulary):
    found, word = [], []
    for piece in vocabulary.tokenize(line):
        if piece.startswith("▁") and word:
            found.append(word)
            word = []
        word.append(piece)
    return found
""",
        "a mark alone is no piece": ("found[-1].append(piece)", "found[-1] += [piece] if piece != '▁' else []"),
        "numbers in place of pieces": (
            "found[-1].append(piece)",
            "found[-1].append(len(piece))",
        ),
    },
    "learn": {
        "more often than that": ("< least:", "<= least:"),
        "each word counted once": ("seen[pair] += counts[word]", "seen[pair] += 1"),
        "no pairs left forgotten": ("if not seen or max(", "if max("),
        "the first of equally frequent ones": ("(-seen[p], len(p[0] + p[1]), p[0] + p[1], p)", "-seen[p]"),
        "no mark at the beginning": ('list("▁" + word)', "list(word)"),
        "pieces in place of pairs": ("merges.append(best)", 'merges.append("".join(best))'),
        "one merge after the end": (
            "            return merges\n",
            "            return merges + [min(seen)] if seen else merges\n",
        ),
        "the length forgotten": ("len(p[0] + p[1]), ", ""),
        "counted once and never again": """
def learn(counts, least):
    seen = Counter()
    for word in counts:
        parts = list("▁" + word)
        for pair in zip(parts, parts[1:]):
            seen[pair] += counts[word]
    pairs = sorted(seen, key=lambda p: (-seen[p], len(p[0] + p[1]), p[0] + p[1], p))
    return [pair for pair in pairs if seen[pair] >= least]
""",
    },
    "best-cut": {
        "the longest piece first": """
def best_cut(text, p):
    found = []
    while text:
        fits = [text[:end] for end in range(1, len(text) + 1) if text[:end] in p]
        if not fits:
            return None
        found.append(max(fits, key=len))
        text = text[len(found[-1]) :]
    return found
""",
        "the likeliest piece first": """
def best_cut(text, p):
    found = []
    while text:
        fits = [text[:end] for end in range(1, len(text) + 1) if text[:end] in p]
        if not fits:
            return None
        found.append(max(fits, key=p.get))
        text = text[len(found[-1]) :]
    return found
""",
        "the fewest pieces": ("key=lambda way: way[0]", "key=lambda way: -len(way[1]) if way[1] else -99"),
        "probabilities added": ("before * p[piece]", "before + p[piece]"),
        "no way is an empty list": ("return best[-1][1]", "return best[-1][1] or []"),
        "a text that is one piece forgotten": ("range(end):", "range(end > 1 and end == len(text), end):"),
        "the likeliest last piece": ("before * p[piece]", "p[piece]"),
        "the least likely": (
            "best.append(max(ways, key=lambda way: way[0]))",
            "best.append(min(ways[1:] or ways, key=lambda way: way[0]))",
        ),
    },
    "spell": {
        "the number of the character": ('char.encode("utf-8")]', "[ord(char) % 256]]"),
        "digits in small letters": (":02X}", ":02x}"),
        "without the leading zero": (":02X}", ":X}"),
        "every character spelt": ("if char in known:", "if False:"),
        "known ones are spelt": ("if char in known:", "if char not in known:"),
        "each byte read for itself": (
            '    return data.decode("utf-8", errors="replace")',
            '    return "".join(bytes([byte]).decode("utf-8", errors="replace") for byte in data)',
        ),
        "broken bytes thrown away": ('errors="replace"', 'errors="ignore"'),
        "broken bytes are an error": (', errors="replace"', ""),
        "read as latin-1": ('data.decode("utf-8", errors="replace")', 'data.decode("latin-1")'),
    },
    "cut": {
        "the bug left in": """
def cut(word, merges):
    text = " ".join("▁" + word)
    for pair in merges:
        text = text.replace(" ".join(pair), "".join(pair))
    return text.split(" ")
""",
        "merges from the last to the first": ("in merges:", "in merges[::-1]:"),
        "merges by the alphabet": ("in merges:", "in sorted(merges):"),
        "no mark at the beginning": ('"▁" + word', "word"),
        "the longest piece first": """
def cut(word, merges):
    known, rest, parts = {"".join(pair) for pair in merges}, "▁" + word, []
    while rest:
        ends = [end for end in range(1, len(rest) + 1) if end == 1 or rest[:end] in known]
        parts.append(rest[: max(ends)])
        rest = rest[max(ends) :]
    return parts
""",
        "only the first occurrence": """
def cut(word, merges):
    parts = list("▁" + word)
    for left, right in merges:
        for place in range(len(parts) - 1):
            if parts[place] == left and parts[place + 1] == right:
                parts[place : place + 2] = [left + right]
                break
    return parts
""",
        "the merges again and again": """
def cut(word, merges):
    parts, before = list("▁" + word), None
    while parts != before:
        before = parts
        for pair in merges:
            parts = joined(parts, pair)
    return parts
""",
    },
    "rare-share": {
        "the reserved counted in": ("range(4, len(vocabulary))", "range(len(vocabulary))"),
        "the reserved left out of the sum alone": ("/ len(entries)", "/ len(vocabulary)"),
        "up to and including": ("< least for", "<= least for"),
        "entries that never occur forgotten": (
            "sum(seen[i] < least for i in entries)",
            "sum(n < least for i, n in seen.items() if i > 3)",
        ),
        "the share that is frequent": ("seen[i] < least", "seen[i] >= least"),
        "the longest lines": (
            "    return min(\n        left,",
            "    return max(\n        left,",
        ),
        "the fewest entries": ("(sum(len(v.encode(x)) for x in held_out), len(v))", "len(v)"),
        "rare in the held-out lines": ("rare_share(train, v, least)", "rare_share(held_out, v, least)"),
        "the largest of equally short ones": ("held_out), len(v))", "held_out), -len(v))"),
        "none left forgotten": ("        default=None,\n", ""),
    },
}
