"""What of a text file is the text: no licence, no title page, no contents list, no headings.

Written for the plain-text files of Project Gutenberg, old and new, and kind to any other text with
chapters: without the marks of an edition nothing is dropped but a short title page, headings,
notes of illustrations and "THE END".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

#: Front matter of an edition is dropped up to this share of the words; beyond, it is text.
_FRONT_SHARE = 0.2
#: Words of a title page in a file without the marks of an edition; a prologue is longer.
_TITLE_PAGE_WORDS = 60
#: A heading with fewer words under it may be a line of the contents list.
_CONTENTS_ENTRY_WORDS = 30
#: A longer first line of a title page is not the title, in characters.
_LONGEST_TITLE = 100
#: A longer line or pair of lines below "CHAPTER I." is not its title.
_TITLE_WORDS = 14
#: Where a text without chapters begins: a block of so many lines of such a mean length, in
#: characters, within so many lines of its start.
_PROSE_LINES, _PROSE_WIDTH, _PROSE_SEARCH = 3, 45, 150

_START = re.compile(
    r"^\*+[ ]*START OF (?:THE|THIS) PROJECT GUTENBERG E(?:BOOK|TEXT)"
    r"(?:[^*\n]*(?:\n[^*\n]*)?\*{3}|.*$)"
    r"|^\*+[ ]*END[ ]*\*+[ ]*THE SMALL PRINT.*$",  # editions before 2004
    re.MULTILINE | re.IGNORECASE,
)
_END = re.compile(
    r"^(?:\*+[ ]*END OF (?:THE|THIS) PROJECT GUTENBERG|End of (?:the )?Project Gutenberg)",
    re.MULTILINE | re.IGNORECASE,
)
_TITLE = re.compile(r"^Title:[ ]*(\S.*)$", re.MULTILINE)
_ILLUSTRATION = re.compile(r"\[Illustration[^\]]*\]", re.IGNORECASE)
_THE_END = re.compile(r"^\W*(?:the end|finis)\W*$", re.IGNORECASE)
_CONTENTS = re.compile(r"^\W*(?:table of )?contents\W*$", re.IGNORECASE)
_CREDITS = re.compile(r"^\W*(?:produced by|e-?text prepared|transcribe)", re.IGNORECASE)
_HEADING = re.compile(
    r"^[\s#*_]*(?:C(?i:hapter|anto|hapitre|apítulo|apitolo)|S(?i:tave)|K(?i:apitel))\s+"
    r"(?P<number>[IVXLCDM]+|\d+|(?i:the )?(?i:one|two|three|four|five|six|seven|eight|nine|ten"
    r"|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|first|second|third|last)(?:-(?i:\w+))?)"
    r"[*_]*(?:\s*$|\s*[.:,\u2014\u2013-]+\s*|\s+(?=[A-Z\"'“‘(_]))(?P<title>.*)$"
)
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Layout:
    """The parts of a text.

    Attributes:
        title: what the text calls itself, if it says so.
        opening: text before the first chapter; all of it if there are no chapters.
        chapters: the body of each chapter, without its heading.
    """

    title: str | None
    opening: str
    chapters: tuple[str, ...]


@dataclass(frozen=True)
class _Heading:
    number: str
    line: int
    body: int  # first line after the heading and its title


def layout(text: str) -> Layout:
    """Find the text and its chapters.

    Args:
        text: the whole file, with line ends of any kind.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    title = _title_in_header(text)
    inner = _between_marks(text)
    lines = _without_the_end(_ILLUSTRATION.sub("", inner).split("\n"))
    found = _headings(lines)
    headings = _without_contents(lines, found)
    edition = inner is not text
    if not headings:
        start = _first_prose(lines) if edition else 0
        return Layout(title, "\n".join(lines[start:]), ())
    front = lines[: headings[0].line]
    most = _FRONT_SHARE * _count(lines) if edition or headings != found else _TITLE_PAGE_WORDS
    if _count(front) <= most:
        title = title or _title_on_page(front)
        front = []
    ends = [heading.line for heading in headings[1:]] + [len(lines)]
    bodies = ("\n".join(lines[h.body : end]) for h, end in zip(headings, ends, strict=True))
    return Layout(title, "\n".join(front), tuple(bodies))


