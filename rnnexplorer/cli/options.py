"""Which fields of a recipe the command line offers."""

from __future__ import annotations

import dataclasses

from rnnexplorer import recipe

#: Fields of the recipe with an option of their own; cell, corpus and preset are asked for by name.
RECIPE_OPTIONS = tuple(
    field.name
    for field in dataclasses.fields(recipe.Recipe)
    if field.name not in ("cell", "corpus", "preset")
)
