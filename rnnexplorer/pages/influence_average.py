"""What words hang on, by how far back, on average over the text: beside one word of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rnnexplorer import remembering
from rnnexplorer.corpus import CorpusError
from rnnexplorer.measures.influence import SIGNED, Row, at_distances
from rnnexplorer.pages import influence_models, texts
from rnnexplorer.pages.influence_models import Work
from rnnexplorer.pages.influence_pictures import Asked
from rnnexplorer.remembering import Places

if TYPE_CHECKING:
    from rnnexplorer.gradients import ByLag  # imports torch


@dataclass(frozen=True, eq=False)
class Average:
    """The gradients at places of the run's text, there or still to be taken.

    Attributes:
        asked: what it stands beside.
        places: that it is over.
        work: that takes them.
    """

    asked: Asked
    places: Places
    work: Work[ByLag]

    def row(self) -> Row | None:
        """The geometric mean under each earlier word, as far back as it is known.

        Done in pieces where it is not there yet; None after Cancel.
        """
        done = self.work.done()
        if done is None:
            return None
        asked = self.asked
        curve = remembering.gradient_curve(
            done[asked.run.name], asked.kind, absolute=True, layer=asked.layer
        )
        return at_distances(curve.mean, asked.target, asked.steps.start)

    def sentence(self, row: Row) -> str:
        """Within how many words half of the total lies, on average."""
        half = row.newest_half()
        within = "in the last word alone" if half == 1 else f"within the last {half} words"
        return (
            f"On average over {len(self.places)} places of the {self.places.part} text, half of the"
            f" total lies {within}."
        )


def of(asked: Asked) -> Average | None:
    """The average of what is asked; None where there is none.

    Amounts with a sign cancel out over places; the average is taken in the memory that the run was
    trained for, and over a text that is there and long enough.
    """
    run, origin = asked.run, asked.trace.origin
    if asked.kind in SIGNED or origin.memory != run.recipe.memory or asked.target == 0:
        return None
    try:
        places = influence_models.places(run, texts.of(run))
    except (CorpusError, ValueError):
        return None
    work = influence_models.gradients([(run, origin.epoch)], places, asked.of)
    return Average(asked, places, work)
