"""Owns models: versions, aliases with their history and gates, lineage, and the seven answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from plumbline.address import part

if TYPE_CHECKING:
    from plumbline.client import Client


class Models:
    """`client.models`. A model is named by its id or its name, a version by its number or an alias."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def all(self) -> Iterator[dict[str, Any]]:
        return self._client.pages("/v1/models", "models")

    def get(self, model: str) -> dict[str, Any]:
        return self._client.get(f"/v1/models/{part(model)}")

    def create(self, name: str, description: str = "") -> dict[str, Any]:
        return self._client.post("/v1/models", {"name": name, "description": description}, once=True)

    def versions(self, model: str) -> Iterator[dict[str, Any]]:
        return self._client.pages(f"/v1/models/{part(model)}/versions", "versions")

    def version(self, model: str, version: str) -> dict[str, Any]:
        return self._client.get(f"/v1/models/{part(model)}/versions/{part(version)}")

    def add_version(self, model: str, run_id: str, artifact_path: str, note: str = "") -> dict[str, Any]:
        body = {"run_id": run_id, "artifact_path": artifact_path, "note": note}
        return self._client.post(f"/v1/models/{part(model)}/versions", body, once=True)

    def set_alias(self, model: str, alias: str, version: int, reason: str = "") -> dict[str, Any]:
        """Move an alias such as `production`; the move is kept in its history."""
        body = {"alias": alias, "version": version, "reason": reason}
        return self._client.post(f"/v1/models/{part(model)}:setAlias", body, once=True)

    def remove_alias(self, model: str, alias: str) -> dict[str, Any]:
        """Take an alias off; its history stays."""
        return self._client.delete(f"/v1/models/{part(model)}/aliases/{part(alias)}")

    def alias_changes(self, model: str, alias: str) -> Iterator[dict[str, Any]]:
        return self._client.pages(f"/v1/models/{part(model)}/aliases/{part(alias)}/changes", "changes")

    def set_gate(
        self,
        model: str,
        alias: str,
        conditions: Sequence[dict[str, Any]],
        *,
        approvals: int = 0,
        approver_roles: Sequence[str] = (),
    ) -> dict[str, Any]:
        """Guard an alias, in place of an earlier gate.

        Args:
            conditions: such as `{"kind": "ALL_TRAINING_IMAGES_VERIFIED"}`, `{"kind": "NO_TEST_IMAGE_IN_TRAINING"}` or
                `{"kind": "METRIC_AT_LEAST", "dimension": "tag", "value": "lab", "key": "f1", "threshold": 0.9}`.
        """
        body = {
            "alias": alias,
            "conditions": list(conditions),
            "approval_count": approvals,
            "approver_roles": list(approver_roles),
        }
        return self._client.post(f"/v1/models/{part(model)}:setGate", body, once=True)

    def gates(self, model: str) -> list[dict[str, Any]]:
        """The gates of a model by alias."""
        gates: list[dict[str, Any]] = self._client.get(f"/v1/models/{part(model)}/gates")["gates"]
        return gates

    def check(self, model: str, version: str, alias: str = "production") -> dict[str, Any]:
        """Whether an alias may point at a version now: `open`, `checks`, and `message` with what is missing."""
        return self._client.get(f"/v1/models/{part(model)}/versions/{part(version)}:checkGate", alias=alias)

    def approve(
        self, model: str, version: str, alias: str = "production", *, verdict: str = "APPROVE", comment: str = ""
    ) -> dict[str, Any]:
        """Say APPROVE or REJECT to a version that is to carry an alias; a rejection needs a comment."""
        body = {"alias": alias, "verdict": verdict, "comment": comment}
        return self._client.post(f"/v1/models/{part(model)}/versions/{part(version)}:approve", body, once=True)

    def approvals(self, model: str, version: str) -> Iterator[dict[str, Any]]:
        """What was said about a version, newest first."""
        return self._client.pages(f"/v1/models/{part(model)}/versions/{part(version)}/approvals", "approvals")

    def lineage(self, model: str, version: str) -> dict[str, Any]:
        return self._client.get(f"/v1/models/{part(model)}/versions/{part(version)}:lineage")

    def answers(self, **about: str) -> list[dict[str, Any]]:
        """The seven answers about a model, dataset or project; see `GET /v1/answers` for the parameters."""
        answers: list[dict[str, Any]] = self._client.get("/v1/answers", **about)["answers"]
        return answers
