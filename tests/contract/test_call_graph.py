"""Services call each other as the architecture says: a tree of depth two behind the gateway, and nothing else."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from kit import contract

ROOT = Path(__file__).resolve().parents[2]
# ARCHITECTURE.md, "Who calls whom"
CALLS = {
    "auth": set(),
    "storage": set(),
    "annotation": {"storage"},
    "experiments": {"storage", "annotation"},
    "trainer": {"auth", "experiments", "storage", "annotation"},
}


def called_by(service: str) -> set[str]:
    """The services whose stubs a service's code uses: `peers.storage`, `call.peers.storage`, `app.peers(x).storage`."""
    return {
        node.attr
        for path in (ROOT / "services" / service).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in contract.SERVICES and _is_peers(node.value)
    }


def _is_peers(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        return _is_peers(node.func)
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name in ("peers", "peers_as_service")


@pytest.mark.parametrize("service", contract.SERVICES)
def test_a_service_calls_exactly_whom_the_table_says(service: str) -> None:
    assert called_by(service) == CALLS[service]


def test_every_service_is_in_the_table() -> None:
    assert set(CALLS) == set(contract.SERVICES)


def test_no_two_services_wait_for_each_other() -> None:
    def reached(service: str) -> set[str]:
        return CALLS[service] | {further for called in CALLS[service] for further in reached(called)}

    for service in CALLS:
        assert service not in reached(service)
