"""Owns the run of this service's migrations."""

from __future__ import annotations

from kit.migrate import run
from services.annotation.tables import Table

run(Table.metadata)