def _between_marks(text: str) -> str:
    """The text inside the marks of an edition; the same object if there are none."""
    end = _END.search(text)
    stop = end.start() if end else len(text)
    starts = [match.end() for match in _START.finditer(text, 0, stop)]
    return text[starts[-1] if starts else 0 : stop] if starts or end else text


def _title_in_header(text: str) -> str | None:
    start = _START.search(text)
    found = _TITLE.search(text, 0, start.start()) if start else None
    return found[1].strip() if found else None


def _title_on_page(front: Sequence[str]) -> str | None:
    first = next((line.strip(" \t#*_=") for line in front if _count([line])), "")
    return first if 0 < len(first) <= _LONGEST_TITLE else None


def _without_the_end(lines: list[str]) -> list[str]:
    stop = len(lines)
    while stop and (not lines[stop - 1].strip() or _THE_END.match(lines[stop - 1])):
        stop -= 1
    return lines[:stop]


def _headings(lines: Sequence[str]) -> list[_Heading]:
    """Every chapter heading, those of a contents list included."""
    found = []
    for at, line in enumerate(lines):
        match = _HEADING.match(line)
        if match and (at == 0 or _may_precede(lines[at - 1])):
            body = _after_title(lines, at + 1, has_title=bool(match["title"].strip()))
            found.append(_Heading(match["number"].upper(), at, body))
    return found


def _may_precede(line: str) -> bool:
    return not line.strip() or bool(_HEADING.match(line) or _CONTENTS.match(line))


def _after_title(lines: Sequence[str], at: int, *, has_title: bool) -> int:
    """The first line that is not part of the chapter's title.

    The title may stand in the heading's line, in one or two lines right below it, or, if it has
    not come yet, in one line alone after a blank.
    """
    attached = _block(lines, at)
    if attached:
        return at + len(attached) if len(attached) <= 2 and _is_title(attached) else at
    if has_title:
        return at
    while at < len(lines) and not lines[at].strip():
        at += 1
    alone = _block(lines, at)
    return at + 1 if len(alone) == 1 and _is_title(alone) else at


def _block(lines: Sequence[str], at: int) -> list[str]:
    """The lines from here to the next blank line or heading."""
    block = []
    for line in lines[at:]:
        if not line.strip() or _HEADING.match(line):
            break
        block.append(line)
    return block


def _is_title(block: Sequence[str]) -> bool:
    text = " ".join(block).strip()
    if _count(block) > _TITLE_WORDS:
        return False
    sentence = text.endswith((".", ",", ";", ":")) or text[0] in "\"'“‘" or text[-1] in "\"'”’"
    return text.isupper() or not sentence


def _without_contents(lines: Sequence[str], headings: list[_Heading]) -> list[_Heading]:
    """The headings from the one that opens the text.

    If the first has nothing under it and its number comes again with something under it, the
    first is a line of the contents list, and the text begins at the second.
    """

    def has_text(place: int) -> bool:
        end = headings[place + 1].line if place + 1 < len(headings) else len(lines)
        return _count(lines[headings[place].body : end]) >= _CONTENTS_ENTRY_WORDS

    if not headings or has_text(0):
        return headings
    for place in range(1, len(headings)):
        if headings[place].number == headings[0].number and has_text(place):
            return headings[place:]
    return headings


def _first_prose(lines: Sequence[str]) -> int:
    """The first line of the first block that reads as prose; 0 if none comes soon."""
    at = 0
    while at < min(len(lines), _PROSE_SEARCH):
        block = _block(lines, at)
        width = sum(map(len, block)) / max(len(block), 1)
        if len(block) >= _PROSE_LINES and width >= _PROSE_WIDTH and not _CREDITS.match(block[0]):
            return at
        at += max(len(block), 1)
    return 0


def _count(lines: Sequence[str]) -> int:
    return sum(len(_WORD.findall(line)) for line in lines)
