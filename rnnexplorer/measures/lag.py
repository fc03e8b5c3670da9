"""What is left so many words later: averages over places of a text, their bands, and half-lives."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from rnnexplorer.measures.distribution import Array

#: Of the bands.
CONFIDENCE = 0.95
#: Less than this share of the gradient counts as so much: it may be zero in single precision.
SMALLEST_SHARE = 1e-12
#: A curve that rises so many times above its beginning grows.
GROWN = 1.5
#: An untouched gradient of nothing at all has no shares.
SMALLEST_NORM = 1e-30


@dataclass(frozen=True, eq=False)
class Curve:
    """An average over places at each lag, and how well it is known; [K] each.

    Attributes:
        mean: the average.
        low: lower end of the band.
        high: upper end.
    """

    mean: Array
    low: Array
    high: Array


def arithmetic(values: Array, stretches: int) -> Curve:
    """The mean over places, with a t-interval over stretches of the text.

    Places near each other share words and are no independent draws. The means of B neighbouring
    stretches nearly are: mean ± t_{B-1} s / √B, with s their standard deviation (batch means;
    Law 2015, §9.5.3). Where B does not divide N, some stretches have one place more.

    Args:
        values: [N, K], or [N, K, …], the places in the order of the text.
        stretches: B, at least 2.

    Raises:
        ValueError: there are fewer places than stretches.
    """
    if len(values) < stretches or stretches < 2:
        raise ValueError(f"{len(values)} places do not make {max(stretches, 2)} stretches")
    parts = np.array_split(np.asarray(values, dtype=np.float64), stretches)
    means = np.stack([part.mean(axis=0) for part in parts])
    mean: Array = np.asarray(values, dtype=np.float64).mean(axis=0)
    error = means.std(axis=0, ddof=1) / math.sqrt(stretches)
    reach = float(stats.t.ppf(0.5 + CONFIDENCE / 2, stretches - 1)) * error
    return Curve(mean, mean - reach, mean + reach)


def geometric(values: Array, stretches: int) -> Curve:
    """The same of the logarithms, and back: exp of the mean of ln.

    A gradient that goes back k words is a product of k factors: its logarithm is a sum, and spreads
    evenly, while the norms themselves have a heavy tail that would leave the mean to a few places.
    And the mean of shares is the share of means, whichever is taken first.

    Args:
        values: above 0, [N, K].
        stretches: see `arithmetic`.
    """
    found = arithmetic(np.log(values), stretches)
    return Curve(np.exp(found.mean), np.exp(found.low), np.exp(found.high))


def shares(norms: Array) -> Array:
    """Each place's gradient as a share of its own at lag 0, [N, K], at least SMALLEST_SHARE."""
    wide = np.asarray(norms, dtype=np.float64)
    result: Array = np.maximum(wide / np.maximum(wide[:, :1], SMALLEST_NORM), SMALLEST_SHARE)
    return result


def unrelated(states: Array) -> float:
    """The mean distance of the states at two places, over all pairs of places.

    Args:
        states: [N, H], N ≥ 2.
    """
    squares = (np.asarray(states, dtype=np.float64) ** 2).sum(axis=1)
    apart = squares[:, None] + squares - 2.0 * states.astype(np.float64) @ states.T
    above = np.triu_indices(len(states), 1)
    return float(np.sqrt(np.maximum(apart[above], 0.0)).mean())


def crossing(values: Array, share: float, whole: float | None = None) -> float:
    """The lag at which a curve first falls to a share of a whole, between two lags.

    Args:
        values: [K].
        share: below 1.
        whole: what the share is of; None is the beginning of the curve.

    Returns:
        Words, on the straight line between two lags; 0 where it begins no higher, infinite where it
        never falls so far, and not a number where the whole is not above 0.
    """
    level = share * float(values[0] if whole is None else whole)
    if not level > 0.0:
        return math.nan
    below = np.flatnonzero(values <= level)
    if not len(below):
        return math.inf
    last = int(below[0])
    if last == 0:
        return 0.0
    high, low = float(values[last - 1]), float(values[last])
    return last - 1 + (high - level) / (high - low)


# --- in words ------------------------------------------------------------------------------------


def words_told(lag: float, reach: int) -> str:
    """A number of words, "3.2", or that it was not reached within those that were looked at.

    A dash where there was nothing to fade.
    """
    if math.isnan(lag):
        return "–"
    return f"{lag:.1f}" if math.isfinite(lag) else f"not within {reach}"


def headline(what: str, curves: Mapping[str, Curve], toward: str = "back") -> str:
    """At which lag each curve is down to a half and to a hundredth.

    Args:
        what: that fades, with its article.
        curves: by the name of the model.
        toward: where a lag leads, `back` or `later`.
    """
    told = ", ".join(f"{name} {_fades(curve.mean, toward)}" for name, curve in curves.items())
    return f"Words until {what} is down to half, and to 1%: {told}."


def _fades(values: Array, toward: str) -> str:
    """Both lags of a curve, "1.5 and 16.2", or what it does instead."""
    if not values[0] > 0.0:
        return "nothing to begin with"
    reach, most = len(values) - 1, int(values.argmax())
    half, hundredth = crossing(values, 0.5), crossing(values, 0.01)
    if math.isfinite(half):
        return f"{half:.1f} and {words_told(hundredth, reach)}"
    if values[most] > GROWN * values[0]:
        times = f"{float(values[most] / values[0]):.0f} times as much {most} words {toward}"
        return f"neither within {reach}: {times}"
    return f"neither within {reach}"


def against(found: Curve, lag: int, first: str, second: str) -> str:
    """What a curve of ratios says at one lag, and whether that could be chance.

    Args:
        found: of the shares of the first by those of the second, place by place.
        lag: which.
        first: a model.
        second: another.
    """
    mean, low, high = (float(values[lag]) for values in (found.mean, found.low, found.high))
    words = f"{lag} word{'s' * (lag != 1)}"
    told = f"{words} back {first} keeps {mean:.2g} times the share that {second} keeps"
    sure = "" if low > 1.0 or high < 1.0 else ": no difference that is more than chance"
    return f"{told} ({low:.2g} to {high:.2g}){sure}."


def table(curves: Mapping[str, Curve]) -> pd.DataFrame:
    """A row per model and lag."""
    rows = [
        pd.DataFrame(
            {
                "model": name,
                "lag": np.arange(len(curve.mean)),
                "mean": curve.mean,
                "low": curve.low,
                "high": curve.high,
            }
        )
        for name, curve in curves.items()
    ]
    return pd.concat(rows, ignore_index=True)


def summary(curves: Mapping[str, Curve], lags: Sequence[int]) -> pd.DataFrame:
    """A row per model: half-life, the lag of a hundredth, and the curve at some lags.

    `half_low` and `half_high` are where the ends of the band fall to half of the mean's beginning:
    how far the crossing may move with the curve. They are no confidence interval of the half-life.

    Lags beyond the end of a curve are not a number.
    """
    rows = []
    for name, curve in curves.items():
        whole = float(curve.mean[0])
        row: dict[str, object] = {
            "model": name,
            "half": crossing(curve.mean, 0.5),
            "half_low": crossing(curve.low, 0.5, whole),
            "half_high": crossing(curve.high, 0.5, whole),
            "hundredth": crossing(curve.mean, 0.01),
        }
        for lag in lags:
            inside = lag < len(curve.mean)
            for end, values in (("", curve.mean), ("_low", curve.low), ("_high", curve.high)):
                row[f"lag_{lag}{end}"] = float(values[lag]) if inside else math.nan
        rows.append(row)
    return pd.DataFrame(rows)
