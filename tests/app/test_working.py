"""Work in pieces: stopped, gone on with, and nothing computed twice."""

from __future__ import annotations

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest


@pytest.fixture(autouse=True)
def fresh_caches():
    st.cache_resource.clear()


def squares():
    """A page that squares numbers; at the one in `stops` the script is stopped, as by a press."""
    import streamlit as st

    from rnnexplorer.pages import working

    state = st.session_state
    begun, asked = state.setdefault("begun", []), state.get("asked", (1, 2, 3, 4, 5))

    def square(n):
        begun.append(n)
        if state.get("stops") == n:
            del state["stops"]
            st.stop()
        return n * n

    state.made = working.in_pieces(
        "squares", state.get("key", "a"), {n: (lambda n=n: square(n)) for n in asked},
        "the square of {}".format,
    )  # fmt: skip
    st.markdown("the rest of the page")


def labels(at):
    return [button.label for button in at.button]


@pytest.fixture
def page():
    return AppTest.from_function(squares)


def test_all_pieces_come_in_order_and_leave_no_bar(page):
    page.run()
    assert page.session_state["made"] == {1: 1, 2: 4, 3: 9, 4: 16, 5: 25}
    assert labels(page) == []
    page.run()
    assert page.session_state["begun"] == [1, 2, 3, 4, 5]


def test_cancel_says_how_far_it_came_and_go_on_does_the_rest_only(page):
    page.session_state["stops"] = 3
    page.run()
    assert labels(page) == ["Cancel"]
    (bar,) = page.get("progress")
    assert bar.proto.text == "the square of 3 · 3 of 5"
    kinds = [element.type for element in page.main]
    assert kinds.index("button") < kinds.index("progress"), "a longer text would move the button"
    page.button[0].click().run()
    assert page.session_state["made"] is None
    assert page.session_state["begun"] == [1, 2, 3]
    told = " ".join(element.value for element in page.markdown)
    assert "Cancelled with 2 of 5 parts done" in told
    assert "the rest of the page" in told
    assert labels(page) == ["Go on"]
    page.button[0].click().run()
    assert page.session_state["made"] == {1: 1, 2: 4, 3: 9, 4: 16, 5: 25}
    assert page.session_state["begun"] == [1, 2, 3, 3, 4, 5]
    assert labels(page) == []


def test_a_look_elsewhere_loses_nothing_and_needs_no_go_on(page):
    page.session_state["stops"] = 4
    page.run()
    page.run()
    assert page.session_state["begun"] == [1, 2, 3, 4, 4, 5]
    assert page.session_state["made"][5] == 25


@pytest.mark.parametrize(
    ("change", "begun"),
    [({"key": "b"}, [1, 2, 3, 1, 2, 3, 4, 5]), ({"asked": (2, 6)}, [1, 2, 3, 6])],
)
def test_a_cancel_is_of_this_work_only_and_what_was_done_serves_other_work(page, change, begun):
    page.session_state["stops"] = 3
    page.run()
    page.button[0].click().run()
    for name, value in change.items():
        page.session_state[name] = value
    page.run()
    assert page.session_state["made"] is not None
    assert page.session_state["begun"] == begun
