"""Novelty and gains: the curves and bars are the numbers they were given."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from rnnexplorer.figures import memorised

ORDERS = (1, 2, 3)
WRITTEN = np.array([[0.0, 0.2, 0.8], [0.1, 0.4, np.nan]])
REAL = np.array([0.1, 0.5, 0.9])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_curve_is_the_mean_of_the_texts_beside_the_authors(theme: str) -> None:
    figure = memorised.novelty(ORDERS, WRITTEN, REAL, theme)
    named = {trace.name: trace for trace in figure.data if trace.name}
    np.testing.assert_allclose(named["written by the network"].y, [0.05, 0.3, 0.8])
    np.testing.assert_allclose(named["the author, not trained on"].y, REAL)
    assert [trace.name for trace in figure.data if trace.showlegend is not False] == list(named)
    assert len(memorised.novelty(ORDERS, WRITTEN, None, theme).data) == 2
    told = memorised.describe_novelty(ORDERS, WRITTEN, REAL)
    assert "Of 2 words in a row, 30% are new" in told
    assert "50%" in told


def test_curves_over_temperature_have_two_standard_errors() -> None:
    table = pd.DataFrame({"temperature": [0.0, 1.0], "new_4_grams": [0.2, 0.6], "error": 0.1})
    figure = memorised.novelty_by("temperature", table, 0.9, 4)
    line = figure.data[0]
    np.testing.assert_allclose(line.y, [0.2, 0.6])
    np.testing.assert_allclose(line.error_y.array, [0.2, 0.2])
    assert figure.layout.shapes[0].y0 == 0.9


def test_bars_of_gains_keep_their_order_and_sign() -> None:
    table = pd.DataFrame(
        {"group": ["never seen", "often"], "words": [1234, 5], "gain": [-1.5, 0.5],
         "error": [0.2, np.nan]}
    )  # fmt: skip
    figure = memorised.wins_and_losses(table, "trigram")
    assert list(figure.data[0].x) == [-1.5, 0.5]
    assert figure.layout.yaxis.ticktext[0] == "never seen<br>1,234 words"
    assert figure.layout.xaxis.range[1] > 1.9
    assert "never seen −1.50" in memorised.describe_wins(table, "trigram")
