"""What a training writes down after every epoch: numbers, and a sample."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from rnnexplorer.runs import files
from rnnexplorer.runs.folder import Run
from rnnexplorer.runs.status import check_writable

COLUMNS = ("epoch", "loss", "held_out_loss", "gradient_norm", "seconds")


@dataclass(frozen=True)
class Sample:
    """What a network wrote after an epoch.

    Attributes:
        epoch: 0 is the untrained network.
        seed_words: of the text, given to it.
        continuation: what it wrote, greedily.
    """

    epoch: int
    seed_words: list[str]
    continuation: list[str]


def metrics(run: Run) -> pd.DataFrame:
    """One row an epoch: epoch, loss, held_out_loss (nats a word), gradient_norm, seconds.

    What has no meaning is NaN. If an epoch stands twice, the later line counts.
    """
    rows = {}
    for line in files.read_lines(run.path / "metrics.jsonl"):
        if isinstance(line.get("epoch"), int):
            rows[line["epoch"]] = [line.get(column) for column in COLUMNS]
    table = pd.DataFrame([rows[epoch] for epoch in sorted(rows)], columns=list(COLUMNS))
    numbers = {column: "float64" for column in COLUMNS if column != "epoch"}
    return table.astype({"epoch": "int64", **numbers})


def append_metrics(run: Run, values: Mapping[str, float | None]) -> None:
    """Add the numbers of an epoch."""
    check_writable(run)
    files.append_line(run.path / "metrics.jsonl", {name: values[name] for name in COLUMNS})


def samples(run: Run) -> list[Sample]:
    """All samples by epoch; if an epoch stands twice, the later line counts."""
    found = {}
    for line in files.read_lines(run.path / "samples.jsonl"):
        try:
            found[int(line["epoch"])] = Sample(
                int(line["epoch"]), list(line["seed_words"]), list(line["continuation"])
            )
        except (KeyError, TypeError, ValueError):
            continue
    return [found[epoch] for epoch in sorted(found)]


def append_sample(run: Run, sample: Sample) -> None:
    """Add the sample of an epoch."""
    check_writable(run)
    files.append_line(run.path / "samples.jsonl", asdict(sample))


def truncate_after(run: Run, epoch: int) -> None:
    """Drop what was written of later epochs, and a torn line, before going on from an epoch."""
    check_writable(run)
    for name in ("metrics.jsonl", "samples.jsonl"):
        path: Path = run.path / name
        kept = [line for line in files.read_lines(path) if line.get("epoch", epoch + 1) <= epoch]
        content = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in kept)
        files.write_whole(path, content.encode())
