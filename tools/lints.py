"""Owns the rules of the house that no off-the-shelf linter knows. `python -m tools.lints` prints every breach."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_PYTHON_LINES = 400
_WEB_LINES = 250
_FUNCTION_LINES = 60
_NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc"}
_GENERATED = ("gen/", "web/src/api/schema.ts")


def tracked(*patterns: str) -> list[Path]:
    """Files of the checkout, new ones included, that match git pathspecs."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    names = sorted(set(listing.stdout.split()))
    return [Path(name) for name in names if not name.startswith(_GENERATED) and (ROOT / name).is_file()]


def sizes() -> Iterator[str]:
    for path in tracked("*.py", "*.ts", "*.tsx"):
        if "migrations" in path.parts:
            continue
        limit = _WEB_LINES if path.parts[0] == "web" else _PYTHON_LINES
        count = len((ROOT / path).read_text().splitlines())
        if count > limit:
            yield f"{path}: {count} lines, {limit} allowed: split it by noun"
        if path.stem in _NAMELESS:
            yield f"{path}: a name that says nothing: name the file after what it owns"


def syntax() -> Iterator[str]:
    for path in tracked("*.py"):
        if path.parts[0] == "tests" or "migrations" in path.parts:
            continue
        tree = ast.parse((ROOT / path).read_text(), str(path))
        for node in ast.walk(tree):
            yield from (f"{path}:{getattr(node, 'lineno', 0)}: {breach}" for breach in _breaches(path, node))


def _breaches(path: Path, node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        length = (node.end_lineno or node.lineno) - node.lineno
        if length > _FUNCTION_LINES:
            yield f"{node.name} has {length} lines, {_FUNCTION_LINES} allowed"
    if path.parts[0] not in ("kit", "services"):
        return
    if isinstance(node, ast.Attribute):
        if node.attr in ("commit", "rollback") and path.as_posix() != "kit/db.py":
            yield f"{node.attr}: only kit/db.py ends transactions"
        if node.attr in ("environ", "getenv") and not _may_read_environment(path):
            yield f"{node.attr}: only kit/settings.py reads the environment"
    if isinstance(node, ast.ImportFrom | ast.Import) and "pickle" in {name.name for name in node.names}:
        yield "pickle is never used"


def _may_read_environment(path: Path) -> bool:
    # a worker process computes outside the platform: its record and its libraries' switches are environment
    return path.as_posix() == "kit/settings.py" or path.parts[:3] in (
        ("services", "trainer", "engine"),
        ("services", "trainer", "worker"),
    )


def pure_rules() -> Iterator[str]:
    """`rules.py` imports only the standard library."""
    for path in tracked("services/*/rules.py"):
        for node in ast.walk(ast.parse((ROOT / path).read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                if name.split(".")[0] not in sys.stdlib_module_names:
                    yield f"{path}: imports {name}: rules are pure"


def main() -> int:
    breaches = [*sizes(), *syntax(), *pure_rules()]
    print(*breaches, sep="\n", end="\n" if breaches else "")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
