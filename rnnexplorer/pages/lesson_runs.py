"""Which trained network a lesson looks at."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from rnnexplorer import address, runs
from rnnexplorer.pages import frame, knobs
from rnnexplorer.settings import Choice, Kinds, Value

SHIPPED = {"rnn": "alice-rnn-book", "lstm": "alice-lstm-book"}
#: Among the networks of a lesson: the one chosen on the left.
CHOSEN = "chosen"


def trained(cell: str) -> runs.Run | None:
    """The chosen run where it has that cell and weights, else the shipped one, else None.

    Args:
        cell: `rnn` or `lstm`.
    """
    for run in (frame.chosen_run(), frame.known_runs().get(SHIPPED[cell])):
        if run is not None and run.recipe.cell == cell and runs.checkpoints(run):
            return run
    return None


def looked_at(cell: str) -> dict[str, object]:
    """The fields of the address that open such a network; none where there is none."""
    run = trained(cell)
    if run is None:
        return {}
    return {**at(run), "layer": 0}


def at(run: runs.Run, **changes: object) -> dict[str, object]:
    """The fields of the address that open a network, at the epoch that is looked at here.

    Args:
        run: with weights.
        changes: other fields of the address.
    """
    kept = run == frame.chosen_run()
    return {"run": run.name, "epoch": frame.current().epoch if kept else None, "unit": None,
            **changes}  # fmt: skip


def among(shipped: Mapping[str, str]) -> Choice:
    """The setting that says which network a lesson looks at, see `choose`."""
    return Choice((*shipped, CHOSEN))


def now(kinds: Kinds, name: str, shipped: Mapping[str, str]) -> runs.Run | None:
    """The network that `choose` gives, without a control; None where there is none."""
    ready = _ready(shipped)
    return ready[_asked(kinds, name, ready)] if ready else None


def choose(
    kinds: Kinds,
    name: str,
    shipped: Mapping[str, str],
    nothing: str,
    first: Mapping[str, Value] | None = None,
) -> runs.Run | None:
    """A network of a lesson: one of some shipped ones, or the one chosen on the left.

    Args:
        kinds: of the lesson.
        name: of the setting among them that `among` made.
        shipped: names of runs, by the values of the setting.
        nothing: what there is not without weights, a sentence without its end.
        first: settings that another network begins with, such as no unit: its units are others.

    Returns:
        None where there is none, after a sentence that shows the way.
    """
    ready = _ready(shipped)
    if not ready:
        return frame.with_weights(nothing)
    asked = _asked(kinds, name, ready)
    knobs.turn(kinds, **{name: asked})  # what is shown is what the link says
    if len(ready) > 1:
        labels = {key: address.label(run) for key, run in ready.items()}
        knobs.choice(kinds, name, "Network", labels, resets=first)
    return ready[asked]


def offer_known_words(kinds: Kinds, run: runs.Run) -> None:
    """A way out where a network cannot read the `text` of a lesson."""
    st.button(
        "Use words this model knows", icon=":material/undo:", on_click=knobs.turn, args=(kinds,),
        kwargs={"text": address.default_text(run)},
    )  # fmt: skip


def _ready(shipped: Mapping[str, str]) -> dict[str, runs.Run]:
    """The networks that are here, by the values of the setting."""
    known, chosen = frame.known_runs(), frame.chosen_run()
    named = {key: known[run] for key, run in shipped.items() if run in known}
    if chosen is not None and chosen not in named.values():
        named[CHOSEN] = chosen
    return {key: run for key, run in named.items() if runs.checkpoints(run)}


def _asked(kinds: Kinds, name: str, ready: Mapping[str, runs.Run]) -> str:
    """The value of the setting; another where its network is not here, or has two values."""
    asked, chosen = str(knobs.now(kinds)[name]), frame.chosen_run()
    if asked in ready:
        return asked
    same = [key for key, run in ready.items() if asked == CHOSEN and run == chosen]
    return (same or list(ready))[0]
