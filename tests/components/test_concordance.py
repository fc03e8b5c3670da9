"""The markup of a concordance: every word escaped, the focus where it is said to be."""

from __future__ import annotations

from html.parser import HTMLParser

from rnnexplorer.components.concordance import Line, html_of
from rnnexplorer.figures.scales import diverging
from rnnexplorer.figures.style import theme_of


class Cells(HTMLParser):
    """The text of each cell by its class, and the links."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[tuple[str, str]] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "div":
            self.cells.append((given.get("class") or "", ""))
        if tag == "a":
            self.links.append(given["href"] or "")

    def handle_data(self, data: str) -> None:
        if self.cells:
            kind, text = self.cells[-1]
            self.cells[-1] = (kind, text + data)


def test_words_stand_before_at_and_after_the_focus_and_are_no_markup() -> None:
    light = theme_of("light")
    line = Line(["a", "<b>", "c", "d"], [0.1, -0.5, 1.0, 0.0], 1, 2, "word 7", "/?run=x&step=1")
    parser = Cells()
    parser.feed(html_of([line], diverging(light, "h"), light))
    assert parser.cells[1:] == [
        ("before", "a"),
        ("focus", "<b> c"),
        ("after", "d"),
        ("note", "word 7"),
    ]
    assert parser.links == ["/?run=x&step=1"]
