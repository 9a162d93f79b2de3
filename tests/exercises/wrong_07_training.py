"""Plausible wrong answers to the exercises on training."""

WRONG = {
    "rates-and-peak": {
        "updates counted from zero": ("range(1, total_steps + 1)", "range(total_steps)"),
        "the last update left out": ("range(1, total_steps + 1)", "range(1, max(2, total_steps))"),
        "the peak counted from zero": ("rates.index(max(rates)) + 1", "rates.index(max(rates))"),
        "the highest rate in place of its update": ("rates.index(max(rates)) + 1", "max(rates)"),
        "the last of several equal ones": (
            "rates.index(max(rates)) + 1",
            "max(steps, key=lambda step: (rates[step - 1], step))",
        ),
        "the rate of the configuration": (
            "learning_rate_at(step, total_steps, config) for",
            "config.learning_rate for",
        ),
        "no warm-up": (
            "learning_rate_at(step, total_steps, config)",
            "learning_rate_at(step, total_steps, TrainingConfig(learning_rate=0.4, schedule='constant', warmup=0.0))",
        ),
    },
    "adam-with-decay": {
        "the decay in the gradient": (
            "weight = weight - rate * decay * weight",
            "gradient = gradient + decay * weight",
        ),
        "no decay": ("weight = weight - rate * decay * weight", "pass"),
        "the decay without the rate": ("rate * decay * weight", "decay * weight"),
        "means not corrected": (
            "mean / (1 - 0.9**step), square / (1 - 0.999**step)",
            "mean, square",
        ),
        "steps counted from two": ("start=1", "start=2"),
        "no root": ("math.sqrt(down)", "down"),
        "the decay after the step": (
            "weight = weight - rate * decay * weight",
            "pass",
            "path.append(weight)",
            "weight = weight - rate * decay * weight\n        path.append(weight)",
        ),
        "the last weight alone": ("return path", "return weight"),
        "the means changed over": (
            "mean = 0.9 * mean + 0.1 * gradient",
            "mean = 0.999 * mean + 0.001 * gradient",
        ),
    },
    "clipped": {
        "each by itself": (
            "return [one * (limit / length) for one in gradients]",
            "return [one * min(1, limit / one.norm().item()) for one in gradients]",
        ),
        "each number by itself": (
            "return [one * (limit / length) for one in gradients]",
            "return [one.clamp(-limit, limit) for one in gradients]",
        ),
        "the sum of the lengths": (
            "math.sqrt(sum(one.square().sum().item() for one in gradients))",
            "sum(one.norm().item() for one in gradients)",
        ),
        "short ones made longer": ("if length <= limit:", "if length == 0:"),
        "no root": (
            "math.sqrt(sum(one.square().sum().item() for one in gradients))",
            "sum(one.square().sum().item() for one in gradients)",
        ),
        "always to a length of one": ("limit / length", "1 / length"),
        "changes what was given": ("one * (limit / length)", "one.mul_(limit / length)"),
        "the mean of the squares": ("one.square().sum()", "one.square().mean()"),
        "the longest of them": (
            "math.sqrt(sum(one.square().sum().item() for one in gradients))",
            "max(one.norm().item() for one in gradients)",
        ),
    },
    "smoothed-loss": {
        "padding counted": ("real = targets != PAD_ID", "real = targets == targets"),
        "padding multiplied by zero": (
            "return -((1 - epsilon) * right + epsilon * spread).mean()",
            "everywhere = logits.log_softmax(-1)\n"
            "    own = everywhere.gather(-1, targets.unsqueeze(-1)).squeeze(-1)\n"
            "    both = (1 - epsilon) * own + epsilon * everywhere.mean(-1)\n"
            "    return -(both * real).sum() / real.sum()",
        ),
        "not smoothed": ("(1 - epsilon) * right + epsilon * spread", "right"),
        "the sum over the words": ("log_probs.mean(-1)", "log_probs.sum(-1)"),
        "the right word as a whole": ("(1 - epsilon) * right", "right"),
        "the sum of all tokens": ("spread).mean()", "spread).sum()"),
        "divided by all cells": ("spread).mean()", "spread).sum() / targets.numel()"),
        "a mean of probabilities": ("log_probs.mean(-1)", "log_probs.exp().mean(-1).log()"),
        "the sign forgotten": ("return -(", "return ("),
        "no way back": ("spread).mean()", "spread).mean().detach()"),
    },
    "validation-loss": {
        "the bug left in": (
            'functional.cross_entropy(found, wanted, reduction="sum")',
            "functional.cross_entropy(found, wanted)",
            "count + len(wanted)",
            "count + 1",
        ),
        "dropout left on": ("model.eval()", "model.train()"),
        "left in evaluation": ("model.train(before)", "pass"),
        "left in training": ("model.train(before)", "model.train()"),
        "padding counted": ("batch.tgt_out != PAD_ID", "batch.tgt_out >= 0"),
        "a loss a sentence": ("count + len(wanted)", "count + len(batch.src)"),
        "the last batch alone": (
            "total, count = total + loss.item(), count + len(wanted)",
            "total, count = loss.item(), len(wanted)",
        ),
        "<eos> not counted": ("batch.tgt_out != PAD_ID", "(batch.tgt_out != PAD_ID) & (batch.tgt_out != 3)"),
    },
    "sweep": {
        "goes on where the last rate ended": (
            "losses = {}\n",
            "losses = {}\n    w = start.clone()\n",
            "        w = start.clone()\n        for _",
            "        for _",
        ),
        "the loss before the last update": ("range(steps)", "range(max(0, steps - 1))"),
        "uphill": ("w - rate * gradient", "w + rate * gradient"),
        "stops keeping what is no number": (
            "losses[rate] = loss_of(w).item()",
            "if math.isfinite(loss_of(w).item()):\n            losses[rate] = loss_of(w).item()",
        ),
        "nan in the running": ("if math.isfinite(loss)}", "}"),
        "the highest loss": ("min(finite", "max(finite"),
        "the lowest rate": ("min(finite, key=finite.get)", "min(finite)"),
        "an error without a finite loss": (" if finite else None", ""),
        "the loss in place of the rate": ("min(finite, key=finite.get)", "min(finite.values())"),
    },
}
