"""One unit: where it is strong, what it pushes, how long it remembers, what it is worth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from rnnexplorer import runs, studies, tasks
from rnnexplorer.components.concordance import Line, concordance
from rnnexplorer.figures import unit_facts as figures
from rnnexplorer.figures.scales import scale_of
from rnnexplorer.figures.style import theme_of
from rnnexplorer.index import Array, Index
from rnnexplorer.measures import contexts, contribution, health, units
from rnnexplorer.measures.arithmetic import number, signed
from rnnexplorer.measures.ledger import has_ledger
from rnnexplorer.pages import charts, downloads, find_places, frame, indexing_panel, reading, states
from rnnexplorer.signals import Signal
from rnnexplorer.studies import Study
from rnnexplorer.surveying import SHIFTS

#: Places shown for each end of the unit's range.
PLACES = 8
#: Words shown as promoted and as suppressed.
PUSHED = 8
#: Features shown, best first.
FEATURES = 5
#: Corrected p below which a score is called more than chance.
LEVEL = 0.05
#: The least p that so many shifts can tell.
LEAST_P = 1 / (SHIFTS + 1)


def draw(run: runs.Run, made: Index, layer: int) -> None:
    """The unit of the address, and controls to go to another."""
    unit = frame.current().unit
    unit = reading.first_unit(run, layer) if unit is None else unit
    with st.container(key="unit-zones"):
        left, right = st.columns([2.1, 1], gap="large")
    with right:
        states.choose_unit(unit, made.units, "card_unit")
        _elsewhere(made, layer, unit)
        _facts(run, made, layer, unit)
    with left:
        signal, lowest = _controls(made)
        _contexts(run, made, layer, unit, signal, lowest=lowest)
        _pictures(run, made, layer, unit, signal)


def _elsewhere(made: Index, layer: int, unit: int) -> None:
    """Ways to the pages that show the same unit over the chosen words."""
    arrow, same = ":material/arrow_forward:", {"unit": unit, "layer": layer}
    with st.container(horizontal=True, gap="small"):
        frame.offer("explore", "Over the words", arrow, **same)
        frame.offer("what_if", "More or less of it", arrow, **same, tab="dose")
        if has_ledger(made.cell):
            frame.offer("memory", "Its ledger", arrow, **same, tab="ledger", units="one")


def _controls(made: Index) -> tuple[Signal, bool]:
    """Which signal of the unit, and which end of its range."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        signal = states.choose_signal(made.cell, "Where is it strongest?", "card_signal")
        end = frame.choose_view("End", {"highest": "highest", "lowest": "lowest"}, "card_end")
    return signal, end == "lowest"


# --- contexts ------------------------------------------------------------------------------------


def _contexts(
    run: runs.Run, made: Index, layer: int, unit: int, signal: Signal, *, lowest: bool
) -> None:
    values, places = _strongest(reading.index_key(run, made), layer, unit, signal.key, lowest, made)
    limit = float(np.abs(values).max()) if signal.limits is None else 1.0
    lines = [_line(run, made, place.at, values, unit) for place in places]
    concordance(lines, scale_of(signal, theme_of(frame.theme()), limit), frame.theme())
    st.caption(
        f"The places of the whole text where **{signal.symbol}** of unit {unit} is"
        f" {'lowest' if lowest else 'highest'}, one for each context, at most {contexts.ALIKE} with"
        f" the same last {contexts.ALIKE_WORDS} words. Left out are the first {contexts.FRESH}"
        " words after a start from the zero state, which still fills up there. Words are shaded by"
        " it. The number on the right opens the place in Explore."
    )


def _line(run: runs.Run, made: Index, at: int, values: Array, unit: int) -> Line:
    shown = values[find_places.span_of(made, at, 1)].tolist()
    return find_places.line(run, made, at, 1, shown, number(float(values[at])), unit)


