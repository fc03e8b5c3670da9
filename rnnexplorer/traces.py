"""The type `Trace`: every array of one pass of a network over a text.

A trace is complete in itself. It can be saved, sent, measured and drawn without the network that
made it and without torch. Row t of every array belongs to the word fed at t; row t of `logits`
scores the word at t + 1.
"""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnexplorer.signals import Cell, cell

Array = NDArray[np.floating[Any]]

MODES = ("read", "continue")
MEMORIES = ("window", "stateful")


def chosen_memory(memory: str | None, trained: str) -> str:
    """The memory that was asked for; the one that a run was trained for where none was.

    Raises:
        ValueError: there is no such memory.
    """
    memory = trained if memory is None else memory
    if memory not in MEMORIES:
        raise ValueError(f"memory is {memory!r}; it must be one of {', '.join(MEMORIES)}")
    return memory


def check_layer(layer: int, layers: int) -> None:
    """Refuse a layer, counted from 0, that a network of so many layers does not have.

    Raises:
        ValueError: there is no such layer; told counted from 1, as on the screen.
    """
    if not 0 <= layer < layers:
        raise ValueError(f"there is no layer {layer + 1}; there are 1 to {layers}")


def check_unit(unit: int, units: int) -> None:
    """Refuse a unit, counted from 0, that a layer of so many units does not have.

    Raises:
        ValueError: there is no such unit.
    """
    if not 0 <= unit < units:
        raise ValueError(f"there is no unit {unit}; there are 0 to {units - 1}")


@dataclass(frozen=True)
class Origin:
    """Where a trace comes from: enough to make it again.

    Attributes:
        run: name of the run.
        cell: `rnn`, `lstm` or `gru`.
        epoch: the checkpoint that was read.
        mode: `read` (every word was given) or `continue` (the words after the prompt were drawn).
        memory: `stateful` (one step a word, the state carried on) or `window` (for each word a
            fresh start from the zero state over the last `window` words).
        window: words per window; None when stateful.
        prompt: how many words were given.
        temperature: 0 takes the most probable word.
        top_k: only so many most probable words are drawn from; None is all.
        top_p: only the fewest words that hold this share of the probability; None is all.
        seed: of the draws.
        edits: interventions that acted, as `edits.parse` reads them; empty if there were none.
    """

    run: str
    cell: str
    epoch: int
    mode: str
    memory: str
    window: int | None
    prompt: int
    temperature: float = 0.0
    top_k: int | None = None
    top_p: float | None = None
    seed: int = 1
    edits: str = ""


