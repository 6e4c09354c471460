"""Owns the connection to NATS JetStream: one stream, publishing with de-duplication, durable consumers.

JetStream is a copy of the outboxes and can be rebuilt from them; nothing is published inside a request.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import nats
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, RetentionPolicy, StreamConfig
from nats.js.client import JetStreamContext
from nats.js.errors import BadRequestError

from kit import telemetry

_log = structlog.get_logger(__name__)

STREAM = "PLUMB"
SUBJECTS = "plumb.>"
_MAX_AGE_S = 30 * 24 * 3600
_ACK_WAIT_S = 30
# the server's code for a stream of this name with another configuration
_STREAM_EXISTS = 10058
# delays before a failed event is delivered again, in seconds; after the last one it is a dead letter
BACKOFF_S = (1, 5, 30, 120, 600, 600, 600)


class Bus:
    """A connection that reconnects for ever.

    Args:
        url: `nats://user:password@host:port`.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._client: Client | None = None
        self._opening = asyncio.Lock()

    async def jetstream(self) -> JetStreamContext:
        """The JetStream of an open connection, with the stream in place.

        Raises:
            nats.errors.Error, OSError: the server does not answer.
        """
        async with self._opening:
            if self._client is None or self._client.is_closed:
                opening = nats.connect(
                    self._url,
                    connect_timeout=2,
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=0.5,
                    allow_reconnect=True,
                    error_cb=_log_error,
                )
                # the connection's own tasks live on, whatever request happened to need it first
                loop = asyncio.get_running_loop()
                client = await loop.create_task(opening, context=telemetry.outside_of_traces())
                try:
                    await _ensure_stream(client.jetstream(timeout=5))
                except BaseException:
                    # the caller tries again with a new connection; this one would reconnect for ever
                    await client.close()
                    raise
                self._client = client
            return self._client.jetstream(timeout=5)

    async def client(self) -> Client:
        """The plain connection, for subjects outside the stream."""
        await self.jetstream()
        assert self._client is not None
        return self._client

    async def publish(self, subject: str, payload: bytes, message_id: str, traceparent: str) -> None:
        """Hand one event to the stream and wait until it is stored; the same id again is not stored twice."""
        stream = await self.jetstream()
        headers = {"Nats-Msg-Id": message_id, "traceparent": traceparent}
        await stream.publish(subject, payload, headers=headers)

    async def consume(self, durable: str, subjects: list[str], handle: Callable[[Msg], Awaitable[None]]) -> None:
        """Hand every message of a durable consumer to `handle`, one at a time, for ever.

        `handle` acknowledges; a message it leaves unacknowledged comes again.
        """
        stream = await self.jetstream()
        await stream.add_consumer(
            STREAM,
            ConsumerConfig(
                durable_name=durable,
                filter_subjects=subjects,
                ack_policy=AckPolicy.EXPLICIT,
                ack_wait=_ACK_WAIT_S,
                max_ack_pending=256,
            ),
        )
        subscription = await stream.pull_subscribe_bind(durable, STREAM)
        while True:
            try:
                # one at a time: larger fetches may sit on a ready message until their timeout
                messages = await subscription.fetch(1, timeout=20)
            except TimeoutError:
                continue
            await handle(messages[0])

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()


async def _ensure_stream(stream: JetStreamContext) -> None:
    wanted = StreamConfig(
        name=STREAM,
        subjects=[SUBJECTS],
        retention=RetentionPolicy.LIMITS,
        max_age=_MAX_AGE_S,
        duplicate_window=120,
    )
    try:
        await stream.add_stream(wanted)
    except BadRequestError as error:
        # an operator may keep it with other settings, such as more replicas
        if error.err_code != _STREAM_EXISTS:
            raise


async def _log_error(error: Exception) -> None:
    if not isinstance(error, NatsError | OSError):
        raise error
    _log.warning("nats connection", error=str(error) or type(error).__name__)
