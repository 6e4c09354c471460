"""Owns the writing of migrations: `python -m tools.migration storage 0002 "Images know their camera"`.

Brings the service's database to the newest schema, compares it with the service's tables and writes what differs. Read
the result before you commit it.
"""

from __future__ import annotations

import asyncio
import sys
from importlib import import_module
from string import Template

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData
from sqlalchemy.ext.asyncio import create_async_engine

from kit import migrate
from kit.settings import Platform

_FILE = Template('''"""$title."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "$revision"
down_revision = $parent
branch_labels = None
depends_on = None


def upgrade() -> None:
    $body
''')


def pending(connection: Connection, metadata: MetaData) -> str:
    """The Python code of the operations that lead from the database to the tables, `pass` when there are none."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    script = produce_migrations(context, metadata)
    assert script.upgrade_ops is not None
    return render_python_code(script.upgrade_ops, migration_context=context)


async def pending_of(service: str, database_url: str) -> str:
    """`pending` for one service's database."""
    metadata = import_module(f"services.{service}.tables").Table.metadata
    engine = create_async_engine(database_url)
    async with engine.connect() as connection:
        code = await connection.run_sync(pending, metadata)
    await engine.dispose()
    return code


def main(service: str, revision: str, title: str) -> int:
    database_url = Platform().database_url(service)
    versions = migrate.ROOT / "services" / service / "migrations/versions"
    parents = sorted(path.name[:4] for path in versions.glob("[0-9]*.py"))
    if parents:
        migrate.upgrade(service, database_url)
    body = asyncio.run(pending_of(service, database_url))
    parent = f'"{parents[-1]}"' if parents else "None"
    text = _FILE.substitute(title=title, revision=revision, parent=parent, body=body)
    target = versions / f"{revision}_{'_'.join(title.lower().split())}.py"
    target.write_text(text)
    print(target)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
