"""The draw in the open: the same word as torch would draw, and every stage by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from scipy.special import softmax
from toy import toy

from rnnexplorer.draws import Sampling, draw, rank, uniforms
from rnnexplorer.measures import sampling

HAND = np.log([0.1, 0.4, 0.2, 0.3])


def of_torch(logits: torch.Tensor, asked: Sampling, uniform: float) -> int:
    """The draw by torch's sort, softmax and running sum."""
    if asked.temperature == 0.0:
        return int(torch.argmax(logits))
    scores, order = torch.sort(logits.double() / asked.temperature, descending=True, stable=True)
    probs = torch.softmax(scores, dim=0)
    left = torch.ones_like(probs, dtype=torch.bool)
    if asked.top_k is not None:
        left[asked.top_k :] = False
    if asked.top_p is not None:
        left &= torch.cat((torch.zeros(1), probs.cumsum(0)[:-1])) < asked.top_p
    cumulated = (probs * left).cumsum(0)
    place = int((cumulated <= uniform * cumulated[-1]).sum())
    return int(order[min(place, int((probs * left > 0).sum()) - 1)])


def test_a_draw_is_that_of_torch() -> None:
    # A number within some 1e-15 of a border falls by rounding, and numpy and torch add up in
    # another order: none of 1,500 seeded ones lies there.
    random = np.random.default_rng(3)
    for _ in range(1500):
        size = int(random.choice([1, 2, 5, 60, 2600]))
        logits = random.normal(0, random.choice([0.1, 3, 20]), size).astype(np.float32)
        if random.random() < 0.2:
            logits = np.round(logits)  # ties
        asked = Sampling(
            temperature=float(random.choice([0.0, 0.02, 0.3, 0.7, 1.0, 1.7, 10.0])),
            top_k=None if random.random() < 0.5 else int(random.integers(1, size + 3)),
            top_p=None if random.random() < 0.5 else float(random.uniform(0.01, 1.0)),
        )
        uniform = float(random.choice([0.0, 0.999999, random.random()]))
        expected = of_torch(torch.from_numpy(logits), asked, uniform)
        assert draw(logits, asked, uniform) == expected, (asked, uniform, logits)
        assert sampling.stages(logits, asked, uniform).word == expected


def test_lines_of_words_are_ranked_side_by_side_as_one_by_one() -> None:
    logits = np.random.default_rng(5).normal(0, 3, (2, 3, 40))
    asked = Sampling(0.8, top_k=12, top_p=0.7)
    together = rank(logits, asked)
    for at in np.ndindex(2, 3):
        alone = rank(logits[at], asked)
        assert together.kept[at] == alone.kept
        np.testing.assert_array_equal(together.order[at], alone.order)
        np.testing.assert_array_equal(together.shares()[at], alone.shares())


def test_every_stage_of_a_draw_by_hand() -> None:
    # Words by probability: 1 (0.4), 3 (0.3), 2 (0.2), 0 (0.1); the first three hold 0.9.
    drawn = sampling.stages(HAND, Sampling(1.0, top_k=3, top_p=0.5), 0.6)
    assert drawn.order.tolist() == [1, 3, 2, 0]
    np.testing.assert_allclose(drawn.softmax, [0.4, 0.3, 0.2, 0.1])
    assert (drawn.by_k, drawn.kept) == (3, 2)  # 0.4 alone is less than a half, 0.4 + 0.3 is not
    np.testing.assert_allclose(drawn.probs, [4 / 7, 3 / 7, 0, 0])
    np.testing.assert_allclose(drawn.cumulated, [4 / 7, 1, 1, 1])
    assert (drawn.place, drawn.word) == (1, 3)  # 0.6 is above 4/7 = 0.571…
    assert sampling.stages(HAND, Sampling(1.0, top_k=3, top_p=0.5), 0.57).word == 1


