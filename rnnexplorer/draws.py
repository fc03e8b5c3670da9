"""How a word is drawn: temperature, truncation, and where the random numbers come from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Beyond it nearly every word is as likely as any other.
HOTTEST = 10.0


@dataclass(frozen=True)
class Sampling:
    """How the next word is drawn from its distribution.

    Attributes:
        temperature: divides the logits; 0 takes the most probable word.
        top_k: draw from only so many most probable words; None from all.
        top_p: draw from the fewest words that hold this share of the probability (Holtzman et al.
            2020); None from all.
        seed: of the draws.
    """

    temperature: float = 0.0
    top_k: int | None = None
    top_p: float | None = None
    seed: int = 1

    def __post_init__(self) -> None:
        """Check the bounds."""
        if not 0.0 <= self.temperature <= HOTTEST:
            raise ValueError(
                f"temperature is {self.temperature:g}; it must lie between 0 and {HOTTEST:g}"
            )
        if self.top_k is not None and self.top_k < 1:
            raise ValueError(f"top_k is {self.top_k}; it must be at least 1")
        if self.top_p is not None and not 0.0 < self.top_p <= 1.0:
            raise ValueError(f"top_p is {self.top_p:g}; it must lie above 0 and at most at 1")
        if self.seed < 0:
            raise ValueError(f"seed is {self.seed}; it must not be negative")


def uniforms(seed: int, count: int) -> NDArray[np.float64]:
    """The random numbers of a seed: the k-th written word is drawn with the k-th of them.

    The first numbers are the same however many are asked for, so a longer text begins like a
    shorter one.

    Args:
        seed: of the draws, at least 0.
        count: how many.

    Returns:
        [count], evenly distributed in 0…1, 1 itself excluded.
    """
    return np.random.default_rng(seed).random(count)
