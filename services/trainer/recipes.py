"""Owns the catalogue of recipes as the service sees it: names and schemas, without loading torch.

`gen/recipes.json` is generated from `services.trainer.engine.recipes` and checked to be current.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from services.trainer.errors import ConfigInvalid, RecipeUnknown

_CATALOGUE = Path(__file__).resolve().parents[2] / "gen/recipes.json"


@cache
def catalogue() -> dict[str, dict[str, Any]]:
    """Recipes by name, each {name, title, description, schema}."""
    entries = json.loads(_CATALOGUE.read_text())
    return {entry["name"]: entry for entry in entries}


def check(name: str, config: dict[str, Any]) -> None:
    """Refuse an unknown recipe or a configuration that does not fit its schema.

    Raises:
        RecipeUnknown, ConfigInvalid.
    """
    entry = catalogue().get(name)
    if entry is None:
        raise RecipeUnknown(f"There is no recipe {name!r}: choose one of {', '.join(catalogue())}.")
    errors = sorted(Draft202012Validator(entry["schema"]).iter_errors(config), key=lambda error: error.json_path)
    if errors:
        first = errors[0]
        raise ConfigInvalid(f"config{first.json_path.removeprefix('$')}: {first.message}.", recipe=name)
