"""Interventions at work in a pass: what `edits` describes, done to the signals of every step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from rnnexplorer.cells import Values
from rnnexplorer.edits import NUMERIC, Edit, Intervention
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
        origin: int = 0,
    ) -> None:
        """Take what acts.

        Args:
            edits: in the order in which they act.
            cell: whose signals they change.
            values: by place in `edits`, what stands for the number of an edit: a value for each
                unit, [H] of `take`, [1 or B, H] of `hold`; or a dose for each row side by side,
                [B, 1].
            words: by step, the vocabulary index of the word that is read there instead.
            origin: the step of the text from which `begin` counts.
        """
        self._edits, self._cell = tuple(edits), cell
        self._values, self._words = dict(values or {}), dict(words or {})
        self._origin = self._first = torch.tensor([origin])

    # --- others like it --------------------------------------------------------------------------

    def dosed(self, place: int, doses: Tensor) -> Interventions:
        """The same, with a number of its own in each row for one of the edits.

        Args:
            place: of the edit, which is `set`, `add` or `scale`.
            doses: one for each row side by side, [B].
        """
        return Interventions(
            self._edits, self._cell, self._values | {place: doses[:, None]}, self._words
        )

    def keeping(self, start: int, before: Sequence[Values]) -> Interventions:
        """The same, with the value that is kept by each `hold` from a step on.

        Args:
            start: where they begin.
            before: for each layer its signals at the step before, each [1 or B, H].
        """
        kept = {
            place: before[edit.layer][edit.signal]
            for place, edit in self._awaited()
            if edit.start == start
        }
        return Interventions(self._edits, self._cell, self._values | kept, self._words)

    def within(self, origin: int) -> Interventions:
        """The same, for words from the middle of the text, the replaced ones among them.

        Args:
            origin: the step of the text at which these words begin.
        """
        return Interventions(self._edits, self._cell, self._values, origin=origin)

    # --- what passes ask -------------------------------------------------------------------------

    def rows(self, step: int) -> int:
        """How many rows of a text lie apart by a step: as many as an edit till then has doses."""
        return max(
            [
                len(values)
                for place, values in self._values.items()
                if isinstance(edit := self._edits[place], Edit)
                and edit.action in NUMERIC
                and edit.start <= step
            ],
            default=1,
        )

    def awaited(self, words: int) -> list[int]:
        """The steps, rising, from which something is held that is not known yet, though it could.

        Args:
            words: how many of the text have been read or written.
        """
        return sorted({edit.start for _, edit in self._awaited() if edit.start < words})

    def _awaited(self) -> list[tuple[int, Edit]]:
        """Each `hold` without its value, with its place; a state's before the text is zero."""
        return [
            (place, edit)
            for place, edit in enumerate(self._edits)
            if isinstance(edit, Edit)
            and edit.action == "hold"
            and place not in self._values
            and (edit.start > 0 or edit.signal not in self._cell.states)
        ]

    def fed(self, ids: Tensor) -> Tensor:
        """The words that are really read, [T]: those of the text, some replaced."""
        replaced = {step: word for step, word in self._words.items() if step < len(ids)}
        if not replaced:
            return ids
        ids = ids.clone()
        ids[list(replaced)] = ids.new_tensor(list(replaced.values()))
        return ids

    # --- in a pass -------------------------------------------------------------------------------

    def begin(self, first: Tensor) -> None:
        """A pass begins, or goes on.

        Args:
            first: the step of the text at which each row begins, [B].
        """
        self._first = self._origin + first

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
        return value

    def _edited(self, place: int, edit: Edit, value: Tensor) -> Tensor:
        """The value with the edit done in all rows."""
        amount = self._values.get(place, edit.value)
        if edit.action == "add":
            wanted = value + amount
        elif edit.action == "scale":
            wanted = value * amount
        elif edit.action == "hold" and edit.start == 0 and place not in self._values:
            # A state is zero before the text; a gate is nothing there, and keeps its first value.
            wanted = torch.zeros_like(value) if edit.signal in self._cell.states else value
        else:
            wanted = torch.zeros_like(value) + amount
        if edit.units is None:
            return wanted
        chosen = torch.zeros(value.shape[1], dtype=torch.bool, device=value.device)
        chosen[list(edit.units)] = True
        return torch.where(chosen, wanted, value)
