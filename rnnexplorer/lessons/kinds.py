"""Lesson 4: one network, wired in four ways, each trained on a task of its own while one looks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rnnexplorer import settings
from rnnexplorer.pages import exercise_kind, knobs, laboratory_wirings
from rnnexplorer.pages.lesson import Lesson, Prediction, Way
from rnnexplorer.settings import Choice, Kinds

KINDS: Kinds = {"kind": Choice(tuple(exercise_kind.NAMES)), **exercise_kind.SETTINGS}
#: Share of right answers from which on a task counts as learnt.
LEARNT = 0.9


def activity(values: dict[str, Any]) -> Iterator[str]:
    """The kind, then its wiring, its training and what it answers."""
    first = {name: KINDS[name].default for name in ("stage", "example", "at")}
    knobs.choice(KINDS, "kind", "Inputs to outputs", exercise_kind.NAMES, resets=first)
    shown = exercise_kind.choose(values["kind"], KINDS, values)
    if shown is None:
        return
    if shown.right >= LEARNT:
        yield values["kind"]
    exercise_kind.draw(shown, KINDS, values["at"])


def explore() -> Way:
    """The same network in the laboratory."""
    table = laboratory_wirings.KINDS
    set_to = {name: kind.default for name, kind in table.items()} | knobs.now(KINDS)
    return Way(
        "laboratory",
        "The same network in the laboratory: more units or fewer, other seeds, all its numbers",
        {"tab": "wirings", "settings": settings.written(set_to, table)},
    )


LESSON = Lesson(
    number=4,
    key="kinds",
    title="One-to-one to many-to-many",
    minutes=7,
    question="A recurrent network can read once or many times, and answer once or many times. What"
    " must be built differently for each?",
    prediction=Prediction(
        "One to many: a network spells a digit. 3 goes in, and t, h, r, e, e come out, one letter a"
        " step. At step 0 it reads 3. What does *this* network read at step 1?",
        (
            "3 again, or it would forget what to spell",
            "t, the letter that it has just written",
            "A blank that says nothing; it goes by its state alone",
            "h, the letter that comes next",
        ),
        right=2,
    ),
    tasks={
        "one-to-one": "One to one: add steps of training until the digits are sorted. What is"
        " carried on?",
        "one-to-many": "One to many: train it until it spells. What is read at step 1?",
        "many-to-one": "Many to one: train it until it knows its words. How are new words?",
        "many-to-many": "Many to many: train it until new sequences come back right. What does the"
        " second network know of the digits?",
    },
    activity=activity,
    why="After its one input the speller reads blanks, all alike: its state must hold all that is"
    " still to be said. In the equations nothing is built differently, h = tanh(x·W_xh + h₋·W_hh +"
    " b) each time, and an answer can be read from any state. What differs is at which steps"
    " something new is read, and at which steps an answer is asked; the loss is counted there and"
    " nowhere else. With one output, the state must hold of all that was read what the answer"
    " needs. Where the answer can begin only after the last input, as in translation, one network"
    " reads and a second one writes, and everything passes through the one state between them: long"
    " sentences suffer, which is what *attention* was invented for. A network that writes a text is"
    " many to many too, with an answer after every input; what it reads next is the word it has"
    " just written.",
    explore=explore,
    kinds=KINDS,
    alone=True,
)
