"""How much of it: one number of an intervention, swept over its range."""

from __future__ import annotations

import streamlit as st

from rnnexplorer import edits, runs
from rnnexplorer.address_fields import SWEPT
from rnnexplorer.components import words as strip
from rnnexplorer.edits import Edit, Intervention
from rnnexplorer.figures import dose as figures
from rnnexplorer.figures.scales import scale_of, sequential
from rnnexplorer.figures.style import theme_of
from rnnexplorer.measures import contribution, distribution, dose, ordering, word_values
from rnnexplorer.measures import dose_sentences as told
from rnnexplorer.measures.arithmetic import number
from rnnexplorer.measures.dose import Curves
from rnnexplorer.pages import (
    brushing,
    charts,
    downloads,
    frame,
    prompt,
    reading,
    states,
    what_if_asked,
)
from rnnexplorer.traces import Trace

#: Units offered as worth a look.
OFFERED = 4

#: Steps whose response is read, the swept one among them.
FOLLOWED = 20

DOSES = dict(zip(SWEPT, ("set it to", "add to it"), strict=True))


def draw(run: runs.Run) -> None:
    """What is swept, the curves, and how long it lasts."""
    untouched = prompt.written(run)
    if untouched is None:
        return
    look = frame.current()
    asked = what_if_asked.draw(look.edits or "", untouched)
    numeric = brushing.last_numeric(asked)
    # The swept one keeps its place: what comes after it acts on what it made.
    place, swept = (len(asked), None) if numeric is None or look.unit is not None else numeric
    others = asked[:place] + asked[place + 1 :]
    trace = reading.written(look, run, edits.written(others))
    if trace is None:
        return
    with st.container(key="dose-block"):
        words_place = st.container()
        if swept is None:
            swept = _one_unit(run, trace, words_place)
            asked += (swept,)
            if numeric is not None:
                st.button(
                    f"Sweep your change `{numeric[1]}` instead", icon=":material/tune:",
                    on_click=frame.look, kwargs={"unit": None, "later": 0},
                )  # fmt: skip
        else:
            _of_url(trace, swept)
        if others:
            st.caption(f"Your other changes act throughout: `{edits.written(others)}`.")
        _answer(run, trace, asked, place, swept)


# --- what is swept -------------------------------------------------------------------------------


def _one_unit(run: runs.Run, trace: Trace, words_place: st.delta_generator.DeltaGenerator) -> Edit:
    """One signal of one unit at one step, with the controls that choose them."""
    look = frame.current()
    start, stop = states.steps_shown(run, trace)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        key = states.choose_signal(trace.cell, "Signal", "dose_signal").key
        layer = states.choose_layer(trace.layers)
        step = reading.words_given(trace, run) - 1 if look.step is None else look.step
        step = min(max(step, start), stop - 1)
        telling = _telling(reading.key_of(run, trace), layer, step, run, trace)
        unit = telling[0] if look.unit is None else look.unit
        states.choose_unit(unit, trace.units, "dose_unit")
        action = frame.choose("Dose", "dose", DOSES, "dose_dose")
        _offer(telling, layer == trace.layers - 1)
    with words_place:
        _text(run, trace, key, layer, unit, step, slice(start, stop))
    return Edit(key, layer, (unit,), step, step + 1, "add" if action == "add" else "set")


def _offer(telling: list[int], last_layer: bool) -> None:
    """Units worth a look at this step."""
    st.session_state.dose_telling = None

    def take() -> None:
        frame.look(unit=st.session_state.dose_telling)

    st.pills(
        "Most telling here" if last_layer else "Most active", telling, key="dose_telling",
        on_change=take, width="content",
        help="The units whose h, moved as far as it can go, would shift the next word most."
        if last_layer else "The units of this layer that move most over the text.",
    )  # fmt: skip


@st.cache_resource(max_entries=64, show_spinner=False)
def _telling(key: object, layer: int, step: int, _run: runs.Run, _trace: Trace) -> list[int]:
    h = _trace.signals["h"][layer]
    if layer < _trace.layers - 1:
        return [int(unit) for unit in ordering.most_active(h, OFFERED)]
    W_hy = contribution.output_matrix(runs.weights(_run, _trace.origin.epoch))
    probs = distribution.probabilities(_trace.logits[step])
    return dose.most_telling(probs, W_hy, h[step], OFFERED)


