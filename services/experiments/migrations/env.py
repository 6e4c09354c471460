"""Runs the migrations of the experiments database."""

from __future__ import annotations

from kit.migrate import run
from services.experiments.tables import Table

run(Table.metadata)
