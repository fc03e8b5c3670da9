"""The page that looks for patterns and for words, over small runs of each cell."""

from __future__ import annotations

import re

import numpy as np
import pytest
from test_pages import charts, charts_alt, opened, said

from rnnexplorer import corpus, index, runs
from rnnexplorer.measures import matching, patterns
from rnnexplorer.pages import find_pattern, find_places

FIND = "rnnexplorer/pages/find.py"
NAMES = ("tale-lstm", "tale-rnn", "tale-gru")

pytestmark = pytest.mark.usefixtures("fresh_caches")


def tale_words(start, stop):
    return " ".join(corpus.load("tale").words[start:stop])


def rows(at):
    """The notes and the links of the concordance, from the top."""
    (markup,) = [e.proto.body for e in at.get("html") if 'class="concordance"' in e.proto.body]
    return re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', markup)


# --- the pattern ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("no_runs")
def test_without_any_run_the_page_says_what_to_do():
    at = opened(FIND)
    assert [link.proto.label for link in at.get("page_link")] == ["Train a network"]


@pytest.mark.usefixtures("own_runs")
def test_without_an_index_the_pattern_is_shown_and_the_index_offered():
    at = opened(FIND, run="tale-lstm", threshold="0")
    assert "8 of 8 units are on" in said(at.markdown) or "units are on over" in said(at.markdown)
    assert "Read the whole text" in [button.label for button in at.button]


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize("name", NAMES)
def test_the_places_are_those_of_the_measure(name):
    at = opened(
        FIND, run=name, text=tale_words(30, 50), write="0", span="10-12", signal="h",
        threshold="0.02",
    )  # fmt: skip
    run = runs.find(name)
    made = index.open_index(run)
    from rnnexplorer import tracing

    trace = tracing.trace(run, tale_words(30, 50))
    pattern = patterns.on_units(trace.signals["h"][0], (10, 12), 0.02, "signed")
    expected = matching.find(
        made.signals["h"][0], pattern, [section.start for section in made.sections], 20
    )
    words = " ".join(trace.words[10:13])
    assert len(expected) == 20
    verb = "is" if len(pattern.units) == 1 else "are"
    assert f"{len(pattern.units)} of 8 units {verb} on over “{words}”" in said(at.markdown)
    notes = [note for _, note in rows(at)]
    for match, note in zip(expected, notes, strict=True):
        assert f"{match.on} of {len(pattern.units)} on" in note
    assert f"{len(pattern.units)} of 8 units have h on" in " ".join(charts_alt(at))


@pytest.mark.usefixtures("indexed")
def test_the_place_that_was_read_is_marked_and_its_link_opens_it_in_explore():
    at = opened(FIND, run="tale-lstm", text=tale_words(0, 20), write="0", span="8-9",
                signal="h", threshold="0.4")  # fmt: skip
    own = [link for link, note in rows(at) if note.startswith("this very place")]
    assert len(own) == 1
    query = dict(part.split("=") for part in own[0].partition("?")[2].split("&amp;"))
    words = query["text"].split("+")
    step = int(query["step"])
    assert words[step - 1 : step + 1] == list(corpus.load("tale").words[8:10])
    assert query["run"] == "tale-lstm"
    assert "span" not in query
    at = opened(**{name: value.replace("+", " ") for name, value in query.items()})
    assert not at.warning
    assert at.session_state.address.step == step


@pytest.mark.usefixtures("indexed")
def test_every_unit_of_the_pattern_is_a_way_to_its_page():
    at = opened(FIND, run="tale-lstm", text=tale_words(0, 12), write="0", span="3-4",
                signal="f", threshold="0.3")  # fmt: skip
    (markup,) = [e.proto.body for e in at.get("html") if 'class="find-units"' in e.proto.body]
    links = re.findall(r'href="/units\?([^"]+)"[^>]*>(\d+)</a>', markup)
    assert [unit for _, unit in links] == [str(unit) for unit in range(8)]
    assert all(f"unit={unit}" in query.split("&amp;") for query, unit in links)
    assert all("tab=unit" in query.split("&amp;") for query, _ in links)


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize(("threshold", "no_better"), [("0", True), ("0.99", False)])
def test_places_that_chance_gives_as_well_are_called_so_in_the_headline(threshold, no_better):
    at = opened(FIND, run="tale-lstm", text=tale_words(0, 12), write="0", span="3-3",
                signal="f", threshold=threshold)  # fmt: skip
    (headline,) = [m.value for m in at.markdown if "on over" in m.value]
    assert ("no better than chance" in headline) == no_better


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize(("signal", "label"), [
    ("f", "A unit is on where f is at least"),
    ("h", "A unit is on where h keeps its sign and |h| is at least"),
    ("c", "A unit is on where C keeps its sign and |tanh C| is at least"),
])  # fmt: skip
def test_the_threshold_says_that_the_sign_has_to_stay(signal, label):
    at = opened(FIND, run="tale-lstm", text=tale_words(0, 12), write="0", span="3-4",
                signal=signal, threshold="0")  # fmt: skip
    assert at.slider(key="find_threshold").label == label


