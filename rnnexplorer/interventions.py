"""Interventions at work in a pass: what `edits` describes, done to the signals of every step."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from rnnexplorer.edits import Edit
from rnnexplorer.signals import Cell


class Interventions:
    """Edits of a text, acting on passes over parts of it.

    Passes read rows side by side, each row a part of the text that begins at a step of its own:
    the windows of window memory. An edit acts wherever its steps of the text come by.
    """

    def __init__(self, edits: Sequence[Edit], cell: Cell) -> None:
        """Take the edits, in the order in which they act, and the cell they are for."""
        self._edits, self._cell = tuple(edits), cell
        self._first = torch.zeros(1, dtype=torch.int64)
        self._before: dict[tuple[int, str], Tensor] = {}

    def begin(self, first: Tensor, *, fresh: bool) -> None:
        """A pass begins.

        Args:
            first: the step of the text at which each row begins, [B].
            fresh: it starts from the zero state; otherwise it goes on where the last pass ended.
        """
        self._first = first
        if fresh:
            self._before.clear()

    def change(self, layer: int, t: int, key: str, value: Tensor) -> Tensor:
        """Step t of the pass: a signal's value in, [B, H], the value to go on with out."""
        steps = self._first + t
        for edit in self._edits:
            if edit.signal != key or edit.layer != layer:
                continue
            rows = steps >= edit.start
            if edit.stop is not None:
                rows &= steps < edit.stop
            if rows.any():
                value = torch.where(rows[:, None], self._edited(edit, value), value)
        self._before[layer, key] = value
        return value

    def _edited(self, edit: Edit, value: Tensor) -> Tensor:
        """The value with the edit done in all rows."""
        if edit.action == "set":
            wanted = torch.full_like(value, edit.value)
        elif edit.action == "add":
            wanted = value + edit.value
        elif edit.action == "scale":
            wanted = value * edit.value
        else:
            wanted = self._held(edit, value)
        if edit.units is None:
            return wanted
        chosen = torch.zeros(value.shape[1], dtype=torch.bool, device=value.device)
        chosen[list(edit.units)] = True
        return torch.where(chosen, wanted, value)

    def _held(self, edit: Edit, value: Tensor) -> Tensor:
        """The value of the step before; a state is zero before the first step, a gate has none."""
        before = self._before.get((edit.layer, edit.signal))
        if before is not None:
            return before
        return torch.zeros_like(value) if edit.signal in self._cell.states else value
