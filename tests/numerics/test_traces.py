from __future__ import annotations

import dataclasses
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnexplorer import signals, traces
from rnnexplorer.traces import Origin, Trace

WORDS = ("alice", "café", "näher", "alice", "猫")
VOCABULARY = ("alice", "café", "näher", "猫", "the", "and")
LAYERS, UNITS = 2, 3


def parts(cell: str = "lstm") -> dict[str, Any]:
    """What a trace is made of, as fresh arrays of noise."""
    rng = np.random.default_rng(1)
    table, shape = signals.cell(cell), (LAYERS, len(WORDS), UNITS)

    def noise(*size: int) -> traces.Array:
        return rng.uniform(0, 1, size).astype(np.float32)

    return {
        "words": WORDS,
        "vocabulary": VOCABULARY,
        "signals": {signal.key: noise(*shape) for signal in table.signals},
        "before": {key: noise(*shape) for key in table.states},
        "initial": {key: noise(LAYERS, UNITS) for key in table.states},
        "logits": noise(len(WORDS), len(VOCABULARY)),
        "origin": Origin("demo", cell, 3, "continue", "window", 4, 2, 0.7, 5, 0.9, 11),
    }


def arrays_of(trace: Trace) -> dict[str, traces.Array]:
    groups = {"signals": trace.signals, "before": trace.before, "initial": trace.initial}
    named = {f"{group} {key}": a for group, found in groups.items() for key, a in found.items()}
    return {**named, "logits": trace.logits}


# --- the type ------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", signals.CELLS)
def test_a_trace_knows_its_sizes(cell: str) -> None:
    trace = Trace(**parts(cell))
    assert (len(trace), trace.layers, trace.units) == (len(WORDS), LAYERS, UNITS)
    assert trace.cell.key == cell


def test_targets_are_the_words_that_came_next() -> None:
    assert Trace(**parts()).targets().tolist() == [1, 2, 0, 3]


@pytest.mark.parametrize("name", arrays_of(Trace(**parts())))
def test_no_array_of_a_trace_can_be_written(name: str) -> None:
    array = arrays_of(Trace(**parts()))[name]
    with pytest.raises(ValueError, match="read-only"):
        array[...] = 0.0


def test_no_signal_of_a_trace_can_be_exchanged() -> None:
    trace = Trace(**parts())
    with pytest.raises(TypeError):
        trace.signals["h"] = np.zeros(3)  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        trace.logits = np.zeros(3)  # type: ignore[misc]


@pytest.mark.parametrize("group", ["signals", "before"])
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_an_array_of_another_shape_is_named(group: str, axis: int) -> None:
    made = parts()
    made[group]["c"] = np.repeat(made[group]["c"], 2, axis=axis)
    with pytest.raises(ValueError, match=r"c has shape \(.*\); the trace needs \(2, 5, 3\)"):
        Trace(**made)


def test_an_initial_state_of_another_shape_is_named() -> None:
    made = parts()
    made["initial"]["c"] = np.zeros((LAYERS, UNITS + 1), np.float32)
    with pytest.raises(ValueError, match=r"initial c has shape \(2, 4\); the trace needs \(2, 3\)"):
        Trace(**made)


@pytest.mark.parametrize("group", ["before", "initial"])
def test_a_missing_state_is_named(group: str) -> None:
    made = parts()
    del made[group]["c"]
    with pytest.raises(ValueError, match=rf"{group} .*\['c', 'h'\].*\['h'\]"):
        Trace(**made)


@pytest.mark.parametrize("shape", [(5, 7), (4, 6), (6,)])
def test_logits_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    made = {**parts(), "logits": np.zeros(shape, np.float32)}
    with pytest.raises(ValueError, match=r"logits have shape .* need \(5, 6\)"):
        Trace(**made)


def test_h_without_its_three_axes_is_refused() -> None:
    made = parts("rnn")
    made["signals"]["h"] = made["signals"]["h"][0]
    with pytest.raises(ValueError, match=r"h has shape \(5, 3\)"):
        Trace(**made)


@pytest.mark.parametrize(("cell", "other"), [("lstm", "gru"), ("rnn", "lstm")])
def test_the_signals_must_be_those_of_the_cell(cell: str, other: str) -> None:
    with pytest.raises(ValueError, match="a trace of the .* holds the signals"):
        Trace(**{**parts(cell), "signals": parts(other)["signals"]})


