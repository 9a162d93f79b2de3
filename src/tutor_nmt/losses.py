"""Cross-entropy over a vocabulary: what training minimises and what it reports, as sums over target tokens."""

import torch
from torch import Tensor, nn

CHUNK = 512  # tokens whose logits exist at the same time


def token_losses(logits: Tensor, targets: Tensor, label_smoothing: float = 0.0) -> tuple[Tensor, Tensor]:
    """Two sums over tokens: the loss to minimise and the plain cross-entropy.

    logits (tokens, vocab_size), targets (tokens,). With smoothing e the target is 1-e on the right word and e spread
    evenly over all words (Szegedy et al. 2016, section 7); without, the two are the same.
    """
    log_probs = torch.log_softmax(logits, dim=-1, dtype=torch.promote_types(logits.dtype, torch.float32))
    cross_entropy = -log_probs.gather(1, targets.unsqueeze(1)).sum()
    if not label_smoothing:
        return cross_entropy, cross_entropy.detach()
    loss = (1 - label_smoothing) * cross_entropy - label_smoothing * log_probs.mean(dim=-1).sum()
    return loss, cross_entropy.detach()


def output_losses(
    features: Tensor, output: nn.Linear, targets: Tensor, label_smoothing: float = 0.0
) -> tuple[Tensor, Tensor]:
    """`token_losses(output(features), targets)` without ever holding all logits, the largest tensor of a model.

    features (tokens, feature_size), targets (tokens,). Each chunk's gradient is computed along with its loss.
    """
    return _OutputLosses.apply(features, output.weight, output.bias, targets, label_smoothing)


class _OutputLosses(torch.autograd.Function):
    """Both losses are sums over tokens, so a chunk's gradient needs no other chunk: its logits can go at once."""

    @staticmethod
    def forward(ctx, features: Tensor, weight: Tensor, bias: Tensor, targets: Tensor, label_smoothing: float):
        learning = any(ctx.needs_input_grad)
        sums, d_features, d_weight, d_bias = [], [], torch.zeros_like(weight), torch.zeros_like(bias)
        for part, right in zip(features.split(CHUNK), targets.split(CHUNK), strict=True):
            logits = nn.functional.linear(part, weight, bias).requires_grad_(learning)
            with torch.set_grad_enabled(learning):
                loss, cross_entropy = token_losses(logits, right, label_smoothing)
            sums.append(torch.stack([loss.detach(), cross_entropy]))
            if learning:
                (d_logits,) = torch.autograd.grad(loss, logits)
                d_features.append(d_logits @ weight)
                d_weight += d_logits.t() @ part
                d_bias += d_logits.sum(0)
        if learning:
            ctx.save_for_backward(torch.cat(d_features).to(features.dtype), d_weight, d_bias)
        loss, cross_entropy = torch.stack(sums).sum(0).unbind()
        ctx.mark_non_differentiable(cross_entropy)
        return loss, cross_entropy

    @staticmethod
    def backward(ctx, d_loss: Tensor, _):
        d_features, d_weight, d_bias = ctx.saved_tensors
        return d_features * d_loss, d_weight * d_loss, d_bias * d_loss, None, None
