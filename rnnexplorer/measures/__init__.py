"""Numbers and tables from traces and metrics; pure functions on NumPy and pandas."""

from rnnexplorer.measures import (
    arithmetic,
    comparison,
    distribution,
    learning,
    ngrams,
    ordering,
    word_values,
)

__all__ = [
    "arithmetic",
    "comparison",
    "distribution",
    "learning",
    "ngrams",
    "ordering",
    "word_values",
]
