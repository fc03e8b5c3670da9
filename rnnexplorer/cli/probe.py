"""`probe`: how long one word helps a network to expect another."""

from __future__ import annotations

import argparse
from typing import Any

from rnnexplorer import beside, reciting, remembering, runs
from rnnexplorer.beside import Drawn
from rnnexplorer.cli import output
from rnnexplorer.cli.codes import DONE
from rnnexplorer.cli.lag import add_runs, chosen_runs
from rnnexplorer.cli.options import Commands, command
from rnnexplorer.measures import probe as measures
from rnnexplorer.measures.probe import Probe
from rnnexplorer.reciting import Texts

WORDS = {
    "cue": "a word that goes with the answer",
    "contrast": "a word that does not",
    "answer": "whose probability is asked for",
}


def add(commands: Commands) -> None:
    """The command `probe`."""
    parser = command(
        commands, "probe", "ask for how long one word helps to expect another", probe
    )  # fmt: skip
    add_runs(parser)
    for name, about in WORDS.items():
        parser.add_argument(f"--{name}", help=f"{about} (default: ready ones from the text)")


def probe(options: argparse.Namespace) -> int:
    """What a cue still says about an answer with some words between, averaged over fillers."""
    chosen = chosen_runs(options)
    first = chosen[0][0]
    texts = reciting.texts_of(first)
    told = [_answer(asked, chosen, texts) for asked in _asked(options, first, texts)]
    if not told:
        raise ValueError(
            f"no two words of the text of {first.name} are frequent enough to be a ready probe;"
            " give --cue, --contrast and --answer"
        )
    if options.json:
        ran = [{"run": run.name, "epoch": epoch} for run, epoch in chosen]
        output.write_json({"runs": ran, "probes": told})
        return DONE
    for one in told:
        for name, sentence in one["sentences"].items():
            output.say(options, f"{name}: {sentence}")
    return DONE


def _asked(options: argparse.Namespace, run: runs.Run, texts: Texts) -> list[Probe]:
    """The probe of the options, or the ready ones."""
    vocabulary = runs.vocabulary(run)
    given = [getattr(options, name) or "" for name in WORDS]
    if any(given):
        return [remembering.probe_of(vocabulary, *given)]
    return [found.probe for found in remembering.ready(texts, len(vocabulary))]


def _answer(asked: Probe, chosen: list[Drawn], texts: Texts) -> dict[str, Any]:
    words = asked.cue, asked.contrast, asked.answer
    spelled = [runs.vocabulary(chosen[0][0]).words[k] for k in words]
    found = remembering.places(texts, without=words)
    names = beside.named(chosen)
    curves = {
        names[run.name]: remembering.probe_curve(
            [
                remembering.answered(run, epoch, found, part, asked)
                for part in remembering.pieces(found)
            ]
        )
        for run, epoch in chosen
    }
    return {
        **dict(zip(WORDS, spelled, strict=True)),
        "text": found.part,
        "fillers": len(found),
        "sentences": {name: measures.told(curve, *spelled) for name, curve in curves.items()},
        "curves": output.records(measures.table(curves)),
    }
