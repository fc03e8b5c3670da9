"""Principal axes against the singular value decomposition, turns against scipy, and by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.linalg import orthogonal_procrustes
from scipy.stats import ortho_group

from rnnexplorer.measures import blocks, space


def some_states(count: int = 300, units: int = 7, seed: int = 3) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(count, units)) * np.arange(units, 0, -1) + rng.normal(size=units)


# --- axes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("block", [1, 64, 4096])
def test_axes_and_shares_are_those_of_the_singular_value_decomposition(block, monkeypatch):
    monkeypatch.setattr(blocks, "AT_ONCE", block)
    states = some_states()
    axes = space.principal_axes(states, 4)
    _, sizes, vectors = np.linalg.svd(states - states.mean(axis=0), full_matrices=False)
    np.testing.assert_allclose(axes.shares, sizes**2 / (sizes**2).sum(), rtol=1e-9)
    np.testing.assert_allclose(np.abs((axes.directions * vectors[:4]).sum(axis=1)), 1, atol=1e-9)
    np.testing.assert_allclose(axes.mean, states.mean(axis=0), rtol=1e-9)
    assert axes.spread == pytest.approx(math.sqrt((sizes**2).sum() / 300), rel=1e-9)
    assert axes.fitted == 300


def test_points_on_a_line_have_one_component_along_it():
    states = np.array([1.0, 2.0]) + np.outer([-2.0, 0.0, 1.0, 5.0], [-3.0, -4.0])
    axes = space.principal_axes(states, 2)
    np.testing.assert_allclose(axes.shares, [1, 0], atol=1e-12)
    np.testing.assert_allclose(axes.directions[0], [0.6, 0.8], atol=1e-12)  # the larger entry is +
    np.testing.assert_allclose(space.project(states, axes)[:, 0], [15, 5, 0, -20], atol=1e-9)
    np.testing.assert_allclose(space.project(states, axes)[:, 1], 0, atol=1e-9)
    assert space.seen(states, space.principal_axes(states, 1)) == pytest.approx(1)


def test_the_shares_fall_and_sum_to_one():
    shares = space.principal_axes(some_states(), 2).shares
    assert len(shares) == 7
    assert (np.diff(shares) <= 0).all()
    assert shares.sum() == pytest.approx(1)


def test_all_components_keep_every_distance():
    states = some_states(20)
    flat = space.project(states, space.principal_axes(states, 7))
    for a, b in ((0, 1), (3, 17)):
        expected = np.linalg.norm(states[a] - states[b])
        assert np.linalg.norm(flat[a] - flat[b]) == pytest.approx(expected)
    assert space.seen(states, space.principal_axes(states, 7)) == pytest.approx(1)


def test_the_share_that_is_seen_of_all_states_is_the_explained_variance():
    states = some_states()
    axes = space.principal_axes(states, 3)
    assert space.seen(states, axes) == pytest.approx(axes.shares[:3].sum())


def test_turning_and_moving_the_states_changes_no_share_and_no_coordinate_but_the_sign():
    states = some_states()
    other = states @ ortho_group.rvs(7, random_state=1) + 5
    a, b = space.principal_axes(states, 3), space.principal_axes(other, 3)
    np.testing.assert_allclose(a.shares, b.shares, rtol=1e-9)
    np.testing.assert_allclose(
        np.abs(space.project(states, a)), np.abs(space.project(other, b)), atol=1e-8
    )


def test_half_precision_on_disk_is_read_in_blocks(tmp_path):
    states = some_states(5000, 16).astype(np.float16)
    np.save(tmp_path / "h.npy", states)
    mapped = np.load(tmp_path / "h.npy", mmap_mode="r")
    axes = space.principal_axes(mapped, 2)
    exact = states.astype(np.float64)
    covariance = np.cov(exact, rowvar=False, bias=True)
    np.testing.assert_allclose(
        axes.shares[:2] * axes.spread**2, np.linalg.eigvalsh(covariance)[::-1][:2], rtol=1e-9
    )


def test_of_a_long_text_every_so_manieth_state_is_taken(monkeypatch):
    monkeypatch.setattr(space, "MOST_STATES", 100)
    states = some_states(350)
    axes = space.principal_axes(states, 2)
    assert axes.fitted == 88  # every fourth
    np.testing.assert_allclose(axes.mean, states[::4].mean(axis=0))


def test_states_that_do_not_vary_have_no_shares():
    axes = space.principal_axes(np.ones((4, 3)), 2)
    assert not axes.shares.any()
    assert axes.spread == 0
    assert not space.project(np.ones((4, 3)), axes).any()
    assert space.seen(np.ones((4, 3)), axes) == 1


@pytest.mark.parametrize(
    ("shape", "count", "sentence"),
    [((0, 3), 2, "no states"), ((5, 3), 4, "1 to 3 principal axes, not 4"), ((5, 3), 0, "not 0")],
)
def test_axes_that_do_not_exist_are_refused(shape, count, sentence):
    with pytest.raises(ValueError, match=sentence):
        space.principal_axes(np.ones(shape), count)


def test_states_of_another_size_are_refused():
    with pytest.raises(ValueError, match="of 7 units, the states of 5"):
        space.project(np.ones((2, 5)), space.principal_axes(some_states(), 2))


# --- two paths -----------------------------------------------------------------------------------


def test_the_turn_is_that_of_scipy():
    rng = np.random.default_rng(4)
    first, second = rng.normal(size=(9, 3)), rng.normal(size=(9, 3))
    found = space.turned(second, first)
    expected, _ = orthogonal_procrustes(second, first)
    np.testing.assert_allclose(found.turn, expected, atol=1e-9)
    left = ((second @ expected - first) ** 2).sum() / ((first**2).sum() + (second**2).sum())
    assert found.residual == pytest.approx(left, rel=1e-9)
    np.testing.assert_allclose(found.path, second @ expected, atol=1e-9)


@pytest.mark.parametrize("reflect", [1, -1])
def test_a_path_that_was_turned_is_turned_back_and_leaves_nothing(reflect):
    rng = np.random.default_rng(5)
    first = rng.normal(size=(30, 2))
    angle = 0.7
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    found = space.turned(first @ turn * [1, reflect], first)
    np.testing.assert_allclose(found.path, first, atol=1e-9)
    assert found.residual == pytest.approx(0, abs=1e-9)
    assert len(found.shifted) == 29
    assert found.shifted.min() > 0.1  # shifted against the words it does not agree
    assert found.alike
    assert found.p == pytest.approx(1 / 30)


def test_size_is_kept_so_a_path_twice_as_large_does_not_agree_wholly():
    rng = np.random.default_rng(6)
    first = rng.normal(size=(12, 2))
    found = space.turned(2 * first, first)
    np.testing.assert_allclose(found.path, 2 * first, atol=1e-9)
    assert found.residual == pytest.approx(1 / 5)  # ‖2A - A‖² / (‖A‖² + ‖2A‖²)


def test_a_shifted_path_has_the_residual_of_scipy():
    first, second = slow_path(25, 3), slow_path(25, 4)
    found = space.turned(second, first)
    for shift in (1, 7, 24):
        moved = np.concatenate((second[-shift:], second[:-shift]))
        turn, _ = orthogonal_procrustes(moved, first)
        left = ((moved @ turn - first) ** 2).sum() / ((first**2).sum() + (second**2).sum())
        assert found.shifted[shift - 1] == pytest.approx(left, rel=1e-9)


def slow_path(steps: int, seed: int, keep: float = 0.8) -> np.ndarray:
    """x_t = 0.8 x_{t-1} + noise, as states are: near to the one before."""
    noise = np.random.default_rng(seed).normal(size=(steps + 50, 2))
    path = np.zeros_like(noise)
    for t in range(1, len(path)):
        path[t] = keep * path[t - 1] + noise[t]
    return path[50:]


@pytest.mark.parametrize(("steps", "most"), [(32, 0.09), (60, 0.09), (200, 0.08)])
def test_unrelated_slow_paths_are_seldom_called_alike(steps, most):
    """One in twenty by design; words permuted one by one called more than one in five alike."""
    pairs = 200
    alike = sum(
        bool(space.turned(slow_path(steps, 2 * k), slow_path(steps, 2 * k + 1)).alike)
        for k in range(pairs)
    )
    assert alike / pairs < most


def test_a_slow_path_is_like_its_turned_and_noisy_copy():
    for seed in range(20):
        first = slow_path(60, seed)
        second = first @ ortho_group.rvs(2, random_state=seed) + slow_path(60, 100 + seed)
        assert space.turned(second, first).alike


def test_few_words_are_not_held_against_chance():
    for steps, shifts in ((1, 0), (20, 0), (21, 20)):
        found = space.turned(np.ones((steps, 2)), np.ones((steps, 2)))
        assert len(found.shifted) == shifts
        assert (found.alike is None) == (not shifts)
    assert space.turned(np.zeros((1, 2)), np.zeros((1, 2))).residual == 0
    assert not space.turned(np.ones((30, 2)), np.ones((30, 2))).alike  # it does not move


def test_paths_of_different_words_are_not_turned():
    with pytest.raises(ValueError, match="needs the same words"):
        space.turned(np.ones((3, 2)), np.ones((4, 2)))


# --- one path ------------------------------------------------------------------------------------


def test_jumps_need_no_distances_between_all_words(monkeypatch):
    walk = some_states(50)
    expected = [math.dist(a, b) for a, b in zip(walk, walk[1:], strict=False)]
    monkeypatch.setattr(space, "movement", None)
    found = space.jumps(walk)
    assert math.isnan(found[0])
    np.testing.assert_allclose(found[1:], expected)
    table = space.table(tuple(map(str, range(50))), walk, walk[:, :2])
    np.testing.assert_allclose(table["jump"][1:], expected)


def test_jumps_and_the_return_of_a_walk_by_hand():
    walk = np.array([[0, 0], [3, 4], [3, 5], [9, 13], [20, 20], [0, 0.5], [30, 30]], float)
    found = space.movement(walk)
    assert math.isnan(found.jumps[0])
    np.testing.assert_allclose(found.jumps[1:4], [5, 1, 10])
    assert found.back == (0, 5)
    assert found.apart == pytest.approx(0.5)
    far = [np.linalg.norm(walk[a] - walk[b]) for a in range(7) for b in range(a + 4, 7)]
    assert found.typical == pytest.approx(float(np.median(far)))


@pytest.mark.parametrize("steps", [1, 2, 4])
def test_a_short_path_does_not_return(steps):
    found = space.movement(np.ones((steps, 3), np.float32))
    assert found.back is None
    assert math.isnan(found.apart)
    assert len(found.jumps) == steps


def test_nearness_falls_from_the_state_itself_to_the_usual_distance():
    usual, near = space.nearness(np.array([0.0, 1.0, 2.0, 5.0]))
    assert usual == 2.0
    np.testing.assert_allclose(near, [1.0, 0.5, 0.0, 0.0])
    np.testing.assert_array_equal(space.nearness(np.zeros(3))[1], np.ones(3))


def test_distances_are_euclidean(monkeypatch):
    monkeypatch.setattr(blocks, "AT_ONCE", 7)
    states = some_states(20).astype(np.float16)
    found = space.distances(states, states[3].astype(np.float32))
    expected = [math.dist(row.astype(float), states[3].astype(float)) for row in states]
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-6)


def test_the_table_has_coordinates_and_jumps():
    states = some_states(4)
    axes = space.principal_axes(states, 2)
    table = space.table(("a", "b", "c", "d"), states, space.project(states, axes))
    assert list(table.columns) == ["step", "word", "component_1", "component_2", "jump"]
    assert table["jump"][2] == pytest.approx(np.linalg.norm(states[2] - states[1]))


# --- regions -------------------------------------------------------------------------------------


def test_the_regions_hold_the_share_of_points_they_say():
    points = np.random.default_rng(9).normal(size=(40_000, 2)) * [3, 1]
    x, y, held = space.regions(points, 60)
    column = np.abs(points[:, [0]] - x).argmin(axis=1)
    row = np.abs(points[:, [1]] - y).argmin(axis=1)
    for share in (0.5, 0.9):
        assert (held[row, column] <= share).mean() == pytest.approx(share, abs=0.02)
    # of a normal distribution half lies within 1.1774 standard deviations (Rayleigh's median)
    middle = held[np.abs(y).argmin()]
    assert np.abs(x[middle <= 0.5]).max() == pytest.approx(3 * 1.1774, rel=0.12)


def test_one_point_has_a_region():
    _, _, held = space.regions(np.zeros((1, 2)), 20)
    assert held.min() < 0.1
    assert held.max() == pytest.approx(1)
