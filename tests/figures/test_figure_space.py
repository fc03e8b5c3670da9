"""The path is drawn through its points, its words do not lie on each other, areas hold points."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from rnnexplorer import signals
from rnnexplorer.figures import labels, space, space_solid
from rnnexplorer.figures.space_path import Path
from rnnexplorer.figures.style import theme_of
from rnnexplorer.measures.space import regions

H = signals.LSTM.signal("h")
SHARES = np.array([0.5, 0.25, 0.125, 0.125])
WORDS = ("the", "queen", "of", "hearts", "<i>", "the", "tarts", "all")


def a_path(seed=0, words=WORDS, first_step=0, name="one", clickable=True, components=3):
    points = np.random.default_rng(seed).normal(size=(len(words), components))
    return Path(name, words, points, first_step, clickable)


def cloud(seed=1):
    return np.random.default_rng(seed).normal(size=(500, 3)) * 2


def flat(*paths, chosen=None, theme="light"):
    return space.flat(H, SHARES, paths, regions(cloud()[:, :2], 30), chosen, theme)


def of_mode(figure, mode):
    return [t for t in figure.data if t.type == "scatter" and t.mode == mode]


def markers(figure):
    return of_mode(figure, "markers+text")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_path_goes_through_its_words_in_the_hue_of_the_signal(theme):
    path = a_path(first_step=4)
    figure = flat(path, theme=theme)
    (line,) = of_mode(figure, "lines")
    (points,) = markers(figure)
    for trace in (line, points):
        np.testing.assert_array_equal(trace.x, path.points[:, 0])
        np.testing.assert_array_equal(trace.y, path.points[:, 1])
    assert line.line.color == points.marker.color == theme_of(theme).hue("h")
    assert list(points.customdata) == list(range(4, 12))
    assert points.marker.symbol[0] == "circle-open"
    assert set(points.marker.symbol[1:]) == {"circle"}
    assert points.hovertext[4] == "<b>&lt;i&gt;</b> · step 8"


def test_both_axes_have_one_scale_and_say_what_they_hold():
    layout = flat(a_path()).layout
    assert layout.yaxis.scaleanchor == "x"
    assert layout.xaxis.title.text == "component 1 · 50.0% of the variance"
    assert layout.yaxis.title.text == "component 2 · 25.0% of the variance"


def test_the_chosen_step_alone_is_amber():
    path = a_path(first_step=3)
    figure = flat(path, chosen=5)
    rings = [trace for trace in figure.data if trace.name == "chosen"]
    assert [ring.marker.color for ring in rings] == [theme_of("light").selection]
    assert (rings[0].x[0], rings[0].y[0]) == tuple(path.points[2, :2])
    assert markers(figure)[0].text[2] == "<b>of</b>"
    assert not [t for t in flat(path, chosen=2).data if t.name == "chosen"]


def test_a_second_path_is_ink_dashed_and_has_diamonds():
    one, other = a_path(), a_path(3, ("a", "b"), name="two", clickable=False)
    figure = flat(one, other, chosen=1)
    lines = of_mode(figure, "lines")
    assert [line.line.dash for line in lines] == ["solid", "dash"]
    assert lines[1].line.color == theme_of("light").ink
    assert figure.layout.showlegend
    assert [line.name for line in lines] == ["one", "two"]
    second = markers(figure)[1]
    assert list(second.marker.symbol) == ["diamond-open", "diamond"]
    assert second.customdata is None  # its steps are not those of the text
    assert len([trace for trace in figure.data if trace.name == "chosen"]) == 1


def test_everything_drawn_lies_within_the_axes():
    far = Path("far", ("a", "b"), np.array([[30.0, 0.0], [-1.0, -40.0]]))
    layout = flat(a_path(), far).layout
    assert layout.xaxis.range[1] > 30
    assert layout.yaxis.range[0] < -40


def test_one_word_and_equal_points_are_drawn():
    figure = flat(a_path(words=("alice",)), chosen=0)
    assert markers(figure)[0].text[0] == "<b>alice</b>"
    still = Path("still", ("a", "b"), np.zeros((2, 2)))
    assert space.flat(H, np.zeros(4), [still], regions(np.zeros((3, 2)), 20)).layout.xaxis.range


def test_the_areas_are_the_shares_they_are_said_to_be():
    (areas,) = [trace for trace in flat(a_path()).data if trace.type == "contour"]
    _, _, held = regions(cloud()[:, :2], 30)
    for level, share in ((3, 0.5), (2, 0.9), (1, 0.99)):
        np.testing.assert_array_equal(areas.z >= level, held <= share)


def test_three_dimensions_show_the_same_points():
    path = a_path()
    figure = space_solid.solid(H, SHARES, [path, a_path(2, name="two")], cloud(), chosen=1)
    drawn = [trace for trace in figure.data if trace.mode == "lines+markers+text"]
    np.testing.assert_array_equal(np.stack([drawn[0].x, drawn[0].y, drawn[0].z], 1), path.points)
    chosen = [trace for trace in figure.data if trace.name == "chosen"]
    assert (chosen[0].x[0], chosen[0].z[0]) == (path.points[1, 0], path.points[1, 2])
    assert figure.layout.scene.aspectmode == "data"
    assert figure.layout.scene.zaxis.title.text == "component 3 · 12.5%"
    assert figure.layout.dragmode == "orbit"


def test_a_long_path_in_three_dimensions_has_few_words():
    words = tuple(f"w{k}" for k in range(200))
    figure = space_solid.solid(H, SHARES, [a_path(words=words)], cloud(), chosen=77)
    (path,) = [trace for trace in figure.data if trace.mode == "lines+markers+text"]
    written = [word for word in path.text if word]
    assert len(written) <= space_solid.WORDS + 3
    assert {"<b>w0</b>", "<b>w77</b>", "w199"} <= set(written)


def test_the_drawn_components_have_the_hue():
    figure = space.scree(H, SHARES, 2)
    theme = theme_of("light")
    np.testing.assert_array_equal(figure.data[0].y, SHARES)
    assert list(figure.data[0].marker.color) == [theme.hue("h")] * 2 + [theme.rule] * 2
    assert "hold 100% of the variance, the first of them 50.0%" in space.describe_scree(SHARES)


def test_the_picture_is_told_in_words():
    told = space.describe(H, SHARES, [a_path(), a_path(name="two", words=("a",))], 2)
    assert "hold 50.0%, 25.0% of the variance" in told
    assert "one: 8 words from the to all and two: 1 word from a to a." in told


# --- words beside points -------------------------------------------------------------------------


def boxes(points, words, found):
    """Where the words come to lie, worked out apart from the code."""
    signs = {"left": -1, "center": 0, "right": 1, "top": -1, "middle": 0, "bottom": 1}
    for k, side in found.items():
        down, right = (signs[name] for name in side.split())
        width = labels.LETTER * len(words[k])
        x = points[k][0] + right * (labels.POINT / 2 + 1 + width / 2)
        y = points[k][1] + down * (labels.POINT / 2 + 1 + labels.LINE / 2)
        yield x - width / 2, x + width / 2, y - labels.LINE / 2, y + labels.LINE / 2


def test_no_word_lies_on_another_or_on_a_point():
    rng = np.random.default_rng(11)
    points = rng.uniform(0, 300, size=(40, 2))
    words = ["w" * int(n) for n in rng.integers(1, 9, 40)]
    found = labels.placed(points, words, range(40), always=0)
    assert 10 < len(found) < 40
    drawn = list(boxes(points, words, found))
    for a, b in itertools.combinations(drawn, 2):
        assert a[1] <= b[0] + 1e-6 or b[1] <= a[0] + 1e-6 or a[3] <= b[2] + 1e-6 or (
            b[3] <= a[2] + 1e-6
        )  # fmt: skip
    for left, right, top, bottom in drawn:
        inside = (points > [left, top]) & (points < [right, bottom])
        assert not inside.all(axis=1).any()


def test_the_first_words_are_written_in_any_case():
    points = np.zeros((12, 2))
    found = labels.placed(points, ["word"] * 12, [5, 3, *range(12)], always=2)
    assert {3, 5} <= set(found)
