"""Runs the migrations of storage's database."""

from __future__ import annotations

from kit.migrate import run
from services.storage.tables import Table

run(Table.metadata)
