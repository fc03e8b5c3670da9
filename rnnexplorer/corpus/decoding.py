"""Bytes to text, with a sentence for each kind of file that is not plain UTF-8 text."""

from __future__ import annotations

import codecs

from rnnexplorer.corpus.errors import CorpusError

#: First bytes of files that people take for text, and what they are.
_NOT_TEXT: tuple[tuple[bytes, str], ...] = (
    (b"%pdf", "a PDF"),
    (b"pk\x03\x04", "a Word document, an e-book or another zip archive"),
    (b"\x1f\x8b", "a compressed file"),
    (b"{\\rtf", "an RTF document"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
)

#: First bytes of Unicode files that are not UTF-8; UTF-32 first, since it begins as UTF-16 does.
_OTHER_UNICODE: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)

#: Every other byte of Latin text in UTF-16 is zero; a binary file seldom comes near this share.
_UTF16_ZEROS = 0.4


def decode(raw: bytes, label: str) -> str:
    """The text of a UTF-8 file, with or without a byte-order mark.

    Args:
        raw: the whole file.
        label: what to call it in an error.

    Raises:
        CorpusError: it is empty, of another kind, or in another encoding.
    """
    if not raw.strip():
        raise CorpusError(f"{label} is empty; choose a text file with words in it")
    _refuse_other_kinds(raw, label)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CorpusError(_not_utf8(raw, error.start, label)) from error


def _refuse_other_kinds(raw: bytes, label: str) -> None:
    start = raw[:64].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    for signature, kind in _NOT_TEXT:
        if start.startswith(signature):
            raise CorpusError(f"{label} is {kind}, not plain text; save it as plain text (.txt)")
    for mark, encoding in _OTHER_UNICODE:
        if raw.startswith(mark):
            raise CorpusError(f"{label} is text in {encoding}, not UTF-8; {_convert(encoding)}")
    if b"\0" in raw:
        if max(raw[0::2].count(0), raw[1::2].count(0)) > _UTF16_ZEROS * len(raw) / 2:
            raise CorpusError(f"{label} looks like text in UTF-16, not UTF-8; {_convert('UTF-16')}")
        raise CorpusError(
            f"{label} is a binary file (byte {raw.index(0)} is zero), not text;"
            " choose a plain text file"
        )


def _not_utf8(raw: bytes, offset: int, label: str) -> str:
    line = raw.count(b"\n", 0, offset) + 1
    where = f"{label} is not UTF-8: byte 0x{raw[offset]:02x} at offset {offset} (line {line})"
    try:
        raw.decode("cp1252")
    except UnicodeDecodeError:
        return f"{where} belongs to another encoding; open it in an editor and save it as UTF-8"
    return f"{where} looks like Windows-1252; {_convert('WINDOWS-1252')}"


def _convert(encoding: str) -> str:
    command = f"iconv -f {encoding} -t UTF-8 old.txt > new.txt"
    return f'save it as UTF-8 in an editor, or run "{command}"'
