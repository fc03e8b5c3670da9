"""Which networks are held against one, at which epoch and under which names."""

from __future__ import annotations

import pytest
from tiny import MakeRun

from rnnexplorer import beside, runs


def test_runs_of_the_same_text_with_the_same_part_held_out_compare(trained: MakeRun):
    first, second = trained(cell="lstm"), trained(cell="rnn")
    other = trained(cell="gru", held_out="none")
    known = {run.name: run for run in (first, second, other)}
    assert list(beside.comparable(first, known)) == [second.name]
    assert beside.names([first, second]) == {
        first.name: "LSTM(5)",
        second.name: "SimpleRNN(5)",
    }
    again = trained(cell="rnn")
    assert set(beside.names([second, again]).values()) == {second.name, again.name}


def test_the_shipped_book_models_are_held_against_each_other():
    known = {run.name: run for run in runs.list_runs() if run.shipped}
    first = known["alice-lstm-book"]
    others = beside.comparable(first, known)
    book = ["alice-gru-book", "alice-rnn-book", "alice-rnn-matched"]
    assert sorted(beside.natural(first, others)) == book
    matched = beside.matched(first, [others[name] for name in book])
    assert matched is not None
    assert matched.name == "alice-rnn-matched"
    assert beside.matched(known["alice-rnn-chapter"], list(known.values())) is None


def test_the_others_are_at_their_last_epoch_or_at_the_same_where_it_was_kept(trained: MakeRun):
    first, long, thin = trained(cell="lstm"), trained(cell="rnn", epochs=4), trained(cell="gru")
    runs.checkpoint_path(thin, 2).unlink()
    others = [long, thin]
    drawn, without = beside.at_epochs(first, 2, others, same=False)
    assert [(run.name, at) for run, at in drawn] == [
        (first.name, 2), (long.name, 4), (thin.name, 3)
    ]  # fmt: skip
    assert without == []
    drawn, without = beside.at_epochs(first, 2, others, same=True)
    assert [(run.name, at) for run, at in drawn] == [(first.name, 2), (long.name, 2)]
    assert without == [thin]
    assert beside.left_out(thin.name, thin, 2) == (
        f"{thin.name} kept no weights of epoch 2 and is left out; it has 0, 1, 3."
    )
    assert beside.named(drawn) == {
        first.name: "LSTM(5) (epoch 2)",
        long.name: "SimpleRNN(5) (epoch 2)",
    }
    assert beside.at_epochs(first, None, others, same=True)[0] == [(first, 3), (long, 3), (thin, 3)]
    with pytest.raises(ValueError, match="kept no checkpoint of epoch 9"):
        beside.at_epochs(first, 9, others, same=True)
