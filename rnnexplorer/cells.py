"""One step of a recurrent cell, as equations on weights; nothing else.

Row vectors throughout, as the chapter writes them: `h_t = tanh(x_t W_xh + h_{t-1} W_hh + b)`. The
input product and the bias, `u_t = x_t W_xh + b`, do not depend on the recurrence, so the caller
computes them for all timesteps at once (for a one-hot input that is a look-up of rows of W_xh) and
a step receives `u_t`.

Tracing, generating and training all repeat the same step, so what is shown is what was trained, and
autograd differentiates it. There is one exception, for speed: an LSTM of which only the states are
asked for, as in training, goes through `lstm_states`, which the tests hold to this step.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor

from rnnexplorer.lstm_states import lstm_states

#: The signals of one step, or the states carried between steps, by key; each [B, H].
Values = dict[str, Tensor]


#: An intervention in one step: the key of a signal and its value in, the value to go on with out.
Change = Callable[[str, Tensor], Tensor]


class Recurrence(NamedTuple):
    """The weights that act between timesteps.

    Attributes:
        W_hh: [H, G·H], the gates side by side in the order of `signals.Cell.gates`.
        b_hn: [H], the GRU's bias inside the reset product; None for the other cells.
    """

    W_hh: Tensor
    b_hn: Tensor | None = None


def rnn_step(
    u_t: Tensor, before: Values, weights: Recurrence, change: Change | None = None
) -> Values:
    """SimpleRNN: h_t = tanh(u_t + h_{t-1} W_hh) (Elman 1990).

    Args:
        u_t: input product with bias, [B, H].
        before: `h`, [B, H].
        weights: of the recurrence.
        change: an intervention, or None; what is computed later sees what it made.

    Returns:
        `h`, [B, H], in -1…1.
    """
    h = torch.tanh(torch.addmm(u_t, before["h"], weights.W_hh))
    return {"h": h if change is None else change("h", h)}


def lstm_step(
    u_t: Tensor, before: Values, weights: Recurrence, change: Change | None = None
) -> Values:
    """LSTM (Hochreiter & Schmidhuber 1997; forget gate: Gers et al. 2000).

    i, f, o = σ(·), g = tanh(·) of u_t + h_{t-1} W_hh;  c_t = f c_{t-1} + i g;  h_t = o tanh c_t.

    Args:
        u_t: input product with bias, [B, 4H], blocks i, f, g, o.
        before: `h` and `c`, each [B, H].
        weights: of the recurrence.
        change: an intervention, or None; what is computed later sees what it made.

    Returns:
        `i f g c o h`, each [B, H]; the gates in 0…1, g and h in -1…1, c unbounded.
    """
    # "unsafe" spares the guard against in-place changes, of which there are none here.
    a_i, a_f, a_g, a_o = torch.addmm(u_t, before["h"], weights.W_hh).unsafe_chunk(4, dim=1)
    i, f, g, o = torch.sigmoid(a_i), torch.sigmoid(a_f), torch.tanh(a_g), torch.sigmoid(a_o)
    if change is not None:
        i, f, g, o = change("i", i), change("f", f), change("g", g), change("o", o)
    c = torch.addcmul(f * before["c"], i, g)
    if change is not None:
        c = change("c", c)
    h = o * torch.tanh(c)
    return {"i": i, "f": f, "g": g, "c": c, "o": o, "h": h if change is None else change("h", h)}


def gru_step(
    u_t: Tensor, before: Values, weights: Recurrence, change: Change | None = None
) -> Values:
    """GRU (Cho et al. 2014), reset gate after the recurrent product as in `torch.nn.GRU`.

    r, z = σ(·);  n = tanh(u_n + r (h_{t-1} W_hn + b_hn));  h_t = (1 - z) n + z h_{t-1}.

    Args:
        u_t: input product with bias, [B, 3H], blocks r, z, n.
        before: `h`, [B, H].
        weights: of the recurrence, with `b_hn`.
        change: an intervention, or None; what is computed later sees what it made.

    Returns:
        `r z n h`, each [B, H]; the gates in 0…1, n and h in -1…1.
    """
    u_r, u_z, u_n = u_t.chunk(3, dim=1)
    p_r, p_z, p_n = (before["h"] @ weights.W_hh).chunk(3, dim=1)
    r, z = torch.sigmoid(u_r + p_r), torch.sigmoid(u_z + p_z)
    if change is not None:
        r, z = change("r", r), change("z", z)
    inner = p_n if weights.b_hn is None else p_n + weights.b_hn
    n = torch.tanh(u_n + r * inner)
    if change is not None:
        n = change("n", n)
    h = n + z * (before["h"] - n)
    return {"r": r, "z": z, "n": n, "h": h if change is None else change("h", h)}


Step = Callable[[Tensor, Values, Recurrence, Change | None], Values]

STEPS: dict[str, Step] = {"rnn": rnn_step, "lstm": lstm_step, "gru": gru_step}


def unroll(
    cell: str,
    u: Tensor,
    initial: Values,
    weights: Recurrence,
    only: Collection[str] | None = None,
    change: Callable[[int, str, Tensor], Tensor] | None = None,
) -> Values:
    """All signals of a layer over time, by repeating the step.

    Args:
        cell: `rnn`, `lstm` or `gru`.
        u: input products with bias, [T, B, G·H]. With `only` it may be overwritten.
        initial: the states before the first word, each [B, H].
        weights: of the recurrence.
        only: the signals to give; None is all. Training asks for the states alone, since the gates
            of all timesteps would cost it time.
        change: an intervention in any step: its number, the key and the value of a signal in, the
            value to go on with out.

    Returns:
        The signals, each [T, B, H]. Differentiable by autograd.
    """
    if cell == "lstm" and change is None and only is not None and set(only) <= {"h", "c"}:
        h, c = lstm_states(u, initial["h"], initial["c"], weights.W_hh)
        return {"h": h, "c": c}
    step, state = STEPS[cell], initial
    steps: list[Values] = []
    for t, u_t in enumerate(u.unbind(0)):
        state = step(u_t, state, weights, None if change is None else partial(change, t))
        steps.append(state)
    wanted = steps[0].keys() if only is None else only
    return {key: torch.stack([values[key] for values in steps]) for key in wanted}
