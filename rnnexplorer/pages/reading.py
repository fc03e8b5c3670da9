"""From an address to a trace, kept while it is looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import streamlit as st

from rnnexplorer import address, runs
from rnnexplorer.address import Address
from rnnexplorer.corpus import UnknownWords, split_words
from rnnexplorer.index import Index
from rnnexplorer.measures import ledger, ordering
from rnnexplorer.pages import frame
from rnnexplorer.traces import Trace

T = TypeVar("T")

#: Of so many units that move most the first one shown is chosen.
MOVING = 12


@dataclass(frozen=True)
class _Asked:
    """Everything a trace depends on; the stamp is that of the checkpoint's file."""

    path: str
    stamp: int
    words: tuple[str, ...]
    epoch: int
    write: int = 0
    memory: str | None = None
    temperature: float = 0.0
    top_k: int | None = None
    top_p: float | None = None
    seed: int = 0
    edits: str = ""


def trace_of(look: Address, run: runs.Run) -> Trace | None:
    """The trace that an address asks for, or None after saying why there is none.

    The words are those that the last checkpoint writes; an earlier one reads the same words, so
    that what differs between epochs is the network and not the text.
    """
    return _or_why_not(run, lambda: _asked_for(look, run))


def _asked_for(look: Address, run: runs.Run) -> Trace:
    last, epoch = runs.kept_epoch(run), runs.kept_epoch(run, look.epoch)
    asked = _asked(look, run, last)
    if epoch == last:
        return _kept(asked, run)
    words = _kept(asked, run).words if look.write else asked.words
    return _read(run, words, epoch, look.memory)


def _asked(look: Address, run: runs.Run, epoch: int, edits: str = "") -> _Asked:
    """Words, writing and drawing as the address says, by the network of an epoch."""
    return _Asked(
        path=str(run.path),
        stamp=stamp(run, epoch),
        words=_given(look, run),
        epoch=epoch,
        write=look.write,
        memory=look.memory,
        temperature=look.temperature,
        top_k=look.top_k,
        top_p=look.top_p,
        seed=look.seed,
        edits=edits,
    )


def written(look: Address, run: runs.Run, edits: str = "") -> Trace | None:
    """What the epoch of an address itself reads and writes, under interventions.

    Unlike `trace_of`, an earlier epoch writes words of its own: the untouched text and the changed
    one must come from the same network. None after saying why there is none.
    """

    def make() -> Trace:
        return _kept(_asked(look, run, runs.kept_epoch(run, look.epoch), edits), run)

    return _or_why_not(run, make)


def _read(run: runs.Run, words: tuple[str, ...], epoch: int, memory: str | None) -> Trace:
    """The trace of given words at a checkpoint that exists."""
    return _kept(_Asked(str(run.path), stamp(run, epoch), words, epoch, memory=memory), run)


def _or_why_not(run: runs.Run, make: Callable[[], T]) -> T | None:
    """What is made, or None after a sentence on the page about what the run cannot read."""
    try:
        return make()
    except UnknownWords as error:
        st.warning(f"{run.name} cannot read this: {error}", icon=":material/spellcheck:")
    except (ValueError, OSError) as error:
        st.warning(str(error), icon=":material/info:")
    return None


def at_last_epoch(trace: Trace, run: runs.Run) -> Trace:
    """What the last checkpoint makes of the words of a trace."""
    last = runs.kept_epoch(run)
    if trace.origin.epoch == last:
        return trace
    return _read(run, trace.words, last, trace.origin.memory)


def first_unit(run: runs.Run, layer: int) -> int:
    """The unit that a page is about before one was chosen: the same on every page.

    Of the units whose h moves most over the run's own beginning at its last epoch, the one that
    keeps the most telling memory: in which f·C₋ (GRU: z·h₋) moves most. A SimpleRNN keeps nothing
    apart from what it writes; there it is the one that moves most.
    """
    epoch = runs.kept_epoch(run)
    words = tuple(split_words(address.default_text(run)))
    return _first_unit(str(run.path), stamp(run, epoch), layer, _read(run, words, epoch, None))


