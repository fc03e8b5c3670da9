"""The app: page configuration, the shared frame, navigation; nothing else."""

import streamlit as st

from rnnexplorer.pages import frame

st.set_page_config(page_title="rnnexplorer", page_icon=frame.ICON, layout="wide")

page = st.navigation(
    [
        st.Page("rnnexplorer/pages/explore.py", title="Explore", default=True),
        st.Page("rnnexplorer/pages/compare.py", title="Compare"),
        st.Page("rnnexplorer/pages/units.py", title="Units"),
        st.Page("rnnexplorer/pages/find.py", title="Find"),
        st.Page("rnnexplorer/pages/memory.py", title="Memory"),
        st.Page("rnnexplorer/pages/what_if.py", title="What if"),
        st.Page("rnnexplorer/pages/memorised.py", title="Memorised"),
        st.Page("rnnexplorer/pages/over_time.py", title="Over time"),
        st.Page("rnnexplorer/pages/train.py", title="Train"),
    ]
)
frame.draw()
page.run()
