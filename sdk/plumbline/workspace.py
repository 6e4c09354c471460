"""Owns the workspace as its people see it: who I am, members, tokens, and who has seen what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from plumbline.address import part

if TYPE_CHECKING:
    from plumbline.client import Client


class Workspace:
    """`client.workspace`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def me(self) -> dict[str, Any]:
        """The caller: `member`, `workspace`, and the `methods` that the role allows."""
        return self._client.get("/v1/me")

    def members(self) -> Iterator[dict[str, Any]]:
        return self._client.pages("/v1/members", "members")

    def invite(self, email: str, role: str, *, name: str = "", organisation: str = "") -> dict[str, Any]:
        """Invite a person; `invitation` of the answer is the secret of the link, shown this once."""
        body = {"email": email, "role": role, "name": name, "organisation": organisation}
        return self._client.post("/v1/members:invite", body, once=True)

    def tokens(self) -> Iterator[dict[str, Any]]:
        return self._client.pages("/v1/tokens", "tokens")

    def create_token(self, name: str, *, kind: str = "PERSONAL", role: str = "", days: int = 0) -> dict[str, Any]:
        """Make a token for programs; `secret` of the answer is shown this once. `role` is for kind MACHINE only."""
        body: dict[str, Any] = {"name": name, "kind": kind, "days": days, **({"role": role} if role else {})}
        return self._client.post("/v1/tokens", body, once=True)

    def revoke_token(self, token_id: str) -> None:
        self._client.delete(f"/v1/tokens/{part(token_id)}")

    def access_report(self, *, kind: str = "", resource: str = "", limit: int = 200) -> list[dict[str, Any]]:
        """Who changed (CHANGE) and who has seen (ACCESS) what, newest first."""
        entries: list[dict[str, Any]] = self._client.get("/v1/accessReport", kind=kind, resource=resource, limit=limit)[
            "entries"
        ]
        return entries
