"""The pictures of the laboratory: bars and curves are the numbers, the regions are named."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from rnnexplorer import signals
from rnnexplorer.fading import Fading
from rnnexplorer.figures import expansion as figures
from rnnexplorer.figures.expansion_equations import expansion_equations
from rnnexplorer.figures.fading import describe_fading, fading_picture
from rnnexplorer.figures.gain_axis import GainLine, gain_axis, reach_of
from rnnexplorer.figures.style import theme_of
from rnnexplorer.measures.expansion import Setup, expand

FOUND = expand(Setup(u=2.0, depth=5))
NETWORK = Fading(
    cell=signals.cell("lstm"),
    words=("the", "<i>", "cat"),
    gains={"h": np.array([0.01, 0.1, 1.0]), "c": np.array([0.04, 0.2, 1.0])},
    radius=1.5,
    passed=0.6,
)


def notes(figure):
    return {note.text: note for note in figure.layout.annotations}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_bars_are_what_is_left_and_the_curve_is_the_gradient(theme):
    figure = figures.expansion_picture(FOUND, theme)
    bars, *curves = figure.data
    np.testing.assert_array_equal(bars.x, [1, 2, 3, 4, 5])
    np.testing.assert_array_equal(bars.y, [16, 8, 4, 2, 1])
    assert bars.marker.color[0] == theme_of(theme).hue("h")
    assert len(set(bars.marker.color[1:])) == 1
    np.testing.assert_array_equal(curves[-1].y, [16, 8, 4, 2, 1])
    assert (figure.layout.yaxis2.type, curves[-1].yaxis) == ("log", "y2")


def test_amber_is_nowhere_for_nothing_is_chosen():
    for theme in ("light", "dark"):
        text = figures.expansion_picture(FOUND, theme).to_json()
        assert theme_of(theme).selection not in text


def test_vanishing_and_exploding_are_on_one_picture_and_named():
    figure = figures.expansion_picture(FOUND)
    by_name = {line.name: line.y for line in figure.data[1:]}
    np.testing.assert_allclose(by_name["0.8<sup>k</sup>"], 0.8 ** np.arange(4, -1, -1))
    np.testing.assert_allclose(by_name["1.2<sup>k</sup>"], 1.2 ** np.arange(4, -1, -1))
    low, high = figure.layout.yaxis2.range
    assert low == -high  # 1 is in the middle
    named = notes(figure)
    assert named["above 1: explodes"].y == high
    assert named["below 1: vanishes"].y == low
    assert {"<b>2<sup>k</sup></b>", "0.8<sup>k</sup>", "1.2<sup>k</sup>"} <= set(named)


@pytest.mark.parametrize("setup", [Setup(u=0.0), Setup(u=-2.0, activation="relu", depth=3)])
def test_a_gradient_of_nothing_is_a_gap_on_the_logarithmic_axis(setup):
    found = expand(setup)
    curve = figures.expansion_picture(found).data[-1]
    np.testing.assert_array_equal(np.isnan(curve.y), found.gains == 0)


def test_the_axis_holds_every_curve_up_to_sixty_powers_of_ten():
    assert reach_of([GainLine("", np.array([1e-4, 1.0]), "")]) == pytest.approx(4.32)
    assert reach_of([GainLine("", np.array([1e-80, 1.0]), "")]) == 60
    near = reach_of([GainLine("", np.array([0.9, 1.0]), "")])
    axis = gain_axis(near, theme_of("light"))
    assert axis["ticktext"] == ["0.2", "0.5", "1", "2", "5"]
    far = gain_axis(16, theme_of("light"))
    assert far["ticktext"][0] == "10⁻¹⁶"
    assert "1" in far["ticktext"]


@pytest.mark.parametrize("depth", [2, 13, 14, 50])
def test_first_and_last_column_are_always_named_and_few_bars_have_numbers(depth):
    figure = figures.expansion_picture(expand(Setup(u=1.0, depth=depth)))
    named = list(figure.layout.xaxis.tickvals)
    assert named[0] == 1
    assert named[-1] == depth
    assert len(named) <= figures.MOST_NAMES + 1
    numbers = [text for text in figure.data[0].text if text]
    assert len(numbers) == (depth if depth <= figures.MOST_NUMBERS else 1)


def test_the_text_alternative_has_the_bars_and_the_gradient():
    text = figures.describe_expansion(FOUND)
    assert "x₅ 1.00, x₄ 2.00, x₃ 4.00, x₂ 8.00, x₁ 16.00" in text
    assert text.endswith("The gradient is 1 at h₅ and 16.00 at h₁.")


# --- equations -----------------------------------------------------------------------------------


def plain(block):
    """Without the colours."""
    return re.sub(r"\\textcolor\{#\w+\}\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}", r"\1", block)


def test_the_expansion_is_written_with_its_numbers():
    terms, derivatives = map(plain, expansion_equations(FOUND))
    assert r"h_{5} &= Wx_{5} + UWx_{4} + U^{2}Wx_{3} + U^{3}Wx_{2} + U^{4}Wx_{1}" in terms
    assert r"&= 1.00 + 2.00 + 4.00 + 8.00 + 16.00 = 31.00" in terms
    assert r"&= U^{4} = 16.00" in derivatives
    assert r"&= Wx_{4} + 2UWx_{3} + 3U^{2}Wx_{2} + 4U^{3}Wx_{1}" in derivatives
    assert r"&= 1.00 + 4.00 + 12.00 + 32.00 = 49.00" in derivatives


def test_a_negative_first_term_keeps_its_sign_in_the_sum():
    terms, _ = map(plain, expansion_equations(expand(Setup(u=-2.0, depth=2))))
    assert "&= 1.00 - 2.00 = -1.00" in terms


def test_a_long_expansion_is_shortened_and_ends_in_the_first_input():
    terms, _ = map(plain, expansion_equations(expand(Setup(u=0.5, depth=50))))
    assert r"+ \cdots + U^{49}Wx_{1}" in terms
    assert r"+ \cdots + 1.8\cdot 10^{-15} =" in terms


def test_under_an_activation_the_chain_of_factors_is_written():
    """h_1 = tanh 1 = 0.76, h_2 = tanh(0.76 + 1) = 0.94; 1 - 0.94² = 0.11."""
    steps, chain = map(plain, expansion_equations(expand(Setup(1.0, 2, "tanh"))))
    assert r"h_{1} = 0.76,\;\; h_{2} = 0.94" in steps
    assert r"(1.00\cdot 0.11) = 0.11" in chain


@pytest.mark.parametrize("activation", ["none", "tanh", "relu"])
def test_a_matrix_is_written_by_its_norms(activation):
    found = expand(Setup(0.5, 3, activation, size=4))
    (block,) = map(plain, expansion_equations(found, "dark"))
    if activation == "none":
        assert r"1.00,\;\; 0.50,\;\; 0.25" in block
        assert r"\|U^{2}\| = 0.25" in block
    else:
        assert r"\operatorname{diag}" in block


# --- a trained network ---------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_network_has_a_curve_per_state_its_radius_and_the_laboratory(theme):
    figure = fading_picture(NETWORK, np.array([0.25, 0.5, 1.0]), "laboratory", theme)
    h, c, radius, laboratory = figure.data
    np.testing.assert_allclose(h.y, [0.01, 0.1, 1.0])
    np.testing.assert_allclose(c.y, [0.04, 0.2, 1.0])
    np.testing.assert_allclose(radius.y, [2.25, 1.5, 1.0])
    np.testing.assert_allclose(laboratory.y, [0.25, 0.5, 1.0])
    assert (h.line.color, c.line.color) == (theme_of(theme).hue("h"), theme_of(theme).hue("c"))
    assert list(figure.layout.xaxis.ticktext) == ["the", "&lt;i&gt;", "cat"]
    assert {"above 1: explodes", "below 1: vanishes"} <= set(notes(figure))


def test_a_laboratory_far_away_does_not_flatten_the_network():
    near = fading_picture(NETWORK, np.array([1.0, 1.0, 1.0]), "laboratory")
    far = fading_picture(NETWORK, np.array([1e-15, 1e-7, 1.0]), "laboratory")
    assert near.layout.yaxis.range == far.layout.yaxis.range


def test_the_names_of_the_curves_lie_within_the_picture():
    shut = replace(NETWORK, gains={"h": np.zeros(3), "c": np.array([0.0, 0.0, 1.0])})
    figure = fading_picture(shut, np.array([0.0, 0.0, 1.0]), "laboratory")
    low, high = figure.layout.yaxis.range
    heights = [n.y for n in figure.layout.annotations if n.xanchor == "right" and n.xshift == -6]
    assert len(heights) == 4
    assert all(low - 1e-9 <= y <= high + 1e-9 for y in heights)


def test_the_text_alternative_of_a_network_has_the_ends():
    text = describe_fading(NETWORK)
    assert "2 words back, arrives at “cat”" in text
    assert "h 0.010 and C 0.040" in text
