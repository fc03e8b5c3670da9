"""What words hang on, by how far back, on average over the text: beside one word of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rnnexplorer import remembering, runs
from rnnexplorer.corpus import CorpusError
from rnnexplorer.measures.influence import Row, at_distances, newest_half
from rnnexplorer.pages import influence_models, texts
from rnnexplorer.pages.influence_models import Work
from rnnexplorer.pages.influence_pictures import Asked
from rnnexplorer.remembering import Places
from rnnexplorer.traces import Array, Trace

if TYPE_CHECKING:
    from rnnexplorer.gradients import ByLag  # imports torch


@dataclass(frozen=True, eq=False)
class Average:
    """The gradients at places of a run's text, there or still to be taken.

    Attributes:
        name: of the run.
        places: that it is over.
        work: that takes them.
    """

    name: str
    places: Places
    work: Work[ByLag]

    def by_lag(self, asked: Asked) -> Array | None:
        """The geometric mean by how far back, [K].

        Done in pieces where it is not there yet; None after Cancel.
        """
        done = self.work.done()
        if done is None:
            return None
        return remembering.gradient_curve(
            done[self.name], asked.kind, absolute=True, layer=asked.layer
        ).mean

    def sentence(self, by_lag: Array) -> str:
        """Within how many words half of the total lies, however many come before the own word."""
        half = newest_half(by_lag[::-1])
        within = "in the last word alone" if half == 1 else f"within the last {half} words"
        return (
            f"On average over {len(self.places)} places of the {self.places.part} text, half of the"
            f" total lies {within}."
        )


def of(run: runs.Run, trace: Trace, y: str) -> Average | None:
    """The average of a run; None where there is none.

    It is taken in the memory that the run was trained for, over a text that is there and long
    enough.

    Args:
        run: that made the trace.
        trace: of the own text.
        y: what the gradient is of, `loss` or `logit`.
    """
    if trace.origin.memory != run.recipe.memory:
        return None
    try:
        places = influence_models.places(run, texts.of(run))
    except (CorpusError, ValueError):
        return None
    work = influence_models.gradients([(run, trace.origin.epoch)], places, y)
    return Average(run.name, places, work)


def under(by_lag: Array | None, asked: Asked) -> Row | None:
    """The average under each word that is shown before the chosen one; None where there is none."""
    if by_lag is None or asked.target == asked.steps.start:
        return None
    return at_distances(by_lag, asked.target, asked.steps.start)
