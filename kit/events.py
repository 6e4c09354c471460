"""Owns the form of an event on the wire: CloudEvents 1.0, structured JSON mode. Does not send or receive."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kit.identity import Principal


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a workspace and is committed.

    `type` is `plumb.<service>.<noun>.<past participle>.v1`, `subject` the id of what changed, `data` the resource after
    the change in its REST form; `traceparent` continues the trace of the request that caused it.
    """

    id: str
    type: str
    workspace_id: str
    subject: str
    time: datetime
    data: dict[str, Any]
    actor: dict[str, str]
    traceparent: str = ""

    @property
    def service(self) -> str:
        return self.type.split(".")[1]

    @property
    def nats_subject(self) -> str:
        """`plumb.<workspace_id>.<service>.<noun>.<past participle>.v1`."""
        return f"plumb.{self.workspace_id}.{self.type.removeprefix('plumb.')}"

    def principal(self) -> Principal:
        """The one who caused the event, to write what follows from it in the same name."""
        return Principal(
            workspace_id=self.workspace_id,
            member_id=self.actor.get("member_id", ""),
            name=self.actor.get("name", ""),
            role="SERVICE",
            kind=self.actor.get("kind", "SERVICE"),
        )

    def attributes(self) -> dict[str, Any]:
        """The event as a CloudEvents object; extension attributes are lower-case words."""
        return {
            "specversion": "1.0",
            "id": self.id,
            "source": f"/plumbline/{self.service}",
            "type": self.type,
            "subject": self.subject,
            "time": self.time.isoformat(),
            "datacontenttype": "application/json",
            "workspace": self.workspace_id,
            "actorid": self.actor.get("member_id", ""),
            "actorname": self.actor.get("name", ""),
            "actorkind": self.actor.get("kind", ""),
            "traceparent": self.traceparent,
            "data": self.data,
        }

    def encode(self) -> bytes:
        return json.dumps(self.attributes(), separators=(",", ":"), ensure_ascii=False).encode()

    @classmethod
    def decode(cls, raw: bytes) -> Event:
        """The reverse of `encode`.

        Raises:
            ValueError, KeyError: the bytes are not one of our events.
        """
        fields = json.loads(raw)
        return cls(
            id=fields["id"],
            type=fields["type"],
            workspace_id=fields["workspace"],
            subject=fields["subject"],
            time=datetime.fromisoformat(fields["time"]),
            data=fields["data"],
            actor={"member_id": fields["actorid"], "name": fields["actorname"], "kind": fields["actorkind"]},
            traceparent=fields.get("traceparent", ""),
        )
