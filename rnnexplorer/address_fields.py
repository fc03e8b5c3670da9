"""How each field of an address is written in a URL, and which values make sense there."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from rnnexplorer import edits, runs, signals
from rnnexplorer.measures import word_values
from rnnexplorer.traces import MEMORIES

#: Longest text accepted from a box or a URL, in characters; traces hold at most 2,000 words.
LONGEST_TEXT = 20_000
#: More words than any vocabulary here has.
LARGEST_K = 100_000

#: A tree of continuations on a screen: words ahead and branches at each; `branching` can do more.
DEEPEST, BROADEST = 8, 6
#: Ends of such a tree; more do not fit.
LEAVES = 30

#: What the pages with several pictures can show; a page takes what it knows and else its first.
TABS = (
    "health", "atlas", "unit",
    "pattern", "words",
    "ledger", "space",
    "edits", "dose", "draw", "tree",
    "spans", "novelty", "counts", "paths",
    "curves", "play", "pair",
    "flow", "lag", "why", "change",
    "recurrence", "tasks", "wirings",
)  # fmt: skip

#: What can play through the epochs: a signal, the gates of all units, what may come next.
PLAYED = ("signal", "gates", "next")
#: How the number of an intervention can be swept: it is the signal, or is added to it.
SWEPT = ("set", "add")

#: Where the units of a pattern can be asked to be off.
OFF = ("before", "after", "both")

#: What of a page's own controls is shown; a class that follows a link needs none of them.
CONTROLS = ("all", "none")

#: Every signal of any cell.
SIGNALS = tuple(dict.fromkeys(s.key for cell in signals.CELLS.values() for s in cell.signals))

#: What words can be shaded by: how they were predicted, or any signal of the chosen unit.
SHADES = (*word_values.CHOICES, *SIGNALS)


_VIEW = re.compile(r"[a-z0-9]{1,20}")
_SPAN = re.compile(r"(\d{1,4})-(\d{1,4})")


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise ValueError("it must be a whole number") from None
        if not low <= value <= high:
            raise ValueError(f"it must lie between {low} and {high}")
        return value

    return read


def _number(low: float, high: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            raise ValueError("it must be a number") from None
        if not low <= value <= high:  # also refuses NaN
            raise ValueError(f"it must lie between {low:g} and {high:g}")
        return value

    return read


def _one_of(options: tuple[str, ...]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in options:
            raise ValueError(f"it must be one of {', '.join(options)}")
        return text

    return read


def _tab(text: str) -> str:
    """Every page has others: a list of all of them would help nobody."""
    if text not in TABS:
        raise ValueError("no page has a view of that name")
    return text


def _name(text: str) -> str:
    if not runs.NAME.fullmatch(text):
        raise ValueError("no run can be called that")
    return text


def _text(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"it must be at most {LONGEST_TEXT:,} characters long")
    return text


def _span(text: str) -> str:
    match = _SPAN.fullmatch(text)
    if match is None or int(match[1]) > int(match[2]):
        raise ValueError("it must be two steps, such as 4-9")
    return text


def _view(text: str) -> str:
    if not _VIEW.fullmatch(text):
        raise ValueError("no picture has such a variant")
    return text


def _edits(text: str) -> str | None:
    """Pieces that say something wrong are named on their page; without any there is none."""
    return _text(text) if edits.pieces(text) else None


#: By the name of the field: its value from the text of a URL; ValueError says what is wrong.
READERS: dict[str, Callable[[str], Any]] = {
    "run": _name,
    "epoch": _whole(0, 100_000),
    "text": _text,
    "write": _whole(0, 1000),
    "temperature": _number(0.0, 10.0),
    "top_k": _whole(1, LARGEST_K),
    "top_p": _number(0.01, 1.0),
    "seed": _whole(0, 2**31 - 1),
    "memory": _one_of(MEMORIES),
    "layer": _whole(0, 2),
    "step": _whole(0, 1999),
    "unit": _whole(0, 1023),
    "units": _one_of(("one", "all")),
    "rows": _one_of(("few", "all")),
    "shade": _one_of(SHADES),
    "other": _name,
    "other_epoch": _whole(0, 100_000),
    "tab": _tab,
    "view": _view,
    "signal": _one_of(SIGNALS),
    "span": _span,
    "off": _one_of(OFF),
    "threshold": _number(0.0, 1.0),
    "sought": _text,
    "place": _whole(0, 100_000_000),
    "edits": _edits,
    "dose": _one_of(SWEPT),
    "later": _whole(0, 1999),
    "other_text": _text,
    "dimensions": _whole(2, 3),
    "played": _one_of(PLAYED),
    "bench_temperature": _number(0.0, 10.0),
    "bench_top_k": _whole(1, LARGEST_K),
    "bench_top_p": _number(0.01, 1.0),
    "bench_u": _number(0.0, 1.0),
    "depth": _whole(1, DEEPEST),
    "breadth": _whole(1, BROADEST),
    "lesson": _view,
    "settings": _text,
    "controls": _one_of(CONTROLS),
}
