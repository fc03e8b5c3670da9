"""Text to words, as the chapter normalises them, with nothing glued across a dash."""

from __future__ import annotations

import re
import unicodedata

#: Straight, curly, modifier and full-width apostrophes, the soft hyphen and zero-width joiners:
#: they stand inside words and vanish without parting them.
_DROPPED = dict.fromkeys(map(ord, "'\u2018\u2019\u02bc\uff07\u00ad\u200c\u200d"))

_WORD = re.compile(r"[^\W_]+")


def split_words(text: str) -> list[str]:
    """The words of a text, in order.

    Lower case; apostrophes dropped ("Alice's" gives "alices"); every other character that is not
    a letter or a digit parts words ("three-legged" gives "three", "legged"), dashes of any length
    and the underscores of _emphasis_ included. Letters keep their accents.

    Args:
        text: any text, of any length.

    Returns:
        The words; empty if the text has no letter or digit.
    """
    text = _plain(text)
    return _word_pattern(text).findall(text)


def words_with_gaps(text: str) -> list[tuple[str, str]]:
    """The words of `split_words`, each with the characters between it and the word before."""
    text = _plain(text)
    found, end = [], 0
    for match in _word_pattern(text).finditer(text):
        found.append((text[end : match.start()], match.group()))
        end = match.end()
    return found


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).translate(_DROPPED).lower()


def _word_pattern(text: str) -> re.Pattern[str]:
    # `\w` leaves out combining marks, which many scripts write inside a word and NFC cannot fold
    # into a letter; Alice has none and takes the plain pattern.
    if text.isascii():
        return _WORD
    marks = "".join(c for c in sorted(set(text)) if unicodedata.category(c).startswith("M"))
    return re.compile(rf"[^\W_](?:[^\W_]|[{re.escape(marks)}])*") if marks else _WORD
