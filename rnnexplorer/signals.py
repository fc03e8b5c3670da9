"""The signals of a recurrent network: one table for storage, figures, pages and text.

A signal is a quantity that has one value per layer, timestep and unit. The same key names it in a
trace, in an `.npz` file, in a figure and on the screen; nothing else in the package
spells out what `f` or `c` is. Adding a cell means adding rows here and one step in `cells`.

Sources of the equations: Elman (1990) for the SimpleRNN; Hochreiter & Schmidhuber (1997) with the
forget gate of Gers et al. (2000) for the LSTM; Cho et al. (2014) for the GRU, in the variant that
applies the reset gate after the recurrent product (as cuDNN and `torch.nn.GRU` do).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["gate", "signed", "unbounded"]


@dataclass(frozen=True)
class Signal:
    """One row of the table.

    Attributes:
        key: name in traces, files and URLs.
        symbol: how it is written on screen.
        name: its name in words.
        latex: its defining equation.
        kind: `gate` is 0…1, `signed` is -1…1, `unbounded` has no fixed range.
        high: what a high value means, for a person who sees it for the first time.
    """

    key: str
    symbol: str
    name: str
    latex: str
    kind: Kind
    high: str

    @property
    def limits(self) -> tuple[float, float] | None:
        """The range that the equation guarantees, or None where it guarantees none."""
        return {"gate": (0.0, 1.0), "signed": (-1.0, 1.0), "unbounded": None}[self.kind]


@dataclass(frozen=True)
class Cell:
    """A recurrent cell as its names: what it is called, what it computes, what it carries.

    Attributes:
        key: name in recipes and files.
        title: name on screen.
        gates: the blocks stacked along the last axis of `W_xh`, `W_hh` and `b`, in file order
            (PyTorch's). A SimpleRNN has one block, the hidden state itself.
        states: what is carried from one timestep to the next.
        memory: the state that is carried on beside what is computed anew.
        keeper: the gate that says how much of it is kept; None where nothing is kept as it is.
        candidate: the block that makes what is new in it.
        signals: everything it computes in one step, in order of computation.
    """

    key: str
    title: str
    gates: tuple[str, ...]
    states: tuple[str, ...]
    memory: str
    keeper: str | None
    candidate: str
    signals: tuple[Signal, ...]

    def signal(self, key: str) -> Signal:
        """The signal of that key.

        Raises:
            ValueError: this cell has no such signal.
        """
        for signal in self.signals:
            if signal.key == key:
                return signal
        known = ", ".join(s.key for s in self.signals)
        raise ValueError(f"the {self.title} has no signal {key!r}; it has {known}")

    def weight_count(self, inputs: int, hidden: int) -> int:
        """Number of weights of one layer: G(XH + H² + H), and H more for the GRU's inner bias."""
        blocks = len(self.gates)
        extra = hidden if self.key == "gru" else 0
        return blocks * (inputs * hidden + hidden * hidden + hidden) + extra


RNN = Cell(
    key="rnn",
    title="SimpleRNN",
    gates=("h",),
    states=("h",),
    memory="h",
    keeper=None,
    candidate="h",
    signals=(
        Signal(
            "h", "h", "hidden state",
            r"h_t = \tanh(x_t W_{xh} + h_{t-1} W_{hh} + b)",
            "signed",
            "the unit is strongly on; near -1, as strongly the other way",
        ),
    ),
)  # fmt: skip

LSTM = Cell(
    key="lstm",
    title="LSTM",
    gates=("i", "f", "g", "o"),
    states=("h", "c"),
    memory="c",
    keeper="f",
    candidate="g",
    signals=(
        Signal(
            "f", "f", "forget gate",
            r"f_t = \sigma(x_t W_{xf} + h_{t-1} W_{hf} + b_f)",
            "gate", "the cell keeps its old memory; near 0 it erases it",
        ),
        Signal(
            "i", "i", "input gate",
            r"i_t = \sigma(x_t W_{xi} + h_{t-1} W_{hi} + b_i)",
            "gate", "the candidate is written into the cell; near 0 nothing is",
        ),
        Signal(
            "g", "g", "candidate",
            r"g_t = \tanh(x_t W_{xg} + h_{t-1} W_{hg} + b_g)",
            "signed", "what would be written is positive; near -1, negative",
        ),
        Signal(
            "c", "C", "cell state",
            r"C_t = f_t C_{t-1} + i_t g_t",
            "unbounded", "the memory holds a large positive amount",
        ),
        Signal(
            "o", "o", "output gate",
            r"o_t = \sigma(x_t W_{xo} + h_{t-1} W_{ho} + b_o)",
            "gate", "the memory is shown to the rest of the network; near 0 it is kept hidden",
        ),
        Signal(
            "h", "h", "hidden state",
            r"h_t = o_t \tanh C_t",
            "signed", "the unit passes a strong positive value on; near -1, a strong negative one",
        ),
    ),
)  # fmt: skip

GRU = Cell(
    key="gru",
    title="GRU",
    gates=("r", "z", "n"),
    states=("h",),
    memory="h",
    keeper="z",
    candidate="n",
    signals=(
        Signal(
            "r", "r", "reset gate",
            r"r_t = \sigma(x_t W_{xr} + h_{t-1} W_{hr} + b_r)",
            "gate", "the candidate sees the old state; near 0 it ignores it",
        ),
        Signal(
            "z", "z", "update gate",
            r"z_t = \sigma(x_t W_{xz} + h_{t-1} W_{hz} + b_z)",
            "gate", "the unit keeps its old state; near 0 it takes the candidate",
        ),
        Signal(
            "n", "n", "candidate",
            r"n_t = \tanh(x_t W_{xn} + b_n + r_t (h_{t-1} W_{hn} + b_{hn}))",
            "signed", "what would replace the state is positive; near -1, negative",
        ),
        Signal(
            "h", "h", "hidden state",
            r"h_t = (1 - z_t) n_t + z_t h_{t-1}",
            "signed", "the unit is strongly on; near -1, as strongly the other way",
        ),
    ),
)  # fmt: skip

CELLS: dict[str, Cell] = {cell.key: cell for cell in (RNN, LSTM, GRU)}

#: The order in which panels are stacked: what the unit holds first, then the gates that made it.
PANEL_ORDER = ("h", "c", "f", "i", "g", "o", "z", "r", "n")


def cell(key: str) -> Cell:
    """The cell of that key.

    Raises:
        ValueError: no such cell.
    """
    if key not in CELLS:
        raise ValueError(f"no cell is called {key!r}; there are {', '.join(CELLS)}")
    return CELLS[key]
