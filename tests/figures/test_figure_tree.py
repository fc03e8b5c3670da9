"""The picture of a tree: branches as thick as they are probable, each a place to click."""

from __future__ import annotations

import numpy as np
import pytest

from rnnexplorer.figures import tree as figures
from rnnexplorer.figures.style import theme_of
from rnnexplorer.tree import Node, Tree

NODES = (
    Node("the", None, 0, 1.0, 1.0, 0, other=0.1, others=7),
    Node("cat", 0, 1, 0.6, 0.6, 1, other=0.0, others=0),
    Node("dog", 0, 1, 0.3, 0.3, 2),
    Node("<b>", 1, 2, 0.9, 0.54, 1),
    Node("ran", 1, 2, 0.1, 0.06, 2),
)
TREE = Tree(("under", "the"), NODES)


def outlines(figure, name):  # noqa: ANN001, ANN202
    """Closed outlines of a trace as arrays of y, one each."""
    (trace,) = [trace for trace in figure.data if trace.name == name]
    parts: list[list[float]] = [[]]
    for y in trace.y:
        if y is None or np.isnan(y):
            parts.append([])
        else:
            parts[-1].append(y)
    return [np.array(part) for part in parts if part]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_branch_is_as_thick_as_it_is_probable_and_the_taken_one_is_amber(theme: str) -> None:
    figure = figures.tree(TREE, [1, 4], theme)
    drawn = dict(zip([2, 3], outlines(figure, "branches"), strict=True))
    drawn |= dict(zip([1, 4], outlines(figure, "taken"), strict=True))
    for number, y in drawn.items():
        assert abs(y[0] - y[-1]) == pytest.approx(figures.THICKNESS * NODES[number].reached)
        middle = len(y) // 2  # the far end of the word
        assert abs(y[middle - 1] - y[middle]) == pytest.approx(
            figures.THICKNESS * NODES[number].reached
        )
    (taken,) = [trace for trace in figure.data if trace.name == "taken"]
    red, green, blue = (int(theme_of(theme).selection[k : k + 2], 16) for k in (1, 3, 5))
    assert taken.fillcolor.startswith(f"rgba({red},{green},{blue},")


def test_branches_and_the_stub_leave_their_word_side_by_side() -> None:
    figure = figures.tree(TREE)
    first, second = outlines(figure, "branches")[:2]
    (stub,) = outlines(figure, "others")  # nothing is left over after "cat"
    (root,) = outlines(figure, "root")
    edges = [first[0], first[-1], second[0], second[-1], stub[0], stub[-1]]
    np.testing.assert_allclose(edges[1::2][:2], edges[2::2])
    assert edges[0] == pytest.approx(root.min())
    assert edges[-1] == pytest.approx(root.max())


def test_every_node_but_the_root_can_be_clicked_and_none_lie_on_each_other() -> None:
    figure = figures.tree(TREE)
    (places,) = [trace for trace in figure.data if trace.name == "places"]
    assert list(places.customdata) == [1, 2, 3, 4]
    heights = sorted(y for x, y in zip(places.x, places.y, strict=True) if x > 2)
    assert np.diff(heights).min() >= 1.0
    assert "“… cat ran”: 6.0%" in places.text[3]
    assert "&lt;b&gt;" in places.text[2]


def test_branches_of_one_place_never_overlap() -> None:
    wide = Tree(
        ("a",),
        (Node("a", None, 0, 1.0, 1.0, 0),
         *(Node(f"w{k}", 0, 1, p, p, k) for k, p in enumerate((0.9, 0.05, 0.04), start=1))),
    )  # fmt: skip
    thick, *thin = outlines(figures.tree(wide), "branches")
    middle = len(thick) // 2
    bottom = max(thick[middle - 1], thick[middle])
    assert all(min(y[middle - 1], y[middle]) > bottom for y in thin)


def test_one_way_and_a_root_alone_are_drawn() -> None:
    line = Tree(("a",), (Node("a", None, 0, 1.0, 1.0, 0, 0.0), Node("b", 0, 1, 1.0, 1.0, 1)))
    assert len(outlines(figures.tree(line, [1]), "taken")) == 1
    assert not outlines(figures.tree(line, [1]), "others")
    figures.tree(Tree(("a",), (Node("a", None, 0, 1.0, 1.0, 0),)))


def test_the_sentence_names_the_most_probable_ways_and_the_one_taken() -> None:
    told = figures.describe_tree(TREE, [1, 4])
    assert "after the. Most probable: cat <b> 54%; dog 30%" in told
    assert "goes on with cat ran (6.0%)" in told


@pytest.mark.parametrize(
    ("p", "text"),
    [(0.54, "54%"), (0.004, "0.4%"), (1 / 4100, "1 in 4,100"), (1e-9, "less than 1 in a million")],
)
def test_small_chances_are_said_in_words(p: float, text: str) -> None:
    assert figures.chance(p) == text
