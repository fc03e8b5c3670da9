"""The numbers of an experiment as one short text, `u=1.2;steps=8;activation=tanh`.

A laboratory, or a lesson, has numbers that a person sets. What they are is a table from name to
kind; what they were set to is this text, which stands in a URL. Whatever differs from its default
is written, and nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, cast

#: A value: a number, some words, or the rows of a matrix.
Value = float | int | str | tuple[tuple[float, ...], ...]


class Kind(Protocol):
    """What a setting may be."""

    @property
    def default(self) -> Value:
        """Where it stands when nobody set it."""

    def read(self, text: str) -> Value:
        """The value that a text says.

        Raises:
            ValueError: it says none that is allowed; how it goes on after "it must be".
        """

    def text(self, value: Value) -> str:
        """What `read` reads as this value."""


@dataclass(frozen=True)
class Number:
    """A number between two bounds.

    Attributes:
        low: the smallest allowed.
        high: the largest.
        default: see `Kind`.
    """

    low: float
    high: float
    default: float

    def read(self, text: str) -> float:
        """See `Kind`."""
        return _number(text, self.low, self.high)

    def text(self, value: Value) -> str:
        """See `Kind`."""
        return f"{value:g}"


@dataclass(frozen=True)
class Whole:
    """A whole number between two bounds; the attributes are those of `Number`."""

    low: int
    high: int
    default: int

    def read(self, text: str) -> int:
        """See `Kind`."""
        value = _number(text, self.low, self.high)
        if value != int(value):
            raise ValueError("a whole number")
        return int(value)

    def text(self, value: Value) -> str:
        """See `Kind`."""
        return str(value)


@dataclass(frozen=True)
class Choice:
    """One of some words, the first of which is the default."""

    options: tuple[str, ...]

    @property
    def default(self) -> str:
        """See `Kind`."""
        return self.options[0]

    def read(self, text: str) -> str:
        """See `Kind`."""
        if text not in self.options:
            raise ValueError(f"one of {', '.join(self.options)}")
        return text

    def text(self, value: Value) -> str:
        """See `Kind`."""
        return str(value)


@dataclass(frozen=True)
class Text:
    """Some words, such as a list of names.

    Attributes:
        default: see `Kind`.
        longest: most characters.
    """

    default: str = ""
    longest: int = 300

    def read(self, text: str) -> str:
        """See `Kind`."""
        if len(text) > self.longest:
            raise ValueError(f"at most {self.longest} characters")
        return text.strip()

    def text(self, value: Value) -> str:
        """See `Kind`; what parts the settings cannot stand in one."""
        return " ".join(str(value).replace(";", " ").split())[: self.longest]


@dataclass(frozen=True)
class Matrix:
    """Rows of numbers, written `1,2/3,4`; its shape is that of its default.

    Attributes:
        default: see `Kind`.
        bound: no entry is farther from 0.
    """

    default: tuple[tuple[float, ...], ...]
    bound: float = 100.0

    def read(self, text: str) -> tuple[tuple[float, ...], ...]:
        """See `Kind`."""
        rows = tuple(
            tuple(_number(entry, -self.bound, self.bound) for entry in row.split(","))
            for row in text.split("/")
        )
        if [len(row) for row in rows] != [len(row) for row in self.default]:
            raise ValueError(f"{len(self.default)} rows of {len(self.default[0])} numbers")
        return rows

    def text(self, value: Value) -> str:
        """See `Kind`."""
        rows = cast(tuple[tuple[float, ...], ...], value)
        return "/".join(",".join(f"{entry:.6g}" for entry in row) for row in rows)


Kinds = Mapping[str, Kind]


def read(text: str | None, kinds: Kinds) -> tuple[dict[str, Value], list[str]]:
    """What a text sets, and the defaults of the rest.

    Args:
        text: as the module says; None sets nothing.
        kinds: what can be set.

    Returns:
        The value of every name of the table, and a sentence for each part that was not obeyed.
    """
    values = {name: kind.default for name, kind in kinds.items()}
    complaints = []
    for part in filter(None, (text or "").split(";")):
        name, _, value = part.partition("=")
        if name not in kinds:
            complaints.append(f"There is no setting {name[:40]!r} here; it is left out.")
            continue
        try:
            values[name] = kinds[name].read(value)
        except ValueError as error:
            complaints.append(
                f"The setting {name} is {value[:40]!r}: it must be {error}. The default is taken."
            )
    return values, complaints


def written(values: Mapping[str, Value], kinds: Kinds) -> str | None:
    """The text that `read` reads as these values; None where all are defaults."""
    parts = [
        f"{name}={kind.text(values[name])}"
        for name, kind in kinds.items()
        if values[name] != kind.default
    ]
    return ";".join(parts) or None


def _number(text: str, low: float, high: float) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not low <= value <= high:  # also refuses NaN
        raise ValueError(f"a number between {low:g} and {high:g}")
    return value
