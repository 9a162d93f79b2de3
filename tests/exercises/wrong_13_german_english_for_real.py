"""Plausible wrong answers to the exercises on German–English."""

WRONG = {
    "changed": {
        "model and training as a whole": """
def changed(old, new):
    before, after = asdict(old), asdict(new)
    return {name: (before[name], after[name]) for name in before if before[name] != after[name]}
""",
        "the model only": """
def changed(old, new):
    before, after = asdict(old.model), asdict(new.model)
    return {name: (before[name], after[name]) for name in before if before[name] != after[name]}
""",
        "the training left out": ("return found | model | training", "return found | model"),
        "what a recipe itself says left out": ("return found | model | training", "return model | training"),
        "new before old": ("(before[name], after[name])", "(after[name], before[name])"),
        "the new value only": ("{name: both for name, both", "{name: both[1] for name, both"),
        "what differs from the defaults": ("before, after = choices(old)", "before, after = choices(Recipe())"),
        "what is the same": ("both[0] != both[1]", "both[0] == both[1]"),
        "names without values": (
            "return {name: both for name, both in pairs.items() if both[0] != both[1]}",
            "return [name for name, both in pairs.items() if both[0] != both[1]]",
        ),
    },
    "step-between": {
        "downwards": ("mean(upper) - mean(lower)", "mean(lower) - mean(upper)"),
        "no spread is a spread of zero": ("return difference, None", "return difference, 0.0"),
        "the spread of one will do": ("min(len(lower)", "max(len(lower)"),
        "spreads added up": (
            "return difference, sum(parts) ** 0.5",
            "return difference, stdev(lower) + stdev(upper)",
        ),
        "not divided by the seeds": (" ** 2 / len(scores)", " ** 2"),
        "not squared": ("stdev(scores) ** 2", "stdev(scores)"),
        "the root forgotten": ("sum(parts) ** 0.5", "sum(parts)"),
        "the best of each": ("mean(upper) - mean(lower)", "max(upper) - max(lower)"),
        "divided by n, not by n - 1": (
            "stdev(scores) ** 2",
            "(mean(one**2 for one in scores) - mean(scores) ** 2)",
        ),
    },
    "interval": {
        "a mean of lines": (
            "        return 100 * sum(right) / sum(words)",
            "        return 100 * mean(a / b for a, b in zip(right, words))",
        ),
        "each place once": ("for place in places", "for place in set(places)"),
        "theirs on all lines": ("score(theirs, one)", "score(theirs, range(len(theirs)))"),
        "theirs on the next sample": (
            "score(ours, one) - score(theirs, one) for one in draws",
            "score(ours, one) - score(theirs, two) for one, two in zip(draws, draws[1:] + draws[:1])",
        ),
        "theirs less ours": (
            "score(ours, one) - score(theirs, one)",
            "score(theirs, one) - score(ours, one)",
        ),
        "the smallest and the largest": ("[0.025, 0.975]", "[0.0, 1.0]"),
        "5 % at either end": ("[0.025, 0.975]", "[0.05, 0.95]"),
        "shares, not per cent": ("100 * sum(right)", "sum(right)"),
        "the length of the differences, without direction": (
            "score(ours, one) - score(theirs, one)",
            "abs(score(ours, one) - score(theirs, one))",
        ),
        "intervals of each system": (
            "differences = [score(ours, one) - score(theirs, one) for one in draws]",
            "differences = [score(ours, one) for one in draws]",
        ),
    },
    "vote": {
        "a mean of logarithms": (
            "(log_probs + weights.log()).logsumexp(0)",
            "(log_probs * weights).sum(0)",
        ),
        "there and back": (
            "(log_probs + weights.log()).logsumexp(0)",
            "(log_probs.exp() * weights).sum(0).log()",
        ),
        "a fair vote": ("weights.log()", "torch.tensor(1 / len(shares)).log()"),
        "probabilities, not logarithms": (".logsumexp(0)", ".exp().sum(0)"),
        "over the wrong axis": (".logsumexp(0)", ".logsumexp(1)"),
        "shares added and not multiplied": ("weights.log()", "weights"),
        "the surest decides": (".logsumexp(0)", ".amax(0)"),
        "not shared out": (" + weights.log()", ""),
        "changes what was given": ("(log_probs + weights.log())", "log_probs.add_(weights.log())"),
    },
    "average": {
        "the bug left in": """
def average(several):
    middle = dict(several[0])
    for one in several[1:]:
        for name in middle:
            middle[name] = (middle[name] + one[name]) / 2
    return middle
""",
        "always of three": ("count = len(several)", "count = 3"),
        "one too few": ("count = len(several)", "count = len(several) - 1 or 1"),
        "the first one changed": """
def average(several):
    first, *others = several
    for name in first:
        for one in others:
            first[name] += one[name]
        first[name] /= len(several)
    return first
""",
        "the sum": (" / count", ""),
        "the first and the last": (
            "sum(one[k] for one in several)",
            "sum(one[k] for one in (several[0], several[-1]))",
        ),
        "one number for each name": ("sum(one[k] for one in several)", "sum(one[k].mean() for one in several)"),
        "the middle one": """
def average(several):
    return {k: torch.stack([one[k] for one in several]).median(0).values for k in several[0]}
""",
    },
    "leads": {
        "chosen there as well": ("there[best] - mean(there)", "max(there) - mean(there)"),
        "chosen there": ("here.index(max(here))", "there.index(max(there))"),
        "chosen on all lines": (
            "best = here.index(max(here))",
            "all_lines = [mean(run) for run in points]\n        best = all_lines.index(max(all_lines))",
        ),
        "the level of here for both": ("there[best] - mean(there)", "there[best] - mean(here)"),
        "scores, not leads": ("(here[best] - mean(here), there[best] - mean(there))", "(here[best], there[best])"),
        "the lead over the worst": ("here[best] - mean(here)", "here[best] - min(here)"),
        "the lead over the others": (
            "here[best] - mean(here), there[best] - mean(there)",
            "here[best] - mean(here[:best] + here[best + 1 :]), there[best] - mean(there[:best] + there[best + 1 :])",
        ),
        "the first cut only": ("in cuts:", "in cuts[:1]:"),
        "the worst": ("here.index(max(here))", "here.index(min(here))"),
        "sums in place of means": ("tuple(mean(side)", "tuple(sum(side)"),
    },
}
