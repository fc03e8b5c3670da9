"""Reading against writing: the book's own words and the network's own from one beginning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from rnnexplorer import reciting, runs
from rnnexplorer.components.interlinear import Step, interlinear
from rnnexplorer.figures import paths as figures
from rnnexplorer.measures import learning, paths
from rnnexplorer.measures.distribution import Array, Ids
from rnnexplorer.measures.paths import Paths, Shares
from rnnexplorer.pages import charts, downloads, frame, reading, working
from rnnexplorer.pages.texts import Texts
from rnnexplorer.reciting import AFTER, BEFORE
from rnnexplorer.traces import Trace

HELD_OUT, TRAINING = "held-out text", "training text"
#: Words from one offered place to the next: prime, so that they come to lie everywhere.
STRIDE = 617
#: Places of a text that are read and written in one piece.
AT_ONCE = 24


def draw(run: runs.Run, found: Texts) -> None:
    """One place, then all of them."""
    ranges = _ranges(found)
    if not ranges:
        st.info(f"The text is too short: a place needs {BEFORE + AFTER} words of one part of it.")
        return
    place, heat = _controls(run, ranges)
    look = frame.current().changed(memory=None, edits=None, top_k=None, top_p=None)
    words = found.corpus.words[place - BEFORE : place + AFTER]
    forced = reading.written(look.changed(text=" ".join(words), write=0), run)
    free = reading.written(
        look.changed(text=" ".join(words[:BEFORE]), write=AFTER, temperature=heat), run
    )
    if forced is None or free is None:
        return
    key = reading.key_of(run, forced), reading.key_of(run, free)
    both = _kept_paths(key, forced, free)
    st.markdown(f"#### {headline(both)}.")
    _words(found, words, both, place)
    charts.draw(_kept_steps(key, frame.theme(), both), "paths_steps", figures.describe_steps(both))
    st.caption(
        "Above, how much each word of the book surprises the network that reads the book. Below,"
        " how far its expectation of the next word lies from that of the network that reads itself"
        " (Jensen–Shannon divergence; 0 the same, 1 nothing in common): 0 while both have read the"
        " same. The network was trained on the book's words only and never on its own, so once it"
        " has left the book it reads what it was not prepared for: *exposure bias* (Bengio et al."
        " 2015, whose scheduled sampling mends it; Ranzato et al. 2016)."
    )
    told = _over_places(run, found, list(ranges), heat)
    with st.popover("Data", icon=":material/download:"):
        table = paths.table(both)
        downloads.csv("This place, step by step", table, f"{run.name}-paths-{place}")
        if told is not None:
            downloads.csv("All places, by step", told, f"{run.name}-paths")
        st.dataframe(table, height=260, hide_index=True)


# --- the place -----------------------------------------------------------------------------------


def _ranges(found: Texts) -> dict[str, tuple[int, int]]:
    """First and last place of each part of the text, by numbers of the corpus."""
    words = len(found.corpus.words)
    ends = {
        HELD_OUT: (words - len(found.held_out), words),
        TRAINING: (0, len(found.training)),
    }
    return {
        name: (start + BEFORE, stop - AFTER)
        for name, (start, stop) in ends.items()
        if stop - start >= BEFORE + AFTER
    }


def _recites(run: runs.Run) -> bool:
    """Whether blind guessing would predict the held-out text better: then it learned by heart."""
    perplexity = learning.last_perplexity(runs.metrics(run))
    return perplexity is not None and perplexity > len(runs.vocabulary(run))


def _controls(run: runs.Run, ranges: Mapping[str, tuple[int, int]]) -> tuple[int, float]:
    """The place, and the temperature of what is written."""
    part, place = _fitted(run, ranges)
    low, high = ranges[part]
    st.session_state.paths_part, st.session_state.paths_place = part, place - low + BEFORE

    def take_part() -> None:
        frame.look(place=ranges[st.session_state.paths_part][0])

    def take_place() -> None:
        frame.look(place=low - BEFORE + int(st.session_state.paths_place))

    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="paths-row"):
        if len(ranges) > 1:
            st.segmented_control(
                "Text", list(ranges), key="paths_part", on_change=take_part, required=True
            )
        if high > low:
            st.slider(
                "From its word number", BEFORE, BEFORE + high - low, key="paths_place",
                on_change=take_place, width=260,
            )  # fmt: skip
            st.button(
                "Another place", icon=":material/shuffle:", on_click=frame.look,
                kwargs={"place": low + (place - low + STRIDE) % (high - low + 1)},
            )  # fmt: skip
        heat = _temperature()
    return place, heat


def _fitted(run: runs.Run, ranges: Mapping[str, tuple[int, int]]) -> tuple[str, int]:
    """The part and the place of the address, or the first place that tells most of this run."""
    place = frame.current().place
    if place is None:
        part = TRAINING if _recites(run) or HELD_OUT not in ranges else HELD_OUT
        return part, ranges[part][0]
    holding = [n for n, (low, high) in ranges.items() if low - BEFORE <= place < high + AFTER]
    part = holding[0] if holding else next(iter(ranges))
    low, high = ranges[part]
    if not low <= place <= high:
        st.warning(
            f"A place needs {BEFORE} words before it and {AFTER} from it on in the same text; word"
            f" {place} has not, and the nearest one that has is shown.",
            icon=":material/link_off:",
        )
        place = min(max(place, low), high)
        frame.look(place=place)
    return part, place


def _temperature() -> float:
    """Of what is written: 0, or that of the address."""
    heat = frame.current().temperature
    names = {"likeliest": "the most probable word", "drawn": f"a draw at temperature {heat:g}"}
    picked = frame.choose_view("It writes", names, "paths_writes", quiet=False)
    return heat if picked == "drawn" else 0.0


def headline(both: Paths) -> str:
    """Where the two part, and how well the network guesses on in the book."""
    if both.parted is None:
        return f"They never part: all {len(both.book)} words that the network writes are the book's"
    at, after = both.parted, len(both.book) - both.parted - 1
    told = (
        f"They part {_after(at)}: the book goes on “{both.book[at]}”, the network writes"
        f" “{both.written[at]}”"
    )
    if not after:
        return told
    right = int(both.right[at + 1 :].sum())
    return f"{told}; reading the book it still guesses {right} of the next {after} words"


def _after(words: int) -> str:
    """After how many words that both have."""
    if not words:
        return "at once, with the first written word"
    return f"after {words} words" if words > 1 else "after one word"


# --- pictures ------------------------------------------------------------------------------------


def _words(found: Texts, words: Sequence[str], both: Paths, place: int) -> None:
    """The given words, then book, guess and written word in columns."""
    st.markdown(f"{found.place(place)} · both begin with “… {' '.join(words[:BEFORE])}”")
    read = {"write": 0, "text": " ".join(words)}
    wrote = {"write": 0, "text": " ".join((*words[:BEFORE], *both.written))}
    columns = [
        Step(
            *column,
            book_link=frame.link("", **_EXPLORE, **read, step=BEFORE + number),
            written_link=frame.link("", **_EXPLORE, **wrote, step=BEFORE + number),
        )
        for number, column in enumerate(
            zip(both.book, both.guessed, both.probability.tolist(), both.written, strict=True)
        )
    ]
    interlinear(columns, both.parted, frame.theme())
    st.caption(
        "One column is one step. The network reads the book and expects, at each word, the one"
        " under it: a tick where that is the book's word; in small type, the probability that it"
        " gave the book's word. The last line is what it writes when it reads itself from the same"
        f" {BEFORE} words on; neither knows what stands before them. A dotted line stands where the"
        " two part. A word opens its step in Explore."
    )


#: What Explore does not need to know of this page, and the memory that this page reads in.
_EXPLORE = {"tab": None, "place": None, "edits": None, "memory": None}


def _over_places(
    run: runs.Run, found: Texts, names: Sequence[str], heat: float
) -> pd.DataFrame | None:
    """The same at places from all over each part of the text."""
    made = _shares(run, found, names, heat)
    if made is None:
        return None
    word = paths.commonest(found.training, found.training)[0]
    parts = {
        name: (shares, paths.commonest(found.training, _part(found, name))[1])
        for name, shares in made.items()
    }
    common = runs.vocabulary(run).words[word]
    st.markdown(f"#### {_summary(made)}.")
    charts.draw(
        _kept_curves(_key(run, heat), tuple(names), common, frame.theme(), parts),
        "paths_shares",
        figures.describe_over_places(parts),
    )
    places = ", ".join(f"{len(shares.kept)} in the {name}" for name, shares in made.items())
    st.caption(
        f"The same at places from all over the text ({places}). Solid: how often the guess is right"
        " while the network reads the book. Dashed: how often the word that it writes is the one"
        " that the book has there. Dotted: what guessing the most common word always would get."
        " Bands: two standard errors. A network that knows the text by heart keeps both lines up;"
        " otherwise the dashed line falls, because a text once left is not found again."
    )
    columns: dict[str, Array | Ids] = {"step": np.arange(1, AFTER + 1)}
    for name, shares in made.items():
        columns |= {
            f"{name} right while reading": shares.right,
            f"{name} right while reading error": shares.right_error,
            f"{name} kept while writing": shares.same,
            f"{name} kept while writing error": shares.same_error,
        }
    return pd.DataFrame(columns).rename(
        columns=lambda column: column.replace(" ", "_").replace("-", "_")
    )


def _part(found: Texts, name: str) -> Ids:
    return found.held_out if name == HELD_OUT else found.training


def _shares(
    run: runs.Run, found: Texts, names: Sequence[str], heat: float
) -> dict[str, Shares] | None:
    """Of each part of the text, a few places at a time."""
    epoch = runs.kept_epoch(run, frame.current().epoch)
    pieces = {}
    for name in names:
        places = reciting.passages(_part(found, name))
        for start in range(0, len(places), AT_ONCE):
            some, seed = places[start : start + AT_ONCE], 1 + start
            pieces[name, start] = partial(reciting.shares, run, epoch, some, heat, seed)
    made = working.in_pieces(
        "paths",
        _key(run, heat),
        pieces,
        lambda piece: f"reading and writing from places of the {piece[0]}",
    )
    if made is None:
        return None
    return {
        name: paths.joined([share for (part, _), share in made.items() if part == name])
        for name in names
    }


def _key(run: runs.Run, heat: float) -> tuple[object, ...]:
    """What the shares of all places depend on."""
    epoch = runs.kept_epoch(run, frame.current().epoch)
    return str(run.path), reading.stamp(run, epoch), epoch, heat


@st.cache_resource(max_entries=32, show_spinner=False)
def _kept_paths(key: object, _forced: Trace, _free: Trace) -> Paths:
    return paths.paths(_forced, _free)


@st.cache_resource(max_entries=32, show_spinner=False)
def _kept_steps(key: object, theme: str, _both: Paths) -> go.Figure:
    return figures.steps(_both, theme)


@st.cache_resource(max_entries=32, show_spinner=False)
def _kept_curves(
    key: object, names: tuple[str, ...], common: str, theme: str,
    _parts: Mapping[str, tuple[Shares, float]],
) -> go.Figure:  # fmt: skip
    return figures.over_places(_parts, common, theme)


def _summary(made: Mapping[str, Shares]) -> str:
    told = [f"{reciting.words_kept(shares)} in the {name}" for name, shares in made.items()]
    return f"How long it writes the book's own words, median: {', '.join(told)}"
