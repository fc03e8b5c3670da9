"""The address: a view as a URL, and back."""

from __future__ import annotations

import pytest

from rnnexplorer import address, runs


@pytest.fixture
def known(own_runs):
    return {run.name: run for run in runs.list_runs()}


def test_an_address_survives_the_way_through_a_url(known):
    there = address.Address(
        run="tale-lstm", epoch=1, text="the keeper & co", write=3, temperature=1.3, top_k=7,
        top_p=0.9, seed=5, memory="window", layer=0, step=2, unit=4, shade="f",
        rows="all", other="tale-rnn", other_epoch=0, view="epoch", dimensions=3, bench_u=0.25,
    )  # fmt: skip
    back, complaints = address.from_query(there.to_query(), known)
    assert back == there
    assert complaints == []


def test_only_what_differs_from_the_first_view_is_written():
    assert address.Address(run="a", step=3).to_query() == {"run": "a", "step": "3"}


def test_interventions_without_any_are_none(known):
    assert address.from_query({"edits": ";;; "}, known) == address.from_query({}, known)


def test_foreign_parameters_are_left_alone(known):
    assert address.from_query({"utm_source": "x", "embed": "true"}, known)[1] == []


def test_the_counterpart_has_another_cell_and_the_same_text(known):
    assert address.counterpart(known["alice-lstm-book"], known) == "alice-rnn-book"
    assert address.counterpart(known["tale-rnn"], known) == "tale-lstm"
    assert address.counterpart(known["alice-rnn-matched"], known) == "alice-lstm-book"


def test_every_shipped_model_has_a_name_of_its_own_on_the_screen(known):
    names = {run.name: address.label(run) for run in known.values() if run.shipped}
    assert len(set(names.values())) == len(names)
    assert names["alice-rnn-matched"] == "Alice · SimpleRNN · book, matched"


def test_a_run_is_offered_words_that_it_knows(known):
    for run in known.values():
        runs.vocabulary(run).encode(address.default_text(run).split())


@pytest.mark.usefixtures("no_runs")
def test_without_runs_there_is_nothing_to_look_at():
    assert address.from_query({}, {})[0].run is None
