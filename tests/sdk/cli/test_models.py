"""`plumb models gate`, `check` and `approve` on the real platform: refused with reasons, approved, promoted."""

from __future__ import annotations

import hashlib

import httpx
import pytest

from tests.live import Live
from tests.sdk.conftest import Plumb


@pytest.fixture
def model(live_platform: Live, name: str) -> str:
    """A model whose version 1 came from a run without data."""
    content = b"weights"
    with live_platform.as_("DEVELOPER") as client:
        run_id = client.post("/v1/runs", {"experiment": name, "name": "by hand"})["id"]
        facts = {"path": "model.onnx", "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        upload = client.post(f"/v1/runs/{run_id}/artifacts:prepare", facts)
        if upload["put_url"]:
            httpx.put(upload["put_url"], content=content).raise_for_status()
        client.post(f"/v1/runs/{run_id}/artifacts:complete", {"upload_id": upload["upload_id"]})
        client.models.create(name)
        client.models.add_version(name, run_id, "model.onnx")
    return name


def test_a_gate_is_set_checked_and_opened_by_the_customer(plumb_as: Plumb, model: str) -> None:
    asked = ("--verified", "--at-least", "tag=lab:f1=0.9", "--approvals", "1", "--by", "customer")
    assert plumb_as("OWNER", "models", "gate", model, "production", *asked).status == 0
    shown = plumb_as("CUSTOMER", "models", "gate", model, "-o", "csv").rows
    assert "f1 on lab >= 0.9" in shown[0]["asks for"]
    closed = plumb_as("DEVELOPER", "models", "check", f"{model}@1")
    assert closed.status == 1
    assert f"{model}@1 may not become production yet" in closed.said
    refused = plumb_as("DEVELOPER", "models", "alias", model, "production", "1", "--reason", "now")
    assert refused.status == 5
    assert "names no snapshot" in refused.said
    assert plumb_as("OWNER", "models", "gate", model, "production", "--approvals", "1").status == 0
    assert plumb_as("CUSTOMER", "models", "approve", f"{model}@1", "--comment", "fine").status == 0
    assert plumb_as("DEVELOPER", "models", "check", f"{model}@1").status == 0
    assert plumb_as("DEVELOPER", "models", "alias", model, "production", "1", "--reason", "now").status == 0


def test_a_rejection_closes_the_gate_and_says_who(plumb_as: Plumb, model: str) -> None:
    plumb_as("OWNER", "models", "gate", model, "production", "--approvals", "1")
    assert plumb_as("CUSTOMER", "models", "approve", f"{model}@1", "--reject").status != 0
    assert plumb_as("CUSTOMER", "models", "approve", f"{model}@1", "--reject", "--comment", "dirt").status == 0
    assert "rejects it" in plumb_as("DEVELOPER", "models", "check", f"{model}@1").said


@pytest.mark.parametrize(
    "command",
    [
        ("gate", "--verified"),
        ("gate", "production", "--at-least", "f1"),
        ("gate", "production", "--at-least", "tag=lab:f1=high"),
        ("check",),
    ],
)
def test_what_is_not_understood_is_misused(plumb_as: Plumb, model: str, command: tuple[str, ...]) -> None:
    verb, *options = command
    assert plumb_as("OWNER", "models", verb, model, *options).status == 2
