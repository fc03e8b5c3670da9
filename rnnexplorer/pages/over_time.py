"""Over time: when in training did it appear? Curves over checkpoints; epochs played; two epochs."""

from __future__ import annotations

import streamlit as st

from rnnexplorer import reciting, runs, signals, timeline
from rnnexplorer.corpus import CorpusError
from rnnexplorer.figures import timeline as figures
from rnnexplorer.measures import learning
from rnnexplorer.pages import charts, downloads, frame, over_time_pair, over_time_play, texts
from rnnexplorer.pages.over_time_epochs import moments

VIEWS = {
    "curves": "Curves over the epochs",
    "play": "Play the epochs",
    "pair": "Two epochs, A and B",
}


def _curves(run: runs.Run) -> None:
    try:
        found = texts.of(run)
    except (CorpusError, ValueError) as error:
        st.warning(str(error), icon=":material/menu_book:")
        return
    every = moments(run, found)
    if every is None:
        return
    metrics = runs.metrics(run)
    held_out = learning.held_out(metrics)
    chosen = runs.kept_epoch(run, frame.current().epoch)
    st.markdown(f"#### {timeline.told(every, held_out)}")
    charts.draw(
        figures.over_epochs(
            signals.cell(run.recipe.cell),
            every,
            metrics,
            None if held_out is None else held_out.over_fits_from,
            chosen,
            frame.theme(),
            run.recipe.layers,
        ),
        "over_epochs",
        figures.describe_over_epochs(every, None if held_out is None else held_out.lowest),
    )
    of_layers = ", saturation over all layers" if run.recipe.layers > 1 else ""
    st.caption(
        "A dot is a kept checkpoint, of the loss an epoch; along a dotted line nothing was"
        " measured. It over-fits where the last held-out loss lies above the lowest by 1% of"
        " perplexity (0.01 nats) or more. Falling entropy: the network is surer of the next word."
        " More saturation: more values at their ends, where little gradient passes. Memorised: the"
        f" share of words, of {reciting.PROMPTS} texts written greedily, that end a run of"
        f" {reciting.LONG} or more words of the training text, as on the page Memorised. In a loop:"
        f" the share of their {reciting.ORDER}-grams that repeat an earlier one. Entropy and"
        f" saturation are means over {timeline.READ} words{of_layers}. Amber is the epoch chosen on"
        " the left, where every other page looks."
    )
    with st.popover("Data", icon=":material/download:"):
        table = timeline.table(every)
        downloads.csv("Every checkpoint", table, f"{run.name}-over-time")
        if len(metrics):
            losses = metrics[["epoch", "loss", "held_out_loss"]]
            downloads.csv("Loss of every epoch", losses, f"{run.name}-losses")
        st.dataframe(table, height=260, hide_index=True)


chosen_run = frame.with_weights("There is no training to look back on")
if chosen_run is not None:
    {"curves": _curves, "play": over_time_play.draw, "pair": over_time_pair.draw}[
        frame.choose_tab(VIEWS, "over_time_tab")
    ](chosen_run)
frame.show_address()
