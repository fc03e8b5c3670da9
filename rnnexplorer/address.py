"""What a person is looking at, as one value: it survives page changes and is the page's address.

An address is read from the query of a URL, field by field; a field that makes no sense is replaced
by its default and named in a sentence, so that a bad link still opens something.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rnnexplorer import runs, signals
from rnnexplorer.address_fields import READERS

#: The model a newcomer meets first.
FIRST_RUN = "alice-lstm-book"
#: What it reads, and how much it then writes.
FIRST_WORDS = "alice was beginning to get very tired of sitting by her sister"
WORDS_WRITTEN = 20
#: Greedy text falls into a loop soon; a first look should show the model at its best.
TEMPERATURE = 0.7


@dataclass(frozen=True)
class Address:
    """All choices that the pages share.

    Attributes:
        run: name of the run; None where there is none at all.
        epoch: its checkpoint; None is the last.
        text: the words given to it; None is the run's own beginning.
        write: how many words it writes after them.
        temperature: of the draws; 0 takes the most probable word.
        top_k: only so many most probable words are drawn from.
        top_p: only the fewest words holding this share of the probability.
        seed: of the draws.
        memory: `window` or `stateful`; None is what the run was trained for.
        layer: from 0.
        step: from 0.
        unit: from 0.
        units: whether a page that can is about the `one` unit or about `all` of the layer.
        rows: whether pictures with a row for each unit have the `few` most active or `all`.
        shade: what the words are coloured by: one of SHADES.
        other: the run compared with; None is the natural counterpart.
        other_epoch: its checkpoint; None is the last.
        tab: which picture, on a page that has several; one of TABS.
        view: which variant of that picture, where it has several, by the name its page gives it.
        signal: the signal that a page is about, where it is about one.
        span: steps of a pattern, first and last, as "4-9".
        off: whether the units of a pattern must be off around it: `before`, `after` or `both`.
        threshold: from where on a unit counts as on, in that pattern.
        sought: words or a regular expression looked for in the corpus.
        place: a word of the corpus, by its number there.
        edits: interventions as `edits.parse` reads them.
        dose: how the number of an intervention is swept: `set` or `add`.
        later: steps after the swept one at which its response is read.
        other_text: words of a second text, where two are held together; None is no second text.
        dimensions: of a drawn state space, 2 or 3.
        played: what plays through the epochs; one of PLAYED.
        bench_temperature: of one draw that is looked at; None is that of the text, and so on.
        bench_top_k: of that draw.
        bench_top_p: of that draw.
        bench_u: its random number.
        depth: how many words ahead a tree of continuations looks.
        breadth: how many branches it has at each word.
        lesson: which lesson is open, by its key.
        settings: numbers of a laboratory or a lesson, as `settings.read` reads them.
        controls: `all`, or `none` for a page without its frame, its row of words and its tabs.
    """

    run: str | None = None
    epoch: int | None = None
    text: str | None = None
    write: int = WORDS_WRITTEN
    temperature: float = TEMPERATURE
    top_k: int | None = None
    top_p: float | None = None
    seed: int = 1
    memory: str | None = None
    layer: int = 0
    step: int | None = None
    unit: int | None = None
    units: str = "one"
    rows: str = "few"
    shade: str = "probability"
    other: str | None = None
    other_epoch: int | None = None
    tab: str | None = None
    view: str | None = None
    signal: str | None = None
    span: str | None = None
    off: str | None = None
    threshold: float = 0.3
    sought: str | None = None
    place: int | None = None
    edits: str | None = None
    dose: str = "set"
    later: int = 0
    other_text: str | None = None
    dimensions: int = 2
    played: str = "signal"
    bench_temperature: float | None = None
    bench_top_k: int | None = None
    bench_top_p: float | None = None
    bench_u: float | None = None
    depth: int = 4
    breadth: int = 3
    lesson: str | None = None
    settings: str | None = None
    controls: str = "all"

    def changed(self, **changes: Any) -> Address:
        """A copy with some fields changed."""
        return dataclasses.replace(self, **changes)

    def to_query(self) -> dict[str, str]:
        """The fields that differ from their defaults, as a URL's query."""
        query = {}
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if value != field.default:
                query[field.name] = f"{value:g}" if isinstance(value, float) else str(value)
        return query


