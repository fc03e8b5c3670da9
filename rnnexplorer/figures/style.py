"""Colours and fonts of every figure, for a light and a dark page.

One hue belongs to one signal, on its label, heatmap, line, bar and equation; amber belongs to the
selection and to nothing else. A gate runs from the background to its hue; a signed signal runs
from slate over the background to its hue. Hues are told apart under the three colour-vision
deficiencies as well (Machado et al. 2009; distances in CAM02-UCS, Luo et al. 2006), and every
label reaches a contrast of 4.5 : 1 (WCAG 2.2, 1.4.3); `tests/figures/test_figure_style.py`
measures it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from types import MappingProxyType
from typing import Any, Literal

ThemeName = Literal["light", "dark"]

#: Streamlit ships these two faces; the rest are what a notebook's browser has.
SANS = '"Source Sans", "Source Sans 3", "Source Sans Pro", "Helvetica Neue", Arial, sans-serif'
SERIF = '"Source Serif", "Source Serif 4", "Source Serif Pro", Georgia, serif'


@dataclass(frozen=True)
class Theme:
    """The colours of one page.

    Attributes:
        name: `light` or `dark`.
        background: of the page; the neutral end or middle of every scale.
        surface: of the sidebar and of raised boxes.
        ink: text.
        quiet: secondary text, ticks and ranges.
        rule: frames and grid lines.
        slate: the negative end of signed scales.
        selection: amber, the chosen step, unit and word.
        hues: one colour per signal key, and `p` for the next word.
    """

    name: ThemeName
    background: str
    surface: str
    ink: str
    quiet: str
    rule: str
    slate: str
    selection: str
    hues: Mapping[str, str] = field(hash=False)

    def hue(self, key: str) -> str:
        """The colour of a signal, or of the next word (`p`).

        Raises:
            ValueError: no hue belongs to that key.
        """
        if key not in self.hues:
            raise ValueError(
                f"no hue belongs to {key!r}; there are hues for {', '.join(self.hues)}"
            )
        return self.hues[key]


LIGHT = Theme(
    name="light",
    background="#FFFFFF",
    surface="#F7F7F5",
    ink="#1F2328",
    quiet="#62676F",
    rule="#DDDFE2",
    slate="#475569",
    selection="#E69F00",
    hues=MappingProxyType(
        {
            "h": "#0072BC",
            "c": "#277755",
            "f": "#C83A00",
            "i": "#66522E",
            "g": "#B02E94",
            "o": "#7440F0",
            "z": "#357B16",
            "r": "#922D41",
            "n": "#7603AC",
            "p": "#4B5563",
        }
    ),
)

DARK = Theme(
    name="dark",
    background="#14161A",
    surface="#1B1E24",
    ink="#ECEEF1",
    quiet="#9BA3AF",
    rule="#343941",
    slate="#8391A7",
    selection="#FFB000",
    hues=MappingProxyType(
        {
            "h": "#80D7FE",
            "c": "#3FC69B",
            "f": "#FB8143",
            "i": "#C5D671",
            "g": "#E67ADE",
            "o": "#A468FF",
            "z": "#8FCF69",
            "r": "#F17F90",
            "n": "#C179EF",
            "p": "#A3ACBA",
        }
    ),
)

THEMES: Mapping[str, Theme] = MappingProxyType({"light": LIGHT, "dark": DARK})


def theme_of(name: str) -> Theme:
    """The theme of that name.

    Raises:
        ValueError: it is neither `light` nor `dark`.
    """
    if name not in THEMES:
        raise ValueError(f"no theme is called {name!r}; there are {', '.join(THEMES)}")
    return THEMES[name]


def plain(word: str) -> str:
    """A word for Plotly, which would take `<i>` in it for markup."""
    return escape(word, quote=False)


def small(text: str, theme: Theme) -> str:
    """Words beside other words of a figure: smaller, quiet, and never in the face of the book."""
    face = SANS.replace('"', "'")  # its own quotes would end the attribute
    return f'<span style="font-family:{face};font-size:12px;color:{theme.quiet}">{text}</span>'


def percent(p: float) -> str:
    """A probability of a word as a percentage; what is possible is never 0."""
    return f"{p:.0%}" if p >= 0.0995 else tenths(p)


def tenths(p: float) -> str:
    """The same with one decimal throughout, for a column of them."""
    return f"{p:.1%}" if p >= 0.0005 or p == 0.0 else "<0.1%"


def with_alpha(color: str, alpha: float) -> str:
    """A colour that lets through what is behind it.

    Args:
        color: "#RRGGBB".
        alpha: 0 is clear, 1 covers.
    """
    red, green, blue = (int(color[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha:g})"


def base_layout(theme: Theme) -> dict[str, Any]:
    """What every figure starts from: fonts, colours, no template, no dragging."""
    return {
        "template": {},
        "font": {"family": SANS, "size": 13, "color": theme.ink},
        "paper_bgcolor": theme.background,
        "plot_bgcolor": theme.background,
        "dragmode": False,
        "showlegend": False,
        "hoverlabel": {
            "bgcolor": theme.surface,
            "bordercolor": theme.rule,
            "font": {"family": SANS, "size": 13, "color": theme.ink},
        },
    }
