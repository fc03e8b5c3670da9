"""A unit's arithmetic as LaTeX, each symbol and number in the hue of its signal."""

from __future__ import annotations

import math

from rnnexplorer.figures.style import Theme, theme_of
from rnnexplorer.measures.arithmetic import Arithmetic, Gate

SYMBOLS = {"c": "C"}


def equations(numbers: Arithmetic, theme: str = "light") -> list[str]:
    """The step of a unit, as blocks for KaTeX: its gates, then what becomes of its state.

    Numbers have two decimals, so a printed sum may be off by 0.01; the values behind it are not.

    Args:
        numbers: from `measures.arithmetic`.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    write = {"rnn": _rnn, "lstm": _lstm, "gru": _gru}[numbers.cell]
    return [aligned(lines) for lines in write(numbers, theme_of(theme))]


def _rnn(numbers: Arithmetic, theme: Theme) -> list[list[str]]:
    gate = numbers.gates["h"]
    h = _symbol("h", theme)
    parts = (
        _under(gate.from_input, "word"),
        _under(gate.from_state, "state"),
        _under(gate.bias, "bias"),
    )
    return [
        [
            rf"{h} &= \tanh(x W_{{xh}} + {h}_{{-}} W_{{hh}} + b)",
            rf"&= \tanh({summed(*parts)})",
            rf"&= \tanh({_signed(gate.total)}) = {_value(gate.value, 'h', theme)}",
        ]
    ]


def _lstm(numbers: Arithmetic, theme: Theme) -> list[list[str]]:
    f, i, g, o, c, h = (_symbol(key, theme) for key in "figoch")
    value = {key: _value(gate.used, key, theme) for key, gate in numbers.gates.items()}
    before = _value(numbers.before["c"], "c", theme, factor=True)
    candidate = _value(numbers.gates["g"].used, "g", theme, factor=True)
    tanh_c = math.tanh(numbers.after["c"])
    state = [
        rf"{c} &= {f}\cdot {c}_{{-}} + {i}\cdot {g}",
        rf"&= {value['f']}\cdot {before} + {value['i']}\cdot {candidate}",
        rf"&= {summed(_under(numbers.kept, 'kept'), _under(numbers.written, 'written'))}",
        rf"&= {_value(numbers.after['c'], 'c', theme)}",
        rf"{h} &= {o}\cdot\tanh {c} = {value['o']}\cdot {_factor(tanh_c)}",
        rf"&= {_value(numbers.after['h'], 'h', theme)}",
    ]
    return [[_gate_line(numbers.gates[key], theme) for key in "figo"], state]


def _gru(numbers: Arithmetic, theme: Theme) -> list[list[str]]:
    r, z, n, h = (_symbol(key, theme) for key in "rznh")
    gates = numbers.gates
    z_value = _value(gates["z"].value, "z", theme)
    new = gates["n"]
    candidate = [
        rf"{n} &= \tanh(u_n + {r}\cdot p_n)",
        rf"&= \tanh({summed(_signed(new.from_input + new.bias))}"
        rf" + {_value(gates['r'].value, 'r', theme)}\cdot {_factor(new.from_state)})"
        rf" = {_value(new.value, 'n', theme)}",
    ]
    state = [
        rf"{h} &= {z}\cdot {h}_{{-}} + (1-{z})\cdot {n}",
        rf"&= {z_value}\cdot {_value(numbers.before['h'], 'h', theme, factor=True)}"
        rf" + {1 - gates['z'].value:.2f}\cdot {_value(new.value, 'n', theme, factor=True)}",
        rf"&= {summed(_under(numbers.kept, 'kept'), _under(numbers.written, 'written'))}",
        rf"&= {_value(numbers.after['h'], 'h', theme)}",
    ]
    return [[_gate_line(gates[key], theme) for key in "rz"] + candidate, state]


# --- pieces --------------------------------------------------------------------------------------


def _gate_line(gate: Gate, theme: Theme) -> str:
    """Such as f = σ(1.20 + 0.33 + 1.00) = 0.93: what the word, the state and the bias bring.

    Of a gate that is held, the value that is used instead stands first: f = 1.00 held, not σ(…).
    """
    squash = r"\tanh" if gate.key == "g" else r"\sigma"
    parts = (_signed(gate.from_input), _signed(gate.from_state), _signed(gate.bias))
    computed = rf"{squash}({summed(*parts)}) = {_value(gate.value, gate.key, theme)}"
    if gate.held is None:
        return rf"{_symbol(gate.key, theme)} &= {computed}"
    held = _value(gate.held, gate.key, theme)
    return rf"{_symbol(gate.key, theme)} &= {held}\ \text{{held, not}}\ {computed}"


def aligned(lines: list[str]) -> str:
    """A block of lines, aligned at their `&`."""
    return r"\begin{aligned}" + r" \\ ".join(lines) + r"\end{aligned}"


def _color(text: str, key: str, theme: Theme) -> str:
    return rf"\textcolor{{{theme.hue(key)}}}{{{text}}}"


def _symbol(key: str, theme: Theme) -> str:
    return _color(SYMBOLS.get(key, key), key, theme)


def _value(value: float, key: str, theme: Theme, *, factor: bool = False) -> str:
    return _color(_factor(value) if factor else _signed(value), key, theme)


def _signed(value: float) -> str:
    """Two decimals, and no minus before a zero."""
    text = f"{value:.2f}"
    return "0.00" if text == "-0.00" else text


def _factor(value: float) -> str:
    """In a product a negative number stands in brackets."""
    text = _signed(value)
    return f"({text})" if text.startswith("-") else text


def _under(value: float, name: str) -> str:
    """A number with its name below; in a sum the sign stands before the brace."""
    text = _signed(value)
    sign = "-" if text.startswith("-") else ""
    return rf"{sign}\underbrace{{{text.removeprefix('-')}}}_{{\text{{{name}}}}}"


def summed(*parts: str) -> str:
    """Parts joined by plus, or by their own minus."""
    joined = parts[0]
    for part in parts[1:]:
        joined += f" - {part[1:]}" if part.startswith("-") else f" + {part}"
    return joined
