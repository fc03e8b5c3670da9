"""Lesson 10: a unit that lights up and changes little, and a quiet one that changes much."""

from __future__ import annotations

from rnnexplorer.pages import activity_importance as activity
from rnnexplorer.pages.lesson import Lesson, Prediction

LESSON = Lesson(
    number=10,
    key="importance",
    title="Activation is not importance",
    minutes=6,
    question="Some units of a trained network are far from 0 at almost every word, others stay"
    " closer to it. Are the ones that light up the ones that matter?",
    prediction=Prediction(
        "A small SimpleRNN has learned one chapter of *Alice*. A unit that is among its most active"
        " is removed, that is, held at 0. How much does the expectation of the next word change?",
        (
            "Much: it is active, so it matters",
            "Hardly: what is always on tells nothing",
            "That cannot be read off its activity",
            "Not at all: the other units take over",
        ),
        right=2,
    ),
    tasks={
        "idle": "Choose a unit that is more active than the middle and whose removal changes less.",
        "telling": "Choose a quieter one whose removal changes more.",
        "book": "Look at the LSTM trained on the whole book. Does activity tell more there?",
    },
    activity=activity.draw,
    why="A unit is heard in two ways. It adds h times its row of W_hy to the logits of the next"
    " word, at once; and it adds h times its row of W_hh to what all units become at the next"
    " word, and so to every later one. A large h times small weights is little, and what a unit"
    " adds to all logits alike changes no probability. Measured besides: in the network of 3,077"
    " words nearly all of the change comes by the second way, through the other units, and |h| says"
    " next to nothing of it. In the LSTM of the whole book (with dropout, its output tied to its"
    " embedding) most of it comes at once, by rows of W_hy of nearly the same length, and there"
    " the more active units do matter more. Which of the two it is, activity cannot tell; a removal"
    " can. Held at 0 is one way to remove a unit, held at its mean another, and they can disagree:"
    " say which one you mean.",
    explore=activity.explore,
    kinds=activity.KINDS,
)
