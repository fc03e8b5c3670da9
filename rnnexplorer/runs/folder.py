"""The folder of a run: make it, find it, list, rename and delete."""

from __future__ import annotations

import difflib
import os
import platform
import re
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from rnnexplorer import recipe as recipes
from rnnexplorer.recipe import Recipe
from rnnexplorer.runs import files

REPOSITORY = Path(__file__).resolve().parents[2]

#: A name is part of a path and of a URL, so it is held to this before either is touched.
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,47}")
ACTIVE = ("waiting", "running")


@dataclass(frozen=True)
class Run:
    """One training, begun or ended, as its folder describes it.

    Attributes:
        name: of the run and of its folder.
        path: the folder.
        recipe: what was asked.
        created: when, in seconds since 1970.
        shipped: it came with the repository and is read-only.
        corpus_name: `alice`, `tale`, or a name for the user's file.
        corpus_sha256: of the text's bytes.
        corpus_path: where the text lay; None for a shipped run.
        parameters: number of trained weights.
        training_words: number of words trained on.
        versions: of Python and the packages that made it.
    """

    name: str
    path: Path
    recipe: Recipe
    created: float
    shipped: bool
    corpus_name: str
    corpus_sha256: str
    corpus_path: str | None
    parameters: int
    training_words: int
    versions: tuple[tuple[str, str], ...] = ()


class RunNotFound(ValueError):
    """There is no run of that name."""


def runs_folder() -> Path:
    """Where the user's runs are: `RNNEXPLORER_RUNS`, else `runs` in the repository."""
    chosen = os.environ.get("RNNEXPLORER_RUNS")
    return Path(chosen).expanduser().absolute() if chosen else REPOSITORY / "runs"


def models_folder() -> Path:
    """Where the shipped runs are."""
    return REPOSITORY / "models"


# --- making --------------------------------------------------------------------------------------


def create(
    recipe: Recipe,
    *,
    vocabulary: Sequence[str],
    corpus_name: str,
    corpus_sha256: str,
    corpus_path: Path,
    training_words: int,
    name: str | None = None,
) -> Run:
    """Make the folder of a new run; its state is `waiting`.

    Args:
        recipe: what is asked.
        vocabulary: the V words.
        corpus_name: of the text.
        corpus_sha256: of the text's bytes.
        corpus_path: where the text lies.
        training_words: number of words trained on.
        name: None makes one up from corpus, cell and preset.

    Raises:
        ValueError: the name is malformed, or taken.
    """
    home = runs_folder()
    home.mkdir(parents=True, exist_ok=True)
    for _ in range(100):  # a name made up here may be taken by another process in between
        chosen = _free_name(recipe, corpus_name) if name is None else _checked_name(name)
        with tempfile.TemporaryDirectory(prefix=".new-", dir=home) as temporary:
            whole = Path(temporary) / chosen
            (whole / "checkpoints").mkdir(parents=True)
            described = {
                "recipe": recipe.as_dict(),
                "corpus": {
                    "name": corpus_name, "sha256": corpus_sha256, "path": str(corpus_path),
                },
                "created": time.time(),
                "parameters": recipe.parameter_count(len(vocabulary)),
                "training_words": training_words,
                "versions": _versions(),
            }  # fmt: skip
            files.write_json(whole / "recipe.json", described)
            files.write_json(whole / "vocabulary.json", {"words": list(vocabulary)})
            files.write_json(
                whole / "status.json",
                {"state": "waiting", "message": "", "epoch": 0, "step": 0, "steps": 0},
            )
            try:
                # A rename onto a folder that holds files fails on every system.
                os.rename(whole, home / chosen)
            except OSError as error:
                if not (home / chosen).exists():
                    raise
                if name is None:
                    continue
                raise _taken(chosen) from error
        return find(chosen)
    raise ValueError(f"no free name was found in {home}; give the run a name")


def _checked_name(name: str) -> str:
    if not NAME.fullmatch(name):
        raise ValueError(
            f"a run cannot be called {name!r}; use small letters, digits and hyphens, beginning"
            " with a letter or digit, at most 48"
        )
    if any((folder / name).exists() for folder in (runs_folder(), models_folder())):
        raise _taken(name)
    return name


def _taken(name: str) -> ValueError:
    return ValueError(f"there is a run called {name!r} already; choose another name")


def _free_name(recipe: Recipe, corpus_name: str) -> str:
    stem = re.sub(r"[^a-z0-9]+", "-", corpus_name.lower()).strip("-")[:20].strip("-") or "text"
    base = f"{stem}-{recipe.cell}-{recipe.preset}"
    taken = {path.name for folder in (runs_folder(), models_folder()) for path in _folders(folder)}
    number, name = 1, base
    while name in taken:
        number += 1
        name = f"{base}-{number}"
    return name


