"""The migrations make exactly the tables that the code declares."""

from __future__ import annotations

from alembic import command

from kit import migrate
from kit.settings import Platform


def test_migrations_lead_to_the_declared_tables(settings: Platform) -> None:
    command.check(migrate.config("auth", settings.database_url("auth")))
