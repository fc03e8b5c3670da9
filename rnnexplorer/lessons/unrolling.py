"""Lesson 2: one network, drawn once with its loop and once per step; its weights are the same."""

from __future__ import annotations

from rnnexplorer.pages import activity_unrolling as activity
from rnnexplorer.pages.lesson import Lesson, Prediction

LESSON = Lesson(
    number=2,
    key="unrolling",
    title="Unrolling",
    minutes=4,
    question="A recurrent network is drawn with a loop, or as a long chain with one link per word."
    " Is the chain another, larger network?",
    prediction=Prediction(
        "A network reads a text of 3 words, then one of 30. How many weights does it need for the"
        " longer one?",
        (
            "Ten times as many",
            "More, but only in W_hh",
            "As many as for the short one",
            "It cannot read the longer one",
        ),
        right=2,
    ),
    tasks={
        "longer": f"Let it read {activity.LONG} words or more. Watch the count of weights.",
        "wider": f"Now give it {activity.WIDE} units or more. What grows, and how fast?",
        "real": "Take the sizes of the chosen model.",
    },
    activity=activity.draw,
    why="Unrolling draws one network several times, once per word; at every step the same W_xh,"
    " W_hh and W_hy are used, only x and h differ. So the text may have any length, and what is"
    " learned about a word holds wherever it stands. The weights follow from the sizes: W_hh grows"
    " with H², W_xh and W_hy with V·H, and V is large. Unrolled is also how it learns: the chain is"
    " a deep network with one layer per word, the gradient goes back through it, and what each"
    " step finds for the shared matrices is added up.",
    explore=activity.explore,
    kinds=activity.KINDS,
)
