from __future__ import annotations

import dataclasses
import itertools
import json

import pytest

from rnnexplorer import recipe as recipes
from rnnexplorer import signals
from rnnexplorer.recipe import BOUNDS, CHOICES, Recipe, checkpoint_epochs, preset

KINDS = {field.name: str(field.type) for field in dataclasses.fields(Recipe)}


def test_the_chapters_network_has_807301_weights() -> None:
    chapter = preset("chapter", cell="rnn", corpus="alice", vocabulary=3077)
    # 3077·128 + 128² + 128 in the SimpleRNN, 128·3077 + 3077 in the Dense layer.
    assert chapter.parameter_count(3077) == 410_368 + 396_933 == 807_301


def test_the_weights_of_an_lstm_layer_are_those_that_keras_counts() -> None:
    # Keras' summary of LSTM(128) on 3,077 inputs: 4·(3077 + 128 + 1)·128.
    assert signals.cell("lstm").weight_count(3077, 128) == 1_641_472
    # GRU(128) with reset_after=True has two biases: 3·(3077 + 128 + 2)·128. Ours merges two of them
    # in the gates r and z, where only their sum counts.
    assert signals.cell("gru").weight_count(3077, 128) == 1_231_488 - 2 * 128


# --- bounds --------------------------------------------------------------------------------------


def _beyond(name: str) -> list[float]:
    low, high = BOUNDS[name]
    return [low - 1, high + 1] if "int" in KINDS[name] else [low - 1.0, high * 1.5]


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name in BOUNDS for value in _beyond(name)]
)
def test_a_number_out_of_bounds_is_named_with_its_value(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"^{name} is ") as caught:
        Recipe(**{name: value})
    assert str(value) in str(caught.value)


@pytest.mark.parametrize("name", BOUNDS)
@pytest.mark.parametrize("end", [0, 1])
def test_the_bounds_themselves_are_allowed(name: str, end: int) -> None:
    assert getattr(Recipe(**{name: BOUNDS[name][end]}), name) == BOUNDS[name][end]


def test_a_value_just_beyond_a_large_bound_does_not_read_like_the_bound() -> None:
    with pytest.raises(ValueError, match="words is 5000001; .* 5000000"):
        Recipe(words=5_000_001)


def test_a_number_with_hundreds_of_digits_is_out_of_bounds_like_any_other() -> None:
    with pytest.raises(ValueError, match="words is 1000"):
        Recipe(words=10**400)


@pytest.mark.parametrize("name", sorted(set(BOUNDS) - {"words", "clip"}))
def test_only_words_and_clip_may_be_left_out(name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} is missing"):
        Recipe(**{name: None})


def test_words_and_clip_may_be_left_out() -> None:
    assert Recipe(words=None, clip=None).clip is None


@pytest.mark.parametrize("name", sorted(name for name, kind in KINDS.items() if "float" in kind))
def test_nan_is_out_of_bounds(name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} is nan"):
        Recipe(**{name: float("nan")})


@pytest.mark.parametrize("name", CHOICES)
def test_a_choice_that_does_not_exist_is_named_beside_those_that_do(name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} is 'transformer'.*{CHOICES[name][-1]}"):
        Recipe(**{name: "transformer"})


@pytest.mark.parametrize(
    ("name", "value"),
    [("batch", True), ("batch", 12.0), ("batch", "12"), ("carry", 1), ("carry", "yes"),
     ("clip", True), ("clip", "1"), ("cell", 3), ("corpus", b"alice"), ("words", 100.0)],
)  # fmt: skip
def test_a_value_of_another_kind_is_refused_not_converted(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"^{name} is .*; it must be a|^{name} is .*true or false"):
        Recipe(**{name: value})


def test_every_number_of_a_recipe_has_bounds() -> None:
    numbers = {name for name, kind in KINDS.items() if "int" in kind or "float" in kind}
    assert numbers == set(BOUNDS)


def test_shuffled_windows_cannot_carry_a_state() -> None:
    with pytest.raises(ValueError, match="carry=True needs objective='every'"):
        Recipe(carry=True, objective="last")


@pytest.mark.parametrize(
    "changes", [{"input": "one-hot"}, {"input": "embedding", "embedding": 64, "hidden": 32}]
)
def test_a_tied_output_needs_an_embedding_as_wide_as_the_state(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="tied=True needs input='embedding'"):
        Recipe(tied=True, **changes)


# --- to and from plain values --------------------------------------------------------------------


