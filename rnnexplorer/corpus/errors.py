"""The one error of a text that cannot be used."""

from __future__ import annotations


class CorpusError(ValueError):
    """A text cannot be used; the message says what is wrong, why, and what to do next."""
