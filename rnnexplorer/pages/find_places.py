"""Places of the whole text as rows of words, each a way into Explore."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from rnnexplorer import planning, runs
from rnnexplorer.components.concordance import Line
from rnnexplorer.index import Index
from rnnexplorer.measures import searching
from rnnexplorer.pages import frame

#: Places shown.
SHOWN = 20
#: Words around a place that are shown, and that Explore reads.
BEFORE, AFTER = 9, 7
READ_BEFORE, READ_AFTER = 24, 6


def span_of(made: Index, start: int, length: int) -> slice:
    """The words that a row shows; none of another part of the text."""
    section = made.section(start)
    return slice(max(section.start, start - BEFORE), min(section.stop, start + length + AFTER))


def line(
    run: runs.Run, made: Index, start: int, length: int, values: Sequence[float], note: str,
    unit: int | None = None,
) -> Line:  # fmt: skip
    """A row.

    Args:
        run: the run.
        made: its index.
        start: first word of the place.
        length: of the place, in words.
        values: for the shades, one for each word of `span_of`.
        note: before the chapter and the number of the word.
        unit: that the row is about; the link chooses it; None is the one looked at.
    """
    part = span_of(made, start, length)
    where = location(run, made, start)
    return Line(
        words=made.words(part.start, part.stop),
        values=values,
        focus=start - part.start,
        length=length,
        note=f"{note} · {where}" if note else where,
        link=_link(run, made, start, length, unit),
    )


def _link(run: runs.Run, made: Index, start: int, length: int, unit: int | None) -> str:
    """Explore, with the words before the place: the state there needs them."""
    section = made.section(start)
    first = max(section.start, start - READ_BEFORE)
    stop = min(section.stop, start + length + READ_AFTER)
    return frame.link(
        "", run=run.name, text=" ".join(made.words(first, stop)), write=0,
        unit=frame.current().unit if unit is None else unit,
        step=start + length - 1 - first, tab=None, signal=None, span=None, sought=None,
    )  # fmt: skip


def location(run: runs.Run, made: Index, start: int) -> str:
    """Chapter and number of a word; the number in the text where no chapters are known."""
    return searching.told_place(*searching.in_chapter(chapters(run), made.corpus_word(start)))


def chapters(run: runs.Run) -> tuple[int, ...]:
    """First word of each chapter of a run's text; empty where the text is not at hand."""
    return _kept_chapters(run.corpus_name, str(run.corpus_path), run.corpus_sha256, run)


@st.cache_resource(max_entries=16, show_spinner=False)
def _kept_chapters(name: str, path: str, sha256: str, _run: runs.Run) -> tuple[int, ...]:
    return planning.chapters_of(_run)