def _versions() -> dict[str, str]:
    packages = ("torch", "numpy", "safetensors")
    return {"python": platform.python_version(), **{p: metadata.version(p) for p in packages}}


# --- finding -------------------------------------------------------------------------------------


def find(name: str) -> Run:
    """The run of that name, the user's own before a shipped one.

    Raises:
        RunNotFound: there is none, or its folder cannot be read.
    """
    if NAME.fullmatch(name):
        for folder in (runs_folder(), models_folder()):
            if (folder / name / "recipe.json").exists():
                try:
                    return _read(folder / name)
                except (OSError, ValueError) as error:
                    raise RunNotFound(f"the run {name!r} cannot be read: {error}") from error
    names = [run.name for run in list_runs()]
    near = difflib.get_close_matches(name, names, n=3) or names[:3]
    hint = f"did you mean {', '.join(near)}?" if near else "train one first"
    raise RunNotFound(f"there is no run called {name!r}; {hint}")


def list_runs() -> list[Run]:
    """All readable runs: the user's newest first, then the shipped ones by name."""
    own = [run for path in _folders(runs_folder()) if (run := _readable(path))]
    own.sort(key=lambda run: (-run.created, run.name))
    hidden = {run.name for run in own}
    shipped = [run for path in _folders(models_folder()) if (run := _readable(path))]
    return own + [run for run in shipped if run.name not in hidden]


def unreadable() -> list[tuple[str, str]]:
    """Folders among the user's runs that are no readable run, each with the reason."""
    found = []
    for path in _folders(runs_folder()):
        try:
            _read(path)
        except FileNotFoundError as error:
            if path.exists():  # else it was deleted while we looked
                found.append((path.name, f"{Path(str(error.filename)).name} is missing"))
        except (OSError, ValueError) as error:
            found.append((path.name, str(error)))
    return found


def _folders(home: Path) -> list[Path]:
    try:
        inside = sorted(home.iterdir())
    except OSError:
        return []
    return [path for path in inside if NAME.fullmatch(path.name) and path.is_dir()]


def _readable(path: Path) -> Run | None:
    try:
        return _read(path)
    except (OSError, ValueError):
        return None


def _read(path: Path) -> Run:
    described = files.read_json(path / "recipe.json")
    try:
        corpus: dict[str, Any] = described["corpus"]
        return Run(
            name=path.name,
            path=path,
            recipe=recipes.from_dict(described["recipe"]),
            created=float(described["created"]),
            shipped=path.parent == models_folder(),
            corpus_name=str(corpus["name"]),
            corpus_sha256=str(corpus["sha256"]),
            corpus_path=corpus["path"],
            parameters=int(described["parameters"]),
            training_words=int(described["training_words"]),
            versions=tuple(sorted(described["versions"].items())),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"recipe.json is damaged: {error}") from error


# --- changing ------------------------------------------------------------------------------------


def rename(run: Run, name: str) -> Run:
    """Give a run another name.

    Raises:
        ValueError: it is shipped or being trained, or the name is malformed or taken.
    """
    _check_idle(run, "renamed")
    target = runs_folder() / _checked_name(name)
    try:
        os.rename(run.path, target)
    except OSError as error:
        raise ValueError(f"{run.name} cannot be renamed to {name!r}: {error.strerror}") from error
    return find(name)


def delete(run: Run) -> None:
    """Remove a run and its checkpoints for good.

    Raises:
        ValueError: it is shipped or being trained.
    """
    _check_idle(run, "deleted")
    # Renamed away first: what is being removed file by file is no run any more.
    doomed = run.path.with_name(f".deleted-{run.name}-{time.time_ns()}")
    try:
        os.rename(run.path, doomed)
    except FileNotFoundError:
        return  # somebody else was quicker
    except OSError as error:
        raise ValueError(f"{run.name} cannot be deleted: {error.strerror}") from error
    shutil.rmtree(doomed, ignore_errors=True)


def _check_idle(run: Run, what: str) -> None:
    from rnnexplorer.runs.status import status

    if run.shipped:
        raise ValueError(f"{run.name} came with rnnexplorer and cannot be {what}")
    if not (run.path / "recipe.json").exists():
        raise ValueError(f"{run.name} is gone; it was renamed or deleted")
    state = status(run, time.time()).state
    if state in ACTIVE:
        raise ValueError(f"{run.name} is {state} and cannot be {what}; stop it first")
    # A worker can be alive without a sign of life for a while: a laptop that slept.
    lock = worker_lock(run)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise ValueError(f"{run.name} is being trained and cannot be {what}") from error
    lock.release()


def worker_lock(run: Run) -> FileLock:
    """What the one process that trains a run holds; the kernel frees it if the process dies."""
    return FileLock(run.path / ".worker.lock")
