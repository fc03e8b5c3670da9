"""Work in pieces in a real Chromium: cancelled in the middle, and gone on with."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser


def test_cancel_stops_in_the_middle_and_go_on_finishes(page, serve, expect):
    with socket.create_server(("127.0.0.1", 0)) as desk:
        desk.settimeout(60)

        def end_a_piece():
            line, _ = desk.accept()
            with line:
                line.send(b".")

        app = Path(__file__).with_name("working_app.py")
        there = page(serve(app, {"PIECES_PORT": str(desk.getsockname()[1])}))
        end_a_piece()
        end_a_piece()
        expect(there.get_by_text("piece 3 · 3 of 9")).to_be_visible()
        there.get_by_role("button", name="Cancel").click()
        told = there.get_by_text("Cancelled with 2 of 9 parts done. They are kept.")
        expect(told).to_be_visible()
        there.get_by_role("button", name="Go on").click()
        expect(there.get_by_text("piece 3 · 3 of 9")).to_be_visible()
        end_a_piece()  # the third, begun before Cancel
        for _ in range(3, 10):
            end_a_piece()
        expect(there.get_by_text("All nine are done")).to_be_visible()
        expect(there.get_by_role("button", name="Cancel")).to_have_count(0)
