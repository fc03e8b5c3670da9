"""The LaTeX of a unit's step: the right numbers at the right symbols."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from toy import toy

from rnnexplorer.figures import DARK, LIGHT, equations
from rnnexplorer.measures import lstm_by_hand
from rnnexplorer.measures.arithmetic import arithmetic

CELLS = ("rnn", "lstm", "gru")


def plain(latex):
    """Without colours, braces, names and alignment: what a reader sees, nearly."""
    latex = re.sub(r"\\textcolor\{#?\w+\}\{([^}]*)\}", r"\1", latex)
    latex = re.sub(r"\\underbrace\{([^}]*)\}_\{\\text\{\w+\}\}", r"\1", latex)
    return latex.replace("&", "")


def written(cell, step=3, unit=1, seed=0):
    trace, weights = toy(cell, seed=seed)
    numbers = arithmetic(trace, weights, layer=0, step=step, unit=unit)
    value = {key: float(array[0, step, unit]) for key, array in trace.signals.items()}
    before = {key: float(array[0, step, unit]) for key, array in trace.before.items()}
    return plain("\n".join(equations(numbers))), value, before


def in_a_product(number):
    return f"({number:.2f})" if number < 0 else f"{number:.2f}"


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("seed", range(5))
def test_every_printed_sum_adds_up(cell, seed):
    text, *_ = written(cell, seed=seed)
    sums = re.findall(r"\\(sigma|tanh)\(([-\d. +]+)\) = (-?[\d.]+)", text)
    assert sums
    for squash, terms, result in sums:
        total = sum(float(t.replace(" ", "")) for t in re.findall(r"[-+]? ?[\d.]+", terms))
        value = math.tanh(total) if squash == "tanh" else 1 / (1 + math.exp(-total))
        assert float(result) == pytest.approx(value, abs=0.021)  # three terms of two decimals


@pytest.mark.parametrize("key", ["f", "i", "g", "o"])
def test_a_gate_of_the_lstm_ends_in_its_value_of_the_trace(key):
    text, value, _ = written("lstm")
    end = re.search(rf"{key} = \\(?:sigma|tanh)\(.*?\) = (-?[\d.]+)", text).group(1)
    assert end == f"{value[key]:.2f}"


def test_the_cell_is_what_was_kept_and_what_was_written():
    text, value, before = written("lstm")
    kept = rf"{value['f']:.2f}\cdot {in_a_product(before['c'])}"
    written_now = rf"{value['i']:.2f}\cdot {in_a_product(value['g'])}"
    assert f"{kept} + {written_now}" in text
    assert f"= {value['c']:.2f}" in text
    assert text.rstrip().endswith(rf"= {value['h']:.2f}\end{{aligned}}")


def test_the_gru_mixes_its_old_state_with_the_candidate():
    text, value, _ = written("gru")
    assert r"h = z\cdot h_{-} + (1-z)\cdot n" in text
    assert text.rstrip().endswith(rf"= {value['h']:.2f}\end{{aligned}}")
    assert f"{1 - value['z']:.2f}" in text


def test_the_rnn_shows_its_two_products_and_their_sum():
    text, value, _ = written("rnn")
    assert r"h = \tanh(x W_{xh} + h_{-} W_{hh} + b)" in text
    assert text.rstrip().endswith(rf"= {value['h']:.2f}\end{{aligned}}")


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("cell", CELLS)
def test_every_symbol_has_the_hue_of_its_signal(cell, theme):
    trace, weights = toy(cell)
    numbers = arithmetic(trace, weights, layer=0, step=3, unit=1)
    text = "".join(equations(numbers, theme.name))
    for key in trace.signals:
        symbol = "C" if key == "c" else key
        assert rf"\textcolor{{{theme.hue(key)}}}{{{symbol}}}" in text


def test_an_unknown_theme_is_named():
    trace, weights = toy("rnn")
    with pytest.raises(ValueError, match="pink"):
        equations(arithmetic(trace, weights, layer=0, step=0, unit=0), "pink")


def test_a_held_gate_shows_what_is_used_and_what_it_would_have_been():
    weights = np.array([[2.0, 0.5, 1.5, 1.0], [0.3, 0.2, 0.4, -0.5], [-1.0, 0.5, 0.0, 0.5]])
    (step,) = lstm_by_hand.read([1.0], weights, c=2.0, held={"f": 1.0})
    gates, state = equations(step)
    # computed it would be σ(0.5 + 0 + 0.5) = 0.73; the kept content is 1 · 2
    assert re.search(r"1\.00\}\\ \\text\{held, not\}\\ \\sigma\(0\.50 \+ 0\.00 \+ 0\.50\)", gates)
    assert "0.73" in gates
    assert gates.count("held") == 1
    assert re.search(r"2\.00\}_\{\\text\{kept\}\}", state)