@st.cache_resource(max_entries=64, show_spinner=False)
def _strongest(
    run_key: object, layer: int, unit: int, key: str, lowest: bool, _made: Index
) -> tuple[Array, list[contexts.Place]]:
    values = _made.signals[key][layer, :, unit].astype(np.float32)
    return values, contexts.strongest(values, _made.ids, PLACES, lowest=lowest, starts=_made.starts)


# --- pictures ------------------------------------------------------------------------------------


def _pictures(run: runs.Run, made: Index, layer: int, unit: int, signal: Signal) -> None:
    theme = frame.theme()
    one, two = st.columns(2, gap="medium")
    with one:
        st.markdown("##### What it pushes")
        if layer < made.layers - 1:
            st.caption("Only units of the last layer reach the output directly.")
        else:
            weights = _weights(reading.index_key(run, made), run, made.epoch)
            up, down = contribution.pushed(weights, unit, PUSHED)
            charts.draw(
                figures.pushed_words(up, down, made.vocabulary, theme),
                "card_pushed",
                figures.describe_pushed(up, down, made.vocabulary),
            )
            st.caption(
                "What h = 1 of this unit adds to the logit of a word, beyond what it adds to all on"
                " average. Times h, summed over the units, and with the bias, this is the logit, up"
                " to a constant that is the same for every word and changes no probability."
            )
    with two:
        st.markdown("##### Its values over the text")
        values, _ = _strongest(reading.index_key(run, made), layer, unit, signal.key, False, made)
        charts.draw(
            figures.value_spread(values, signal, theme),
            "card_spread",
            f"{signal.name} from {number(values.min())} to {number(values.max())}.",
        )
        st.markdown("##### How long it remembers")
        _memory(run, made, layer, unit)


def _memory(run: runs.Run, made: Index, layer: int, unit: int) -> None:
    study = studies.load(run, made.epoch)
    if study is None:
        st.caption("The experiments on this unit are not done yet.")
        return
    by_gate = units.half_lives_by_gate(made, layer, slice(unit, unit + 1))
    gate = None if by_gate is None else float(by_gate[0])
    left = study.left[layer, :, unit]
    measured = float(units.half_lives_by_push(study, layer, slice(unit, unit + 1))[0])
    charts.draw(
        figures.memory_curve(left, gate, made.cell.states[-1], frame.theme()),
        "card_memory",
        f"Half of a push is left after {_steps(measured)}.",
    )
    told = f"A push to its memory is halved after **{_steps(measured)}**"
    keeping = units.keeping(made.cell)
    if gate is not None and keeping is not None:
        told += f"; its {keeping.name} alone would halve it after {_steps(gate)}"
        told += (
            ". The push also hears what comes back through h, from this unit and the others, which"
            " the gate alone does not; and it is the median of a few places, the gate a mean over"
            " the whole text"
        )
    st.caption(told + ".")


def _steps(steps: float) -> str:
    if np.isinf(steps):
        return "more words than were followed"
    return f"{steps:.1f} words" if steps < 100 else "a hundred words or more"


# --- facts ---------------------------------------------------------------------------------------


def _facts(run: runs.Run, made: Index, layer: int, unit: int) -> None:
    row = _table(reading.index_key(run, made), layer, made).iloc[unit]
    st.markdown(_habits(made, row))
    if row["trouble"]:
        st.warning(f"In trouble: {row['trouble']}.", icon=":material/warning:")
    study = studies.load(run, made.epoch)
    if study is None:
        _offer(run, made.epoch)
        return
    st.markdown(_worth(study, layer, unit))
    _tracks(run, made, study, layer, unit)


def _habits(made: Index, row: pd.Series) -> str:
    told = []
    for gate in health.gates_of(made.cell):
        signal = made.cell.signal(gate)
        ends = ("open", "shut") if signal.kind == "gate" else ("near 1:", "near −1:")
        told.append(
            f"**{signal.symbol}** {signal.name}: {ends[0]} {row[f'{gate}_open']:.0%},"
            f" {ends[1]} {row[f'{gate}_shut']:.0%} of the time"
        )
    return "##### Habits\n" + "  \n".join(told)


