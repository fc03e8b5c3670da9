"""Metrics and samples: torn lines, repeated epochs, numbers that are none."""

from __future__ import annotations

import math

import pytest

from rnnexplorer import runs


def row(epoch, loss=1.0, held_out=None):
    return {
        "epoch": epoch,
        "loss": loss,
        "held_out_loss": held_out,
        "gradient_norm": 0.5,
        "seconds": 1.0,
    }


def test_what_has_no_meaning_is_null_in_the_file_and_nan_in_the_table(make):
    run = make()
    runs.append_metrics(run, row(1, loss=math.nan))
    assert '"loss": null, "held_out_loss": null' in (run.path / "metrics.jsonl").read_text()
    table = runs.metrics(run)
    assert table["loss"].isna().all()
    assert table["held_out_loss"].dtype == "float64"


def test_a_torn_last_line_is_passed_over(make):
    run = make()
    runs.append_metrics(run, row(1))
    with (run.path / "metrics.jsonl").open("a") as file:
        file.write('{"epoch": 2, "loss"')
    assert runs.metrics(run)["epoch"].tolist() == [1]


def test_if_an_epoch_stands_twice_the_later_line_counts(make):
    run = make()
    for epoch, loss in ((1, 3.0), (2, 2.0), (2, 1.5)):
        runs.append_metrics(run, row(epoch, loss))
    assert runs.metrics(run)["loss"].tolist() == [3.0, 1.5]


def test_before_the_first_epoch_the_table_is_empty_and_has_its_columns(make):
    table = runs.metrics(make())
    assert list(table.columns) == ["epoch", "loss", "held_out_loss", "gradient_norm", "seconds"]
    assert table.empty


def test_going_on_drops_what_came_after(make):
    run = make()
    for epoch in range(4):
        runs.append_sample(run, runs.Sample(epoch, ["the"], ["bell"]))
        if epoch:
            runs.append_metrics(run, row(epoch))
    runs.truncate_after(run, 2)
    assert runs.metrics(run)["epoch"].tolist() == [1, 2]
    assert [sample.epoch for sample in runs.samples(run)] == [0, 1, 2]


@pytest.mark.parametrize("line", ['{"epoch": "x"}', "[]", '{"epoch": 1}', "\x00"])
def test_a_foreign_line_is_no_sample(make, line):
    run = make()
    (run.path / "samples.jsonl").write_text(line + "\n")
    assert runs.samples(run) == []
