"""Owns `gen/recipes.json`: the catalogue of recipes, so that services need not load torch to list them."""

from __future__ import annotations

import json
import sys

from services.trainer.engine.recipes import catalogue
from tools.gen import GEN

TARGET = GEN / "recipes.json"


def main() -> int:
    entries = [{"title": entry["name"].replace("-", " ").capitalize(), **entry} for entry in catalogue()]
    text = json.dumps(entries, indent=1) + "\n"
    if "--check" not in sys.argv:
        TARGET.write_text(text)
        return 0
    if TARGET.read_text() == text:
        return 0
    print("gen/recipes.json is not current: run `make gen` and commit the result.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
