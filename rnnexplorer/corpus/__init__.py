"""Text to words to vocabulary: the room where every training and every prompt begins.

    corpus = load("alice")
    training, held_out = corpus.split("last-chapter")
    ids = corpus.vocabulary().encode(split_words("Alice was beginning"))

The doors are `load` (by name or path), `read_text_file` (a file of the user's), `save_upload`
(bytes from a browser), `from_bytes` (what the three share) and `available` (for menus).
"""

from __future__ import annotations

from rnnexplorer.corpus.annotations import Annotations, annotate
from rnnexplorer.corpus.errors import CorpusError
from rnnexplorer.corpus.sources import (
    Listing,
    available,
    data_folder,
    load,
    read_text_file,
    save_upload,
)
from rnnexplorer.corpus.text import HELD_OUT, LEAST_WORDS, Corpus, from_bytes
from rnnexplorer.corpus.vocabulary import UnknownWords, Vocabulary
from rnnexplorer.corpus.words import split_words

__all__ = [
    "HELD_OUT",
    "LEAST_WORDS",
    "Annotations",
    "Corpus",
    "CorpusError",
    "Listing",
    "UnknownWords",
    "Vocabulary",
    "annotate",
    "available",
    "data_folder",
    "from_bytes",
    "load",
    "read_text_file",
    "save_upload",
    "split_words",
]
