"""Ways to go on: the tree of what the network may write next, each branch a place to go to."""

from __future__ import annotations

import streamlit as st

from rnnexplorer import runs
from rnnexplorer.address_fields import BROADEST, DEEPEST, LEAVES
from rnnexplorer.components.words import Pick
from rnnexplorer.draws import Sampling
from rnnexplorer.figures import View
from rnnexplorer.figures import tree as figures
from rnnexplorer.figures.style import percent
from rnnexplorer.measures import branches
from rnnexplorer.pages import charts, downloads, frame, prompt, reading, states
from rnnexplorer.traces import Trace
from rnnexplorer.tree import Tree

CHART = "tree"


def draw(run: runs.Run) -> None:
    """The words, and the tree after one of them."""
    trace = prompt.written(run)
    if trace is None:
        return
    start, stop = states.steps_shown(run, trace)
    view = View(start=start, stop=stop)
    picked = states.picked(run, trace, view)
    states.draw_words(run, trace, view, picked, [], _take)
    _sizes()
    found = _grown(run, trace, picked.step)
    _picture(run, trace, picked.step, found)


def _take(pick: Pick) -> None:
    frame.look(step=pick.step)


def _sizes() -> None:
    with st.container(horizontal=True, gap="medium"):
        for label, field, most in (
            ("Words ahead", "depth", DEEPEST),
            ("Branches at each word", "breadth", BROADEST),
        ):
            _size(label, field, most)


def _size(label: str, field: str, most: int) -> None:
    key = f"tree_{field}"
    st.session_state[key] = getattr(frame.current(), field)

    def take() -> None:
        frame.look(**{field: st.session_state[key]})

    st.slider(label, 1, most, key=key, on_change=take, width=230)


def _grown(run: runs.Run, trace: Trace, step: int) -> Tree:
    """The tree after a step, by the network and the sampling that wrote the text."""
    look, origin = frame.current(), trace.origin
    return _kept_tree(
        (str(run.path), reading.stamp(run, origin.epoch)),
        trace.words[: step + 1],
        trace.words[step + 1 : step + 1 + look.depth],
        (look.depth, look.breadth),
        origin.epoch,
        origin.memory,
        Sampling(origin.temperature, origin.top_k, origin.top_p),
        run,
    )


@st.cache_resource(max_entries=32, show_spinner=False)
def _kept_tree(
    key: object, words: tuple[str, ...], came: tuple[str, ...], size: tuple[int, int], epoch: int,
    memory: str, sampling: Sampling, _run: runs.Run,
) -> Tree:  # fmt: skip
    from rnnexplorer import branching  # torch

    return branching.continuations(
        _run, words, depth=size[0], breadth=size[1], leaves=LEAVES, epoch=epoch, memory=memory,
        sampling=sampling, follow=came,
    )  # fmt: skip


def _picture(run: runs.Run, trace: Trace, step: int, found: Tree) -> None:
    taken = found.along(trace.words[step + 1 :])
    st.markdown(f"#### {_headline(trace, step, found, taken)}")
    event = charts.selectable(
        figures.tree(found, taken, frame.theme()),
        CHART,
        figures.describe_tree(found, taken),
        "points",
    )
    branch = charts.clicked(event)
    if branch is not None:
        del st.session_state[CHART]
        _go(found, int(branch))
        st.rerun()
    st.caption(_how_to_read(trace, bool(taken)))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _choose(found)
        downloads.data("Every branch", branches.table(found), f"{run.name}-tree-{step}")


def _go(found: Tree, number: int) -> None:
    """A branch becomes the end of the words to read."""
    frame.look(text=" ".join((*found.given, *found.words(number))), step=None)


def _choose(found: Tree) -> None:
    """By name too: a picture cannot be reached with a keyboard."""
    numbers = sorted(range(1, len(found.nodes)), key=lambda k: -found.nodes[k].reached)

    def name(number: int) -> str:
        return f"{' '.join(found.words(number))} · {figures.chance(found.nodes[number].reached)}"

    st.session_state.tree_go = None

    def take() -> None:
        if st.session_state.tree_go is not None:
            _go(found, st.session_state.tree_go)

    st.selectbox(
        "Go on from", numbers, index=None, key="tree_go", on_change=take, width=380,
        placeholder="a branch, the most probable first",
        format_func=name,
    )  # fmt: skip


def _headline(trace: Trace, step: int, found: Tree, taken: list[int]) -> str:
    told = f"After “{trace.words[step]}”: "
    best = found.nodes[found.children(0)[0]]
    told += f"most probably “{best.word}” ({percent(best.p)})"
    if not taken:
        return told
    end = found.nodes[taken[-1]]
    ahead = " ".join(found.words(taken[-1]))
    return f"{told}; the text goes on with “{ahead}” ({figures.chance(end.reached)})"


def _how_to_read(trace: Trace, taken: bool) -> str:
    """What the picture shows, and by which rule it was drawn."""
    heat, look = trace.origin.temperature, frame.current()
    if heat == 0:
        return (
            "At temperature 0 there is one way to go on: the most probable word each time. A higher"
            " temperature lets the tree branch."
        )
    text = (
        "A branch is as thick as the text is likely to come there; the number is the word's"
        " probability once the words before it are there. Pale stubs are all other words together."
    )
    text += " Amber is the way the text took." if taken else ""
    limits = f", top-k {trace.origin.top_k}" if trace.origin.top_k else ""
    limits += f", top-p {trace.origin.top_p:g}" if trace.origin.top_p else ""
    text += f" At temperature {heat:g}{limits}, as the text is written;"
    text += f" looked further at the most probable branches first, up to {LEAVES} ends."
    text += " Click a word to go on from there."
    return text + (" Interventions have no part in it." if look.edits else "")
