from __future__ import annotations

import itertools
import tomllib
from pathlib import Path

import numpy as np
import pytest
from colorspacious import cspace_converter

from rnnexplorer import signals
from rnnexplorer.figures import DARK, LIGHT, colors_of, diverging, probability, scale_of
from rnnexplorer.figures.scales import contrast, pale, sequential
from rnnexplorer.figures.style import percent, tenths, theme_of

THEMES = [LIGHT, DARK]

#: CAM02-UCS distances, where about 1 is just noticeable side by side. Ten hues cannot all be far
#: apart for someone who sees two dimensions of colour instead of three: these are what was reached
#: within one cell, together with the selection, slate and the next word.
FAR_APART = 18.0
FAR_APART_DEFICIENT = 10.0

#: The hues of different cells, which never share a panel stack, for normal vision.
APART_ACROSS_CELLS = 10.0

VISIONS = {
    "normal": None,
    "deuteranomaly": "deuteranomaly",
    "protanomaly": "protanomaly",
    "tritanomaly": "tritanomaly",
}


def distances(colors: dict[str, str], vision: str) -> dict[tuple[str, str], float]:
    deficiency = VISIONS[vision]
    space = (
        "sRGB1"
        if deficiency is None
        else {"name": "sRGB1+CVD", "cvd_type": deficiency, "severity": 100}
    )
    rgb = [[int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)] for color in colors.values()]
    points = dict(
        zip(colors, cspace_converter(space, "CAM02-UCS")(np.clip(rgb, 0, 1)), strict=True)
    )
    return {
        pair: float(np.linalg.norm(points[pair[0]] - points[pair[1]]))
        for pair in itertools.combinations(colors, 2)
    }


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("cell", signals.CELLS)
@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_the_hues_of_a_cell_are_told_apart_by_every_eye(theme, cell, vision):
    hues = {signal.key: theme.hue(signal.key) for signal in signals.cell(cell).signals}
    others = {"selection": theme.selection, "slate": theme.slate, "p": theme.hue("p")}
    measured = distances(hues | others, vision)
    # p and slate are both neutral: one marks words and the other the negative end of a scale
    relevant = {pair: far for pair, far in measured.items() if set(pair) & set(hues)}
    limit = FAR_APART if vision == "normal" else FAR_APART_DEFICIENT
    closest = min(relevant, key=relevant.__getitem__)
    assert relevant[closest] >= limit, (closest, relevant[closest])


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_no_two_signals_share_a_hue(theme):
    measured = distances(dict(theme.hues), "normal")
    closest = min(measured, key=measured.__getitem__)
    assert measured[closest] >= APART_ACROSS_CELLS, (closest, measured[closest])


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_labels_are_readable_on_the_page_and_the_sidebar(theme):
    colors = {**theme.hues, "ink": theme.ink, "quiet": theme.quiet}
    for name, color in colors.items():
        for behind in (theme.background, theme.surface):
            assert contrast(color, behind) >= 4.5, (name, behind)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_words_are_readable_on_every_shade(theme):
    values = np.linspace(-1, 1, 201)
    for key in theme.hues:
        for scale in (sequential(theme, key), diverging(theme, key), probability(theme)):
            for drawn in (scale, pale(scale)):
                for pair in zip(*colors_of(values, drawn, theme), strict=True):
                    assert contrast(*pair) >= 4.5, (key, pair)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_a_gate_goes_from_the_background_to_its_hue(theme):
    gate = signals.LSTM.signal("f")
    backgrounds, _ = colors_of([0.0, 1.0], scale_of(gate, theme), theme)
    assert backgrounds == [theme.background, theme.hue("f")]


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_a_signed_signal_goes_from_slate_over_the_background_to_its_hue(theme):
    state = signals.LSTM.signal("c")
    backgrounds, _ = colors_of([-9.0, -3.0, 0.0, 3.0, 9.0], scale_of(state, theme, 3.0), theme)
    ends = [theme.slate, theme.background, theme.hue("c")]
    assert backgrounds == [ends[0], *ends, ends[2]]


def test_a_word_without_a_value_has_the_background_of_the_page():
    assert colors_of([float("nan")], probability(LIGHT), LIGHT) == (["#FFFFFF"], [LIGHT.ink])


def test_a_probability_of_one_in_a_hundred_is_seen():
    backgrounds, _ = colors_of([0.0, 0.01], probability(LIGHT), LIGHT)
    assert distances(dict(zip("ab", backgrounds, strict=True)), "normal")[("a", "b")] > 8


def test_colours_between_stops_are_those_that_plotly_draws():
    scale = probability(LIGHT)
    (low, one), (high, other) = scale.colorscale()[2:4]
    expected = [(int(one[k : k + 2], 16) + int(other[k : k + 2], 16)) / 510 for k in (1, 3, 5)]
    np.testing.assert_allclose(scale.rgb([(low + high) / 2])[0], expected, atol=1e-9)


def test_black_on_white_has_the_contrast_of_the_standard():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)


def test_an_unknown_theme_or_hue_is_named():
    with pytest.raises(ValueError, match="sepia"):
        theme_of("sepia")
    with pytest.raises(ValueError, match="'q'"):
        LIGHT.hue("q")


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_the_page_has_the_colours_of_the_figures(theme):
    path = Path(__file__).parents[2] / ".streamlit" / "config.toml"
    config = tomllib.loads(path.read_text(encoding="utf-8"))["theme"][theme.name]
    assert config["backgroundColor"] == theme.background
    assert config["secondaryBackgroundColor"] == theme.surface
    assert config["sidebar"]["backgroundColor"] == theme.surface
    assert config["textColor"] == theme.ink
    assert config["primaryColor"] == theme.hue("h")


def test_what_is_possible_is_never_told_as_nothing() -> None:
    assert [percent(p) for p in (0.0, 1e-9, 0.0004, 0.0005, 0.034, 0.0995, 0.91)] == [
        "0.0%", "<0.1%", "<0.1%", "0.1%", "3.4%", "10%", "91%",
    ]  # fmt: skip
    assert [tenths(p) for p in (0.0, 0.0004, 0.034, 0.91)] == ["0.0%", "<0.1%", "3.4%", "91.0%"]
