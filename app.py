"""The app: page configuration, the shared frame, navigation; nothing else."""

import streamlit as st

from rnnexplorer.pages import sidebar

st.set_page_config(page_title="rnnexplorer", page_icon=sidebar.ICON, layout="wide")

PAGES = {
    "Look": {"explore": "Explore", "compare": "Compare"},
    "Ask": {
        "units": "Units",
        "find": "Find",
        "memory": "Memory",
        "influence": "Influence",
        "what_if": "What if",
        "memorised": "Memorised",
    },
    "Training": {"over_time": "Over time", "train": "Train"},
    "Learn": {"lessons": "Lessons", "laboratory": "Laboratory"},
}

page = st.navigation(
    {
        heading: [
            st.Page(f"rnnexplorer/pages/{name}.py", title=title, default=name == "explore")
            for name, title in pages.items()
        ]
        for heading, pages in PAGES.items()
    },
    expanded=True,
)
sidebar.draw()
page.run()
