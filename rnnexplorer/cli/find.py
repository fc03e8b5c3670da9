"""`find`: where else in a text the same units are on, or where some words stand."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from typing import Any

from rnnexplorer import index, planning, runs
from rnnexplorer.cli import output
from rnnexplorer.cli.codes import DONE
from rnnexplorer.cli.options import INDEXED, Commands, add_layer, add_run, command, positive
from rnnexplorer.index import Index
from rnnexplorer.measures import matching, patterns, searching
from rnnexplorer.traces import check_layer

#: Words before and after a place that are written beside it.
BEFORE, AFTER = 6, 4


def add(commands: Commands) -> None:
    """The command `find`."""
    parser = command(commands, "find", "find where else the same units are on, or some words", find)
    add_run(parser, INDEXED)
    parser.add_argument("--text", help="words to take the pattern from")
    parser.add_argument("--span", help="its steps, such as 4-9 (default: all of the text)")
    parser.add_argument("--signal", help="default: what the cell carries on, C or h")
    add_layer(parser)
    parser.add_argument(
        "--threshold", type=float, default=0.3, help="from where on a unit is on (default: 0.3)"
    )
    parser.add_argument("--off-before", action="store_true", help="off at the word before")
    parser.add_argument("--off-after", action="store_true", help="off at the word after")
    parser.add_argument("--sought", help="words instead, * for any one, or /an expression/")
    parser.add_argument("--count", type=positive, default=20, help="places shown (default: 20)")


def find(options: argparse.Namespace) -> int:
    """Look for a pattern of units that is on over words of a text, or for words themselves."""
    run = runs.find(options.name)
    if (options.text is None) == (options.sought is None):
        raise ValueError("give either --text, to take a pattern from, or --sought, words to find")
    made = index.open_index(run, options.epoch)
    found = _pattern(run, made, options) if options.sought is None else _words(made, options.sought)
    chapters = planning.chapters_of(run)
    places = [located(made, chapters, place) for place in found.pop("places")]
    shown, ties = places[: options.count], found.pop("ties", "")
    if options.json:
        output.write_json({"run": run.name, "epoch": made.epoch, **found, "places": shown})
        return DONE
    output.say(options, f"{run.name}, epoch {made.epoch}: {found['told']}")
    for place in shown:
        output.say(options, line(place))
    if ties:
        output.say(options, ties)
    return DONE


def _words(made: Index, sought: str) -> dict[str, Any]:
    found = searching.search(sought, made.vocabulary, made.ids, made.starts)
    pairs = zip(found.starts.tolist(), found.lengths.tolist(), strict=True)
    count = f"{len(found):,} place" + ("s" * (len(found) != 1))
    return {
        "told": f"{count} of {sought}",
        "sought": sought,
        "count": len(found),
        "places": [{"at": start, "length": length} for start, length in pairs],
    }


def _pattern(run: runs.Run, made: Index, options: argparse.Namespace) -> dict[str, Any]:
    from rnnexplorer import tracing

    trace = tracing.trace(run, options.text, epoch=made.epoch)
    span = _span(options.span, len(trace))
    signal = trace.cell.signal(options.signal or trace.cell.states[-1])
    check_layer(options.layer, trace.layers)
    pattern = patterns.on_units(
        trace.signals[signal.key][options.layer], span, options.threshold, signal.kind,
        before_off=options.off_before, after_off=options.off_after,
    )  # fmt: skip
    numbers = {word: k for k, word in enumerate(made.vocabulary)}
    own = matching.own_starts(made.ids, searching.word_ids(trace.words, numbers), span)
    found = matching.find(
        made.signals[signal.key][options.layer], pattern, made.starts, options.count, own
    )
    inside = " ".join(trace.words[span[0] : span[1] + 1])
    return {
        "told": f"{len(pattern.units)} of {trace.units} units have {signal.symbol} on over"
        f" “{inside}”",
        "signal": signal.key,
        "layer": options.layer,
        "threshold": options.threshold,
        "words": inside,
        "units": pattern.units.tolist(),
        "signs": pattern.signs.tolist(),
        "ties": matching.told_ties(found) if found else "",
        "places": [
            {
                "at": match.start,
                "length": match.length,
                "units_on": match.on,
                "edges": match.edges,
                "score": match.score,
                "places_as_good": match.tied,
                "expected_by_chance": match.by_chance,
                "this_very_place": matching.is_own(match, own, pattern.length),
            }
            for match in found
        ],
    }


def _span(text: str | None, steps: int) -> tuple[int, int]:
    """First and last step; all words where none are given."""
    if text is None:
        return 0, steps - 1
    match = re.fullmatch(r"(\d+)-(\d+)", text)
    if match is None:
        raise ValueError(f"--span is {text!r}; it must be two steps, counted from 0, such as 4-9")
    return int(match[1]), int(match[2])


def located(made: Index, chapters: Sequence[int], place: dict[str, Any]) -> dict[str, Any]:
    """A place with its number in the corpus, its chapter and its words."""
    at, length = place.pop("at"), place["length"]
    section, word = made.section(at), made.corpus_word(at)
    chapter, in_chapter = searching.in_chapter(chapters, word)
    first, stop = max(section.start, at - BEFORE), min(section.stop, at + length + AFTER)
    return {
        "word": word,
        "chapter": chapter,
        "word_in_chapter": in_chapter,
        **place,
        "before": made.words(first, at),
        "words": made.words(at, at + length),
        "after": made.words(at + length, stop),
    }


def line(place: dict[str, Any]) -> str:
    """One place on a line, the match in brackets."""
    where = searching.told_place(place["chapter"], place["word_in_chapter"])
    before, words, after = (" ".join(place[key]) for key in ("before", "words", "after"))
    facts = ""
    if "units_on" in place:
        facts = f"{place['units_on']} on, by chance {place['expected_by_chance']:.2g}; "
        facts += "this very place; " if place["this_very_place"] else ""
    return f"{before:>40.40} [{words}] {after}  ({facts}{where})"
