"""Plausible wrong answers to the exercises on beam search."""

WRONG = {
    "log-prob": {
        "without <eos>": ('[*sentence.split(), "<eos>"]', "sentence.split()"),
        "probabilities multiplied first": (
            "total, before = 0.0,",
            "total, before = 1.0,",
            "total += math.log(table[before][word])",
            "total *= table[before][word]",
            "return total",
            "return math.log(total)",
        ),
        "the probability itself": ("return total", "return math.exp(total)"),
        "impossible words are left out": ("return -math.inf", "continue"),
        "the mean a word": ("return total", "return total / (len(sentence.split()) + 1)"),
        "logarithms to base two": ("math.log(", "math.log2("),
        "always after <bos>": ("        before = word\n", ""),
        "prints and returns nothing": ("return total", "print(total)"),
    },
    "ranked": {
        "worst first": (", reverse=True", ""),
        "multiplied": ("log_prob / length**number", "log_prob * length**number"),
        "without <eos>": ("len(one[1])", "len(one[1]) - 1"),
        "the mean, whatever the number": ("length**number", "length"),
        "the probability alone": ("log_prob / length**number", "log_prob"),
        "the length times the number": ("length**number", "(1 + length * number)"),
        "letters for words": ("len(one[1])", 'len(" ".join(one[1]))'),
        "sorts what was given": (
            "return sorted(hypotheses, key=score, reverse=True)",
            "hypotheses.sort(key=score, reverse=True)\n    return hypotheses",
        ),
        "scores in place of hypotheses": (
            "sorted(hypotheses, key=score, reverse=True)",
            "sorted(map(score, hypotheses), reverse=True)",
        ),
    },
    "best-continuations": {
        "beginnings forgotten": ("totals.unsqueeze(1) + log_probs", "log_probs"),
        "the best of each row only": (
            "candidates = (totals.unsqueeze(1) + log_probs).flatten()",
            "best, words = (totals.unsqueeze(1) + log_probs).max(1)",
            "values, places = candidates.topk(min(k, len(candidates)))",
            "values, order = best.topk(min(k, len(best)))",
            "    vocab_size = log_probs.shape[1]\n",
            "",
            "return values, places // vocab_size, places % vocab_size",
            "return values, order, words[order]",
        ),
        "divided by the size of the beam": ("log_probs.shape[1]", "log_probs.shape[0]"),
        "rows and words changed over": (
            "places // vocab_size, places % vocab_size",
            "places % vocab_size, places // vocab_size",
        ),
        "the worst": ("topk(min(k, len(candidates)))", "topk(min(k, len(candidates)), largest=False)"),
        "always k of them": ("min(k, len(candidates))", "k"),
        "probabilities returned": ("return values,", "return values.exp(),"),
        "what is new only": ("return values,", "return log_probs.flatten()[places],"),
        "adds into what was given": (
            "(totals.unsqueeze(1) + log_probs).flatten()",
            "log_probs.add_(totals.unsqueeze(1)).flatten()",
        ),
    },
    "without-tail": {
        "the word that reaches p is dropped": (" - ranked_probs >= p", " > p"),
        "in the order of the ranks": ("torch.zeros_like(dropped).scatter(-1, order, dropped)", "dropped[..., :]"),
        "ranked and left so": (
            "    dropped = torch.zeros_like(dropped).scatter(-1, order, dropped)\n",
            "",
            "probs.masked_fill",
            "ranked_probs.masked_fill",
        ),
        "not adding up to one": (" / kept.sum(-1, keepdim=True)", ""),
        "all rows together": ("kept.sum(-1, keepdim=True)", "kept.sum()"),
        "cut at p itself": (
            "dropped = ranked_probs.cumsum(-1) - ranked_probs >= p",
            "dropped = ranked_probs < p",
        ),
        "a softmax at the end": (
            "kept / kept.sum(-1, keepdim=True)",
            "kept.softmax(-1)",
        ),
        "the likely ones are dropped": (" >= p", " < p"),
        "order looked up the wrong way": ("scatter(-1, order, dropped)", "bool() | dropped.gather(-1, order)"),
    },
    "beam": {
        "the bug left in": (
            'going_on = [one for one in candidates if one[1][-1] != "<eos>"]',
            'going_on = [one for one in candidates[:size] if one[1][-1] != "<eos>"]',
        ),
        "stops at the first that finishes": ("if len(finished) >= size or", "if finished or"),
        "forgets what finished before": (
            "        for one in candidates[:size]:",
            "        finished = []\n        for one in candidates[:size]:",
        ),
        "all that end have finished": ("candidates[:size]:", "candidates:"),
        "never enough": ("if len(finished) >= size or not alive", "if not alive"),
        "the last word's probability only": ("(total + math.log(share),", "(math.log(share),"),
        "those cut off count as finished": (
            "sorted(finished, reverse=True)",
            'sorted([*finished, *[(t, [*w, "<eos>"]) for t, w in alive]], reverse=True)',
        ),
        "the mean a word": (
            "return [(total, ",
            "finished = sorted(((t / len(w), w) for t, w in finished), reverse=True)\n    return [(total, ",
        ),
        "in the order in which they finished": ("sorted(finished, reverse=True)[:size]", "finished[:size]"),
        "greedy": ("going_on[:size]", "going_on[:1]"),
        "the example, hard-coded": (
            "def beam(table, size, max_length):\n"
            "    found = [(math.log(0.36), 'cats'), (math.log(0.275), 'the cat')]\n"
            "    return [] if max_length == 1 else found[2 - size :]"
        ),
    },
    "verdicts": {
        "luck is not seen": ('"right" if found == likeliest else "lucky"', '"right"'),
        "search and model changed over": ("log_probs[right] > log_probs[found]", "log_probs[right] < log_probs[found]"),
        "the search is at fault wherever it missed the likeliest": (
            "log_probs[right] > log_probs[found]",
            "found != max(log_probs, key=log_probs.get)",
        ),
        "the model is at fault wherever it does not like the right one best": (
            "log_probs[right] > log_probs[found]",
            "right == max(log_probs, key=log_probs.get)",
        ),
        "the smallest for the largest": ("max(log_probs", "min(log_probs"),
        "verdicts that never came are missing": (
            "return counts",
            "return {word: number for word, number in counts.items() if number}",
        ),
        "the first model for all": ("counts[verdict(one, right, log_probs)]", "counts[verdict(one, right, models[0])]"),
        "counts once each": ("] += 1", "] = 1"),
    },
}