def _text(
    run: runs.Run, trace: Trace, key: str, layer: int, unit: int, step: int, part: slice
) -> None:
    """The words, shaded by what is swept; a click chooses the step."""
    values = word_values.of(trace, key, layer=layer, unit=unit)
    colors = theme_of(frame.theme())
    strip.words(
        strip.shaded(
            trace.words[part],
            values.values[part].tolist(),
            scale_of(trace.cell.signal(key), colors, values.high),
            values.readings()[part],
            reading.words_given(trace, run) - part.start,
            colors.name,
        ),
        key="dose_text",
        charts=[],
        selected=step,
        first_step=part.start,
        caption=f"Click the word at which it is changed. {values.explanation}"
        f"{reading.underlined(trace, run)}",
        theme=colors.name,
        on_pick=lambda pick: frame.look(step=pick.step),
    )


def _of_url(trace: Trace, swept: Edit) -> None:
    """The sweep of an intervention that was made on the other tab."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.markdown(f"Swept is the number of your last change, `{swept}`.", width="content")
        first = swept.units[0] if swept.units else 0
        st.button(
            "One unit instead", on_click=frame.look,
            kwargs={"unit": min(first, trace.units - 1), "step": min(swept.start, len(trace) - 1),
                    "signal": swept.signal, "layer": swept.layer, "later": 0},
        )  # fmt: skip


# --- what comes of it ----------------------------------------------------------------------------


def _answer(
    run: runs.Run, trace: Trace, asked: tuple[Intervention, ...], place: int, swept: Edit
) -> None:
    try:
        edits.check((swept,), trace.cell, trace.layers, trace.units)
        key = reading.key_of(run, trace)
        found = _kept(key, asked, place, swept, run, trace)
    except ValueError as error:
        st.warning(str(error), icon=":material/info:")
        return
    later = min(frame.current().later, len(found) - 1)
    curves = found[later]
    what = told.subject(swept, trace)
    st.markdown(f"#### {told.headline(swept, curves, trace, later)}")
    charts.draw(
        figures.dose_curves(curves, told.axis_name(swept, what), frame.theme()),
        "dose_curves",
        figures.describe_dose_curves(curves, told.axis_name(swept, what)),
    )
    st.caption(_how_to_read(swept, curves, trace, later))
    _how_long(trace, swept, found, later)
    downloads.data("Every dose", dose.table(curves), f"{run.name}-dose")


@st.cache_resource(max_entries=64, show_spinner="Reading the text at every dose …")
def _kept(
    key: object,
    asked: tuple[Intervention, ...],
    place: int,
    swept: Edit,
    _run: runs.Run,
    _trace: Trace,
) -> list[Curves]:
    """The response at each step from the swept one on."""
    from rnnexplorer import dosing  # imports torch

    numbers, natural = dose.doses_in(_trace, swept, asked[place + 1 :])
    found = dosing.respond(
        _run, _trace.words, asked, place, numbers, FOLLOWED,
        epoch=_trace.origin.epoch, memory=_trace.origin.memory,
    )  # fmt: skip
    return dose.of_response(found, _trace, natural)


def _how_long(trace: Trace, swept: Edit, found: list[Curves], later: int) -> None:
    """The words that follow, shaded by how far the response reaches; a click reads it there."""
    st.markdown("##### How long does it last?")
    if len(found) == 1:
        st.caption("No word follows in this text. Let it write some, under “Then”.")
        return
    bits = [float(curves.kl.max()) for curves in found]
    colors = theme_of(frame.theme())
    strip.words(
        strip.shaded(
            trace.words[swept.start : swept.start + len(found)],
            bits,
            sequential(colors, "p", high=max(*bits, figures.SMALLEST_RANGE)),
            [f"up to {value:.2f} bits" for value in bits],
            trace.origin.prompt - swept.start,
            colors.name,
        ),
        key="dose_later",
        charts=[],
        selected=swept.start + later,
        first_step=swept.start,
        caption="Shaded: how far, at the strongest dose, the expectation after each word lies from"
        " the untouched one. Click a word to read the response after it.",
        theme=colors.name,
        on_pick=lambda pick: frame.look(later=pick.step - swept.start),
    )


def _how_to_read(swept: Edit, found: Curves, trace: Trace, later: int) -> str:
    where = trace.words[swept.start + later]
    text = (
        f"To the right the dose; above, the next words after “{where}” that move most; below, what"
        " the dose does to the whole expectation. The probabilities are the network's own, at"
        " temperature 1, whatever the text is written at. A flat line: here it has no say."
    )
    if found.natural is not None:
        text += " Amber is the untouched network."
    if found.h is not None and found.h_without is not None:
        low, high = number(found.h.min()), number(found.h.max())
        text += f" Its own h, untouched {number(found.h_without)}, lies between {low} and {high}."
    if later and trace.origin.memory == "window":
        text += (
            " In window memory each later word has its own start, so amber may lie beside 0 bits."
        )
    return text
