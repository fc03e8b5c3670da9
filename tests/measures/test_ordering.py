import numpy as np
import pytest

from rnnexplorer.measures import ordering

TIME = np.arange(20)


def test_every_order_names_every_unit_once():
    states = np.random.default_rng(0).normal(size=(30, 17))
    for name in ordering.ORDERS:
        assert sorted(ordering.order(states, name)) == list(range(17))


def test_active_units_come_first_and_constant_ones_last():
    states = np.stack([0 * TIME, np.sin(TIME), 3 * np.sin(TIME), 5 + 0 * TIME], axis=1)
    assert ordering.by_activity(states).tolist() == [2, 1, 0, 3]
    assert ordering.most_active(states, 2).tolist() == [2, 1]


def test_similar_units_become_neighbours():
    slow, fast = np.sin(TIME / 5), np.cos(TIME * 2)
    states = np.stack([slow, fast, 2 * slow, 3 * fast, 0 * TIME], axis=1)
    order = ordering.by_similarity(states).tolist()
    assert abs(order.index(0) - order.index(2)) == 1
    assert abs(order.index(1) - order.index(3)) == 1
    assert order[-1] == 4


def test_peaks_are_lined_up_in_time():
    states = np.zeros((10, 3))
    states[7, 0], states[2, 1], states[5, 2] = 1, -2, 1
    assert ordering.by_peak(states).tolist() == [1, 2, 0]


@pytest.mark.parametrize("name", list(ordering.ORDERS))
def test_one_step_alone_can_be_ordered(name):
    assert sorted(ordering.order(np.ones((1, 5)), name)) == list(range(5))


def test_an_unknown_order_is_named():
    with pytest.raises(ValueError, match="'colour'"):
        ordering.order(np.ones((2, 2)), "colour")
