"""One edit at many doses: against a trace for every dose, against autograd, and at its zero."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from tiny import MakeRun
from torch import Tensor
from torch_reference import twin

from rnnexplorer import dosing, edits, runs, signals, tracing
from rnnexplorer.edits import Edit
from rnnexplorer.interventions import Interventions
from rnnexplorer.measures.distribution import kl_divergence
from rnnexplorer.network import logits_of
from rnnexplorer.network import run as unroll
from rnnexplorer.runs import Run

every_cell = pytest.mark.parametrize("cell", tuple(signals.CELLS))
both_memories = pytest.mark.parametrize("memory", ["stateful", "window"])
DOSES = (-0.8, 0.0, 0.35, 1.0)


def words_of(run: Run, count: int = 13) -> list[str]:
    """More words than a window, in an order without a pattern."""
    chosen = np.random.default_rng(5).integers(0, len(runs.vocabulary(run).words), count)
    return [runs.vocabulary(run).words[k] for k in chosen]


def swept(text: str) -> Edit:
    (edit,) = edits.parse(text)
    assert isinstance(edit, Edit)
    return edit


@both_memories
@pytest.mark.parametrize("asked", ["h[3]@5=0", "h.2[1]@3+0", "GATE[2]@4-7*0", "GATE.2@8=0"])
def test_every_dose_is_the_trace_with_that_edit(trained_run: Run, memory: str, asked: str) -> None:
    edit = swept(asked.replace("GATE", signals.cell(trained_run.recipe.cell).gates[0]))
    words = words_of(trained_run)
    found = dosing.respond(trained_run, words, [edit], 0, DOSES, steps=20, memory=memory)
    steps = slice(edit.start, len(words))
    assert found.logits.shape[:2] == (len(words) - edit.start, len(DOSES))
    for row, dose in enumerate(DOSES):
        text = str(edit)[:-1] + f"{dose:g}"
        alone = tracing.trace(trained_run, words, edits=text, memory=memory)
        np.testing.assert_allclose(found.logits[:, row], alone.logits[steps], atol=1e-6)
        h = alone.signals["h"][edit.layer, steps]
        np.testing.assert_allclose(found.h[:, row], h, atol=1e-6)
    plain = tracing.trace(trained_run, words, memory=memory)
    np.testing.assert_allclose(found.logits_without, plain.logits[steps], atol=1e-6)
    np.testing.assert_allclose(found.h_without, plain.signals["h"][edit.layer, steps], atol=1e-6)


@both_memories
@pytest.mark.parametrize("place", [0, 4, 6])
def test_other_edits_act_before_beside_and_after_the_dose(
    trained_run: Run, memory: str, place: int
) -> None:
    words, known = words_of(trained_run), runs.vocabulary(trained_run).words
    others = [
        f"word@1={known[0]}", "h[0,1]@2-9=hold", f"h[4]@5=({known[1]} {known[2]})", "h[3]@5+0.25",
        "h[3,4]@7-=hold", "h.2@6*0.5",
    ]  # fmt: skip
    asked = ";".join([*others[:place], "h[3,4]@5*DOSE", *others[place:]])
    found = dosing.respond(
        trained_run, words, edits.parse(asked.replace("DOSE", "0")), place, DOSES, steps=8,
        memory=memory,
    )  # fmt: skip
    for row, dose in enumerate(DOSES):
        text = asked.replace("DOSE", f"{dose:g}")
        alone = tracing.trace(trained_run, words, edits=text, memory=memory)
        np.testing.assert_allclose(found.logits[:, row], alone.logits[5:], atol=1e-6)
    alone = tracing.trace(trained_run, words, edits=";".join(others), memory=memory)
    np.testing.assert_allclose(found.logits_without, alone.logits[5:], atol=1e-6)


@both_memories
def test_a_dose_that_a_later_edit_takes_away_has_no_effect(trained_run: Run, memory: str) -> None:
    words, known = words_of(trained_run), runs.vocabulary(trained_run).words
    asked = edits.parse(f"h@5=2;h@5=({known[1]} {known[2]})")
    found = dosing.respond(trained_run, words, asked, 0, DOSES, steps=8, memory=memory)
    for row in range(len(DOSES)):
        np.testing.assert_allclose(found.logits[:, row], found.logits_without, atol=1e-6)


@both_memories
def test_a_gate_held_from_the_first_step_is_held_at_its_dose(trained_run: Run, memory: str) -> None:
    words, gate = words_of(trained_run), signals.cell(trained_run.recipe.cell).gates[0]
    asked = f"{gate}[2]@0=DOSE;{gate}@0-=hold"
    found = dosing.respond(
        trained_run, words, edits.parse(asked.replace("DOSE", "0")), 0, DOSES, 13, memory=memory
    )
    for row, dose in enumerate(DOSES):
        text = asked.replace("DOSE", f"{dose:g}")
        alone = tracing.trace(trained_run, words, edits=text, memory=memory)
        np.testing.assert_allclose(found.logits[:, row], alone.logits, atol=1e-6)


@both_memories
def test_the_value_it_has_anyway_changes_nothing(trained_run: Run, memory: str) -> None:
    words = words_of(trained_run)
    plain = tracing.trace(trained_run, words, memory=memory)
    for key in plain.signals:
        own = float(plain.signals[key][1, 6, 2])
        for action, nothing in (("=", own), ("+", 0.0), ("*", 1.0)):
            edit = swept(f"{key}.2[2]@6{action}0")
            # In the windows after step 6 the unit's own value differs, so one step is asked.
            found = dosing.respond(trained_run, words, [edit], 0, [nothing], memory=memory)
            assert kl_divergence(found.logits_without, found.logits[:, 0]).max() < 1e-9


@every_cell
@pytest.mark.parametrize("window", [None, 4])
@pytest.mark.parametrize("action", ["=", "+", "*"])
def test_the_slope_of_the_curve_is_the_derivative_of_autograd(
    cell: str, window: int | None, action: str
) -> None:
    network = twin(cell, layers=2, dtype=torch.float64).network
    ids = torch.from_numpy(np.random.default_rng(3).integers(0, 11, 11))
    key, unit, step, later, tiny = signals.cell(cell).gates[0], 1, 5, 2, 1e-5
    start = 0 if window is None else step + later - window + 1
    inside = ids[start : step + later + 1, None]
    own = float(unroll(network, inside)[0][key][step - start, 0, unit])
    natural = {"=": own, "+": 0.0, "*": 1.0}[action]
    dose = torch.tensor(natural, dtype=torch.float64, requires_grad=True)

    def change(layer: int, t: int, at: str, old: Tensor) -> Tensor:
        if (layer, t, at) != (0, step - start, key):
            return old
        new = {"+": old + dose, "*": old * dose, "=": dose.expand_as(old)}[action]
        return torch.where(torch.arange(old.shape[1]) == unit, new, old)

    logits = logits_of(network, unroll(network, inside, change=change)[-1]["h"][-1])[0]
    exact = [torch.autograd.grad(logit, dose, retain_graph=True)[0].item() for logit in logits]
    doses = torch.tensor([natural - tiny, natural, natural + tiny], dtype=torch.float64)
    edit = swept(f"{key}[{unit}]@{step}{action}0")
    acting = Interventions([edit], network.cell).dosed(0, doses)
    curve = dosing.sweep(network, ids, window, edit, later + 1, acting).logits[later]  # [D, V]
    slope = (curve[2] - curve[0]) / (2 * tiny)
    np.testing.assert_allclose(curve[1], logits.detach(), atol=1e-12)
    np.testing.assert_allclose(slope, exact, rtol=1e-6, atol=1e-9)
    assert max(map(abs, exact)) > 1e-4


def test_doses_rise_and_steps_end_with_the_text(trained: MakeRun) -> None:
    run = trained()
    found = dosing.respond(run, words_of(run), [swept("h[0]@11=0")], 0, [1, -1, 0.5], steps=9)
    assert found.doses.tolist() == [-1.0, 0.5, 1.0]
    assert found.logits.shape[0] == 2


@pytest.mark.parametrize(
    ("asked", "doses", "sentence"),
    [
        ("word@2=the", [1.0], "has no number that could be more or less"),
        ("h[0]@2=hold", [1.0], "has no number that could be more or less"),
        ("h[0]@13=1", [1.0], "step 13 is not in the text; its 13 words are steps 0 to 12"),
        ("h[0]@2=1", [], "there are no doses to try"),
        ("h[9]@2=1", [1.0], "is about unit 9"),
        ("z[0]@2=1", [1.0], "has no signal 'z'"),
    ],
)
def test_what_cannot_be_swept_is_said(
    trained: MakeRun, asked: str, doses: list[float], sentence: str
) -> None:
    run = trained()
    with pytest.raises(ValueError, match=sentence):
        dosing.respond(run, words_of(run), edits.parse(asked), 0, doses)
