"""Every page, with and without runs, driven through Streamlit's own test harness."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from toy import toy

from rnnexplorer import corpus, jobs, runs
from rnnexplorer.figures import View
from rnnexplorer.pages import downloads, states

APP = Path(__file__).resolve().parents[2] / "app.py"
EXPLORE = "rnnexplorer/pages/explore.py"
COMPARE = "rnnexplorer/pages/compare.py"
TRAIN = "rnnexplorer/pages/train.py"


def opened(page=EXPLORE, **query):
    """A page at an address; `AppTest` can only switch to one once the app has run."""
    at = AppTest.from_file(str(APP), default_timeout=60)
    if page != EXPLORE:
        at.run()
        at.switch_page(page)
    for name, value in query.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception, at.exception[0].message
    return at


def said(elements):
    return " ".join(element.value for element in elements)


def charts(at):
    return [json.loads(chart.proto.spec) for chart in at.get("plotly_chart")]


def charts_alt(at):
    """The text alternatives of the charts."""
    return [chart.proto.alt for chart in at.get("plotly_chart")]


def panels_of(at):
    """Names of the heatmaps of the first chart that has any."""
    for chart in charts(at):
        names = [trace["name"] for trace in chart["data"] if trace["type"] == "heatmap"]
        if names:
            return names
    return []


@pytest.fixture(autouse=True)
def fresh_caches():
    """What one test's pages kept must not answer the next one's."""
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.mark.parametrize("page", [EXPLORE, COMPARE, TRAIN])
@pytest.mark.usefixtures("no_runs")
def test_a_page_without_any_run_says_what_to_do(page):
    at = opened(page)
    links = [link.proto.label for link in at.get("page_link")]
    assert links == ["Train a network"] if page != TRAIN else at.button[0].label == "Train"


@pytest.mark.usefixtures("own_runs")
def test_the_first_page_shows_the_gates_of_the_shipped_lstm():
    at = opened()
    assert at.sidebar.selectbox[0].value == "alice-lstm-book"
    assert panels_of(at) == ["h", "c", "f", "i", "p"]


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize(
    ("run", "expected"),
    [("tale-rnn", ["h", "p"]), ("tale-gru", ["h", "z", "r", "p"])],
)
def test_each_cell_shows_the_signals_it_has(run, expected):
    assert panels_of(opened(run=run)) == expected


@pytest.mark.usefixtures("own_runs")
def test_the_second_layer_is_shown_and_its_arithmetic_adds_up():
    at = opened(run="tale-gru", layer="1", unit="3", step="2")
    shown = at.session_state.address
    assert (shown.layer, shown.unit, shown.step) == (1, 3, 2)
    arithmetic = [block for block in at.latex if r"\begin{aligned}" in block.value]
    assert len(arithmetic) == 2


@pytest.mark.usefixtures("own_runs")
def test_an_unknown_word_is_named_and_there_is_a_way_back():
    at = opened(run="tale-lstm", text="the zebra came")
    assert '"zebra"' in said(at.warning)
    assert panels_of(at) == []
    next(b for b in at.button if b.label == "Use words this model knows").click()
    at.run()
    assert not at.warning
    assert panels_of(at)


@pytest.mark.usefixtures("own_runs")
def test_no_words_at_all_get_a_sentence():
    at = opened(run="tale-lstm", text="?!")
    assert "no words to read" in said(at.warning)


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"run": "bogus"}, "no run called 'bogus'"),
        ({"run": "../../etc"}, "no run can be called that"),
        ({"epoch": "7"}, "kept no checkpoint of epoch 7"),
        ({"epoch": "soon"}, "must be a whole number"),
        ({"temperature": "hot"}, "must be a number"),
        ({"temperature": "nan"}, "must lie between 0 and 10"),
        ({"memory": "both"}, "window, stateful"),
        ({"shade": "pink"}, "probability, surprisal, entropy"),
    ],
)
def test_a_bad_link_says_so_and_opens_something(query, sentence):
    at = opened(**query)
    assert sentence in said(at.warning)
    assert panels_of(at)


@pytest.mark.usefixtures("own_runs")
def test_many_bad_fields_are_one_list():
    at = opened(epoch="soon", memory="both", shade="pink", temperature="hot")
    (listed,) = at.warning
    assert listed.value.count("The default is shown.") == 4


@pytest.mark.usefixtures("own_runs")
def test_a_step_and_unit_beyond_the_text_are_brought_back_into_it():
    at = opened(run="tale-lstm", step="1999", unit="1023", text="the keeper", write="0")
    assert panels_of(at)
    assert "There is no step 1999; there are 0 to 1. The last is shown." in said(at.warning)
    assert "There is no unit 1023; there are 0 to 7. The last is shown." in said(at.warning)
    assert (at.session_state.address.step, at.session_state.address.unit) == (1, 7)


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"other_epoch": "7"}, "The link's other_epoch is 7, but it names no other."),
        ({"other": "tale-rnn", "other_epoch": "7"}, "tale-rnn kept no checkpoint of epoch 7"),
    ],
)
def test_an_epoch_that_the_compared_run_does_not_have_opens_its_last(query, sentence):
    at = opened(COMPARE, run="tale-lstm", **query)
    assert sentence in said(at.warning)
    assert at.session_state.address.other_epoch is None
    assert panels_of(at) == ["h", "p"]


@pytest.mark.usefixtures("own_runs")
def test_the_choice_of_run_epoch_and_words_survives_a_change_of_page():
    at = opened(run="tale-lstm", epoch="1", text="the keeper of the bridge", step="1")
    at.switch_page(COMPARE).run()
    at.switch_page(EXPLORE).run()
    shown = at.session_state.address
    assert (shown.run, shown.epoch, shown.text, shown.step) == (
        "tale-lstm",
        1,
        "the keeper of the bridge",
        1,
    )
    assert at.query_params["run"] == "tale-lstm"


@pytest.mark.usefixtures("own_runs")
def test_the_epoch_slider_shows_another_network_over_the_same_words():
    at = opened(run="tale-lstm", text="the keeper of the bridge", write="0")
    last = charts(at)[0]["data"][0]["z"]
    at.sidebar.select_slider[0].set_value(0).run()
    assert at.session_state.address.epoch == 0
    assert charts(at)[0]["data"][0]["z"] != last


def words_of(at):
    """The words under the first chart."""
    return charts(at)[0]["layout"]["xaxis"]["ticktext"]


@pytest.mark.usefixtures("own_runs")
def test_an_earlier_epoch_reads_what_the_last_one_wrote():
    at = opened(run="tale-lstm", write="10", temperature="1")
    written = words_of(at)
    units = charts(at)[0]["data"][0]["meta"]["units"]
    at.sidebar.select_slider[0].set_value(0).run()
    assert at.session_state.address.epoch == 0
    assert words_of(at) == written
    assert charts(at)[0]["data"][0]["meta"]["units"] == units


@pytest.mark.usefixtures("own_runs")
def test_what_was_kept_of_a_deleted_run_does_not_answer_for_a_new_one_of_its_name(own_runs):
    at = opened(run="tale-lstm", text="the keeper", write="0")
    before = charts(at)[0]["data"][0]["z"], at.latex[-1].value
    # Another training takes the name; only its weights differ.
    arrays = {name: -array for name, array in runs.weights(runs.find("tale-lstm")).items()}
    runs.write_checkpoint(runs.find("tale-lstm"), 2, arrays)
    at.run()
    assert charts(at)[0]["data"][0]["z"] != before[0]
    assert at.latex[-1].value != before[1]


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize(("field", "value"), [("top_k", 5), ("top_p", 0.5)])
def test_a_limit_of_the_draws_can_be_taken_away_again(field, value):
    at = opened(run="tale-lstm")
    at.number_input(key=f"prompt_{field}").set_value(value).run()
    assert at.query_params[field] in (str(value), [str(value)])
    at.number_input(key=f"prompt_{field}").set_value(None).run()
    assert getattr(at.session_state.address, field) is None
    assert not at.exception


@pytest.mark.usefixtures("own_runs")
def test_the_last_panel_cannot_be_put_away():
    at = opened(run="tale-lstm")
    at.button_group(key="states_panels_lstm").set_value([]).run()
    assert at.button_group(key="states_panels_lstm").value == ["h"]
    assert panels_of(at) == ["h", "p"]


@pytest.mark.usefixtures("own_runs")
def test_a_long_text_has_a_slider_and_shows_a_part():
    at = opened(run="tale-lstm", write="300", temperature="1")
    shown = [s for s in at.slider if s.label.startswith("Words shown")]
    assert len(shown) == 1
    shown[0].set_value(100).run()
    assert not at.exception
    x = charts(at)[0]["layout"]["xaxis"]["range"]
    assert x == [99.5, 139.5]


@pytest.mark.usefixtures("own_runs")
def test_panels_can_be_chosen():
    at = opened(run="tale-lstm")
    at.button_group(key="states_panels_lstm").set_value(["f", "g"]).run()
    assert panels_of(at) == ["f", "g", "p"]


@pytest.mark.usefixtures("own_runs")
def test_compare_offers_the_other_cell_over_the_same_words():
    at = opened(COMPARE)
    assert at.session_state.address.run == "alice-lstm-book"
    offered = next(s for s in at.selectbox if s.label == "Compared with")
    assert offered.value == "alice-rnn-book"
    names = [[t["name"] for t in chart["data"]][:1] for chart in charts(at)]
    assert [name for name in names if name in (["h"], ["difference"])] == [
        ["h"],
        ["h"],
        ["difference"],
    ]


@pytest.mark.usefixtures("own_runs")
def test_comparing_a_run_that_does_not_know_the_words_says_which():
    at = opened(COMPARE, run="tale-lstm", other="alice-lstm-book", text="marit said", write="0")
    assert "cannot read this" in said(at.warning)
    assert '"marit"' in said(at.warning)
    next(b for b in at.button if b.label == "Use words that both know").click().run()
    assert not at.warning
    assert panels_of(at) == ["h", "p"]


@pytest.fixture
def submitted(monkeypatch):
    started = []
    monkeypatch.setattr(jobs, "submit", started.append)
    return started


def train_on_the_tale(at):
    next(s for s in at.selectbox if s.label == "Text").set_value("tale").run()
    return at


@pytest.mark.usefixtures("own_runs")
def test_one_press_starts_the_run_that_was_described(submitted):
    at = train_on_the_tale(opened(TRAIN))
    at.text_input(key="train_name").set_value("mine")
    at.button_group(key="train_cell").set_value("rnn").run()
    next(b for b in at.button if b.label == "Train").click().run()
    assert not at.exception
    assert [run.name for run in submitted] == ["mine"]
    made = runs.find("mine")
    assert (made.recipe.cell, made.corpus_name, made.recipe.preset) == ("rnn", "tale", "quick")
    assert at.session_state.address.run == "mine"


@pytest.mark.usefixtures("own_runs")
def test_the_unit_beside_the_words_is_drawn_over_these_words():
    at = opened(EXPLORE, run="tale-lstm", unit="3")
    assert "Unit 3 over these words; the line is the chosen step." in said(at.caption)


@pytest.mark.usefixtures("own_runs")
def test_a_taken_or_malformed_name_is_refused_in_a_sentence(submitted):
    at = train_on_the_tale(opened(TRAIN))
    for name, sentence in (("tale-rnn", "already"), ("../up", "small letters")):
        at.text_input(key="train_name").set_value(name).run()
        next(b for b in at.button if b.label == "Train").click().run()
        assert sentence in said(at.error)
    assert submitted == []


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize(
    ("label", "value", "sentence"),
    [
        ("Units per layer", "5000", "must lie between 1 and 1024"),
        ("Units per layer", "many", "must be a whole number"),
        ("Learning rate", "", "must be a number"),
        ("Learning rate", "nan", "must lie between"),
    ],
)
def test_a_value_out_of_bounds_is_named_with_its_bounds(label, value, sentence):
    at = train_on_the_tale(opened(TRAIN))
    next(t for t in at.text_input if t.label == label).set_value(value).run()
    (error,) = at.error
    assert error.value.startswith(label)
    assert sentence in error.value
    (train,) = [b for b in at.button if b.label == "Train"]
    assert train.disabled
    labels = [t.label for t in at.text_input]
    assert {"Seed", "CPU threads", "Name"} <= set(labels)  # the rest of the form is there
    next(t for t in at.text_input if t.label == label).set_value("0.5" if "rate" in label else "9")
    at.run()
    assert not at.error
    assert not next(b for b in at.button if b.label == "Train").disabled


@pytest.mark.usefixtures("own_runs")
def test_values_that_do_not_go_together_leave_the_form_and_the_button():
    at = train_on_the_tale(opened(TRAIN))
    next(t for t in at.text_input if t.label == "First words only").set_value("50").run()
    next(t for t in at.text_input if t.label == "Window").set_value("500").run()
    assert said(at.error)
    assert next(b for b in at.button if b.label == "Train").disabled
    assert "Seed" in {t.label for t in at.text_input}


@pytest.mark.usefixtures("own_runs")
def test_the_form_offers_what_has_a_meaning():
    at = train_on_the_tale(opened(TRAIN))
    labels = {t.label for t in at.text_input}
    assert {"Forget bias", "Weight decay"} <= labels
    assert not {"RMSprop decay ρ", "Embedding size"} & labels
    next(c for c in at.checkbox if c.label == "Tied output").uncheck().run()
    next(t for t in at.text_input if t.label == "Units per layer").set_value("12").run()
    # 12 units, embeddings of 64: 4 (64·12 + 12·12 + 12) + 446·64 + 12·446 + 446
    assert "38,038 weights" in said(at.caption)
    at.button_group(key="train_cell").set_value("rnn").run()
    assert "Forget bias" not in {t.label for t in at.text_input}
    next(s for s in at.selectbox if s.label == "Optimizer").set_value("rmsprop").run()
    labels = {t.label for t in at.text_input}
    assert "RMSprop decay ρ" in labels
    assert "Weight decay" not in labels


@pytest.mark.usefixtures("own_runs")
def test_a_waiting_run_says_behind_whom():
    for name in ("tale-lstm", "tale-rnn"):
        runs.write_status(runs.find(name), "running" if name == "tale-lstm" else "waiting")
    at = opened(TRAIN, run="tale-rnn")
    assert "Number 1 in the queue, behind tale-lstm." in said(at.caption)
    assert "**tale-lstm** is running" in said(at.markdown)
    next(b for b in at.button if b.label == "Watch").click().run()
    assert at.session_state.address.run == "tale-lstm"
    assert at.query_params["run"] in ("tale-lstm", ["tale-lstm"])


@pytest.mark.usefixtures("own_runs")
def test_a_run_with_none_before_it_does_not_wait_but_starts():
    runs.write_status(runs.find("tale-rnn"), "waiting")
    at = opened(TRAIN, run="tale-rnn")
    (bar,) = at.get("progress")
    assert "**starting**" in bar.proto.text
    assert "Its process is starting" in said(at.caption)
    assert "one training runs at a time" not in said(at.caption)


@pytest.mark.usefixtures("own_runs")
def test_open_leads_to_the_pictures_of_a_run():
    at = opened(TRAIN)
    at.button(key="open_tale-gru").click().run()
    assert at.session_state.address.run == "tale-gru"
    assert panels_of(at) == ["h", "z", "r", "p"]


@pytest.mark.usefixtures("own_runs")
def test_a_text_that_cannot_be_found_gets_the_three_ways_on(monkeypatch):
    def missing(name, progress=None):
        raise corpus.CorpusError("no network; put a copy there, upload, or use the tale")

    monkeypatch.setattr(corpus, "load", missing)
    at = opened(TRAIN)
    assert "use the tale" in said(at.error)


@pytest.mark.usefixtures("own_runs")
def test_a_run_can_be_renamed_and_deleted_from_the_list():
    at = opened(TRAIN, run="tale-rnn")
    at.text_input(key="name_tale-rnn").set_value("renamed").run()
    at.button(key="rename_tale-rnn").click().run()
    assert not at.exception
    assert at.session_state.address.run == "renamed"
    at.button(key="delete_renamed").click().run()
    at.button(key="keep_renamed").click().run()
    at.button(key="delete_renamed").click().run()
    assert "renamed" in [run.name for run in runs.list_runs()]
    at.button(key="sure_renamed").click().run()
    assert not at.exception
    assert "renamed" not in [run.name for run in runs.list_runs()]
    assert at.session_state.address.run == "alice-lstm-book"


def test_a_damaged_run_is_listed_with_its_reason(own_runs):
    (own_runs / "tale-rnn" / "recipe.json").write_text("{", encoding="utf-8")
    at = opened(TRAIN)
    assert any("tale-rnn" in caption.value for caption in at.caption)


@pytest.mark.usefixtures("own_runs")
def test_two_epochs_of_a_run_are_compared_unit_by_unit():
    at = opened(COMPARE, run="tale-lstm", other="tale-lstm", other_epoch="0")
    first, second = (chart["data"][0]["meta"]["units"] for chart in charts(at)[:2])
    assert first == second
    assert any("the same units in each row" in caption.value for caption in at.caption)


@pytest.mark.usefixtures("own_runs")
def test_compare_shows_the_layer_that_is_looked_at():
    at = opened(COMPARE, run="tale-gru", other="tale-lstm", layer="1")
    assert at.radio(key="states_layer").value == 1
    assert "layer 2 of 2" in charts_alt(at)[0]
    at.radio(key="states_layer").set_value(0).run()
    assert "layer 1 of 2" in charts_alt(at)[0]


@pytest.mark.usefixtures("own_runs")
def test_compare_reads_both_in_the_memory_that_was_chosen():
    at = opened(COMPARE, run="tale-lstm", other="tale-lstm", other_epoch="0", memory="window")
    titles = [element.value for element in at.markdown if "epoch" in element.value]
    assert all("window of 20" in title for title in titles if "tale-lstm" in title)
    assert any("untrained" in e.value and "window of 20" in e.value for e in at.markdown)


@pytest.mark.usefixtures("own_runs")
def test_a_run_compared_with_itself_is_the_same_twice():
    at = opened(COMPARE, run="tale-lstm", other="tale-lstm")
    assert panels_of(at) == ["h", "p"]
    first, second = (chart["data"][0]["z"] for chart in charts(at)[:2])
    assert first == second


def test_a_page_says_how_many_of_the_units_have_a_row():
    trace = toy(units=60)[0]
    view = View(units=tuple(range(48)))
    assert states.units_shown(trace, view) == "the 48 most active of 60 units"
    assert states.units_shown(trace, View()) == "all 60 units"


def test_the_name_of_a_download_is_plain_letters():
    assert downloads.ascii_name("alice-against-Kneser–Ney trigram") == (
        "alice-against-Kneser-Ney-trigram"
    )
    assert downloads.ascii_name("à-propos_2.1") == "a-propos_2.1"
