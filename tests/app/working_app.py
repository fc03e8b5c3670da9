"""A page with work in nine pieces; each ends when whoever listens at PIECES_PORT says so."""

import os
import socket

import streamlit as st

from rnnexplorer.pages import working


def piece() -> None:
    """Say that it is under way, and wait."""
    with socket.create_connection(("127.0.0.1", int(os.environ["PIECES_PORT"]))) as line:
        line.recv(1)


if working.in_pieces("nine", "key", dict.fromkeys(range(1, 10), piece), "piece {}".format):
    st.markdown("All nine are done")
