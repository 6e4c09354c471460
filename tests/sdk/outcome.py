"""Owns what came of one call of the command."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Outcome:
    """Exit status, data and what was said about it."""

    status: int
    data: str
    said: str

    @property
    def json(self) -> Any:
        return json.loads(self.data)

    @property
    def rows(self) -> list[dict[str, str]]:
        """The data of `--output csv`."""
        return list(csv.DictReader(io.StringIO(self.data)))
