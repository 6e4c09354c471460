"""`plumb webhooks` on the real platform, with a real receiver."""

from __future__ import annotations

import pytest

from tests.gateway.webhooks.receiver import Answer, receiving
from tests.live import eventually
from tests.sdk.conftest import Plumb


def test_a_webhook_is_made_tested_listed_and_deleted(plumb_as: Plumb, name: str) -> None:
    with receiving() as receiver:
        outcome = plumb_as("OWNER", "webhooks", "create", name, receiver.url, "--event", "storage.*", "-o", "json")
        assert outcome.status == 0, outcome.said
        secret, webhook_id = outcome.json["secret"], outcome.json["webhook"]["id"]
        assert secret.startswith("whsec_")
        listed = plumb_as("OWNER", "webhooks", "list").data
        assert name in listed
        assert secret not in listed
        assert "thanks" in plumb_as("OWNER", "webhooks", "test", name).data
        assert plumb_as("DEVELOPER", "datasets", "create", name).status == 0
        eventually(lambda: len(receiver.requests) == 2)
        rows = eventually(
            lambda: delivered(plumb_as("OWNER", "webhooks", "deliveries", webhook_id, "-o", "json").json, 2)
        )
        assert [row["event_type"] for row in rows] == [
            "plumb.storage.dataset.created.v1",
            "plumb.gateway.webhook.tested.v1",
        ]
        again = plumb_as("OWNER", "webhooks", "redeliver", name, rows[0]["id"])
        assert again.status == 0, again.said
        eventually(lambda: len(receiver.requests) == 3)
        assert plumb_as("OWNER", "webhooks", "rotate", name, "-o", "json").json["secret"] != secret
        assert plumb_as("OWNER", "webhooks", "disable", name, "-o", "json").json["state"] == "DISABLED"
        assert plumb_as("OWNER", "webhooks", "enable", name, "-o", "json").json["state"] == "ACTIVE"
        assert plumb_as("OWNER", "webhooks", "delete", name).status == 0
    assert plumb_as("OWNER", "webhooks", "deliveries", name).status == 3


def delivered(rows: list[dict], count: int) -> list[dict]:
    done = [row for row in rows if row["state"] == "DELIVERED"]
    return done if len(done) == count else []


def test_a_test_that_fails_says_so(plumb_as: Plumb, name: str) -> None:
    with receiving(lambda _: Answer(500, body=b"out of order")) as receiver:
        assert plumb_as("OWNER", "webhooks", "create", name, receiver.url).status == 0
        outcome = plumb_as("OWNER", "webhooks", "test", name)
        assert outcome.status == 1
        assert "out of order" in outcome.data
        assert "500" in outcome.said
    assert plumb_as("OWNER", "webhooks", "delete", name).status == 0


def test_a_name_of_two_webhooks_is_no_name(plumb_as: Plumb, name: str) -> None:
    made = [
        plumb_as("OWNER", "webhooks", "create", name, "http://127.0.0.1:9/x", "-o", "id").data.strip() for _ in range(2)
    ]
    outcome = plumb_as("OWNER", "webhooks", "delete", name)
    assert (outcome.status, "by its id" in outcome.said) == (1, True)
    for webhook_id in made:
        assert plumb_as("OWNER", "webhooks", "delete", webhook_id).status == 0


@pytest.mark.parametrize("role", ["DEVELOPER", "CUSTOMER"])
def test_others_may_not(plumb_as: Plumb, role: str) -> None:
    assert plumb_as(role, "webhooks", "list").status == 4