@dataclass(frozen=True, eq=False, repr=False)
class Trace:
    """All arrays of one pass; read-only.

    Attributes:
        words: the T words that were fed, given or drawn.
        vocabulary: the V words that logits score.
        signals: for each signal of the cell an array [L, T, H].
        before: for each state (`h`, and `c` of the LSTM) what step t started from, [L, T, H]. When
            stateful this is the row above, and `initial` at t = 0; in window memory each word has
            a start of its own.
        initial: for each state its value before the first word, [L, H].
        logits: [T, V].
        origin: where it comes from.
    """

    words: tuple[str, ...]
    vocabulary: tuple[str, ...]
    signals: Mapping[str, Array]
    before: Mapping[str, Array]
    initial: Mapping[str, Array]
    logits: Array
    origin: Origin

    def __post_init__(self) -> None:
        """Check that all shapes agree, then close the arrays for writing."""
        expected = {signal.key for signal in self.cell.signals}
        if set(self.signals) != expected:
            raise ValueError(
                f"a trace of the {self.cell.title} holds the signals {sorted(expected)};"
                f" this one holds {sorted(self.signals)}"
            )
        for name in ("before", "initial"):
            held = sorted(getattr(self, name))
            if held != sorted(self.cell.states):
                raise ValueError(
                    f"{name} must hold the states {sorted(self.cell.states)} of the"
                    f" {self.cell.title}; it holds {held}"
                )
        if self.signals["h"].ndim != 3:
            raise ValueError(
                f"h has shape {self.signals['h'].shape}; a trace needs [layer, time, unit]"
            )
        steps, starts = (self.layers, len(self.words), self.units), (self.layers, self.units)
        needed: list[tuple[str, Array, tuple[int, ...]]]
        needed = [(key, array, steps) for key, array in self.signals.items()]
        needed += [(f"before {key}", array, steps) for key, array in self.before.items()]
        needed += [(f"initial {key}", array, starts) for key, array in self.initial.items()]
        for name, array, shape in needed:
            if array.shape != shape:
                raise ValueError(f"{name} has shape {array.shape}; the trace needs {shape}")
        if self.logits.shape != (len(self.words), len(self.vocabulary)):
            raise ValueError(
                f"logits have shape {self.logits.shape}; {len(self.words)} words and a vocabulary"
                f" of {len(self.vocabulary)} need {(len(self.words), len(self.vocabulary))}"
            )
        for name in ("signals", "before", "initial"):
            arrays = getattr(self, name)
            for array in arrays.values():
                array.setflags(write=False)
            object.__setattr__(self, name, MappingProxyType(dict(arrays)))
        self.logits.setflags(write=False)

    def __repr__(self) -> str:
        """In a line: what it is of, not what it holds."""
        return (
            f"<Trace of {self.origin.run}, epoch {self.origin.epoch}: {len(self)} words,"
            f" {self.layers} x {self.units} units, {', '.join(self.signals)}>"
        )

    def __len__(self) -> int:
        """Number of timesteps T."""
        return len(self.words)

    @property
    def cell(self) -> Cell:
        """The cell that made it."""
        return cell(self.origin.cell)

    @property
    def layers(self) -> int:
        """Number of layers L."""
        return int(self.signals["h"].shape[0])

    @property
    def units(self) -> int:
        """Units per layer H."""
        return int(self.signals["h"].shape[2])

    def targets(self) -> NDArray[np.int64]:
        """[T - 1]: at each step but the last, the vocabulary index of the word that came next."""
        index = {word: k for k, word in enumerate(self.vocabulary)}
        return np.array([index[word] for word in self.words[1:]], dtype=np.int64)


def save(trace: Trace, path: Path) -> None:
    """Write a trace as `.npz` (see docs/formats.md). No pickle is involved.

    Raises:
        ValueError: the path does not end in `.npz`, or cannot be written.
    """
    if path.suffix != ".npz":
        raise ValueError(f"{path.name} must end in .npz, the format of a trace")
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **as_arrays(trace))
        os.replace(temporary, path)
    except OSError as error:
        raise ValueError(f"{path} cannot be written: {error.strerror}") from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def as_arrays(trace: Trace) -> dict[str, Any]:
    """The arrays of the file, by name."""
    return {
        "words": np.array(trace.words),
        "vocabulary": np.array(trace.vocabulary),
        "origin": np.array(json.dumps(asdict(trace.origin))),
        **dict(trace.signals),
        **{f"before_{key}": array for key, array in trace.before.items()},
        **{f"initial_{key}": array for key, array in trace.initial.items()},
        "logits": trace.logits,
    }


def load(path: Path) -> Trace:
    """Read a trace written by `save`.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is not such a trace.
    """
    try:
        with path.open("rb") as raw:
            if not zipfile.is_zipfile(raw):
                raise ValueError("it is no .npz file, or a part of one")
        with np.load(path, allow_pickle=False) as file:
            arrays = dict(file)
        origin = Origin(**json.loads(str(arrays["origin"])))
        made_by = cell(origin.cell)
        return Trace(
            words=tuple(arrays["words"].tolist()),
            vocabulary=tuple(arrays["vocabulary"].tolist()),
            signals={signal.key: arrays[signal.key] for signal in made_by.signals},
            before={key: arrays[f"before_{key}"] for key in made_by.states},
            initial={key: arrays[f"initial_{key}"] for key in made_by.states},
            logits=arrays["logits"],
            origin=origin,
        )
    except (KeyError, TypeError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(f"{path.name} is not a trace of rnnexplorer: {error}") from error