# --- the file ------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", signals.CELLS)
def test_a_trace_survives_its_file(cell: str, tmp_path: Path) -> None:
    trace, path = Trace(**parts(cell)), tmp_path / "some.npz"
    traces.save(trace, path)
    again = traces.load(path)
    assert (again.words, again.vocabulary, again.origin) == (WORDS, VOCABULARY, trace.origin)
    saved = arrays_of(again)
    assert set(saved) == set(arrays_of(trace))
    for name, array in arrays_of(trace).items():
        assert saved[name].dtype == array.dtype
        assert np.array_equal(saved[name], array)
        assert not saved[name].flags.writeable


def test_the_file_holds_the_names_that_others_read_and_no_pickle(tmp_path: Path) -> None:
    traces.save(Trace(**parts()), tmp_path / "some.npz")
    with np.load(tmp_path / "some.npz", allow_pickle=False) as file:
        arrays = dict(file)
    shape = (LAYERS, len(WORDS), UNITS)
    assert arrays["words"].tolist() == list(WORDS)
    assert {arrays[key].shape for key in "hcifgo"} == {shape}
    assert arrays["logits"].shape == (len(WORDS), len(VOCABULARY))
    assert arrays["initial_h"].shape == arrays["initial_c"].shape == (LAYERS, UNITS)
    assert not any(array.dtype.hasobject for array in arrays.values())
    assert set(arrays) == {
        "words", "vocabulary", "origin", *"hcifgo", "before_h", "before_c", "initial_h",
        "initial_c", "logits",
    }  # fmt: skip


def test_a_trace_is_saved_only_under_the_name_of_its_format(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="some.txt must end in .npz"):
        traces.save(Trace(**parts()), tmp_path / "some.txt")
    assert not any(tmp_path.iterdir())


def _empty(path: Path) -> None:
    path.touch()


def _text(path: Path) -> None:
    path.write_text("alice was beginning", encoding="utf-8")


def _half_a_file(path: Path) -> None:
    traces.save(Trace(**parts()), path)
    path.write_bytes(path.read_bytes()[:-400])


def _a_damaged_array(path: Path) -> None:
    traces.save(Trace(**parts()), path)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as file:
        start = file.getinfo("logits.npy").header_offset
    content[start + 60 : start + 100] = bytes(40)
    path.write_bytes(content)


def _some_other_arrays(path: Path) -> None:
    np.savez(path, weights=np.zeros(3))


def _one_array(path: Path) -> None:
    with path.open("wb") as file:
        np.save(file, np.zeros(3))


def _changed(path: Path, **changes: Any) -> None:
    np.savez(path, **{**traces.as_arrays(Trace(**parts())), **changes})


def _objects(path: Path) -> None:
    _changed(path, words=np.array([{"a": 1}] * 5, dtype=object))


def _origin(path: Path, **changes: Any) -> None:
    origin = dataclasses.asdict(Trace(**parts()).origin) | changes
    _changed(path, origin=np.array(json.dumps(origin)))


def _no_json(path: Path) -> None:
    _changed(path, origin=np.array("not json"))


def _a_list_for_an_origin(path: Path) -> None:
    _changed(path, origin=np.array("[1, 2]"))


def _an_unknown_cell(path: Path) -> None:
    _origin(path, cell="mamba")


def _an_origin_with_more(path: Path) -> None:
    _origin(path, colour="blue")


def _a_flat_h(path: Path) -> None:
    _changed(path, h=np.zeros(5, np.float32))


NO_TRACES = [
    _empty, _text, _half_a_file, _a_damaged_array, _some_other_arrays, _one_array, _objects,
    _no_json, _a_list_for_an_origin, _an_unknown_cell, _an_origin_with_more, _a_flat_h,
]  # fmt: skip


@pytest.mark.parametrize("write", NO_TRACES, ids=lambda write: write.__name__.strip("_"))
def test_a_file_that_is_no_trace_gives_a_sentence_with_its_name(write: Any, tmp_path: Path) -> None:
    path = tmp_path / "some.npz"
    write(path)
    with pytest.raises(ValueError, match=r"^some\.npz is not a trace of rnnexplorer: "):
        traces.load(path)


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="none.npz"):
        traces.load(tmp_path / "none.npz")
