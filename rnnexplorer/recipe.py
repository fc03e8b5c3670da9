"""What a training is asked to do: one checked, frozen value, and the presets.

A recipe is complete: with the corpus and the seed it determines every weight of the run. It is
checked here, once, so that the page, the command line and a hand-written `recipe.json` meet the
same bounds.
"""

from __future__ import annotations

import dataclasses
import math
from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rnnexplorer import signals

CHOICES: dict[str, tuple[str, ...]] = {
    "cell": tuple(signals.CELLS),
    "input": ("one-hot", "embedding"),
    "objective": ("last", "every"),
    "held_out": ("none", "last-chapter", "last-tenth"),
    "optimizer": ("rmsprop", "adam"),
    "device": ("auto", "cpu", "cuda"),
}

#: Smallest and largest value allowed. The upper bounds keep a slip of the finger from filling the
#: memory of a shared machine; the command line and the files obey them too.
BOUNDS: dict[str, tuple[float, float]] = {
    "words": (50, 5_000_000),
    "layers": (1, 3),
    "hidden": (1, 1024),
    "embedding": (1, 1024),
    "window": (2, 500),
    "batch": (1, 4096),
    "epochs": (1, 5000),
    "learning_rate": (1e-6, 1.0),
    "decay": (0.0, 0.9999),
    "epsilon": (1e-12, 1e-2),
    "clip": (1e-3, 1e3),
    "dropout": (0.0, 0.9),
    "weight_decay": (0.0, 1.0),
    "forget_bias": (-10.0, 10.0),
    "seed": (0, 2**31 - 1),
    "threads": (1, 64),
}


#: Fields that mean something only with certain values of others.
NEEDS: dict[str, dict[str, object]] = {
    "tied": {"input": "embedding"},
    "embedding": {"input": "embedding", "tied": False},  # tied, it is as wide as the units
    "forget_bias": {"cell": "lstm"},
    "carry": {"objective": "every"},
    "decay": {"optimizer": "rmsprop"},
    "epsilon_inside": {"optimizer": "rmsprop"},
    "weight_decay": {"optimizer": "adam"},
}


def missing_need(name: str, values: Mapping[str, object]) -> str:
    """What a field needs and does not find, such as "optimizer='adam'"; empty if nothing."""
    for field, wanted in NEEDS.get(name, {}).items():
        if values[field] != wanted:
            return f"{field}={wanted!r}"
    return ""


