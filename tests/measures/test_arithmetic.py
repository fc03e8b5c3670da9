import numpy as np
import pytest
from toy import toy

from rnnexplorer.measures import arithmetic as a


@pytest.mark.parametrize("embedding", [None, 3])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_the_arithmetic_of_every_unit_ends_at_the_trace(cell, layers, embedding):
    trace, weights = toy(cell, layers=layers, embedding=embedding)
    for layer in range(layers):
        for step in range(len(trace)):
            for unit in range(trace.units):
                numbers = a.arithmetic(trace, weights, layer=layer, step=step, unit=unit)
                for key, value in numbers.after.items():
                    expected = trace.signals[key][layer, step, unit]
                    assert value == pytest.approx(expected, abs=1e-5)
                for key, gate in numbers.gates.items():
                    expected = trace.signals[key][layer, step, unit]
                    assert gate.value == pytest.approx(expected, abs=1e-5)


def test_what_is_kept_and_what_is_written_make_the_cell_state():
    trace, weights = toy("lstm")
    numbers = a.arithmetic(trace, weights, layer=0, step=3, unit=1)
    f, i, g = (trace.signals[key][0, 3, 1] for key in "fig")
    assert numbers.kept == pytest.approx(f * trace.signals["c"][0, 2, 1], abs=1e-5)
    assert numbers.written == pytest.approx(i * g, abs=1e-5)
    assert numbers.kept + numbers.written == pytest.approx(numbers.after["c"])


def test_a_one_hot_word_brings_its_row_of_the_matrix():
    trace, weights = toy("rnn")
    numbers = a.arithmetic(trace, weights, layer=0, step=2, unit=3)
    row = weights["W_xh.l0"][trace.vocabulary.index(trace.words[2])]
    assert numbers.gates["h"].from_input == pytest.approx(row[3])


@pytest.mark.parametrize("where", [{"layer": 1}, {"step": 6}, {"unit": 4}, {"unit": -1}])
def test_what_does_not_exist_is_named(where):
    trace, weights = toy()
    with pytest.raises(ValueError, match=f"{next(iter(where))} .* does not exist"):
        a.arithmetic(trace, weights, **({"layer": 0, "step": 0, "unit": 0} | where))


def numbers(f, i, o):
    def gate(key, value):
        return a.Gate(key, 0.0, 0.0, 0.0, 0.0, value)

    gates = {"f": gate("f", f), "i": gate("i", i), "g": gate("g", -0.5), "o": gate("o", o)}
    return a.Arithmetic("lstm", gates, {"h": 0.0, "c": 2.0}, f * 2.0, i * -0.5, {"c": 0, "h": 0})


def test_the_sentence_says_what_the_gates_did():
    text = a.sentence(numbers(0.95, 0.94, 1.0))
    assert text.startswith("The forget gate was open (0.95): this unit kept its memory.")
    assert "wrote \N{MINUS SIGN}0.47" in text
    assert "erased its memory" in a.sentence(numbers(0.02, 0.5, 0.5))
    assert "hid the result" in a.sentence(numbers(0.5, 0.5, 0.05))


def test_a_rounded_zero_has_no_minus():
    assert "\N{MINUS SIGN}0.00" not in a.sentence(numbers(0.95, 0.001, 1.0))


def test_sigmoid_does_not_overflow():
    with np.errstate(all="raise"):
        assert a._sigmoid(-1000.0) == 0.0
        assert a._sigmoid(1000.0) == 1.0


def test_numbers_have_a_real_minus_sign_and_none_before_zero():
    shown = [a.number(value) for value in (-1.234, -0.001, 0.0, 2.0)]
    assert shown == ["\N{MINUS SIGN}1.23", "0.00", "0.00", "2.00"]
    assert a.signed(-1.25, 1) == "\N{MINUS SIGN}1.2"
    assert a.signed(-0.00001, 4) == "+0.0000"
    assert a.signed(0.5) == "+0.50"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"), (1.0, "1.00"), (0.6561, "0.66"), (0.123, "0.12"), (-2.8561, "−2.86"),
        (0.0999, "0.10"), (0.0517, "0.052"), (0.00573, "0.0057"), (0.001, "0.0010"),
        (-0.05, "−0.050"),        (1234.0, "1,234"), (384_000.0, "3.8·10⁵"), (0.00031, "3.1·10⁻⁴"),
        (-1.77e-15, "−1.8·10⁻¹⁵"), (9.96e-9, "10⁻⁸"),
    ],
)  # fmt: skip
def test_a_number_of_any_size_is_short(value, text):
    assert a.short(value) == text
