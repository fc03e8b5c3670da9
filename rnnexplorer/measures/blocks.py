"""Long texts in blocks: signals on disk are read a part at a time and never held whole."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from rnnexplorer.measures.distribution import Array

#: Rows read from disk at once: 4,096 of 1,024 units take 34 MB in double precision.
AT_ONCE = 4096


def parts(rows: int) -> Iterator[slice]:
    """So many rows, a block after the other."""
    for start in range(0, rows, AT_ONCE):
        yield slice(start, min(start + AT_ONCE, rows))


def blocks(values: Array) -> Iterator[NDArray[np.float64]]:
    """The rows of an array in double precision, a copy of each block after the other.

    Args:
        values: [N, …], of any precision, on disk or not.
    """
    for part in parts(len(values)):
        yield values[part].astype(np.float64)


def mean_and_spread(values: Array) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and standard deviation of each column over the rows.

    In two passes, squares about the mean: the difference of two large sums would lose digits.

    Args:
        values: [N, H], N at least 1.

    Returns:
        Two arrays, [H].
    """
    none = np.zeros(values.shape[1])
    mean = sum((block.sum(axis=0) for block in blocks(values)), none) / len(values)
    squares = sum((((block - mean) ** 2).sum(axis=0) for block in blocks(values)), none)
    return mean, np.sqrt(squares / len(values))
