"""Writing so that a reader never sees half a file, and reading what may be torn."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MOVE_TRIES = 50


def write_whole(path: Path, content: bytes) -> None:
    """Write a file under a temporary name beside it and move it into place."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{time.monotonic_ns()}")
    try:
        temporary.write_bytes(content)
        _move(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _move(temporary: Path, path: Path) -> None:
    # Windows refuses to replace a file while somebody reads it, which takes milliseconds.
    for _ in range(MOVE_TRIES - 1):
        try:
            os.replace(temporary, path)
            return
        except PermissionError:
            time.sleep(0.01)
    os.replace(temporary, path)


def write_json(path: Path, value: object) -> None:
    """Write a value as JSON, whole."""
    write_whole(path, (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode())


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file.

    Raises:
        OSError: it cannot be read.
        ValueError: it is not a JSON object.
    """
    value = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(value, dict):
        raise ValueError(f"{path.name} holds no JSON object")
    return value


def append_line(path: Path, value: object) -> None:
    """Add a line of JSON; NaN and infinity become null, which JSON has."""
    line = json.dumps(_finite(value), ensure_ascii=False, allow_nan=False)
    with path.open("ab") as file:
        file.write(line.encode() + b"\n")


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a file with one a line; a torn or foreign line is passed over."""
    try:
        content = path.read_bytes()
    except OSError:
        return
    for line in content.splitlines():
        try:
            value = json.loads(line)
        except ValueError:
            continue
        if isinstance(value, dict):
            yield value


def _finite(value: object) -> object:
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    return value
