"""Interventions at work in a pass: what `edits` describes, done to the signals of every step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from rnnexplorer.edits import Edit, Intervention
from rnnexplorer.signals import Cell


class Interventions:
    """Edits of a text, acting on passes over parts of it.

    Passes read rows side by side, each row a part of the text that begins at a step of its own:
    the windows of window memory. An edit acts wherever its steps of the text come by.
    """

    def __init__(
        self,
        edits: Sequence[Intervention],
        cell: Cell,
        values: Mapping[int, Tensor] | None = None,
        words: Mapping[int, int] | None = None,
    ) -> None:
        """Take what acts.

        Args:
            edits: in the order in which they act.
            cell: whose signals they change.
            values: by place in `edits`, what stands for the number of an edit: a value for each
                unit, [H], of `take`; or a dose for each row side by side, [B, 1].
            words: by step, the vocabulary index of the word that is read there instead.
        """
        self._edits, self._cell = tuple(edits), cell
        self._values, self._words = dict(values or {}), dict(words or {})
        self._first = torch.zeros(1, dtype=torch.int64)
        self._before: dict[tuple[int, str], Tensor] = {}

    def dosed(self, edit: Edit, doses: Tensor) -> Interventions:
        """The same, and after them one more edit with a number of its own in each row.

        Args:
            edit: `set`, `add` or `scale`; its own number is not used.
            doses: one for each row side by side, [B].
        """
        values = self._values | {len(self._edits): doses[:, None]}
        return Interventions((*self._edits, edit), self._cell, values, self._words)

    def fed(self, ids: Tensor) -> Tensor:
        """The words that are really read, [T]: those of the text, some replaced."""
        replaced = {step: word for step, word in self._words.items() if step < len(ids)}
        if not replaced:
            return ids
        ids = ids.clone()
        ids[list(replaced)] = ids.new_tensor(list(replaced.values()))
        return ids

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
        for place, edit in enumerate(self._edits):
            if not isinstance(edit, Edit) or edit.signal != key or edit.layer != layer:
                continue
            rows = steps >= edit.start
            if edit.stop is not None:
                rows &= steps < edit.stop
            if rows.any():
                value = torch.where(rows[:, None], self._edited(place, edit, value), value)
        self._before[layer, key] = value
        return value

    def _edited(self, place: int, edit: Edit, value: Tensor) -> Tensor:
        """The value with the edit done in all rows."""
        amount = self._values.get(place, edit.value)
        if edit.action == "add":
            wanted = value + amount
        elif edit.action == "scale":
            wanted = value * amount
        elif edit.action == "hold":
            wanted = self._held(edit, value)
        else:
            wanted = torch.zeros_like(value) + amount
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
