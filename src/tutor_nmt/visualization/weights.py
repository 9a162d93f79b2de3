"""Attention weights as an array that fits its tokens, or one clear error: what every figure and view begins with."""

from collections.abc import Sequence

import numpy as np

ROUNDING = 0.01  # a weight of type bfloat16 may stand this much above one


def checked_weights(weights: np.ndarray, source_tokens: Sequence[str], target_tokens: Sequence[str]) -> np.ndarray:
    """Weights as an array of floats (len(target_tokens), len(source_tokens)); arrays, tensors and lists all do.

    ValueError says what is wrong with another shape, a sentence without tokens, or numbers that are no weights.
    """
    if hasattr(weights, "detach"):  # a tensor: maybe with a gradient, on a GPU or of a type that numpy lacks
        weights = weights.detach().cpu().double()
    weights = np.asarray(weights, dtype=float)
    if weights.shape != (len(target_tokens), len(source_tokens)):
        raise ValueError(
            f"weights have shape {weights.shape}, but there are {len(target_tokens)} target and "
            f"{len(source_tokens)} source tokens; rows are target tokens, columns source tokens"
        )
    if not weights.size:
        raise ValueError("there is nothing to show: give at least one source and one target token")
    wrong = weights[~((weights >= 0) & (weights <= 1 + ROUNDING))]  # so written, it finds NaN too
    if wrong.size:
        raise ValueError(f"{wrong[0]:g} is no attention weight; give the numbers after the softmax, from 0 to 1")
    return weights
