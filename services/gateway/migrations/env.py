"""Alembic's entry: runs the gateway's migrations."""

from kit.migrate import run
from services.gateway.tables import Table

run(Table.metadata)
