"""Plausible wrong answers to the exercises on Chinese–English."""

WRONG = {
    "unread": {
        "training lines as they come": ("simplify(one) for one in train", "one for one in train"),
        "the line as it comes": ("HAN.findall(simplify(line))", "HAN.findall(line)"),
        "a character as often as it stands": ("list(dict.fromkeys(new))", "new"),
        "in no order": ("list(dict.fromkeys(new))", "sorted(set(new))"),
        "digits and punctuation too": ("HAN.findall(simplify(line))", "simplify(line)"),
        "those that have been read": ("char not in seen", "char in seen"),
        "prints and returns nothing": ("return list(dict.fromkeys(new))", "print(new)"),
        "the example, hard-coded": "def unread(*given):\n    return ['榴', '莲']",
    },
    "with-digits": {
        "each character for itself": (
            "    return re.sub(form, number, line)",
            '    for digit in "一二三四五六七八九":\n'
            "        line = line.replace(digit, str(DIGITS.index(digit)))\n"
            '    return line.replace("十", "10")',
        ),
        "a ten alone counts nothing": ("if tens else 1", "if tens else 0"),
        "the ones left out": ("str(value + (DIGITS.index(ones) if ones else 0))", "str(value)"),
        "digits beside each other": (
            "value = 10 * (DIGITS.index(tens) if tens else 1) if ten else 0",
            "value = (DIGITS.index(tens) if tens else 1) if ten else 0",
        ),
        "the first number only": ("number, line)", "number, line, 1)"),
        "only numbers with a ten": ("|()()({nine})", "|()()()(?=x)x"),
        "the digits counted from zero": ('DIGITS = "〇一二三四五六七八九"', 'DIGITS = "一二三四五六七八九"'),
    },
    "family": {
        "neighbours only": ("                waiting.append(place)\n", ""),
        "shared Chinese only": ("one[0] == other[0] or one[1] == other[1]", "one[0] == other[0]"),
        "both sides must be shared": ("one[0] == other[0] or", "one[0] == other[0] and"),
        "as the lines are typed": ("tuple(map(leakage_key, pair)) for", "tuple(pair) for"),
        "one side compared with the other too": (
            "one[0] == other[0] or one[1] == other[1]",
            "bool(set(one) & set(other))",
        ),
        "in the order in which they were found": (
            "found, waiting = {first}, [first]",
            "found, waiting = [first], [first]",
            "found.add(place)",
            "found.append(place)",
            "return sorted(found)",
            "return found",
        ),
        "without itself": ("return sorted(found)", "return sorted(found - {first})"),
        "those that come later only": ("place not in found", "place not in found and place > first"),
    },
    "matches": {
        "not clipped": (
            "(counts(words) & most).total()",
            "sum(times for gram, times in counts(words).items() if gram in most)",
        ),
        "each n-gram once": ("(counts(words) & most).total()", "len(counts(words) & most)"),
        "references added up": ("most |= counts", "most += counts"),
        "all references must have it": (
            "    most = Counter()\n    for reference in references:\n        most |= counts(reference)",
            "    most = counts(references[0])\n    for reference in references:\n        most &= counts(reference)",
        ),
        "the first reference only": ("in references:", "in references[:1]:"),
        "one n-gram too few": ("range(len(line) - n + 1)", "range(len(line) - n)"),
        "shorter ends count": ("range(len(line) - n + 1)", "range(len(line))"),
        "the best reference as a whole": (
            "return (counts(words) & most).total()",
            "return max((counts(words) & counts(r)).total() for r in references)",
        ),
    },
    "leaks": {
        "the bug left in": ("leakage_key(pair[side]) for pair in train", "pair[side] for pair in train"),
        "lower case only": """
def leaks(train, test):
    known = [{pair[side].lower() for pair in train} for side in (0, 1)]
    return sum(any(pair[side].lower() in known[side] for side in (0, 1)) for pair in test)
""",
        "both sides must be known": ("        any(", "        all("),
        "known pairs only": """
def leaks(train, test):
    known = {tuple(map(leakage_key, pair)) for pair in train}
    return sum(tuple(map(leakage_key, pair)) in known for pair in test)
""",
        "the Chinese side only": ("known[side] for side in (0, 1)", "known[side] for side in (0,)"),
        "sides and not pairs": ("        any(", "        sum("),
        "either side anywhere": ("in known[side]", "in known[0] | known[1]"),
        "different sentences, not pairs": """
def leaks(train, test):
    known = [{leakage_key(pair[side]) for pair in train} for side in (0, 1)]
    asked = [{leakage_key(pair[side]) for pair in test} for side in (0, 1)]
    return len(known[0] & asked[0]) + len(known[1] & asked[1])
""",
    },
    "near": {
        "divided by the other set": ("/ max(len(first), len(second))", "/ min(len(first), len(second))"),
        "divided by the first": ("/ max(len(first), len(second))", "/ len(first)"),
        "divided by all pairs": ("/ max(len(first), len(second))", "/ len(first | second)"),
        "characters, not pairs of them": (
            "key[i : i + 2] for i in range(len(key) - 1)",
            "key[i] for i in range(len(key))",
        ),
        "half a pair at the end": ("range(len(key) - 1)", "range(len(key))"),
        "as the lines are typed": ("for key in map(leakage_key, (one, other))", "for key in (one, other)"),
        "lines of training counted": (
            "any(likeness(a, b) >= least for b in train) for a in test",
            "any(likeness(a, b) >= least for a in test) for b in train",
        ),
        "each near pair counted": ("    return sum(any(", "    return sum(sum("),
        "more than, not at least": (">= least", "> least"),
    },
}
