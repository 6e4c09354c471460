"""Owns the edge of a service: what happens around every call, whichever way it came.

Identity, permission, required fields, deadline, one transaction, idempotency, error mapping, span and metrics are done
here once. Does not transport: `kit.channel` calls `Endpoint.dispatch` in process or through a socket.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from typing import Any, cast

import grpc
import structlog
from google.protobuf.message import Message
from opentelemetry.trace import SpanKind
from sqlalchemy.ext.asyncio import AsyncSession

from kit import access, contract, idempotency, telemetry
from kit.blobs import ObjectStore
from kit.db import Database, OnDemand
from kit.errors import Invalid, PlumbError, TimedOut
from kit.identity import ANONYMOUS, Identity, Principal
from kit.peers import Envelope, Peers

_log = structlog.get_logger(__name__)

Handler = Callable[[Any, "Call"], Awaitable[Message]]


@dataclass(frozen=True, slots=True)
class Call:
    """What a servicer method works with: the transaction first, then who asks."""

    _pending: OnDemand
    who: Principal
    peers: Peers
    blobs: ObjectStore
    db: Database

    @property
    def tx(self) -> AsyncSession:
        """The transaction that commits when the method returns."""
        return self._pending.tx

    def transaction(self) -> AbstractAsyncContextManager[AsyncSession]:
        """A short transaction of its own, for methods with slow work between their database steps."""
        return self.db.transaction()


class Registry:
    """Stands in for a gRPC server while generated code registers a servicer: keeps the method handlers."""

    def __init__(self) -> None:
        self.handlers: dict[str, grpc.RpcMethodHandler[Any, Any]] = {}

    def add_generic_rpc_handlers(self, _handlers: object) -> None:
        """Required by generated code; the registered handlers below carry the same methods."""

    def add_registered_method_handlers(
        self, service: str, handlers: dict[str, grpc.RpcMethodHandler[Any, Any]]
    ) -> None:
        for method, handler in handlers.items():
            self.handlers[f"/{service}/{method}"] = handler


class Endpoint:
    """All methods of one service behind their edge."""

    def __init__(
        self,
        service: str,
        db: Database,
        blobs: ObjectStore,
        identity: Identity,
        peers: Callable[[Envelope], Peers],
    ) -> None:
        self.service = service
        self.registry = Registry()
        self._db = db
        self._blobs = blobs
        self._identity = identity
        self._peers = peers

    async def dispatch(self, path: str, request: Message, envelope: Envelope) -> Message:
        """Answer one call.

        Raises:
            PlumbError: every failure, already in the form the caller may see.
        """
        # around everything, so that what is logged about the call can be found by its trace
        with telemetry.span(path.lstrip("/"), SpanKind.SERVER, envelope.traceparent):
            return await self._measured(path, contract.permission(path), request, envelope)

    async def _measured(self, path: str, row: str, request: Message, envelope: Envelope) -> Message:
        started = time.perf_counter()
        code = "OK"
        try:
            async with asyncio.timeout(envelope.timeout_s):
                return await self._answer(path, row, request, envelope)
        except PlumbError as error:
            code = error.code.name
            raise
        except TimeoutError as error:
            code = "DEADLINE_EXCEEDED"
            raise TimedOut("This took longer than allowed; try again.") from error
        except Exception as error:
            code = "INTERNAL"
            _log.exception("call failed", method=row)
            raise PlumbError("Something went wrong inside the platform; the log has the details.") from error
        finally:
            telemetry.rpc_requests.labels(self.service, row, code).inc()
            telemetry.rpc_duration.labels(self.service, row).observe(time.perf_counter() - started)

    async def _answer(self, path: str, row: str, request: Message, envelope: Envelope) -> Message:
        who = self._identity.verify(envelope.token) if envelope.token else ANONYMOUS
        access.require(row, who)
        contract.check_required(request)
        contract.check_enums(request)
        handler = self._handler(path)
        # what follows is part of this call in the trace, not a sibling of it
        onward = replace(envelope, traceparent=telemetry.current_traceparent())
        async with self._db.on_demand() as pending:
            call = Call(pending, who, self._peers(onward), self._blobs, self._db)
            if not getattr(request, "request_id", ""):
                return await handler(request, call)
            tx = call.tx
            stored = await idempotency.claim(tx, who, row, request)
            if stored is not None:
                return contract.response_class(path).FromString(stored)
            response = await handler(request, call)
            await idempotency.store(tx, who, row, request, response)
            return response

    def _handler(self, path: str) -> Handler:
        handler = self.registry.handlers.get(path)
        if handler is None:
            raise Invalid(f"There is no method {path}.", reason="METHOD_UNKNOWN")
        return cast(Handler, handler.unary_unary)