@dataclass(frozen=True)
class Recipe:
    """All that a training is asked to do.

    Attributes:
        cell: `rnn`, `lstm` or `gru`.
        corpus: name of the text: `alice`, `tale`, or a text file's.
        preset: the name of the preset it began as, for the reader; changes nothing.
        words: train on the first so many words of the text; None is all of them.
        held_out: what is never trained on, to measure what was learned.
        layers: recurrent layers, one on top of another.
        hidden: units in each layer.
        input: `one-hot` looks a word's row up in W_xh; `embedding` puts a dense layer before it.
        embedding: size of that dense layer (unused with one-hot).
        tied: the output matrix W_hy is the embedding transposed (Press & Wolf 2017), so that a
            rare word learns from being read as well as from being predicted.
        window: words the network sees before it is asked (`last`), or the length over which
            gradients flow (`every`).
        objective: the loss is taken at the `last` word of a window, or at `every` word.
        carry: the state at the end of a window is where the next one starts (`every` only).
        batch: windows, or parallel streams of text, per step of the optimizer.
        epochs: passes over the text.
        optimizer: `rmsprop` (Keras' defaults) or `adam` (with decoupled weight decay).
        learning_rate: step size of the optimizer.
        decay: RMSprop's rho.
        epsilon: the optimizer's guard against division by zero.
        epsilon_inside: RMSprop only: epsilon under the square root (Keras 3) instead of beside it
            (Keras 2 and torch). It decides how fast rare words learn.
        clip: largest gradient norm; None does not clip.
        dropout: share of inputs and outputs of the recurrent layers set to zero in training.
        weight_decay: Adam only.
        forget_bias: initial bias of the LSTM's forget gate (Gers et al. 2000; Keras uses 1).
        seed: of the initial weights, the order of the windows and the dropout.
        device: `auto` takes CUDA where there is one.
        threads: CPU threads; one by default, because two stall beside other work.
    """

    cell: str = "lstm"
    corpus: str = "alice"
    preset: str = "custom"
    words: int | None = None
    held_out: str = "none"
    layers: int = 1
    hidden: int = 128
    input: str = "one-hot"
    embedding: int = 128
    tied: bool = False
    window: int = 10
    objective: str = "last"
    carry: bool = False
    batch: int = 128
    epochs: int = 100
    optimizer: str = "rmsprop"
    learning_rate: float = 1e-3
    decay: float = 0.9
    epsilon: float = 1e-7
    epsilon_inside: bool = False
    clip: float | None = None
    dropout: float = 0.0
    weight_decay: float = 0.0
    forget_bias: float = 1.0
    seed: int = 1
    device: str = "auto"
    threads: int = 1

    def __post_init__(self) -> None:
        """Check every field; the first that is wrong is named with its value and its bounds."""
        for field in dataclasses.fields(self):
            _check_field(field.name, str(field.type), getattr(self, field.name))
        if self.carry and self.objective == "last":
            raise ValueError(
                "carry=True needs objective='every': windows that are shuffled and scored at their"
                " last word have no next window to carry a state into"
            )

        if self.tied and (self.input != "embedding" or self.embedding != self.hidden):
            raise ValueError(
                "tied=True needs input='embedding' with as many values as units"
                f" (embedding={self.embedding}, hidden={self.hidden}): the output matrix is the"
                " embedding transposed"
            )

    @property
    def memory(self) -> str:
        """How such a model is meant to be read: `window` (zero state, last words) or `stateful`."""
        return "stateful" if self.objective == "every" else "window"

    def input_size(self, vocabulary: int) -> int:
        """Rows of the first layer's W_xh: the vocabulary, or the size of the embedding."""
        return vocabulary if self.input == "one-hot" else self.embedding

    def parameter_count(self, vocabulary: int) -> int:
        """Number of trained weights for a vocabulary of that many words.

        For the chapter's SimpleRNN(128) and V = 3,077 this is 410,368 + 396,933 = 807,301.
        """
        cell = signals.cell(self.cell)
        count = 0 if self.input == "one-hot" else vocabulary * self.embedding
        count += cell.weight_count(self.input_size(vocabulary), self.hidden)
        count += (self.layers - 1) * cell.weight_count(self.hidden, self.hidden)
        count += 0 if self.tied else self.hidden * vocabulary
        return count + vocabulary

    def changed(self, **changes: Any) -> Recipe:
        """A copy with some fields changed, checked again."""
        return dataclasses.replace(self, **changes)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return dataclasses.asdict(self)


def from_dict(values: Mapping[str, Any]) -> Recipe:
    """A recipe from plain values, as read from `recipe.json`.

    Raises:
        ValueError: an unknown field, or a value out of bounds.
    """
    known = {field.name for field in dataclasses.fields(Recipe)}
    unknown = sorted(set(values) - known)
    if unknown:
        raise ValueError(f"a recipe has no field {unknown[0]!r}; it has {', '.join(sorted(known))}")
    return Recipe(**values)


_WANTED = {"bool": "true or false", "str": "a word", "int": "a whole number", "float": "a number"}


def _check_field(name: str, kind: str, value: object) -> None:
    if value is None:
        if "None" in kind:
            return
        raise ValueError(f"{name} is missing; give {_WANTED[kind]}")
    kind = kind.removesuffix(" | None")
    # bool is a subclass of int in Python, but "batch=true" is a mistake, not a one.
    fits = {
        "bool": isinstance(value, bool),
        "str": isinstance(value, str),
        "int": isinstance(value, int) and not isinstance(value, bool),
        "float": isinstance(value, int | float) and not isinstance(value, bool),
    }[kind]
    if not fits:
        raise ValueError(f"{name} is {value!r}; it must be {_WANTED[kind]}")
    if name in CHOICES and value not in CHOICES[name]:
        raise ValueError(f"{name} is {value!r}; it must be one of {', '.join(CHOICES[name])}")
    if name in BOUNDS and isinstance(value, int | float):
        low, high = BOUNDS[name]
        if not low <= value <= high:  # also refuses NaN
            raise ValueError(f"{name} is {value!r}; it must lie between {low} and {high}")


# --- presets -------------------------------------------------------------------------------------