@st.cache_resource(max_entries=64, show_spinner=False)
def _first_unit(path: str, stamp: int, layer: int, _trace: Trace) -> int:
    moving = ordering.most_active(_trace.signals["h"][layer], MOVING)
    if not ledger.has_ledger(_trace.cell):
        return int(moving[0])
    kept = ledger.ledger(_trace, layer).kept[:, moving]
    return int(moving[ordering.most_active(kept, 1)[0]])


def underlined(trace: Trace, run: runs.Run) -> str:
    """Who wrote the underlined words, as a sentence after others; empty where all were given."""
    if words_given(trace, run) == len(trace):
        return ""
    last = runs.checkpoints(run)[-1]
    itself = trace.origin.mode == "continue" or trace.origin.epoch == last
    return f" Underlined: written by {'the model' if itself else f'its last epoch, {last}'}."


def words_given(trace: Trace, run: runs.Run) -> int:
    """How many words of a trace the person gave; a network wrote the rest."""
    return min(len(_given(frame.current(), run)), len(trace))


def _given(look: Address, run: runs.Run) -> tuple[str, ...]:
    return tuple(split_words(address.default_text(run) if look.text is None else look.text))


def same_words(trace: Trace, run: runs.Run, epoch: int | None) -> Trace | None:
    """Another network's trace over the words of a trace, those it wrote included."""
    memory = frame.current().memory  # as chosen, else what each was trained for
    return _or_why_not(run, lambda: _read(run, trace.words, runs.kept_epoch(run, epoch), memory))


def at_every_epoch(trace: Trace, run: runs.Run) -> dict[int, Trace] | None:
    """What every kept checkpoint makes of the words of a trace, by rising epoch.

    None after saying why not.
    """

    def make() -> dict[int, Trace]:
        stamps = tuple((epoch, stamp(run, epoch)) for epoch in runs.checkpoints(run))
        return _kept_every(str(run.path), stamps, trace.words, trace.origin.memory, run)

    return _or_why_not(run, make)


#: All epochs of a text in one entry: walked one by one, more of them than `_kept` has room for
#: would drive each other out, and each look would read them all again. Two people's texts.
@st.cache_resource(max_entries=2, show_spinner="Reading the words at every epoch …")
def _kept_every(
    path: str, stamps: tuple[tuple[int, int], ...], words: tuple[str, ...], memory: str,
    _run: runs.Run,
) -> dict[int, Trace]:  # fmt: skip
    return {epoch: _read(_run, words, epoch, memory) for epoch, _ in stamps}


def other_words(run: runs.Run, trace: Trace, words: tuple[str, ...]) -> Trace | None:
    """Other words, read as a trace was by the same network; None after saying why not."""
    return _or_why_not(run, lambda: _read(run, words, trace.origin.epoch, trace.origin.memory))


def in_one_pass(run: runs.Run, trace: Trace, steps: range) -> Trace:
    """Some words of a trace, read by the same network with the state carried on."""
    words = trace.words[steps.start : steps.stop]
    return _read(run, words, trace.origin.epoch, "stateful")


def key_of(run: runs.Run, trace: Trace) -> tuple[object, ...]:
    """What tells a trace from every other, for what is kept of it."""
    return trace.origin, trace.words, str(run.path), stamp(run, trace.origin.epoch)


def index_key(run: runs.Run, made: Index) -> tuple[object, ...]:
    """What tells an index from every other, for what is kept of it."""
    return str(run.path), made.epoch, stamp(run, made.epoch)


def stamp(run: runs.Run, epoch: int) -> int:
    """When a checkpoint was written: tells a run from one that later takes its name."""
    return runs.checkpoint_path(run, epoch).stat().st_mtime_ns


#: Shared by all visitors; the trace of 2,000 words of Alice has about 35 MB.
@st.cache_resource(max_entries=16, show_spinner=False)
def _kept(asked: _Asked, _run: runs.Run) -> Trace:
    from rnnexplorer import tracing  # imports torch: two seconds, paid by the first trace only

    return tracing.trace(
        _run,
        asked.words,
        epoch=asked.epoch,
        continue_words=asked.write,
        memory=asked.memory,
        temperature=asked.temperature,
        top_k=asked.top_k,
        top_p=asked.top_p,
        seed=asked.seed,
        edits=asked.edits,
    )