def test_a_field_that_does_not_exist_is_named() -> None:
    with pytest.raises(ValueError, match="no field 'units'; it has .*hidden"):
        recipes.from_dict({"cell": "rnn", "units": 128})


@pytest.mark.parametrize("name", ["chapter", "book", "quick"])
@pytest.mark.parametrize("cell", signals.CELLS)
def test_a_recipe_survives_json(name: str, cell: str) -> None:
    made = preset(name, cell=cell, corpus="tale", vocabulary=900)
    assert recipes.from_dict(json.loads(json.dumps(made.as_dict()))) == made


def test_a_change_is_checked_and_leaves_the_first_recipe_alone() -> None:
    first = Recipe()
    assert first.changed(hidden=7).hidden == 7
    assert first.hidden == 128
    with pytest.raises(ValueError, match="hidden is 0"):
        first.changed(hidden=0)


# --- presets -------------------------------------------------------------------------------------


def test_the_chapter_preset_is_the_chapters_reference_run() -> None:
    made = preset("chapter", cell="rnn", corpus="alice", vocabulary=3077)
    assert (made.words, made.hidden, made.layers, made.window) == (3077, 128, 1, 10)
    assert (made.input, made.objective, made.carry) == ("one-hot", "last", False)
    assert (made.batch, made.epochs, made.dropout, made.clip) == (128, 100, 0.0, None)
    assert (made.optimizer, made.learning_rate, made.decay) == ("rmsprop", 0.001, 0.9)
    assert made.epsilon == 1e-7
    # 3,067 windows, in batches of 128.
    assert recipes.steps_per_epoch(made, 3077) == 24
    assert made.memory == "window"


@pytest.mark.parametrize("vocabulary", [800, 3077])
def test_no_simple_rnn_is_nearer_to_the_lstm_than_the_matched_one(vocabulary: int) -> None:
    made = preset("matched", cell="rnn", corpus="alice", vocabulary=vocabulary)
    lstm = preset("book", cell="lstm", corpus="alice", vocabulary=vocabulary)
    wanted = lstm.parameter_count(vocabulary)

    def distance(hidden: int) -> int:
        return abs(recipes.with_units(made, hidden).parameter_count(vocabulary) - wanted)

    assert made.cell == "rnn"
    assert distance(made.hidden) == min(distance(hidden) for hidden in range(1, 1025))


def test_the_shipped_matched_rnn_has_268_units() -> None:
    """Tied, V = 2600, H units: 2600 H + (H + H + 1) H for a SimpleRNN and 2600 b_y.

    The LSTM with 200: 520,000 + 4 · 80,200 + 2,600 = 843,400. 268 units: 696,800 + 143,916 + 2,600
    = 843,316, 84 fewer; 269 units: 699,400 + 144,991 + 2,600 = 846,991, 3,591 more.
    """
    made = preset("matched", cell="rnn", corpus="alice", vocabulary=2600)
    assert made.hidden == made.embedding == 268
    assert made.parameter_count(2600) == 843_316
    bigger = recipes.with_units(made, 269)
    assert bigger.parameter_count(2600) == 846_991
    assert (
        preset("book", cell="lstm", corpus="alice", vocabulary=2600).parameter_count(2600)
        == 843_400
    )


def test_matched_is_a_simple_rnn_by_definition() -> None:
    with pytest.raises(ValueError, match="choose the cell 'rnn'"):
        preset("matched", cell="gru", corpus="alice", vocabulary=3077)


def test_an_unknown_preset_is_named_beside_the_known() -> None:
    with pytest.raises(ValueError, match="'chapters'; there are chapter, book, quick, matched"):
        preset("chapters", cell="rnn", corpus="alice", vocabulary=3077)


# --- what is kept, how many steps ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("epochs", "kept"),
    [(1, (0, 1)), (2, (0, 1, 2)), (3, (0, 1, 2, 3)), (4, (0, 1, 2, 3, 4)), (8, (0, 1, 2, 3, 5, 8)),
     (100, (0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 100))],
)  # fmt: skip
def test_checkpoints_are_kept_at_fibonacci_epochs_and_the_last(
    epochs: int, kept: tuple[int, ...]
) -> None:
    assert checkpoint_epochs(epochs) == kept


def test_every_stream_of_a_text_fills_a_window() -> None:
    sizes = itertools.product((10, 100, 1000), (1, 16, 4096), (2, 35))
    for words, batch, window in sizes:
        recipe = Recipe(objective="every", batch=batch, window=window)
        width = recipes.streams(recipe, words)
        assert 1 <= width <= batch
        assert width == 1 or (words - 1) // width >= window
