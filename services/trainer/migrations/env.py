"""Runs the migrations of the trainer's database."""

from __future__ import annotations

from kit.migrate import run
from services.trainer.tables import Table

run(Table.metadata)
