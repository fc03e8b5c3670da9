"""Checkpoints and the vocabulary of a run, as NumPy arrays."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from rnnexplorer.corpus import Vocabulary
from rnnexplorer.runs import files
from rnnexplorer.runs.folder import Run
from rnnexplorer.runs.status import check_writable

_CHECKPOINT = re.compile(r"epoch-(\d{4,})\.safetensors")


def checkpoints(run: Run) -> tuple[int, ...]:
    """The epochs whose weights were kept, rising."""
    try:
        names = [path.name for path in (run.path / "checkpoints").iterdir()]
    except OSError:
        return ()
    matches = (_CHECKPOINT.fullmatch(name) for name in names)
    return tuple(sorted(int(match.group(1)) for match in matches if match))


def kept_epoch(run: Run, epoch: int | None = None) -> int:
    """That epoch if its weights were kept; None is the last that was.

    Raises:
        ValueError: there is no such checkpoint.
    """
    kept = checkpoints(run)
    if not kept:
        raise ValueError(f"the run {run.name!r} has no checkpoint yet; wait for its first epoch")
    if epoch is None:
        return kept[-1]
    if epoch not in kept:
        listed = ", ".join(map(str, kept))
        raise ValueError(
            f"the run {run.name!r} kept no checkpoint of epoch {epoch}; it has {listed}"
        )
    return epoch


def checkpoint_path(run: Run, epoch: int) -> Path:
    """Where the weights after an epoch are, or would be."""
    return run.path / "checkpoints" / f"epoch-{epoch:04d}.safetensors"


def weights(run: Run, epoch: int | None = None) -> dict[str, NDArray[np.float32]]:
    """The weights after an epoch; those stored in half precision are widened.

    A tied output matrix that a checkpoint leaves out is the embedding transposed.

    Args:
        run: the run.
        epoch: one of `checkpoints`; None is the last.

    Raises:
        ValueError: there is no such checkpoint, or it is damaged.
    """
    path = checkpoint_path(run, kept_epoch(run, epoch))
    try:
        arrays = load(path.read_bytes())
    except (OSError, SafetensorError) as error:
        raise ValueError(f"the checkpoint {path.name} of {run.name} is damaged: {error}") from error
    found = {name: array.astype(np.float32) for name, array in arrays.items()}
    if "W_hy" not in found and "embedding" in found:
        found["W_hy"] = np.ascontiguousarray(found["embedding"].T)
    return found


def write_checkpoint(run: Run, epoch: int, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Keep the weights after an epoch."""
    check_writable(run)
    write_weights(checkpoint_path(run, epoch), arrays)


def write_weights(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays as safetensors, whole."""
    files.write_whole(path, save(dict(arrays)))


def vocabulary(run: Run) -> Vocabulary:
    """The words of a run, in the order of its weights.

    Raises:
        ValueError: the file is missing or damaged.
    """
    path = run.path / "vocabulary.json"
    try:
        return Vocabulary(tuple(json.loads(path.read_text(encoding="utf-8"))["words"]))
    except (OSError, KeyError, TypeError, json.JSONDecodeError) as error:
        raise ValueError(f"the vocabulary of {run.name} cannot be read: {error}") from error