def test_half_the_temperature_squares_the_odds() -> None:
    drawn = sampling.stages(HAND, Sampling(0.5), 0.5)
    squares = np.array([0.16, 0.09, 0.04, 0.01])
    np.testing.assert_allclose(drawn.softmax, squares / squares.sum())
    np.testing.assert_allclose(drawn.scaled, 2 * drawn.logits)


@pytest.mark.parametrize("temperature", [0.3, 1.0, 2.5])
def test_the_softmax_is_that_of_scipy(temperature: float) -> None:
    logits = np.random.default_rng(0).normal(0, 5, 300)
    drawn = sampling.stages(logits, Sampling(temperature), 0.5)
    np.testing.assert_allclose(drawn.softmax, softmax(logits / temperature)[drawn.order])


def test_at_temperature_zero_the_most_probable_word_has_everything() -> None:
    drawn = sampling.stages(HAND, Sampling(0.0), 0.99)
    assert drawn.word == 1
    assert drawn.probs.tolist() == [1, 0, 0, 0]
    assert (drawn.kept, drawn.bits) == (1, 0.0)


def test_entropy_is_that_of_the_words_kept() -> None:
    assert sampling.stages(np.zeros(8), Sampling(1.0), 0.0).bits == pytest.approx(3.0)
    assert sampling.stages(np.zeros(8), Sampling(1.0, top_k=2), 0.0).bits == pytest.approx(1.0)


@pytest.mark.parametrize("limits", [{}, {"top_k": 20}, {"top_p": 0.8}, {"top_k": 90, "top_p": 0.6}])
def test_the_same_number_never_moves_to_a_more_probable_word_when_it_gets_hotter(
    limits: dict,
) -> None:
    logits = np.random.default_rng(1).normal(0, 3, 500)
    for uniform in np.linspace(0, 0.999, 30):
        rows = sampling.at_temperatures(logits, Sampling(**limits), float(uniform))
        places = [row.place for row in rows]
        assert places == sorted(places)
        assert [row.sampling.temperature for row in rows] == list(sampling.TEMPERATURES)


def test_the_number_of_a_word_is_the_one_it_was_drawn_with() -> None:
    one = toy(steps=6)[0]
    trace = dataclasses.replace(one, origin=dataclasses.replace(one.origin, prompt=3, seed=9))
    numbers = np.random.default_rng(9).random(4)
    found = [sampling.uniform_after(trace, step) for step in range(6)]
    assert [k for _, k in found] == [1, 1, 1, 2, 3, 4]  # step 2 is followed by the first drawn word
    np.testing.assert_array_equal([u for u, _ in found], numbers[[0, 0, 0, 1, 2, 3]])


def test_a_longer_text_begins_with_the_same_numbers() -> None:
    np.testing.assert_array_equal(uniforms(4, 50)[:7], uniforms(4, 7))


def test_the_tables_say_what_was_kept_and_drawn() -> None:
    drawn = sampling.stages(HAND, Sampling(1.0, top_k=2), 0.9)
    table = sampling.table(drawn, ("a", "b", "c", "d"))
    assert list(table["word"]) == ["b", "d", "c", "a"]
    assert list(table["kept"]) == [True, True, False, False]
    assert list(table["drawn"]) == [False, True, False, False]
    rows = sampling.temperature_table([drawn], ("a", "b", "c", "d"))
    assert rows["word"].item() == "d"
    assert rows["rank"].item() == 2
    assert rows["words_kept"].item() == 2
    assert rows["probability"].item() == pytest.approx(3 / 7)


@pytest.mark.parametrize("uniform", [-0.1, 1.1, float("nan")])
def test_a_random_number_lies_between_0_and_1(uniform: float) -> None:
    with pytest.raises(ValueError, match="must lie between 0 and 1"):
        sampling.stages(HAND, Sampling(1.0), uniform)


def test_a_step_that_does_not_exist_is_named() -> None:
    with pytest.raises(ValueError, match="step 6 does not exist; the trace has 6"):
        sampling.uniform_after(toy(steps=6)[0], 6)
