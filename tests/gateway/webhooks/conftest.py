"""Owns what the tests of webhooks share: receivers, and a webhook that leads to one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from tests.gateway.webhooks.receiver import Answer, Answers, Receiver, receiving

Receive = Callable[..., Receiver]


@pytest.fixture
def receive() -> Iterator[Receive]:
    """`receive(answers)`: a receiver that ends with the test."""
    with ExitStack() as stack:

        def start(answers: Answers = lambda _: Answer(), port: int = 0) -> Receiver:
            return stack.enter_context(receiving(answers, port))

        yield start


async def made(http: httpx.AsyncClient, url: str, *events: str, name: str = "ours") -> dict[str, Any]:
    """A webhook and its secret."""
    answer = await http.post("/api/v1/webhooks", json={"name": name, "url": url, "events": list(events) or ["*"]})
    assert answer.status_code == 200, answer.text
    return answer.json()