@pytest.mark.usefixtures("indexed")
def test_nobody_on_says_so_and_looks_for_nothing():
    at = opened(FIND, run="tale-lstm", text=tale_words(0, 12), write="0", threshold="1")
    assert "None of 8 units are on over" in said(at.markdown)
    assert "Lower the threshold" in said(at.markdown)


@pytest.mark.usefixtures("indexed")
def test_the_threshold_signal_and_switches_change_the_pattern():
    at = opened(FIND, run="tale-lstm", text=tale_words(0, 12), write="0", span="3-4",
                signal="f", threshold="0.3")  # fmt: skip
    assert "8 of 8 units are on" in said(at.markdown)  # an untrained forget gate stands at 0.73
    at.toggle(key="find_before").set_value(True).run()
    assert "None of 8 units are on" in said(at.markdown)  # they were on before as well
    assert at.session_state.address.off == "before"
    at.toggle(key="find_after").set_value(True).run()
    assert at.session_state.address.off == "both"
    at.toggle(key="find_before").set_value(False).run()
    assert at.session_state.address.off == "after"
    at.slider(key="find_threshold").set_value(0.95).run()
    assert at.session_state.address.threshold == 0.95
    at.selectbox(key="find_signal").set_value("c").run()
    assert at.session_state.address.signal == "c"
    assert [trace["name"] for trace in charts(at)[-1]["data"]] == ["c"]


@pytest.mark.usefixtures("indexed")
def test_the_handles_move_the_range():
    at = opened(FIND, run="tale-lstm", text=tale_words(0, 12), write="0", threshold="0")
    assert at.slider(key="find_span").value == (9, 11)
    at.slider(key="find_span").set_value((2, 5)).run()
    assert at.session_state.address.span == "2-5"
    assert f"“{tale_words(2, 6)}”" in said(at.markdown)


@pytest.mark.usefixtures("indexed")
def test_a_range_of_another_text_is_brought_into_this_one():
    at = opened(FIND, run="tale-lstm", text=tale_words(0, 5), write="0", span="3-30")
    assert "are not a pattern of this text: it has 5 words" in said(at.warning)
    assert at.session_state.address.span == "3-4"


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize("layer", ["0", "1"])
def test_each_layer_has_its_own_pattern(layer):
    at = opened(FIND, run="tale-gru", text=tale_words(0, 12), write="0", layer=layer, signal="z",
                threshold="0.4")  # fmt: skip
    run = runs.find("tale-gru")
    from rnnexplorer import tracing

    trace = tracing.trace(run, tale_words(0, 12))
    on = (trace.signals["z"][int(layer), 9:12] >= 0.4).all(axis=0).sum()
    assert f"{on or 'None'} of 8 units" in said(at.markdown)


@pytest.mark.usefixtures("indexed")
def test_one_word_and_two_thousand_words_have_patterns():
    at = opened(FIND, run="tale-rnn", text=tale_words(0, 1), write="0", threshold="0")
    assert "8 of 8 units are on" in said(at.markdown)
    words = corpus.load("tale").words
    text = " ".join((words * 3)[:1990])
    at = opened(FIND, run="tale-rnn", text=text, write="0", span="1500-1502", threshold="0.01")
    assert f"“{' '.join((words * 3)[1500:1503])}”" in said(at.markdown)
    assert at.slider(key="find_span").value == (1500, 1502)


