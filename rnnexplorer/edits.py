"""An intervention as data: which signal of which units at which steps, and what is done to it.

Interventions travel in a URL and on a command line as a short text, one after the other:

    f@4-9=1            the forget gate of all units is 1 from step 4 to step 9
    f[12,17]@4-9=1     … of units 12 and 17 only
    c.2[3]@5=0         C of unit 3 in the second layer is 0 at step 5
    h[3]@0-*2.5        h of unit 3 is multiplied by 2.5, from the first step to the last
    i@4-9+0.2          0.2 is added to the input gate
    c[3]@5-=hold       C of unit 3 keeps, from step 5 on, the value it had after step 4
    c@5=(a red king)   C is, at step 5, what it is after the last word of that other text
    word@7=queen       the word read at step 7 is "queen", whether it was given or written

Several are separated by semicolons and applied in their order. Steps are counted from 0, layers
from 1 as on the screen; the first layer need not be named.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from rnnexplorer.corpus.words import split_words
from rnnexplorer.signals import Cell

Action = Literal["set", "add", "scale", "hold", "take"]

#: The actions that come with a number.
NUMERIC: tuple[Action, ...] = ("set", "add", "scale")

#: Larger numbers than any signal reaches in a network that works.
LARGEST_VALUE = 1000.0

#: A trace holds 2,000 words.
LAST_STEP = 1999

#: The largest network has 1,024 units.
LAST_UNIT = 1023

#: A URL and a person's patience end before that.
MOST_EDITS = 20

#: Words of a text that a value is taken from; more would not fit into a URL.
LONGEST_DONOR = 200

#: Characters of a piece that a sentence about it quotes.
QUOTED = 40

#: Between two interventions; within the brackets of another text a semicolon is punctuation.
_BETWEEN = re.compile(r";(?![^()]*\))")

_SIGNS: dict[str, Action] = {"=": "set", "+": "add", "*": "scale"}
_EDIT = re.compile(
    r"(?P<signal>[a-z])(?:\.(?P<layer>\d))?(?:\[(?P<units>\d+(?:,\d+)*)\])?"
    r"@(?P<start>\d+)(?P<span>-(?P<last>\d+)?)?(?P<sign>[=+*])(?P<value>\([^()]*\)|[^\s(]\S*)"
)
_WORD = re.compile(r"word@(?P<step>\d+)=(?P<text>.*)")


@dataclass(frozen=True)
class Edit:
    """One intervention.

    Attributes:
        signal: key of the signal.
        layer: from 0.
        units: whose; None is all units of the layer.
        start: first step.
        stop: one past the last step; None is as long as the text goes.
        action: `set` to the value, `add` it, `scale` by it, `hold` what it is, in the same memory,
            at the step before `start`, all that acts by then included (from step 0 on a state is
            held at zero, a gate at its first value), or `take` what the signal is after the last
            word of another text, which the network reads untouched, from the zero state and in the
            same memory.
        value: of a numeric action; 0 for the others.
        donor: words of that other text; empty for the other actions.
    """

    signal: str
    layer: int
    units: tuple[int, ...] | None
    start: int
    stop: int | None
    action: Action
    value: float = 0.0
    donor: tuple[str, ...] = ()

    def covers(self, layer: int, step: int, signal: str) -> bool:
        """Whether it acts on a signal of a layer at a step."""
        return (
            signal == self.signal
            and layer == self.layer
            and self.start <= step
            and (self.stop is None or step < self.stop)
        )

    def __str__(self) -> str:
        """The text that `parse` reads."""
        layer = f".{self.layer + 1}" if self.layer else ""
        units = "" if self.units is None else f"[{','.join(map(str, self.units))}]"
        steps = str(self.start)
        if self.stop is None:
            steps += "-"
        elif self.stop != self.start + 1:
            steps += f"-{self.stop - 1}"
        if self.action == "hold":
            return f"{self.signal}{layer}{units}@{steps}=hold"
        if self.action == "take":
            return f"{self.signal}{layer}{units}@{steps}=({' '.join(self.donor)})"
        sign = {action: sign for sign, action in _SIGNS.items()}[self.action]
        return f"{self.signal}{layer}{units}@{steps}{sign}{_shortest(self.value)}"


@dataclass(frozen=True)
class WordEdit:
    """Another word is read at a step, in place of the one that was given or written there.

    The words after it are written again. A written word that is replaced has been drawn all the
    same, so that every later word is drawn with the random number that it had.

    Attributes:
        step: of the text; beyond its end nothing happens.
        word: as the vocabulary has it.
    """

    step: int
    word: str

    def __str__(self) -> str:
        """The text that `parse` reads."""
        return f"word@{self.step}={self.word}"


Intervention = Edit | WordEdit


def parse(text: str) -> tuple[Intervention, ...]:
    """Read interventions; see the module for how they are written.

    Raises:
        ValueError: a piece is not such an intervention, or there are too many.
    """
    found = pieces(text)
    if len(found) > MOST_EDITS:
        raise ValueError(f"{len(found)} interventions are too many; use at most {MOST_EDITS}")
    return tuple(_parse_one(piece) for piece in found)


def pieces(text: str) -> list[str]:
    """The text of each intervention, whether it can be read or not."""
    return [piece.strip() for piece in _BETWEEN.split(text) if piece.strip()]


def _parse_one(piece: str) -> Intervention:
    other = _WORD.fullmatch(piece)
    if other is not None:
        return WordEdit(_step(other["step"], piece), _one_word(other["text"], piece))
    match = _EDIT.fullmatch(piece)
    if match is None:
        raise ValueError(
            f"{piece!r} is no intervention; write it as f@4-9=1, h[3]@5*0.5, i@2+0.1, c@5-=hold,"
            " c@5=(another text) or word@7=queen"
        )
    start = _step(match["start"], piece)
    last = None if match["last"] is None else _step(match["last"], piece)
    if last is not None and last < start:
        raise ValueError(f"{piece!r} ends at step {last}, before it begins at {start}")
    layer = int(match["layer"] or 1)
    if layer < 1:
        raise ValueError(f"{piece!r} names layer 0; layers are counted from 1")
    action: Action = _SIGNS[match["sign"]]
    value, donor = 0.0, tuple[str, ...]()
    if match["value"] == "hold" and action == "set":
        action = "hold"
    elif match["value"].startswith("(") and action == "set":
        action, donor = "take", _donor(match["value"], piece)
    else:
        value = _number(match["value"], piece)
    return Edit(
        signal=match["signal"],
        layer=layer - 1,
        units=_units(match["units"], piece) if match["units"] else None,
        start=start,
        stop=(None if match["span"] else start + 1) if last is None else last + 1,
        action=action,
        value=value,
        donor=donor,
    )


def _step(text: str, piece: str) -> int:
    return _whole(text, LAST_STEP, piece, "step", "a trace has steps")


def _units(text: str, piece: str) -> tuple[int, ...]:
    return tuple(
        _whole(unit, LAST_UNIT, piece, "unit", "a network has at most units")
        for unit in text.split(",")
    )


def _whole(text: str, most: int, piece: str, what: str, there_are: str) -> int:
    """A number that a pass can count with: its steps are numbers of 64 bits."""
    digits = text.lstrip("0") or "0"
    if len(digits) > len(str(most)) or int(digits) > most:
        raise ValueError(
            f"{_short(piece)!r} is about {what} {_short(text)}; {there_are} 0 to {most:,}"
        )
    return int(digits)


def _short(text: str) -> str:
    """A piece as a sentence quotes it."""
    return text if len(text) <= QUOTED else text[:QUOTED] + " …"


def _one_word(text: str, piece: str) -> str:
    words = split_words(text)
    if len(words) != 1:
        raise ValueError(f"{piece!r} names {len(words)} words; one word is read at a step")
    return words[0]


def _donor(text: str, piece: str) -> tuple[str, ...]:
    words = split_words(text)
    if not words:
        raise ValueError(f"{piece!r} takes from a text without words; put some into the brackets")
    if len(words) > LONGEST_DONOR:
        raise ValueError(
            f"{_short(piece)!r} takes from a text of {len(words)} words; use at most"
            f" {LONGEST_DONOR}"
        )
    return tuple(words)


def _number(text: str, piece: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"{piece!r} ends in {text!r}, which is no number") from None
    if not math.isfinite(value) or abs(value) > LARGEST_VALUE:
        raise ValueError(f"{piece!r} asks for {text}; use a number up to ±{LARGEST_VALUE:g}")
    return value


def _shortest(value: float) -> str:
    """The fewest digits that are read back as the same number: what is kept replays exactly."""
    return repr(float(value)).removesuffix(".0")


def written(edits: Iterable[Intervention]) -> str:
    """The text that `parse` reads back."""
    return ";".join(str(edit) for edit in edits)


def check(edits: Sequence[Intervention], cell: Cell, layers: int, units: int) -> None:
    """Hold interventions against the network they are for; words are its vocabulary's to know.

    Raises:
        ValueError: it has no such signal, layer or unit.
    """
    for edit in edits:
        if isinstance(edit, WordEdit):
            continue
        cell.signal(edit.signal)
        if edit.layer >= layers:
            raise ValueError(f"{edit} is about layer {edit.layer + 1}; the network has {layers}")
        wrong = [unit for unit in edit.units or () if unit >= units]
        if wrong:
            raise ValueError(
                f"{edit} is about unit {wrong[0]}; the network has units 0 to {units - 1}"
            )
