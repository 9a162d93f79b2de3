"""Dropout as `nn.Dropout` with a quarter of the random numbers, whose drawing costs more than all else in it."""

import torch
from torch import Tensor, nn

STEPS = 2**16  # in which the share is rounded


class Dropout(nn.Dropout):
    """Set a share `p` of the numbers to zero while training, and divide the rest by 1 - p (Srivastava et al. 2014).

    On a processor one draw of 64 bits decides on four numbers, so `p` is rounded to 1/65536; elsewhere, and compiled
    by `torch.compile`, it is PyTorch's.
    """

    def forward(self, input: Tensor) -> Tensor:
        """The same shape and type; the input itself where nothing is dropped."""
        return dropout(input, self.p, self.training)


def dropout(values: Tensor, p: float, training: bool) -> Tensor:
    """As `nn.functional.dropout`."""
    dropped = round(p * STEPS)
    if not training or not dropped:
        return values
    if values.device.type != "cpu" or dropped == STEPS or torch.compiler.is_compiling():
        return nn.functional.dropout(values, p)
    draws = torch.empty((values.numel() + 3) // 4, dtype=torch.int64).random_(-(2**63), None)
    kept = draws.view(torch.int16)[: values.numel()].view(values.shape) >= dropped - STEPS // 2
    return values * kept.to(values.dtype).mul_(STEPS / (STEPS - dropped))