def test_two_clicks_make_a_range_and_a_third_begins_another():
    span, begun = find_pattern.next_span((9, 11), 3, begun=False)
    assert (span, begun) == ((3, 3), True)
    span, begun = find_pattern.next_span(span, 6, begun=begun)
    assert (span, begun) == ((3, 6), False)
    assert find_pattern.next_span(span, 8, begun=begun) == ((8, 8), True)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (4, ((4, 4), True)),  # before the first: that was not the first after all
        (5, ((5, 5), False)),  # the same twice is a range of one word
        (24, ((5, 24), False)),
        (25, ((25, 25), True)),  # more than twenty words
    ],
)
def test_the_second_click_has_to_follow_the_first(step, expected):
    assert find_pattern.next_span((5, 5), step, begun=True) == expected


# --- the words -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize("name", NAMES)
def test_words_are_found_with_the_value_of_the_unit_at_their_last(name):
    at = opened(FIND, run=name, tab="words", sought="of the *", signal="h", unit="3")
    words = corpus.load("tale").words
    made = index.open_index(runs.find(name))
    places = [k for k in range(len(words) - 2) if words[k : k + 2] == ("of", "the")]
    edges = [section.corpus_start for section in made.sections[1:]]
    places = [k for k in places if not any(k < edge < k + 3 for edge in edges)]
    assert f"{len(places)} places" in said(at.markdown)
    values = made.signals["h"][0, :, 3].astype(float)
    by_word = {made.corpus_word(k): values[k] for k in range(len(made))}
    assert all("unit=3" in link.split("&amp;") for link, _ in rows(at))
    notes = [note for _, note in rows(at)]
    for place, note in zip(places, notes, strict=False):
        assert note.startswith(f"{by_word[place + 2]:.2f}".replace("-", "−"))


@pytest.mark.usefixtures("indexed")
def test_places_can_be_ranked_by_the_unit():
    at = opened(FIND, run="tale-lstm", tab="words", sought="the", signal="h", unit="1")
    at.selectbox(key="find_order").set_value("high").run()
    values = [float(note.split(" ")[0].replace("−", "-")) for _, note in rows(at)]
    assert values == sorted(values, reverse=True)
    assert at.session_state.address.view == "high"
    at = opened(FIND, run="tale-lstm", tab="words", sought="the", signal="h", unit="1", view="low")
    values = [float(note.split(" ")[0].replace("−", "-")) for _, note in rows(at)]
    assert values == sorted(values)


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize(
    ("sought", "sentence"),
    [
        ("zebra", "The text has no word “zebra”."),
        ("/(the/", "The expression cannot be read at its end: missing )."),
        ("?!", "There are no words to look for"),
        ("/((.|. )* ?)*[qz]{3}/", "This expression takes more than"),
    ],
)
def test_what_cannot_be_looked_for_gets_a_sentence(sought, sentence):
    at = opened(FIND, run="tale-lstm", tab="words", sought=sought)
    assert sentence in said(at.warning)


@pytest.mark.usefixtures("indexed")
def test_what_stands_nowhere_says_so_and_the_box_writes_the_address():
    at = opened(FIND, run="tale-lstm", tab="words", sought="/the the the/")
    assert "It stands nowhere in the text" in said(at.markdown)
    at.text_input(key="find_sought").set_value(r"/\w+ed/").run()
    assert at.session_state.address.sought == r"/\w+ed/"
    assert len(rows(at)) == find_places.SHOWN


# --- places --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("indexed")
def test_a_text_that_is_not_at_hand_leaves_the_number_of_the_word(monkeypatch):
    def gone(run):
        raise corpus.CorpusError("it is not here")

    monkeypatch.setattr("rnnexplorer.planning.corpus_of", gone)
    at = opened(FIND, run="tale-lstm", tab="words", sought="the")
    first = corpus.load("tale").words.index("the")
    _, note = rows(at)[0]
    assert note.endswith(f"· word {first:,}")


@pytest.mark.usefixtures("indexed")
def test_a_row_keeps_to_its_part_of_the_text():
    made = index.open_index(runs.find("tale-lstm"))
    edge = made.sections[1].start
    assert find_places.span_of(made, edge, 2).start == edge
    assert find_places.span_of(made, edge - 2, 2).stop == edge
    assert made.corpus_word(edge) == made.sections[1].corpus_start
    np.testing.assert_array_equal(
        made.words(edge, edge + 3), corpus.load("tale").words[made.sections[1].corpus_start :][:3]
    )