def first_address(known: Mapping[str, runs.Run]) -> Address:
    """What a newcomer sees: the shipped LSTM, or whatever run there is."""
    if FIRST_RUN in known:
        return Address(run=FIRST_RUN)
    ready = [name for name, run in known.items() if runs.checkpoints(run)]
    return Address(run=ready[0] if ready else None)


def from_query(
    query: Mapping[str, str], known: Mapping[str, runs.Run]
) -> tuple[Address, list[str]]:
    """The address of a URL's query.

    Args:
        query: names and values as they came.
        known: the runs there are, by name.

    Returns:
        The address, and a sentence for every field that was replaced by its default.
    """
    address, complaints = first_address(known), []
    for name, text in query.items():
        if name not in READERS:
            continue  # other people's parameters are none of our business
        try:
            value = READERS[name](text)
        except ValueError as error:
            complaints.append(f"The link's {name} is {text[:40]!r}: {error}. The default is shown.")
            continue
        address = address.changed(**{name: value})
    return _fitted(address, known, complaints)


def _fitted(
    address: Address, known: Mapping[str, runs.Run], complaints: list[str]
) -> tuple[Address, list[str]]:
    """The address with its runs and epochs held against what is on disk."""
    fallback = first_address(known).run
    if address.run is not None and address.run not in known:
        shown = f" Showing {fallback}." if fallback else ""
        complaints.append(f"There is no run called {address.run!r}.{shown}")
        address = address.changed(run=fallback, epoch=None)
    if address.other is not None and address.other not in known:
        complaints.append(f"There is no run called {address.other!r} to compare with.")
        address = address.changed(other=None, other_epoch=None)
    for run_field, epoch_field in (("run", "epoch"), ("other", "other_epoch")):
        name, epoch = getattr(address, run_field), getattr(address, epoch_field)
        if epoch is None:
            continue
        if name is None:
            complaints.append(f"The link's {epoch_field} is {epoch}, but it names no {run_field}.")
            address = address.changed(**{epoch_field: None})
            continue
        kept = runs.checkpoints(known[name])
        if epoch not in kept:
            listed = ", ".join(map(str, kept)) or "none yet"
            complaints.append(f"{name} kept no checkpoint of epoch {epoch}; it has {listed}.")
            address = address.changed(**{epoch_field: None})
    return address, complaints


def default_text(run: runs.Run) -> str:
    """Words the run can read: the book's beginning, or the seed of its first sample."""
    vocabulary = runs.vocabulary(run)
    if all(word in vocabulary.index for word in FIRST_WORDS.split()):
        return FIRST_WORDS
    samples = runs.samples(run)
    return " ".join(samples[0].seed_words) if samples else " ".join(vocabulary.words[:5])


def counterpart(run: runs.Run, known: Mapping[str, runs.Run]) -> str | None:
    """The run most worth comparing with: same corpus and preset, another cell; else any other.

    Of several it is the SimpleRNN of an LSTM, and the LSTM of a SimpleRNN.
    """
    others = [other for name, other in known.items() if name != run.name]

    def likeness(other: runs.Run) -> tuple[bool, ...]:
        return (
            bool(runs.checkpoints(other)),
            other.corpus_sha256 == run.corpus_sha256,
            other.recipe.cell != run.recipe.cell,
            other.recipe.preset == run.recipe.preset,
            {other.recipe.cell, run.recipe.cell} == {"rnn", "lstm"},
        )

    return max(others, key=likeness).name if others else None


def label(run: runs.Run) -> str:
    """A run's name on the screen: "Alice · LSTM · book"; one's own runs by the name given."""
    if not run.shipped:
        return run.name
    cell, preset = signals.cell(run.recipe.cell), run.recipe.preset
    # The matched preset is that of the book but for its size.
    kind = "book, matched" if preset == "matched" else preset
    return f"{run.corpus_name.capitalize()} · {cell.title} · {kind}"
