"""The index of a run: every signal at every word of its text, computed once and read from disk.

An index is a folder of plain `.npy` arrays (docs/formats.md), opened as memory maps: a page that
looks at one unit reads that unit's values and nothing else, whatever the length of the text. What
makes it is `indexing`; here it is only named, opened and removed, without torch.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnexplorer import runs
from rnnexplorer.signals import Cell, cell

Array = NDArray[np.floating[Any]]

#: Changes when the files of an index do: an older one is made again.
FORMAT = 1

#: Largest index that is made, in bytes. A longer text is indexed as far as it fits.
MOST_BYTES = 4_000_000_000


@dataclass(frozen=True)
class Section:
    """A part of the text that was read in one go, from the zero state.

    Attributes:
        name: `training` or `held out`.
        start: its first word in the index.
        stop: one past its last word in the index.
        corpus_start: its first word in the corpus.
    """

    name: str
    start: int
    stop: int
    corpus_start: int


@dataclass(frozen=True, eq=False)
class Index:
    """Signals of a run over its text, N words; row t belongs to the word read at t.

    Attributes:
        run: name of the run.
        epoch: the checkpoint that read.
        cell: of the network.
        memory: `window` or `stateful`, as the run was trained.
        vocabulary: the V words.
        sections: the parts of the text, in order; together they are all N words.
        ids: the words as vocabulary indices, [N].
        signals: for each signal [L, N, H], in half precision (three digits), on disk.
        losses: -ln p(word t + 1), nats, [N]; NaN at the last word of a section.
        entropy: of the next-word distribution, bits, [N].
        likeliest: the most probable next word, as a vocabulary index, [N].
    """

    run: str
    epoch: int
    cell: Cell
    memory: str
    vocabulary: tuple[str, ...]
    sections: tuple[Section, ...]
    ids: NDArray[np.int32]
    signals: Mapping[str, Array]
    losses: Array
    entropy: Array
    likeliest: NDArray[np.int32]

    def __len__(self) -> int:
        """Number of words N."""
        return len(self.ids)

    @property
    def layers(self) -> int:
        """Number of layers L."""
        return int(self.signals["h"].shape[0])

    @property
    def units(self) -> int:
        """Units per layer H."""
        return int(self.signals["h"].shape[2])

    @property
    def starts(self) -> tuple[int, ...]:
        """The first word of each section, read from the zero state."""
        return tuple(section.start for section in self.sections)

    def words(self, start: int = 0, stop: int | None = None) -> list[str]:
        """The words of a part of the text."""
        return [self.vocabulary[k] for k in self.ids[start:stop].tolist()]

    def section(self, place: int) -> Section:
        """The section that a word lies in.

        Raises:
            ValueError: the index has no such word.
        """
        for section in self.sections:
            if section.start <= place < section.stop:
                return section
        raise ValueError(f"the index has words 0 to {len(self) - 1}, not {place}")

    def corpus_word(self, place: int) -> int:
        """The number of a word in the corpus, from 0: between the sections some may be missing.

        Raises:
            ValueError: the index has no such word.
        """
        section = self.section(place)
        return section.corpus_start + place - section.start

    def part(self, name: str) -> slice:
        """The words of the section of that name; of the last section if there is none such."""
        chosen = next((s for s in self.sections if s.name == name), self.sections[-1])
        return slice(chosen.start, chosen.stop)


@dataclass(frozen=True)
class Header:
    """What `index.json` says of the arrays beside it."""

    format: int
    epoch: int
    cell: str
    memory: str
    stamp: int
    sections: tuple[Section, ...]


def folder(run: runs.Run, epoch: int) -> Path:
    """Where the index of a checkpoint is, or would be: beside the run.

    A run that came with rnnexplorer is not written to; its index lies beside the user's own runs.
    """
    home = runs.runs_folder() / ".shipped" / run.name if run.shipped else run.path
    return home / "index" / f"epoch-{epoch:04d}"


def stamp(run: runs.Run, epoch: int) -> int:
    """When the checkpoint was written: an index of an older one of that name is void."""
    return runs.checkpoint_path(run, epoch).stat().st_mtime_ns


def is_made(run: runs.Run, epoch: int) -> bool:
    """Whether there is an index of this checkpoint as it is now."""
    try:
        header = _header(folder(run, epoch))
        return header.format == FORMAT and header.stamp == stamp(run, epoch)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def open_index(run: runs.Run, epoch: int | None = None) -> Index:
    """The index of a checkpoint.

    Args:
        run: the run.
        epoch: a checkpoint that exists; None is the last.

    Raises:
        ValueError: it was not made yet, or belongs to other weights.
    """
    epoch = runs.kept_epoch(run, epoch)
    if not is_made(run, epoch):
        raise ValueError(
            f"there is no index of {run.name} at epoch {epoch} yet; make it with"
            f" `python -m rnnexplorer index {run.name} --epoch {epoch}`"
        )
    home = folder(run, epoch)
    header = _header(home)

    def array(name: str) -> NDArray[Any]:
        found: NDArray[Any] = np.load(home / f"{name}.npy", mmap_mode="r", allow_pickle=False)
        return found

    made_by = cell(header.cell)
    return Index(
        run=run.name,
        epoch=epoch,
        cell=made_by,
        memory=header.memory,
        vocabulary=runs.vocabulary(run).words,
        sections=header.sections,
        ids=array("ids"),
        signals=MappingProxyType({signal.key: array(signal.key) for signal in made_by.signals}),
        losses=array("losses"),
        entropy=array("entropy"),
        likeliest=array("likeliest"),
    )


def write_header(home: Path, header: Header) -> None:
    """Write `index.json`."""
    (home / "index.json").write_text(json.dumps(asdict(header), indent=1) + "\n", encoding="utf-8")


def _header(home: Path) -> Header:
    read = json.loads((home / "index.json").read_text(encoding="utf-8"))
    sections = tuple(Section(**section) for section in read.pop("sections"))
    return Header(**read, sections=sections)


def remove(run: runs.Run, epoch: int) -> None:
    """Remove an index; it can be made again."""
    shutil.rmtree(folder(run, epoch), ignore_errors=True)
