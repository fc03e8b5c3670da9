"""The ledger told: a step in a sentence, and everything as tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import numpy as np
import pandas as pd

from rnnexplorer.measures.arithmetic import number
from rnnexplorer.measures.ledger import Items, Ledger, towards


def account(book: Ledger, words: Sequence[str], step: int, who: str) -> str:
    """A step's account in a sentence.

    Args:
        book: of one unit, or of units taken together, [T].
        words: of the trace.
        step: of the trace.
        who: whose account it is and what it does, such as "unit 41 holds".
    """
    told = (
        f"At “{words[step]}” {who} {number(book.state[step])}: {number(book.kept[step])} kept,"
        f" {number(book.written[step])} written here"
    )
    if book.intervened[step]:
        told += f", {number(book.intervened[step])} put there by an intervention"
    return f"{told}."


def largest_part(items: Items, words: Sequence[str]) -> str:
    """Which step wrote most of what is held, in a sentence; of one unit, or taken together."""
    step, most = items.first + len(items.parts) - 1, items.largest()
    if len(items.parts) == 1 and not items.start:
        return "All of it was written here."
    if most == step:
        return "No other word wrote as much of it as this one."
    ago = f"{step - most} words before" if step - most > 1 else "one word before"
    part = number(float(items.parts[most - items.first]))
    return f"The largest part, {part}, was written at “{words[most]}”, {ago}."


def newest_half(items: Items) -> str:
    """How new at least half of what is held is, in a sentence."""
    n = items.newest_half()
    return "Half of it or more was written " + ("here." if n == 1 else f"in the last {n} words.")


def table(book: Ledger, words: Sequence[str]) -> pd.DataFrame:
    """A row per step: before, kept, written, intervened, state.

    Args:
        book: of one unit, [T]; or of several, [T, H], for which every column stands three times:
            `_sum` as it is, `_size` as the sum of magnitudes (these do not add up), and
            `_towards` in the direction of what each unit holds (`Ledger.together`).
        words: of the trace.
    """
    columns: dict[str, object] = {"step": np.arange(len(words)), "word": list(words)}
    names = (*(field.name for field in fields(book)), "state")
    if book.state.ndim == 1:
        return pd.DataFrame(columns | {name: getattr(book, name) for name in names})
    for name in names:
        values = getattr(book, name)
        columns[f"{name}_sum"] = values.sum(axis=1)
        columns[f"{name}_size"] = np.abs(values).sum(axis=1)
        columns[f"{name}_towards"] = towards(values, book.state)
    return pd.DataFrame(columns)


def items_table(items: Items, words: Sequence[str]) -> pd.DataFrame:
    """A row per step: what came in there and is left now, and its share (0 of nothing held).

    Args:
        items: of one unit, or of units taken together.
        words: of the whole text.
    """
    steps = range(items.first, items.first + len(items.parts))
    total = float(items.total)
    share = items.parts / total if total else np.zeros(len(steps))
    return pd.DataFrame(
        {
            "step": steps,
            "word": [words[step] for step in steps],
            "part": items.parts,
            "share": share,
        }
    )
