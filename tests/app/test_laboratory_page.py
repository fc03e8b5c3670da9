"""The laboratory of U: from a link, with its controls, and beside networks of every cell."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest
from test_dose_page import values
from test_pages import charts, charts_alt, opened, said

from rnnexplorer import gradients, runs, settings, tracing
from rnnexplorer.measures.expansion import KINDS

LABORATORY = "rnnexplorer/pages/laboratory.py"


@pytest.fixture(autouse=True)
def own_caches(fresh_caches):
    """Every test its own."""


def laboratory(**query):
    return opened(LABORATORY, tab="recurrence", **query)


def pressed(at, key):
    at.button(key=key).click().run()
    assert not at.exception
    return at


@pytest.mark.usefixtures("own_runs")
def test_the_first_look_is_the_expansion_of_the_chapter():
    at = laboratory(run="tale-rnn")
    assert "With U = 0.9, 0.9⁴ = 0.66 of x₁ is left in h₅, and 0.0057 in h₅₀." in said(at.markdown)
    bars = charts(at)[0]["data"][0]
    np.testing.assert_allclose(values(bars["y"]), [0.9**4, 0.9**3, 0.81, 0.9, 1.0])
    assert any("U^{4}Wx_{1}" in block.value for block in at.latex)
    assert not at.warning
    assert at.session_state.address.settings is None
    assert at.button(key="laboratory_reset").disabled


@pytest.mark.usefixtures("own_runs")
def test_a_link_sets_the_controls_and_they_write_the_link():
    at = laboratory(run="tale-rnn", settings="u=1.3;depth=10;activation=tanh;size=4;clip=on")
    assert at.slider(key="knob_u").value == 1.3
    assert at.segmented_control(key="knob_activation").value == "tanh"
    assert at.slider(key="knob_limit").value == 1.0
    at.slider(key="knob_depth").set_value(20).run()
    at.segmented_control(key="knob_matrix").set_value("gaussian").run()
    assert not at.exception
    assert at.session_state.address.settings == (
        "u=1.3;depth=20;activation=tanh;size=4;matrix=gaussian;clip=on"
    )
    assert "4 × 4 U of spectral radius 1.3 (Gaussian) and tanh" in said(at.markdown)
    pressed(at, "laboratory_reset")
    assert at.session_state.address.settings is None
    assert "With U = 0.9, 0.9⁴" in said(at.markdown)


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize(
    ("preset", "sentence"),
    [
        ("fades", "0.5⁴ = 0.062 of x₁ is left"),
        ("keeps", "1⁴ = 1.00 of x₁ is left"),
        ("explodes", "x₁ counts 1.3⁴ = 2.86 times"),
        ("saturates", "With U = 1.3 and tanh"),
    ],
)
def test_a_preset_sets_u_and_leaves_the_depth(preset, sentence):
    at = pressed(laboratory(run="tale-rnn"), f"laboratory_{preset}")
    assert sentence in said(at.markdown)
    at = pressed(laboratory(run="tale-rnn", settings="depth=7"), f"laboratory_{preset}")
    assert at.slider(key="knob_depth").value == 7


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("u=5", "a number between -2 and 2"),
        ("depth=1", "a number between 2 and 50"),
        ("activation=gelu", "one of none, tanh, relu"),
        ("size=65", "a number between 1 and 64"),
        ("wings=2", "There is no setting 'wings' here"),
    ],
)
def test_a_bad_setting_is_named_and_the_rest_is_drawn(text, sentence):
    at = laboratory(run="tale-rnn", settings=f"{text};limit=2")
    assert sentence in said(at.warning)
    assert "With U = 0.9, 0.9⁴ = 0.66" in said(at.markdown)


@pytest.mark.usefixtures("own_runs")
def test_clipping_shortens_the_step():
    at = laboratory(run="tale-rnn", settings="u=1.3")
    assert "takes U from 1.3 to −0.4458" in said(at.markdown)
    at.segmented_control(key="knob_clip").set_value("on").run()
    assert "takes U from 1.3 to 1.2." in said(at.markdown)


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize(
    ("name", "layer", "states"),
    [("tale-rnn", 0, "h"), ("tale-lstm", 0, "hc"), ("tale-gru", 1, "h")],
)
def test_the_curve_of_a_network_is_the_norm_of_its_jacobians(name, layer, states):
    text = "the keeper of the bridge"
    at = laboratory(run=name, text=text, write="0", layer=str(layer), memory="stateful")
    lines = {line["name"]: line for line in charts(at)[1]["data"]}
    run = runs.find(name)
    for state, symbol in zip(states, "hC", strict=False):
        ids = torch.from_numpy(runs.vocabulary(run).encode(text.split()))
        J = gradients.jacobians(tracing.load_network(run)[0], ids, layer, state)
        expected = np.linalg.norm(J.reshape(5, -1), axis=1) / np.sqrt(J.shape[1])
        drawn = values(lines[f"‖∂{symbol}/∂{symbol}‖"]["y"])
        np.testing.assert_allclose(drawn, expected, rtol=1e-5)
    assert "4 words back, arrives at “bridge”" in charts_alt(at)[1]
    assert "Why not" in said(at.markdown)
    block = {
        "tale-rnn": "W_hh would",
        "tale-lstm": "the block of W_hh that makes the candidate g would",
        "tale-gru": "the block of W_hh that makes the candidate n would",
    }[name]
    assert f"the powers of the spectral radius of {block} give" in said(at.caption)
    np.testing.assert_allclose(values(lines["laboratory"]["y"]), [0.9**4, 0.9**3, 0.81, 0.9, 1.0])


@pytest.mark.usefixtures("own_runs")
def test_the_u_of_a_network_can_be_set_in_the_laboratory():
    at = laboratory(run="tale-rnn", text="the keeper of the bridge", write="0")
    label = at.button(key="laboratory_take_h").label
    pressed(at, "laboratory_take_h")
    assert at.slider(key="knob_u").value == float(label.rsplit(" ", 1)[1])
    assert at.slider(key="knob_depth").value == 5


@pytest.mark.usefixtures("own_runs")
def test_in_window_memory_the_way_back_ends_with_the_window():
    run = runs.find("tale-rnn")
    text = " ".join(["the keeper of the bridge"] * 20)
    at = laboratory(run="tale-rnn", text=text, write="0", memory="window")
    words = min(run.recipe.window, 50)
    assert len(charts(at)[1]["layout"]["xaxis"]["ticktext"]) == words
    assert f"nothing reaches further back than its {run.recipe.window} words" in said(at.caption)
    at = laboratory(run="tale-rnn", text=text, write="0", memory="stateful")
    assert "These are the last 50 words" in said(at.caption)


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize(
    ("text", "sentence"),
    [("the zebra came", '"zebra"'), ("the", "One word alone"), ("?!", "no words to read")],
)
def test_words_that_cannot_be_looked_back_over_are_said_and_the_laboratory_stays(text, sentence):
    at = laboratory(run="tale-rnn", text=text, write="0")
    assert sentence in said(at.warning) + said(at.info)
    assert len(charts(at)) == 1


@pytest.mark.usefixtures("no_runs")
def test_without_any_run_the_laboratory_works():
    at = laboratory()
    assert "With U = 0.9" in said(at.markdown)
    assert [link.proto.label for link in at.get("page_link")] == ["Train a network"]


@pytest.mark.usefixtures("own_runs")
def test_the_activity_may_offer_less_for_a_lesson():
    def lesson():
        import streamlit as st

        from rnnexplorer.address import Address
        from rnnexplorer.measures.expansion import KINDS
        from rnnexplorer.pages import knobs, laboratory_recurrence

        st.session_state.setdefault("address", Address())
        st.session_state.setdefault("page_fields", set())
        some = {name: KINDS[name] for name in ("u", "depth")}
        laboratory_recurrence.draw_activity(some, knobs.values(some))

    at = AppTest.from_function(lesson, default_timeout=60).run()
    assert not at.exception
    assert [slider.value for slider in at.slider] == [0.9, 5]
    assert [slider.key for slider in at.slider] == ["knob_u", "knob_depth"]
    assert not at.segmented_control
    at.slider(key="knob_u").set_value(1.0).run()
    assert at.slider(key="knob_u").value == 1.0


def test_what_the_page_can_set_is_read_back():
    text = "u=-1.5;depth=30;activation=relu;inputs=first;size=8;matrix=gaussian;seed=4;clip=on"
    found, complaints = settings.read(text, KINDS)
    assert not complaints
    assert settings.written(found, KINDS) == text
