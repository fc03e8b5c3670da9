"""rnnexplorer: open a recurrent network up, train it, and read what happens inside.

    import rnnexplorer as rx

    run = rx.load("alice-lstm-book")
    trace = rx.trace(run, "alice was beginning to get very tired")
    rx.figures.gates(trace).show()

The doors below are imported when first used, so that listing runs does not pay for torch.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

#: public name -> module and attribute (None: the module itself)
_DOORS: dict[str, tuple[str, str | None]] = {
    "load": ("rnnexplorer.runs", "find"),
    "runs": ("rnnexplorer.runs", None),
    "Recipe": ("rnnexplorer.recipe", "Recipe"),
    "preset": ("rnnexplorer.recipe", "preset"),
    "load_corpus": ("rnnexplorer.corpus", "load"),
    "Trace": ("rnnexplorer.traces", "Trace"),
    "load_trace": ("rnnexplorer.traces", "load"),
    "save_trace": ("rnnexplorer.traces", "save"),
    "trace": ("rnnexplorer.tracing", "trace"),
    "train": ("rnnexplorer.worker", "train"),
    "measures": ("rnnexplorer.measures", None),
    "figures": ("rnnexplorer.figures", None),
}

__all__ = [
    "Recipe",
    "Trace",
    "__version__",
    "figures",
    "load",
    "load_corpus",
    "load_trace",
    "measures",
    "preset",
    "runs",
    "save_trace",
    "trace",
    "train",
]

if TYPE_CHECKING:
    import rnnexplorer.figures as figures
    import rnnexplorer.measures as measures
    import rnnexplorer.runs as runs
    from rnnexplorer.corpus import load as load_corpus
    from rnnexplorer.recipe import Recipe, preset
    from rnnexplorer.runs import find as load
    from rnnexplorer.traces import Trace
    from rnnexplorer.traces import load as load_trace
    from rnnexplorer.traces import save as save_trace
    from rnnexplorer.tracing import trace
    from rnnexplorer.worker import train


def __getattr__(name: str) -> Any:
    """Import a door when it is first used (PEP 562)."""
    if name not in _DOORS:
        raise AttributeError(f"rnnexplorer has no {name!r}; it has {', '.join(_DOORS)}")
    module, attribute = _DOORS[name]
    found = importlib.import_module(module)
    value = found if attribute is None else getattr(found, attribute)
    globals()[name] = value
    return value
