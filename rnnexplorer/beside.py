"""Which networks are held against one: those of its text, each at its epoch, under short names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from rnnexplorer import address, runs, signals

#: A run and its epoch.
Drawn = tuple[runs.Run, int]


def comparable(run: runs.Run, known: Mapping[str, runs.Run]) -> dict[str, runs.Run]:
    """The runs that can be read at the same places: of the same text, the same part held out."""
    return {
        name: other
        for name, other in known.items()
        if name != run.name
        and other.corpus_sha256 == run.corpus_sha256
        and other.recipe.held_out == run.recipe.held_out
        and runs.checkpoints(other)
    }


def natural(run: runs.Run, others: Mapping[str, runs.Run]) -> list[str]:
    """Those that differ from a run in their cell or their size alone, as far as presets tell."""
    kin = {"book", "matched"} if run.recipe.preset in ("book", "matched") else {run.recipe.preset}
    return [name for name, other in others.items() if other.recipe.preset in kin]


def at_epochs(
    run: runs.Run, epoch: int | None, others: Sequence[runs.Run], *, same: bool
) -> tuple[list[Drawn], list[runs.Run]]:
    """At which epoch each of several networks is looked at.

    Args:
        run: the one that the others are held against.
        epoch: its checkpoint; None is the last.
        others: held against it.
        same: the others at that epoch too, and not each at its last.

    Returns:
        The run and those of the others that kept their epoch, and those that did not.

    Raises:
        ValueError: the run itself did not keep it.
    """
    chosen = runs.kept_epoch(run, epoch)
    asked = [(other, chosen if same else runs.kept_epoch(other)) for other in others]
    kept = [(other, at) for other, at in asked if at in runs.checkpoints(other)]
    return [(run, chosen), *kept], [o for o, at in asked if at not in runs.checkpoints(o)]


def left_out(name: str, other: runs.Run, epoch: int) -> str:
    """Why a network, under the name that it is told by, is not held against one at an epoch."""
    kept = ", ".join(map(str, runs.checkpoints(other)))
    return f"{name} kept no weights of epoch {epoch} and is left out; it has {kept}."


def named(drawn: Sequence[Drawn]) -> dict[str, str]:
    """Short names, by the name of the run; an epoch that is not the last is named."""
    short = names([run for run, _ in drawn])
    return {
        run.name: short[run.name] + (f" (epoch {epoch})" * (epoch != runs.kept_epoch(run)))
        for run, epoch in drawn
    }


def names(drawn: Sequence[runs.Run]) -> dict[str, str]:
    """Short names of runs, "LSTM(200)"; where two would be alike, those of the other pages."""
    short = {
        run.name: f"{signals.cell(run.recipe.cell).title}({run.recipe.hidden})" for run in drawn
    }
    once = Counter(short.values())
    return {
        run.name: short[run.name] if once[short[run.name]] == 1 else address.label(run)
        for run in drawn
    }


def matched(run: runs.Run, drawn: Sequence[runs.Run]) -> runs.Run | None:
    """Of another cell the one whose number of weights is nearest, within a twentieth."""
    others = [other for other in drawn if other.recipe.cell != run.recipe.cell]
    near = [o for o in others if abs(o.parameters - run.parameters) <= 0.05 * run.parameters]
    return min(near, key=lambda o: abs(o.parameters - run.parameters)) if near else None
