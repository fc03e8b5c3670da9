"""The text of a run, kept while it is looked at."""

from __future__ import annotations

import streamlit as st

from rnnexplorer import reciting, runs
from rnnexplorer.corpus import CorpusError, available
from rnnexplorer.reciting import Texts

__all__ = ["Texts", "key_of", "of"]


def of(run: runs.Run) -> Texts:
    """The text of a run.

    Raises:
        CorpusError: it is not on this machine.
        ValueError: it is not the text that the run began with.
    """
    return _kept(key_of(run), run)


def key_of(run: runs.Run) -> tuple[object, ...]:
    """What the text of a run and its parts depend on; another run may have taken its name."""
    return str(run.path), run.corpus_sha256, run.recipe


@st.cache_resource(max_entries=8, show_spinner=False)
def _kept(key: object, _run: runs.Run) -> Texts:
    # A page must not wait for a download that nobody asked for.
    if any(listing.name == _run.corpus_name and listing.path is None for listing in available()):
        raise CorpusError(
            f"The text of {_run.name} is not on this machine; get it on the Train page, or put its"
            " file into the data folder."
        )
    return reciting.texts_of(_run)