def _worth(study: Study, layer: int, unit: int) -> str:
    found = units.worth(study, layer, unit)
    sure = "" if found.sure else ", which cannot be told from nothing"
    text = "held-out words" if found.part == "held out" else "words of the training text"
    return (
        f"##### Switched off\nHeld at h = 0, over {found.words:,} {text}, perplexity goes from"
        f" {found.before:,.1f} to **{found.after:,.1f}** ({signed(found.cost, 4)} ±"
        f" {found.error:.4f} nats a word{sure}); rank {found.rank} of {study.cost.shape[1]} units."
    )


def _tracks(run: runs.Run, made: Index, study: Study, layer: int, unit: int) -> None:
    table = units.tracks(study, layer, unit).rename(columns={"by_chance": "by chance"})
    st.markdown("##### What it tracks")
    found = table[table["p"] < LEVEL]
    if len(found):
        best = found.iloc[0]
        st.markdown(f"Best: **{best['feature']}**, with {best['direction']}.")
    else:
        st.markdown("Nothing here beyond chance.")
    rows = [
        f"| {row['feature']}, {row['direction']} | {number(row['score'])} |"
        f" {number(row['by chance'])}\u00a0±\u00a0{row['by_chance_spread']:.2f} |"
        f" {'≤' if row['p'] <= LEAST_P else ''}{row['p']:.3f} |"
        for _, row in table.head(FEATURES).iterrows()
    ]
    head = "| feature | score | by chance | p |\n|---|---|---|---|\n"
    st.markdown(head + "\n".join(rows))
    held_out = str(study.part[0]) == "held out"
    text = "the held-out text" if held_out else "the last tenth of the training text"
    before = "the training text" if held_out else "the text before it"
    st.caption(
        f"Whether high or low h goes with a feature is found on {before}. The score is the"
        f" correlation of h with the feature on {text}, its sign turned for low h, beside the same"
        f" with the feature shifted to another place, {SHIFTS} times (by chance: mean ± standard"
        " deviation). A score is measured in its own standard deviations by chance: two that are"
        " equal can differ in p. p is how often the best of all units and features, so measured,"
        f" does as well under a shift: below 0.05 is more than chance; less than {LEAST_P:.3f}"
        " cannot be told."
    )
    downloads.data("What it tracks", table, f"{run.name}-epoch{made.epoch}-unit{unit}-tracks")


def _offer(run: runs.Run, epoch: int) -> None:
    """The index is there and the study is not: being made, cancelled, or it gave up."""
    progress = tasks.progress(run, epoch)
    if progress is not None and not progress.error:
        _watch(run, epoch)
        return
    if progress is not None:
        st.warning(progress.error, icon=":material/info:")

    def begin() -> None:
        tasks.forget(run, epoch)
        tasks.start(run, epoch)

    st.button("Experiment on all units", on_click=begin, icon=":material/science:")


@st.fragment(run_every=indexing_panel.LOOK_SECONDS)
def _watch(run: runs.Run, epoch: int) -> None:
    """How far the experiments are; the page draws itself again when they are done."""
    progress = tasks.progress(run, epoch)
    if progress is None or progress.error:
        st.rerun()
    st.progress(progress.share, f"Experiments on all units: {progress.phase}")
    indexing_panel.cancel_button(run, epoch)


@st.cache_resource(max_entries=16, show_spinner=False)
def _table(run_key: object, layer: int, _made: Index) -> pd.DataFrame:
    return units.habits(_made, layer)


@st.cache_resource(max_entries=16, show_spinner=False)
def _weights(run_key: object, _run: runs.Run, epoch: int) -> dict[str, Array]:
    return runs.weights(_run, epoch)
