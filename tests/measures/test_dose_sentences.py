"""A sweep in words."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from toy import toy

from rnnexplorer import edits
from rnnexplorer.edits import Edit
from rnnexplorer.measures.dose import Curves
from rnnexplorer.measures.dose_sentences import headline, subject

TRACE = dataclasses.replace(toy(layers=2)[0], words=("a", "b", "c", "d", "e", "a"))
CURVES = Curves(
    doses=np.array([-1.0, 0.5, 1.0]),
    words=("b", "c"),
    p=np.array([[0.13, 0.2], [0.1, 0.2], [0.031, 0.22]]),
    p_without=np.array([0.12, 0.2]),
    kl=np.zeros(3),
    natural=-0.92,
)


def swept(text: str) -> Edit:
    (edit,) = edits.parse(text)
    assert isinstance(edit, Edit)
    return edit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("h[3]@2=0", "h of unit 3 of layer 1 at “c”"),
        ("c.2[1,2]@2-4=0", "C of 2 units of layer 2 at steps 2 to 4"),
        ("f@1-=0", "f of all units of layer 1 from step 1 on"),
    ],
)
def test_what_is_swept_is_named(text: str, expected: str) -> None:
    assert subject(swept(text), TRACE) == expected


@pytest.mark.parametrize(
    ("text", "later", "natural", "expected"),
    [
        ("h[3]@2=0", 0, -0.92, "Raising h of unit 3 of layer 1 at “c” from −0.92 to 1.00 takes “b”"
         " from 12.0% to 3.1%."),
        ("h[3]@2+0", 1, 0.0, "Adding 1.00 to h of unit 3 of layer 1 at “c” takes “b” after “d”,"
         " step 3, from 12.0% to 3.1%."),
        ("f@1-*1", 0, 1.0, "Multiplying f of all units of layer 1 from step 1 on by 1.00 takes"
         " “b” from 12.0% to 3.1%."),
        ("f@1-=1", 0, None, "Setting f of all units of layer 1 from step 1 on to 1.00 takes “b”"
         " from 12.0% to 3.1%."),
    ],
)  # fmt: skip
def test_the_headline_tells_the_largest_shift(text, later, natural, expected) -> None:  # noqa: ANN001
    found = dataclasses.replace(CURVES, natural=natural)
    assert headline(swept(text), found, TRACE, later) == expected


def test_what_moves_between_the_ends_only_is_told() -> None:
    # At both ends nothing moves, in between “b” does: an edit is not without effect for its ends.
    between = np.array([[0.12, 0.2], [0.5, 0.15], [0.12, 0.2]])
    found = dataclasses.replace(CURVES, p=between)
    assert headline(swept("h[3]@2=0"), found, TRACE, 0) == (
        "Raising h of unit 3 of layer 1 at “c” from −0.92 to 0.50 takes “b” from 12.0% to 50.0%."
    )
    # In window memory even the untouched value may move a later word.
    own = dataclasses.replace(found, natural=0.5)
    assert headline(swept("h[3]@2=0"), own, TRACE, 1) == (
        "Setting h of unit 3 of layer 1 at “c” to 0.50 takes “b” after “d”, step 3, from 12.0% to"
        " 50.0%."
    )


def test_the_lower_end_is_said_to_lower_and_nothing_to_be_nothing() -> None:
    lower = dataclasses.replace(CURVES, p=CURVES.p[::-1])
    assert headline(swept("h[3]@2=0"), lower, TRACE, 0).startswith("Lowering h of unit 3 of layer")
    still = dataclasses.replace(CURVES, p=np.broadcast_to(CURVES.p_without, (3, 2)))
    assert headline(swept("h[3]@2=0"), still, TRACE, 0) == (
        "However h of unit 3 of layer 1 at “c” is changed, no next word moves by 0.1%."
    )
