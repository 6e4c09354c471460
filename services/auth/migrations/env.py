"""Runs the migrations of identity's database."""

from __future__ import annotations

from kit.migrate import run
from services.auth.tables import Table

run(Table.metadata)
