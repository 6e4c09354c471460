"""The plain MLflow client meets the same server twice: every case says the same against Plumbline and MLflow's own."""

from __future__ import annotations

import ast

import pytest

from tests.mlflow.servers import HERE, Client


def _cases() -> list[str]:
    """Public functions of the modules in `cases`, which only the client's environment can import."""
    found = []
    for file in sorted((HERE / "cases").glob("*.py")):
        functions = [node for node in ast.parse(file.read_text()).body if isinstance(node, ast.FunctionDef)]
        found += [f"{file.stem}.{one.name}" for one in functions if not one.name.startswith("_")]
    return found


CASES = _cases()


def test_there_are_many_cases() -> None:
    assert len(CASES) >= 100


@pytest.mark.parametrize("case", CASES)
def test_both_servers_say_the_same(clients: tuple[Client, Client], case: str) -> None:
    ours, theirs = clients
    ours.start(case)
    theirs.start(case)
    expected = theirs.answer()
    assert ours.answer() == expected
