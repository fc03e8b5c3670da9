"""Places of a text below each other, aligned at a word, each word shaded by a value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import streamlit as st

from rnnexplorer.figures.scales import Scale, colors_of, pale
from rnnexplorer.figures.style import Theme, theme_of
from rnnexplorer.measures.arithmetic import number

_STYLE = """
.concordance { display: grid; grid-template-columns: minmax(0, 1fr) auto minmax(0, 1fr) auto;
  row-gap: 3px; font-size: 15px; line-height: 1.75; }
.concordance > * { white-space: nowrap; overflow: hidden; }
.concordance .before { direction: rtl; text-align: right;
  mask-image: linear-gradient(to left, black calc(100% - 40px), transparent); }
.concordance .after { mask-image: linear-gradient(to right, black calc(100% - 40px), transparent); }
.concordance .before bdi { direction: ltr; unicode-bidi: isolate; }
.concordance .focus { padding: 0 2px; }
.concordance .focus span { outline: 1.5px solid var(--rule); font-weight: 600; }
.concordance span { padding: 1px 3px; border-radius: 4px; }
.concordance .note { padding-left: 14px; font-size: 13px; color: var(--quiet); text-align: right; }
.concordance .note a { color: inherit; }
@media (max-width: 700px) { .concordance { font-size: 13px; } }
"""


@dataclass(frozen=True)
class Line:
    """One place.

    Attributes:
        words: around the place.
        values: one each, for the shades.
        focus: index of the word that the lines are aligned at.
        length: how many words from there on belong to the place.
        note: where it is, in small type on the right.
        link: of the note; opens that place.
    """

    words: Sequence[str]
    values: Sequence[float]
    focus: int
    length: int
    note: str
    link: str


def concordance(lines: Sequence[Line], scale: Scale, theme: str) -> None:
    """Draw the places."""
    st.html(html_of(lines, scale, theme_of(theme)))


def html_of(lines: Sequence[Line], scale: Scale, theme: Theme) -> str:
    """The markup; every word is escaped.

    Args:
        lines: from the top.
        scale: how a value becomes a shade; it is drawn paler than in a heatmap.
        theme: of the page.
    """
    rows = "".join(_row(line, pale(scale), theme) for line in lines)
    colors = f"--rule: {theme.quiet}; --quiet: {theme.quiet};"
    return f'<style>{_STYLE}</style><div class="concordance" style="{colors}">{rows}</div>'


def _row(line: Line, scale: Scale, theme: Theme) -> str:
    backgrounds, inks = colors_of(np.asarray(line.values, dtype=float), scale, theme)
    spans = [
        f'<span style="background:{background};color:{ink}" title="{number(value)}">'
        f"{escape(word)}</span>"
        for word, value, background, ink in zip(
            line.words, line.values, backgrounds, inks, strict=True
        )
    ]
    first, last = line.focus, line.focus + line.length
    before, focus, after = (
        " ".join(part) for part in (spans[:first], spans[first:last], spans[last:])
    )
    note = f'<a href="{escape(line.link)}" target="_self">{escape(line.note)}</a>'
    return (
        f'<div class="before"><bdi>{before}</bdi></div><div class="focus">{focus}</div>'
        f'<div class="after">{after}</div><div class="note">{note}</div>'
    )
