"""The matrices of a network and how many numbers each holds."""

from __future__ import annotations

from dataclasses import dataclass

from rnnexplorer.signals import Cell


@dataclass(frozen=True)
class Sizes:
    """What the shapes of a network follow from.

    Attributes:
        cell: its cell.
        vocabulary: V, words.
        hidden: H, units of a layer.
        layers: of the same size, each reading the one below.
        embedding: E, numbers that a word is looked up as; 0 where it comes in one-hot.
        tied: W_hy is the embedding transposed, and not counted again.
    """

    cell: Cell
    vocabulary: int
    hidden: int
    layers: int = 1
    embedding: int = 0
    tied: bool = False

    @property
    def input(self) -> int:
        """X, the numbers that come into the first layer at a step."""
        return self.embedding or self.vocabulary

    @property
    def blocks(self) -> int:
        """G, how many matrices stand side by side in W_xh and W_hh: one per gate."""
        return len(self.cell.gates)


@dataclass(frozen=True)
class Part:
    """One matrix or bias.

    Attributes:
        name: as in the equations; of a layer above the first with its number.
        shape: rows and columns; a bias has one row.
        does: what it is for, in a few words.
        shared: it is another one transposed, and holds no numbers of its own.
    """

    name: str
    shape: tuple[int, int]
    does: str
    shared: bool = False

    @property
    def count(self) -> int:
        """Numbers of its own."""
        return 0 if self.shared else self.shape[0] * self.shape[1]


def parts(sizes: Sizes) -> list[Part]:
    """Every matrix and bias, from the word to the next word.

    None of the shapes knows how long the text is.
    """
    H, V, wide = sizes.hidden, sizes.vocabulary, sizes.blocks * sizes.hidden
    found = []
    if sizes.embedding:
        found.append(Part("E", (V, sizes.embedding), "a row per word: its embedding"))
    for layer in range(sizes.layers):
        number = f" of layer {layer + 1}" if sizes.layers > 1 else ""
        below = sizes.input if layer == 0 else H
        found += [
            Part(f"W_xh{number}", (below, wide), "from the input to the units"),
            Part(f"W_hh{number}", (H, wide), "from the state before to the units"),
            Part(f"b{number}", (1, wide), f"a bias per unit{' and gate' * bool(sizes.cell.gates)}"),
        ]
        if sizes.cell.key == "gru":
            found.append(Part(f"b_hn{number}", (1, H), "the bias that the reset gate scales"))
    found += [
        Part("W_hy", (H, V), "from the state to a logit per word", shared=sizes.tied),
        Part("b_y", (1, V), "a bias per word"),
    ]
    return found


def total(sizes: Sizes) -> int:
    """All numbers that the network learns."""
    return sum(part.count for part in parts(sizes))
