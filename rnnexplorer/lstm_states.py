"""The LSTM over time with its derivative written out, for training.

The equations are those of `cells.lstm_step`, and the tests hold the two against each other. What
differs is memory: the gates lie side by side in one array that first holds u, then the gates, then
the gradients, where a step of separate tensors would walk through five arrays of that size. On the
chapter's LSTM that is a tenth of an epoch (benchmarks/README.md).
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable


class _States(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, u: Tensor, h_0: Tensor, c_0: Tensor, W_hh: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        T, B, H = u.shape[0], *h_0.shape
        h, c = u.new_empty(T + 1, B, H), u.new_empty(T + 1, B, H)
        tanh_c = u.new_empty(T, B, H)
        h[0], c[0] = h_0, c_0
        for t in range(T):
            a = u[t].addmm_(h[t], W_hh)
            i, f, g, o = a.unsafe_chunk(4, dim=1)
            modulation = torch.tanh(g.contiguous())  # on a strided row tanh takes six times as long
            a.sigmoid_()
            g.copy_(modulation)
            torch.mul(f, c[t], out=c[t + 1]).addcmul_(i, g)
            torch.mul(o, torch.tanh(c[t + 1], out=tanh_c[t]), out=h[t + 1])
        ctx.set_materialize_grads(False)
        ctx.mark_dirty(u)
        ctx.kept = (u.detach(), h, c, tanh_c, W_hh)
        return h[1:], c[1:], u

    @staticmethod
    @once_differentiable
    def backward(
        ctx: Any, d_h: Tensor | None, d_c: Tensor | None, d_gates: Tensor | None
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        if ctx.kept is None or d_gates is not None:
            raise RuntimeError("the states give one gradient, once; unroll the step instead")
        (gates, h, c, tanh_c, W_hh), ctx.kept = ctx.kept, None
        T, B, H = tanh_c.shape
        from_h, from_c = h.new_zeros(B, H), h.new_zeros(B, H)  # what the next step hands back
        for t in reversed(range(T)):
            i, f, g, o = gates[t].unsafe_chunk(4, dim=1)
            dh = from_h if d_h is None else from_h + d_h[t]
            dc = from_c if d_c is None else from_c + d_c[t]
            dc = dc + torch.ops.aten.tanh_backward(dh * o, tanh_c[t])
            di, df, dg, do = dc * g, dc * c[t], dc * i, dh * tanh_c[t]
            from_c = dc * f
            # From here on the gates of this step are no longer needed: their gradients take over.
            for gate, upstream in ((i, di), (f, df), (o, do)):
                torch.ops.aten.sigmoid_backward(upstream, gate, grad_input=gate)
            torch.ops.aten.tanh_backward(dg, g, grad_input=g)
            from_h = gates[t] @ W_hh.t()
        d_W_hh = h[:-1].view(T * B, H).t() @ gates.view(T * B, 4 * H)
        return gates, from_h, from_c, d_W_hh


def lstm_states(u: Tensor, h_0: Tensor, c_0: Tensor, W_hh: Tensor) -> tuple[Tensor, Tensor]:
    """States of an LSTM layer at every timestep; see `cells.lstm_step` for the equations.

    The derivative (of h and c, once) follows from them by the chain rule, backwards through time
    (Werbos 1990).

    Args:
        u: input products with bias, [T, B, 4H], blocks i, f, g, o. **Overwritten.**
        h_0: before the first word, [B, H].
        c_0: before the first word, [B, H].
        W_hh: [H, 4H].

    Returns:
        h and c, each [T, B, H].

    Raises:
        RuntimeError: in the backward pass, if it is run a second time.
    """
    h, c, _ = _States.apply(u, h_0, c_0, W_hh)  # type: ignore[no-untyped-call]
    return h, c
