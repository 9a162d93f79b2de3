"""What a person looks at: figures drawn by matplotlib, and views that a browser shows.

Arrays and labels in, axes or HTML out. Nothing here knows a model, needs torch, or calls `show`.
"""

from .attention_view import AttentionView
from .figures import CJK_FONTS, COLORS, MARKERS, plot_attention, plot_history, plot_lengths
from .frame import View, save_page
from .search_view import SearchView

__all__ = [
    "AttentionView",
    "CJK_FONTS",
    "COLORS",
    "MARKERS",
    "SearchView",
    "View",
    "plot_attention",
    "plot_history",
    "plot_lengths",
    "save_page",
]
