"""`units`: all units of a layer in a table, or everything about one of them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

import numpy as np

from rnnexplorer import index, planning, runs, studies
from rnnexplorer.cli import output
from rnnexplorer.cli.codes import DONE
from rnnexplorer.cli.find import line, located
from rnnexplorer.cli.options import INDEXED, Commands, add_layer, add_run, command
from rnnexplorer.index import Index
from rnnexplorer.measures import contexts, contribution, health, units
from rnnexplorer.measures.contribution import Push
from rnnexplorer.studies import Study
from rnnexplorer.traces import check_layer, check_unit

#: Places of each end of the unit's range, and words pushed each way, as on the page of a unit.
PLACES, PUSHED = 8, 8


def add(commands: Commands) -> None:
    """The command `units`."""
    parser = command(commands, "units", "show what each unit does and is worth", show_units)
    add_run(parser, INDEXED)
    add_layer(parser)
    parser.add_argument("--unit", type=int, help="everything about this one, counted from 0")


def show_units(options: argparse.Namespace) -> int:
    """What the index and the study of a checkpoint say of its units."""
    run = runs.find(options.name)
    made = index.open_index(run, options.epoch)
    study = studies.load(run, made.epoch)
    if study is None:
        raise ValueError(
            f"the units of {run.name} at epoch {made.epoch} were not studied yet; do it with"
            f" `python -m rnnexplorer index {run.name} --epoch {made.epoch}`"
        )
    check_layer(options.layer, made.layers)
    if options.unit is None:
        return _all(run, made, study, options)
    check_unit(options.unit, made.units)
    return _one(run, made, study, options)


def _all(run: runs.Run, made: Index, study: Study, options: argparse.Namespace) -> int:
    table = units.table(made, study, options.layer)
    if options.json:
        told = {"run": run.name, "epoch": made.epoch, "layer": options.layer}
        output.write_json({**told, "units": output.records(table)})
        return DONE
    output.say(options, output.aligned(table))
    output.say(options, f"{run.name}, epoch {made.epoch}: {health.summary(table)}")
    return DONE


def _one(run: runs.Run, made: Index, study: Study, options: argparse.Namespace) -> int:
    layer, unit, chapters = options.layer, options.unit, planning.chapters_of(run)
    card = {
        "run": run.name,
        "epoch": made.epoch,
        "layer": layer,
        **output.records(units.table(made, study, layer).iloc[[unit]])[0],
        "switched_off": vars(units.worth(study, layer, unit)),
        "highest": _places(made, chapters, layer, unit, lowest=False),
        "lowest": _places(made, chapters, layer, unit, lowest=True),
        **_pushed(run, made, layer, unit),
        "features": output.records(units.tracks(study, layer, unit)),
    }
    if options.json:
        output.write_json(card)
        return DONE
    for text in _told(card, made):
        output.say(options, text)
    return DONE


def _places(
    made: Index, chapters: Sequence[int], layer: int, unit: int, *, lowest: bool
) -> list[dict[str, Any]]:
    """Where h of the unit is highest or lowest in the whole text."""
    values = made.signals["h"][layer, :, unit].astype(np.float32)
    found = contexts.strongest(values, made.ids, PLACES, lowest=lowest, starts=made.starts)
    return [
        {"h": place.value, **located(made, chapters, {"at": place.at, "length": 1})}
        for place in found
    ]


def _pushed(run: runs.Run, made: Index, layer: int, unit: int) -> dict[str, Any]:
    """The words that a unit of the last layer promotes and suppresses; nothing of the others."""
    if layer < made.layers - 1:
        return {"promoted": None, "suppressed": None}

    def words(push: Push) -> list[dict[str, Any]]:
        pairs = zip(push.ids.tolist(), push.weight.tolist(), strict=True)
        return [{"word": made.vocabulary[k], "weight": weight} for k, weight in pairs]

    up, down = contribution.pushed(runs.weights(run, made.epoch), unit, PUSHED)
    return {"promoted": words(up), "suppressed": words(down)}


def _told(card: dict[str, Any], made: Index) -> list[str]:
    """A card for a person."""
    off = card["switched_off"]
    part = {"held out": "held-out", "training": "training"}[off["part"]]
    read = "held-out" if len(made.sections) > 1 else "training"
    lines = [
        f"{card['run']}, epoch {card['epoch']}, layer {card['layer'] + 1}, unit {card['unit']}",
        *(
            f"{made.cell.signal(gate).name}: {ends[0]} {card[f'{gate}_open']:.0%}, {ends[1]}"
            f" {card[f'{gate}_shut']:.0%} of the {read} words"
            for gate in health.gates_of(made.cell)
            for ends in (("near -1", "near 1")[::-1] if gate == "h" else ("open", "shut"),)
        ),
        f"in trouble: {card['trouble']}" if card["trouble"] else "not in trouble",
        f"switched off, over {off['words']:,} {part} words: perplexity {off['before']:,.1f} to"
        f" {off['after']:,.1f}, {off['cost']:+.4f} ± {off['error']:.4f} nats a word, rank"
        f" {off['rank']}",
        f"half of a push is left after {_words(card['half_life_by_push'])}",
    ]
    if "half_life_by_gate" in card:
        lines.append(f"its gate alone would halve it after {_words(card['half_life_by_gate'])}")
    for name in ("promoted", "suppressed"):
        if card[name] is not None:
            lines.append(f"{name}: " + ", ".join(f"{w['word']} {w['weight']:+.2f}"
                                                 for w in card[name]))  # fmt: skip
    for row in card["features"]:
        chance = f"{row['by_chance']:.2f} ± {row['by_chance_spread']:.2f}"
        lines.append(f"tracks {row['feature']} with {row['direction']}: score {row['score']:.2f},"
                     f" by chance {chance}, p {row['p']:.3f}")  # fmt: skip
    for name in ("highest", "lowest"):
        lines.append(f"h is {name}:")
        lines += [f"{place['h']:+.2f} {line(place)}" for place in card[name]]
    return lines


def _words(steps: float | None) -> str:
    return "more words than were followed" if steps is None else f"{steps:.1f} words"
