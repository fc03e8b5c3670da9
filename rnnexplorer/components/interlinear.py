"""Two texts and a guess under each other, a column a word: what came, was expected, was written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from rnnexplorer.figures.style import SERIF, Theme, percent, theme_of

_STYLE = """
.interlinear { display: grid; grid-template-columns: auto minmax(0, 1fr); column-gap: 14px;
  font-size: 15px; }
.interlinear .lines { display: flex; flex-wrap: wrap; row-gap: 18px; }
.interlinear .step { display: grid; grid-template-rows: 28px 25px 19px 28px; padding: 0 6px;
  border-left: 2px solid transparent; align-items: center; white-space: nowrap; }
.interlinear .names { padding: 0; color: var(--quiet); font-size: 13px; text-align: right; }
.interlinear .parts { border-left: 2px dotted var(--ink); }
.interlinear .text { font-family: var(--serif); font-size: 17px; color: inherit;
  text-decoration: none; }
.interlinear .text:hover { text-decoration: underline; }
.interlinear .written { text-decoration: underline; text-decoration-thickness: 1.5px;
  text-underline-offset: 3px; }
.interlinear .right { font-weight: 600; }
.interlinear .wrong, .interlinear .p { color: var(--quiet); }
.interlinear .p { font-size: 12px; }
"""

#: Beside the rows, from the top.
NAMES = ("the book", "reading it, expects", "gave the book's word", "writing, goes on")


@dataclass(frozen=True)
class Step:
    """A column.

    Attributes:
        book: the text's own word.
        guess: the most probable word while the text is read.
        probability: of the text's own word then, 0…1.
        written: the word that the network wrote.
        book_link: opens the step in the text.
        written_link: opens the step in what was written.
    """

    book: str
    guess: str
    probability: float
    written: str
    book_link: str
    written_link: str


def interlinear(steps: Sequence[Step], parted: int | None, theme: str) -> None:
    """Draw the columns."""
    st.html(html_of(steps, parted, theme_of(theme)))


def html_of(steps: Sequence[Step], parted: int | None, theme: Theme) -> str:
    """The markup; every word is escaped.

    A tick and bold letters say that a word is the book's; a cross, that a guess is not.

    Args:
        steps: from the left.
        parted: the first step with another written word; a dotted line stands before it.
        theme: of the page.
    """
    columns = "".join(_column(step, number == parted) for number, step in enumerate(steps))
    names = "".join(f"<span>{name}</span>" for name in NAMES)
    variables = f"--quiet:{theme.quiet};--ink:{theme.ink};--serif:{SERIF.replace(chr(34), chr(39))}"
    return (
        f'<style>{_STYLE}</style><div class="interlinear" style="{variables}">'
        f'<div class="step names">{names}</div><div class="lines">{columns}</div></div>'
    )


def _column(step: Step, parts: bool) -> str:
    right, same = step.guess == step.book, step.written == step.book
    guess = f"{'✓' if right else '✗'} {escape(step.guess)}"
    written = f"{'✓ ' if same else ''}{_link(step.written, step.written_link, 'text written')}"
    return (
        f'<div class="step{" parts" if parts else ""}">'
        f"<span>{_link(step.book, step.book_link, 'text')}</span>"
        f'<span class="{"right" if right else "wrong"}">{guess}</span>'
        f'<span class="p">{escape(percent(step.probability))}</span>'
        f'<span class="{"right" if same else ""}">{written}</span></div>'
    )


def _link(word: str, link: str, kind: str) -> str:
    return f'<a class="{kind}" href="{escape(link)}" target="_self">{escape(word)}</a>'
