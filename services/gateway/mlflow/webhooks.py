"""Owns MLflow's routes about webhooks: the same webhooks as the platform's own, in MLflow's format.

A webhook that was made here gets the events of the model registry as MLflow's server sends them; those made at
`/api/v1/webhooks` are not shown here, for their events have no MLflow names.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from kit.errors import PlumbError
from services.gateway.mlflow.asking import NOTHING, Asked, Route
from services.gateway.mlflow.errors import MlflowError, absent, invalid
from services.gateway.mlflow.fields import integer, objects, optional, required
from services.gateway.tables import Webhook
from services.gateway.webhooks import hooks, probes
from services.gateway.webhooks.hooks import Fields
from services.gateway.webhooks.parts import Parts

_SCHEMES = ("http", "https")
_NAME = re.compile(r"(?=.{1,63}$)[a-z0-9]([a-z0-9._-]*[a-z0-9])?", re.IGNORECASE)
_PAGE = 100
_MOST_RESULTS = 1000
_ENTITIES = ("registered_model", "model_version", "model_version_tag", "model_version_alias")
_ACTIONS: Mapping[str, tuple[str, ...]] = {
    "registered_model": ("created",),
    "model_version": ("created",),
    "model_version_tag": ("deleted", "set"),
    "model_version_alias": ("created", "deleted"),
}
# clients may send the numbers of the enumerations
_ENTITY_NUMBERS: Mapping[Any, str] = dict(enumerate(_ENTITIES, start=1))
_ACTION_NUMBERS: Mapping[Any, str] = {1: "created", 2: "updated", 3: "deleted", 4: "set"}
_STATUS_NUMBERS: Mapping[Any, str] = {1: hooks.ACTIVE, 2: hooks.DISABLED}


async def create(asked: Asked) -> Mapping[str, Any]:
    parts = _parts(asked)
    written = Fields(
        name=_checked_name(asked["name"]),
        url=_checked_url(asked["url"]),
        events=_events(asked["events"]),
        description=asked.get("description", ""),
        state=asked.get("status") or hooks.ACTIVE,
        secret=asked.get("secret", ""),
    )
    async with parts.db.transaction() as tx:
        row = await hooks.create(tx, asked.who, parts.seal, parts.egress, written, hooks.MLFLOW)
    parts.dispatcher.wake()
    return {"webhook": document(row)}


async def list_(asked: Asked) -> Mapping[str, Any]:
    """Newest first."""
    size = asked.get("max_results") or _PAGE
    if not 1 <= size <= _MOST_RESULTS:
        raise invalid(f"max_results must be between 1 and {_MOST_RESULTS}.")
    start = _start(asked.get("page_token", ""))
    async with _parts(asked).db.transaction() as tx:
        rows = [row for row in await hooks.all_of(tx, asked.who.workspace_id) if row.format == hooks.MLFLOW]
    said: dict[str, Any] = {"webhooks": [document(row) for row in rows[start : start + size]]}
    if len(rows) > start + size:
        said["next_page_token"] = base64.b64encode(json.dumps({"offset": start + size}).encode()).decode()
    return said if rows else NOTHING


async def get(asked: Asked) -> Mapping[str, Any]:
    async with _parts(asked).db.transaction() as tx:
        return {"webhook": document(await _own(tx, asked))}


async def update(asked: Asked) -> Mapping[str, Any]:
    """An empty name, URL or list of events changes nothing."""
    parts = _parts(asked)
    written = Fields(
        name=_checked_name(asked["name"]) if asked.get("name") else None,
        url=_checked_url(asked["url"]) if asked.get("url") else None,
        events=_events(asked["events"]) if asked.get("events") else None,
        description=asked.get("description"),
        state=asked.get("status"),
        secret=asked.get("secret"),
    )
    async with parts.db.transaction() as tx:
        await _own(tx, asked)
        row = await hooks.change(tx, asked.who, parts.seal, parts.egress, asked["webhook_id"], written)
    parts.dispatcher.wake()
    return {"webhook": document(row)}


async def delete(asked: Asked) -> Mapping[str, Any]:
    async with _parts(asked).db.transaction() as tx:
        await _own(tx, asked)
        await hooks.delete(tx, asked.who, asked["webhook_id"])
    return NOTHING


async def test(asked: Asked) -> Mapping[str, Any]:
    """Sends MLflow's example of an event, once."""
    parts = _parts(asked)
    event = _event(asked["event"]) if asked.get("event") else ""
    async with parts.db.transaction() as tx:
        await _own(tx, asked)
    sent = await probes.send(parts.db, parts.egress, parts.seal, asked.who, asked["webhook_id"], event)
    if sent.status is None:
        return {"result": {"success": False, "error_message": f"Failed to test webhook: {sent.error}"}}
    said = {"success": sent.status < 400, "response_status": sent.status}
    return {"result": {**said, "response_body": sent.response} if sent.response else said}


