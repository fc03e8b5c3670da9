"""`memorised`: how much of its text a network recites, in the numbers of the page."""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np

from rnnexplorer import reciting, runs
from rnnexplorer.address import TEMPERATURE, WORDS_WRITTEN
from rnnexplorer.cli import output
from rnnexplorer.cli.codes import DONE
from rnnexplorer.cli.options import Commands, add_run, command
from rnnexplorer.measures import memorised as measures
from rnnexplorer.measures.distribution import perplexity
from rnnexplorer.reciting import Texts


def add(commands: Commands) -> None:
    """The command `memorised`."""
    parser = command(
        commands, "memorised", "tell how much of its text a network recites", memorised
    )
    add_run(parser)
    parser.add_argument(
        "--temperature", type=float, default=TEMPERATURE,
        help=f"of the texts that may be new (default: {TEMPERATURE:g})",
    )  # fmt: skip
    parser.add_argument("--text", help="words to go on from, and to look for in the training text")
    parser.add_argument(
        "--words", type=int, default=WORDS_WRITTEN,
        help=f"how many it writes after them (default: {WORDS_WRITTEN})",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=1, help="of the words after --text")


def memorised(options: argparse.Namespace) -> int:
    """Runs of the training text, what is new, the network against counting, reading and writing."""
    run = runs.find(options.name)
    epoch = runs.kept_epoch(run, options.epoch)
    texts = reciting.texts_of(run)
    found = {
        "run": run.name,
        "epoch": epoch,
        "training_words": len(texts.training),
        "held_out_words": len(texts.held_out),
        **_written(run, epoch, texts, options.temperature),
        "held_out_perplexity": _perplexities(run, epoch, texts),
        "reading_against_writing": _paths(run, epoch, texts),
    }
    if options.text is not None:
        found["text"] = _text(run, epoch, texts, options)
    if options.json:
        output.write_json(found)
    else:
        for line in _lines(found):
            output.say(options, line)
    return DONE


def _written(run: runs.Run, epoch: int, texts: Texts, temperature: float) -> dict[str, Any]:
    likeliest = reciting.written(run, epoch, texts, 0.0)
    written = likeliest if temperature == 0 else reciting.written(run, epoch, texts, temperature)
    author = texts.author_novelty
    mean, error = measures.mean_of_texts(reciting.novelty(texts, written))
    return {
        "in_long_runs": reciting.long_share(texts, likeliest),
        "author_in_long_runs": texts.author_long_share,
        "temperature": temperature,
        "new": dict(zip(reciting.ORDERS, mean.tolist(), strict=True)),
        "new_error": dict(zip(reciting.ORDERS, error.tolist(), strict=True)),
        "author_new": None if author is None
        else dict(zip(reciting.ORDERS, author.tolist(), strict=True)),
        "loops": reciting.loops(written),
    }  # fmt: skip


def _perplexities(run: runs.Run, epoch: int, texts: Texts) -> dict[str, float] | None:
    """Of the network and of the models that count; None where nothing was held out."""
    if len(texts.held_out) < 2:
        return None
    counted = {
        name: reciting.counting_losses(texts, order) for order, name in reciting.COUNTING.items()
    }
    losses = {"network": reciting.network_losses(run, epoch, texts), **counted}
    return {name: perplexity(float(values.mean())) for name, values in losses.items()}


def _paths(run: runs.Run, epoch: int, texts: Texts) -> dict[str, Any]:
    """By part of the text: words kept, and the two curves by step."""
    found: dict[str, Any] = {}
    for part, text in (("held_out", texts.held_out), ("training", texts.training)):
        places = reciting.passages(text)
        if places:
            shares = reciting.shares(run, epoch, places)
            found[part] = {
                "places": len(places),
                "words_kept_median": float(np.median(shares.kept)),
                "right_while_reading": shares.right.tolist(),
                "right_while_reading_error": shares.right_error.tolist(),
                "kept_while_writing": shares.same.tolist(),
                "kept_while_writing_error": shares.same_error.tolist(),
            }
    return found


def _text(
    run: runs.Run, epoch: int, texts: Texts, options: argparse.Namespace
) -> dict[str, Any]:  # fmt: skip
    """The runs of the training text in given words and what is written after them."""
    from rnnexplorer import tracing

    trace = tracing.trace(
        run, options.text, epoch=epoch, continue_words=options.words,
        temperature=options.temperature, seed=options.seed,
    )  # fmt: skip
    given = trace.origin.prompt
    ids = runs.vocabulary(run).encode(trace.words)
    found = measures.spans(texts.index, ids, given)
    return {
        "given": list(trace.words[:given]),
        "written": list(trace.words[given:]),
        "run_lengths": found.length.tolist(),
        "runs": [
            {
                "step": span.start,
                "length": span.length,
                "written": span.written,
                "words": list(trace.words[span.start : span.start + span.length]),
                "word": span.place,
                "place": texts.place(span.place),
            }
            for span in found.spans
        ],
    }


def _lines(found: dict[str, Any]) -> list[str]:
    told = [
        f"{found['run']}, epoch {found['epoch']}, trained on {found['training_words']:,} words:",
        f"  {found['in_long_runs']:.0%} of the words that it writes (the most probable ones) end a"
        f" run of {reciting.LONG} or more words of its text"
        + _author(found["author_in_long_runs"]),
        f"  new at temperature {found['temperature']:g}:",
    ]
    for order, share in found["new"].items():
        author = found["author_new"]
        told.append(
            f"    {order} in a row  {share:>4.0%} ± {found['new_error'][order]:.0%}"
            + ("" if author is None else f"   the author {author[order]:>4.0%}")
        )
    told.append(
        f"  {found['loops']:.0%} of its {reciting.ORDER}-grams repeat an earlier one of the text"
    )
    if found["held_out_perplexity"] is not None:
        values = ", ".join(f"{name} {x:,.0f}" for name, x in found["held_out_perplexity"].items())
        told.append(f"  held-out perplexity: {values}")
    for part, one in found["reading_against_writing"].items():
        told.append(
            f"  {part.replace('_', '-')} text, {one['places']} places: it writes"
            f" {reciting.words_told(one['words_kept_median'])} before it leaves the text"
            f" (median); reading it, {np.mean(one['right_while_reading']):.0%} of its guesses are"
            " right"
        )
    if "text" in found:
        told.append(f"  {' '.join(found['text']['given'])} | {' '.join(found['text']['written'])}")
        told += [
            f"    {run['length']:>3} words, {run['written']} written, {run['place']}:"
            f" {' '.join(run['words'])}"
            for run in found["text"]["runs"]
        ]
    return told


def _author(share: float | None) -> str:
    return "" if share is None else f"; of the author's own held-out words, {share:.0%}"
