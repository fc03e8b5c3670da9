"""Lesson 6: an LSTM of one unit, its gates computed by hand and held open or shut."""

from __future__ import annotations

from rnnexplorer.pages import activity_lstm_by_hand as activity
from rnnexplorer.pages.lesson import Lesson, Prediction

LESSON = Lesson(
    number=6,
    key="lstm",
    title="An LSTM by hand",
    minutes=7,
    question="An LSTM has a memory of its own, the cell state **C**, and three gates between 0 and"
    " 1: *forget* f, *input* i and *output* o. Here is one with a single unit. What does each gate"
    " do when it is fully open or shut?",
    prediction=Prediction(
        "From step 2 on, the forget gate is held at 1 and the input gate at 0, while inputs keep"
        " coming. What happens to C?",
        (
            "It is erased: the forget gate is on",
            "It fades slowly",
            "It stays exactly as it was",
            "It grows with every input",
        ),
        right=2,
    ),
    tasks={
        "keep": "Hold f at 1 and i at 0. Watch C.",
        "erase": "Let i be computed again, and hold f at 0. Where does C come from now?",
        "hide": "Let f be computed again too, and hold o at 0. Compare C with h.",
    },
    activity=activity.draw,
    why="C = f·C₋ + i·g. The forget gate's name misleads: **f = 1 means keep**, f = 0 means erase."
    " With f = 1 and i = 0 the step is C = 1·C₋ + 0, a copy, and a copy does not fade however"
    " often it is made. Nor does the gradient on its way back along C, which each step multiplies"
    " by f alone. The input gate decides how much of the candidate g is written. The output gate"
    " hides C from the rest of the network: h = o·tanh C is 0, and C is still there when o opens"
    " again (a little other than without: h goes into the next gates, and was 0). A trained LSTM"
    " computes its gates from every word, so it can keep, overwrite or hide as the text asks for"
    " it.",
    explore=activity.explore,
    kinds=activity.KINDS,
    alone=True,
)