def document(row: Webhook) -> dict[str, Any]:
    """A webhook as MLflow shows it."""
    pairs = [event.upper().split(".") for event in row.events]
    return {
        "webhook_id": row.id,
        "name": row.name,
        **({"description": row.description} if row.description else {}),
        "url": row.url,
        "events": [{"entity": entity, "action": action} for entity, action in pairs],
        "status": row.state,
        "creation_timestamp": _milliseconds(row.create_time),
        "last_updated_timestamp": _milliseconds(row.update_time),
    }


async def _own(tx: Any, asked: Asked) -> Webhook:
    row = await hooks.own(tx, asked.who, asked["webhook_id"])
    if row.format != hooks.MLFLOW:
        raise _absent(asked.fields)
    return row


def _events(given: list[dict[str, Any]]) -> list[str]:
    if not given:
        raise invalid("Webhook events must be a non-empty list of WebhookEvent objects: [].")
    return [_event(one) for one in given]


def _event(given: Mapping[str, Any]) -> str:
    """`<entity>.<action>` in small letters; raises MlflowError."""
    entity = _word(given.get("entity"), _ENTITY_NUMBERS)
    action = _word(given.get("action"), _ACTION_NUMBERS)
    if entity not in _ENTITIES:
        raise invalid(
            f"Unknown webhook entity {entity.upper()!r}: Plumbline has {', '.join(_ENTITIES).upper()}, and no prompts "
            "or budgets."
        )
    if action not in _ACTIONS[entity]:
        raise invalid(f"Invalid action {action!r} for entity {entity!r}. Valid actions are: {list(_ACTIONS[entity])}")
    return f"{entity}.{action}"


def _word(value: Any, numbers: Mapping[Any, str]) -> str:
    """A name of an enumeration in small letters, empty for what is none."""
    if isinstance(value, int):
        return numbers.get(value, "").lower()
    return value.lower() if isinstance(value, str) else ""


def _status(value: Any) -> str | None:
    """The state a client asks for; what is none says nothing, as MLflow has it."""
    found = _word(value, _STATUS_NUMBERS).upper()
    return found if found in (hooks.ACTIVE, hooks.DISABLED) else None


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError
    return value


def _checked_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise invalid(
            f"Webhook name {name!r} is invalid. It must start and end with a letter or digit, be less than 63 "
            "characters long, and contain only letters, digits, dots (.), underscores (_), and hyphens (-)."
        )
    return name


def _checked_url(url: str) -> str:
    if not url.strip():
        raise invalid(f"Webhook URL cannot be empty or just whitespace: {url!r}")
    try:
        parsed = urlsplit(url)
    except ValueError as error:
        raise invalid(f"Invalid webhook URL {url!r}: {error!r}") from error
    if parsed.scheme not in _SCHEMES:
        raise invalid(f"Invalid webhook URL scheme: {parsed.scheme!r}. Allowed schemes are: {', '.join(_SCHEMES)}.")
    if not parsed.hostname:
        raise invalid(f"Webhook URL must include a hostname: {url!r}")
    return url


def _start(token: str) -> int:
    if not token:
        return 0
    try:
        document = json.loads(base64.b64decode(token, validate=True))
    except (binascii.Error, ValueError) as error:
        raise invalid("Invalid page token, could not base64-decode") from error
    start = document.get("offset") if isinstance(document, dict) else None
    if not isinstance(start, int) or start < 0:
        raise invalid(f"Invalid page token, parsed value={document}")
    return start


def _milliseconds(time: datetime) -> int:
    return int(time.timestamp() * 1000)


def _parts(asked: Asked) -> Parts:
    parts: Parts = asked.request.app.state.webhooks
    return parts


def _absent(fields: Mapping[str, Any]) -> MlflowError:
    return absent(f"Webhook with ID {fields['webhook_id']} not found.")


def _not_found(_error: PlumbError, fields: Mapping[str, Any]) -> MlflowError:
    return _absent(fields)


_ALL = "/api/2.0/mlflow/webhooks"
_ONE = f"{_ALL}/{{webhook_id}}"
_WORDINGS = {"WEBHOOK_NOT_FOUND": _not_found}
_WRITTEN = (optional("description"), optional("secret"), optional("status", _status))

ROUTES = (
    Route("POST", _ALL, create, (required("name"), required("url"), required("events", objects), *_WRITTEN)),
    Route("GET", _ALL, list_, (optional("max_results", integer), optional("page_token"))),
    Route("GET", _ONE, get, wordings=_WORDINGS),
    Route(
        "PATCH",
        _ONE,
        update,
        (optional("name"), optional("url"), optional("events", objects), *_WRITTEN),
        _WORDINGS,
    ),
    Route("DELETE", _ONE, delete, wordings=_WORDINGS),
    Route("POST", f"{_ONE}/test", test, (optional("event", _object),), _WORDINGS),
)
