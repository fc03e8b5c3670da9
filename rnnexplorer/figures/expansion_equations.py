"""The expansion and its derivatives as LaTeX: symbols, and under them their numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from rnnexplorer.figures.equations import aligned, summed
from rnnexplorer.figures.style import Theme, theme_of
from rnnexplorer.measures.arithmetic import parts_of
from rnnexplorer.measures.expansion import Expansion

#: So many terms are written whole; of more the first few and the last.
WHOLE, WRITTEN = 6, 4

PHI = {"tanh": r"\tanh", "relu": r"\operatorname{relu}"}


def expansion_equations(found: Expansion, theme: str = "light") -> list[str]:
    """Blocks for KaTeX: the state, the gradient on its way back and, of a scalar, that of U.

    What comes from the first input has the hue of h.

    Args:
        found: the expansion.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors, linear = theme_of(theme), found.setup.activation == "none"
    if found.setup.size > 1:
        return [_matrix(found, colors) if linear else _matrix_steps(found)]
    if linear:
        return [_terms(found, colors), _derivatives(found, colors)]
    return [_steps(found, colors), _chain(found)]


# --- the scalar ----------------------------------------------------------------------------------


def _terms(found: Expansion, theme: Theme) -> str:
    """h_5 = Wx_5 + UWx_4 + … and its numbers."""
    numbers = [_value(float(size)) for size in found.sizes[::-1]]
    return aligned(
        [
            rf"h_{{{found.setup.depth}}} &= {_sum(_symbols(found), theme)}",
            rf"&= {_sum(numbers, theme)} = {_value(float(found.h[-1, 0]))}",
        ]
    )


def _derivatives(found: Expansion, theme: Theme) -> str:
    """∂h_5/∂h_1 = U⁴, and dh_5/dU, in which the derivative of U⁴ is 4U³."""
    depth, u, x = found.setup.depth, found.setup.u, found.x[::-1]
    back = range(1, depth)
    names = [rf"{k if k > 1 else ''}{_power(k - 1)}Wx_{{{depth - k}}}" for k in back]
    numbers = [_value(k * u ** (k - 1) * float(x[k])) for k in back]
    return aligned(
        [
            rf"\frac{{\partial h_{{{depth}}}}}{{\partial h_1}} &= {_power(depth - 1)}"
            rf" = {_value(u ** (depth - 1))}",
            rf"\frac{{dh_{{{depth}}}}}{{dU}} &= {_sum(names, theme)}",
            rf"&= {_sum(numbers, theme)} = {_value(float(found.gradient[0, 0]))}",
        ]
    )


def _steps(found: Expansion, theme: Theme) -> str:
    """The states one by one: under an activation there are no terms."""
    states = [rf"h_{{{t}}} = {_value(h)}" for t, h in enumerate(found.h[:, 0].tolist(), start=1)]
    states[0] = _colored(states[0], theme)
    return aligned([_step(found), rf"& {_listed(states, _comma)}"])


def _chain(found: Expansion) -> str:
    """One factor U·φ′ for every step on the way back."""
    depth, u = found.setup.depth, found.setup.u
    slopes = found.slopes[:0:-1, 0].tolist()  # of h_T down to h_2
    factors = [rf"({_value(u)}\cdot {_value(slope)})" for slope in slopes]
    arriving = float(np.prod(u * found.slopes[1:, 0]))
    return aligned(
        [
            rf"\frac{{\partial h_{{{depth}}}}}{{\partial h_1}} &= {_product(found)}",
            rf"&= {_listed(factors, ''.join, whole=4, written=2)} = {_value(arriving)}",
            rf"\frac{{dh_{{{depth}}}}}{{dU}} &= {_value(float(found.gradient[0, 0]))}",
        ]
    )


# --- the matrix ----------------------------------------------------------------------------------


def _matrix(found: Expansion, theme: Theme) -> str:
    """The same expansion, each term by its length."""
    depth = found.setup.depth
    lengths = [_value(float(size)) for size in found.sizes[::-1]]
    lengths[-1] = _colored(lengths[-1], theme)
    return aligned(
        [
            rf"h_{{{depth}}} &= {_sum(_symbols(found), theme)}",
            rf"\text{{lengths}}&\;\; {_listed(lengths, _comma)}",
            rf"\left\|\frac{{\partial h_{{{depth}}}}}{{\partial h_1}}\right\|"
            rf" &= \|{_power(depth - 1)}\| = {_value(float(found.gains[0]))}",
        ]
    )


def _matrix_steps(found: Expansion) -> str:
    depth = found.setup.depth
    return aligned(
        [
            _step(found),
            rf"\frac{{\partial h_{{{depth}}}}}{{\partial h_1}} &= {_product(found)}, \quad"
            rf" \|\cdot\| = {_value(float(found.gains[0]))}",
        ]
    )


# --- pieces --------------------------------------------------------------------------------------


def _symbols(found: Expansion) -> list[str]:
    """The terms Wx_5, UWx_4, U²Wx_3 and so on."""
    depth = found.setup.depth
    return [rf"{_power(k)}Wx_{{{depth - k}}}" for k in range(depth)]


def _step(found: Expansion) -> str:
    return rf"h_t &= {PHI[found.setup.activation]}(U h_{{t-1}} + W x_t)"


def _product(found: Expansion) -> str:
    """Such as φ′_5 U · φ′_4 U · …, of a matrix with the slopes on a diagonal."""
    phi, depth = PHI[found.setup.activation], found.setup.depth
    slope = rf"{phi}'_t" if found.setup.size == 1 else rf"\operatorname{{diag}}({phi}'_t)"
    return (
        rf"\prod_{{t=2}}^{{{depth}}} U\,{slope}"
        if found.setup.size == 1
        else (rf"\prod_{{t={depth}}}^{{2}} {slope}\,U")
    )


def _power(k: int) -> str:
    return "" if k == 0 else "U" if k == 1 else rf"U^{{{k}}}"


def _value(value: float) -> str:
    mantissa, power = parts_of(value)
    text = mantissa.replace("\N{MINUS SIGN}", "-").replace(",", "{,}")
    return rf"{text}\cdot 10^{{{power}}}" if power else text


def _colored(text: str, theme: Theme) -> str:
    """In the hue of h; a sign stays before it, where a sum looks for it."""
    sign = "-" if text.startswith("-") else ""
    return rf"{sign}\textcolor{{{theme.hue('h')}}}{{{text.removeprefix('-')}}}"


def _sum(terms: Sequence[str], theme: Theme) -> str:
    """Terms from the newest to that of the first input, which has the hue."""
    return _listed([*terms[:-1], _colored(terms[-1], theme)], lambda shown: summed(*shown))


def _comma(terms: Sequence[str]) -> str:
    return r",\;\; ".join(terms)


def _listed(
    terms: Sequence[str],
    join: Callable[[Sequence[str]], str],
    whole: int = WHOLE,
    written: int = WRITTEN,
) -> str:
    """All terms, or of many the first few, dots and the last."""
    if len(terms) <= whole:
        return join(terms)
    return join([*terms[:written], r"\cdots", terms[-1]])
