"""Owns webhooks as their owners keep them: addresses that get events, and what was delivered to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from plumbline.address import part
from plumbline.errors import Missing, Refused

if TYPE_CHECKING:
    from plumbline.client import Client

_ID_PREFIX = "whk_"


class Webhooks:
    """`client.webhooks`. Only owners and managers may use it."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def create(self, name: str, url: str, events: Sequence[str], *, description: str = "") -> dict[str, Any]:
        """Send events from now on to an address.

        Args:
            events: such as `experiments.alias.set`, `storage.*` or `*`.

        Returns:
            `webhook`, and `secret`, which signatures are checked with (Standard Webhooks); shown this once.
        """
        body = {"name": name, "url": url, "events": list(events), "description": description}
        return self._client.post("/v1/webhooks", body)

    def list(self) -> list[dict[str, Any]]:
        """All of the workspace, newest first."""
        webhooks: list[dict[str, Any]] = self._client.get("/v1/webhooks")["webhooks"]
        return webhooks

    def get(self, webhook: str) -> dict[str, Any]:
        """One webhook by its id, or by a name that only one has.

        Raises:
            Missing: there is none.
            Refused: several have this name.
        """
        if webhook.startswith(_ID_PREFIX):
            return self._client.get(f"/v1/webhooks/{part(webhook)}")
        named = [one for one in self.list() if one["name"] == webhook]
        if len(named) > 1:
            raise Refused(f"{len(named)} webhooks are called {webhook}: name one by its id.")
        if not named:
            raise Missing(f"There is no webhook {webhook}.")
        return named[0]

    def update(self, webhook_id: str, **fields: Any) -> dict[str, Any]:
        """Change `name`, `url`, `events`, `description` or `state` (ACTIVE, DISABLED)."""
        return self._client.patch(f"/v1/webhooks/{part(webhook_id)}", fields)

    def delete(self, webhook_id: str) -> None:
        self._client.delete(f"/v1/webhooks/{part(webhook_id)}")

    def rotate_secret(self, webhook_id: str) -> dict[str, Any]:
        """A new `secret`, shown this once; for 24 hours the former one signs too."""
        return self._client.post(f"/v1/webhooks/{part(webhook_id)}:rotateSecret")

    def test(self, webhook_id: str) -> dict[str, Any]:
        """Send an event that never happened, once; the delivery says how it ended."""
        return self._client.post(f"/v1/webhooks/{part(webhook_id)}:test")

    def deliveries(self, webhook_id: str, *, state: str = "") -> Iterator[dict[str, Any]]:
        """What was sent and is to be sent, newest first; `state` is PENDING, DELIVERED or FAILED."""
        return self._client.pages(f"/v1/webhooks/{part(webhook_id)}/deliveries", "deliveries", state=state)

    def redeliver(self, webhook_id: str, delivery_id: str) -> dict[str, Any]:
        """Send an event once more."""
        return self._client.post(f"/v1/webhooks/{part(webhook_id)}/deliveries/{part(delivery_id)}:redeliver")
