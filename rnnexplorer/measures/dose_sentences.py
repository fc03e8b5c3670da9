"""A dose–response curve in words, for the page and the command line."""

from __future__ import annotations

from rnnexplorer.edits import Edit
from rnnexplorer.measures.arithmetic import number
from rnnexplorer.measures.dose import Curves, largest_shift
from rnnexplorer.traces import Trace

#: A probability that moves less than this is not seen in a curve.
SEEN = 0.0005


def subject(swept: Edit, trace: Trace) -> str:
    """What is swept: "h of unit 41 at “sister”"."""
    layer = f" of layer {swept.layer + 1}" if trace.layers > 1 else ""
    if swept.units is None:
        whose = f"all units{layer}"
    elif len(swept.units) == 1:
        whose = f"unit {swept.units[0]}{layer}"
    else:
        whose = f"{len(swept.units)} units{layer}"
    if swept.stop is None:
        at = f"from step {swept.start} on"
    elif swept.stop - swept.start > 1:
        at = f"at steps {swept.start} to {swept.stop - 1}"
    else:
        at = f"at “{trace.words[swept.start]}”"
    return f"{trace.cell.signal(swept.signal).symbol} of {whose} {at}"


def axis_name(swept: Edit, what: str) -> str:
    """The axis of doses."""
    before = {"add": "added to ", "scale": "factor on "}
    return before.get(swept.action, "") + what


def headline(swept: Edit, found: Curves, trace: Trace, later: int) -> str:
    """The dose that moves a word furthest, in a sentence."""
    what, most = subject(swept, trace), largest_shift(found)
    after = ""
    if later:
        after = f" after “{trace.words[swept.start + later]}”, step {swept.start + later},"
    if abs(most.after - most.before) < SEEN:
        return f"However {what} is changed, no next word{after} moves by 0.1%."
    dose = number(most.dose)
    if swept.action == "add":
        change = f"Adding {dose} to {what}"
    elif swept.action == "scale":
        change = f"Multiplying {what} by {dose}"
    elif found.natural is None or found.natural == most.dose:
        change = f"Setting {what} to {dose}"
    else:
        verb = "Raising" if most.dose > found.natural else "Lowering"
        change = f"{verb} {what} from {number(found.natural)} to {dose}"
    shift = f"takes “{most.word}”{after} from {most.before:.1%} to {most.after:.1%}."
    return f"{change} {shift}"