#: The reference run of the textbook chapter: windows of ten words, scored at the last, RMSprop.
CHAPTER = Recipe(preset="chapter", words=3077, held_out="last-chapter")

#: The whole book at every word, state carried on, regularised for the best held-out perplexity.
BOOK = Recipe(
    preset="book", held_out="last-chapter", hidden=200, input="embedding", embedding=200, tied=True,
    window=35, objective="every", carry=True, batch=16, epochs=18,
    optimizer="adam", learning_rate=2e-3, epsilon=1e-8, clip=1.0, dropout=0.6, weight_decay=0.05,
)  # fmt: skip

#: Something to look at in under a minute on two cores.
QUICK = Recipe(
    preset="quick", words=24_000, held_out="last-tenth", hidden=64, input="embedding", embedding=64,
    tied=True, window=20, objective="every", carry=True, batch=16, epochs=30,
    optimizer="adam", learning_rate=5e-3, epsilon=1e-8, clip=1.0, dropout=0.4,
)  # fmt: skip

PRESETS: dict[str, tuple[Recipe, str]] = {
    "chapter": (CHAPTER, "As in the chapter: the first 3,077 words, windows of ten, 100 passes"),
    "book": (BOOK, "The whole text, the state carried on, regularised to generalise"),
    "quick": (QUICK, "A small network on the first 24,000 words, in under a minute"),
    "matched": (BOOK, "A SimpleRNN with as many weights as the LSTM of the book preset"),
}


def preset(name: str, *, cell: str, corpus: str, vocabulary: int) -> Recipe:
    """The recipe of a preset for a cell and a corpus.

    Args:
        name: `chapter`, `book`, `quick` or `matched`.
        cell: `rnn`, `lstm` or `gru`; `matched` is a SimpleRNN by definition.
        corpus: what to train on.
        vocabulary: number of different words of the corpus (`matched` solves for it).

    Raises:
        ValueError: no such preset or cell, or `matched` asked of another cell.
    """
    if name not in PRESETS:
        raise ValueError(f"no preset is called {name!r}; there are {', '.join(PRESETS)}")
    base = PRESETS[name][0].changed(cell=cell, corpus=corpus, preset=name)
    if name != "matched":
        return base
    if cell != "rnn":
        raise ValueError(
            "the preset 'matched' is a SimpleRNN with the weights of an LSTM; choose the cell 'rnn'"
        )
    target = base.changed(cell="lstm").parameter_count(vocabulary)

    def count(hidden: int) -> int:
        return with_units(base, hidden).parameter_count(vocabulary)

    return with_units(base, matched_hidden(count, target))


def with_units(recipe: Recipe, hidden: int) -> Recipe:
    """The recipe with so many units, and a tied embedding that follows them."""
    return recipe.changed(hidden=hidden, embedding=hidden if recipe.tied else recipe.embedding)


def matched_hidden(count: Callable[[int], int], parameters: int) -> int:
    """How many units bring a network nearest to a given number of weights, within the bounds.

    Args:
        count: the weights of a network of so many units; more units have more weights.
        parameters: the number to come near to.
    """
    sizes = range(1, int(BOUNDS["hidden"][1]) + 1)
    above = bisect_left(sizes, parameters, key=count)
    nearest = sizes[max(above - 1, 0) : above + 1]
    return min(nearest, key=lambda hidden: abs(count(hidden) - parameters))


def checkpoint_epochs(epochs: int) -> tuple[int, ...]:
    """Epochs after which weights are kept: 0, 1, 2, 3, 5, 8, 13 … (Fibonacci) and the last.

    Early epochs change most, so they are kept more densely.
    """
    kept, a, b = {0, epochs}, 1, 2
    while a < epochs:
        kept.add(a)
        a, b = b, a + b
    return tuple(sorted(kept))


def streams(recipe: Recipe, training_words: int) -> int:
    """Parallel streams that a text is cut into: the batch, or fewer so that each fills a window."""
    return max(1, min(recipe.batch, (training_words - 1) // recipe.window))


def steps_per_epoch(recipe: Recipe, training_words: int) -> int:
    """Optimizer steps in one pass over so many words."""
    if recipe.objective == "last":
        return math.ceil((training_words - recipe.window) / recipe.batch)
    per_stream = (training_words - 1) // streams(recipe, training_words)
    return math.ceil(per_stream / recipe.window)
