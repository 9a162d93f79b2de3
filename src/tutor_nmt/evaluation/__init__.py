"""How good are these lines, and these links? Scores, what lies behind them, whether luck made them, and links judged.

Strings or links in, numbers out; BLEU and chrF always with their signatures. What a system made comes first, what is
right second, everywhere. A score of several lines is always that of all of them together, never a mean.
"""

from .alignment import AlignmentScore, Link, alignment_error_rate, links_from_weights
from .breakdowns import (
    GroupScore,
    ProbeGroup,
    WordGroup,
    by_frequency,
    by_group,
    by_length,
    by_probe,
    by_rarity,
    word_counts,
)
from .comparison import Comparison, LineDifference, differing_lines, paired_bootstrap
from .scores import BleuParts, Score, bleu, bleu_parts, chrf, evaluate

__all__ = [
    "AlignmentScore",
    "BleuParts",
    "Comparison",
    "GroupScore",
    "LineDifference",
    "Link",
    "ProbeGroup",
    "Score",
    "WordGroup",
    "alignment_error_rate",
    "bleu",
    "bleu_parts",
    "by_frequency",
    "by_group",
    "by_length",
    "by_probe",
    "by_rarity",
    "chrf",
    "differing_lines",
    "evaluate",
    "links_from_weights",
    "paired_bootstrap",
    "word_counts",
]
