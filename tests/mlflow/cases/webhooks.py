"""Cases about webhooks; receivers run in the client's own program."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from side import Side

CREATED = [{"entity": "REGISTERED_MODEL", "action": "CREATED"}]
NOWHERE = "http://127.0.0.1:9/hook"
SECRET = "a secret of the client's"
_PATIENCE_S = 30.0


class Receiver:
    """Keeps what it gets and answers with one status."""

    def __init__(self, status: int = 200, body: bytes = b"thanks") -> None:
        self.requests: list[tuple[dict[str, str], bytes]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.requests.append((headers, self.rfile.read(int(headers["content-length"]))))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nothing is printed."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/hook"

    def told(self, count: int) -> list[Any]:
        """The bodies without their times, and what is said around them, once there are so many."""
        deadline = time.monotonic() + _PATIENCE_S
        while len(self.requests) < count and time.monotonic() < deadline:
            time.sleep(0.05)
        return [_described(headers, body) for headers, body in self.requests]


def _described(headers: dict[str, str], body: bytes) -> list[Any]:
    document = json.loads(body)
    content = f"{headers['x-mlflow-delivery-id']}.{headers['x-mlflow-timestamp']}.{body.decode()}"
    digest = hmac.new(SECRET.encode(), content.encode(), hashlib.sha256).digest()
    return [
        {**document, "timestamp": bool(document["timestamp"])},
        headers["content-type"],
        headers.get("x-mlflow-signature") == f"v1,{base64.b64encode(digest).decode()}",
        uuid.UUID(headers["x-mlflow-delivery-id"]).version is not None,
    ]


@contextmanager
def _receiving(status: int = 200, body: bytes = b"thanks") -> Iterator[Receiver]:
    receiver = Receiver(status, body)
    try:
        yield receiver
    finally:
        receiver.server.shutdown()


@contextmanager
def _made(side: Side, url: str = NOWHERE, **fields: Any) -> Iterator[str]:
    """A webhook for as long as the case needs it; the answer's id."""
    body = {"name": "ours", "url": url, "events": CREATED, **fields}
    found = side.post("webhooks", **body)
    webhook_id = found[1]["webhook"]["webhook_id"]
    side.know(webhook_id, "webhook")
    try:
        yield webhook_id
    finally:
        side.ask("DELETE", f"webhooks/{webhook_id}")


def _refused(side: Side, **fields: Any) -> Any:
    body = {"name": "ours", "url": NOWHERE, "events": CREATED, **fields}
    return side.post("webhooks", **{key: value for key, value in body.items() if value is not None})


def create_and_get(side: Side) -> Any:
    with _made(side, description="for tests", secret=SECRET, status="DISABLED") as webhook_id:
        return [side.get(f"webhooks/{webhook_id}"), side.client.get_webhook(webhook_id)]


def create_with_the_least(side: Side) -> Any:
    with _made(side) as webhook_id:
        return side.get(f"webhooks/{webhook_id}")


def create_by_the_client(side: Side) -> Any:
    made = side.client.create_webhook(
        name=f"by.the-client_{len(side.name)}", url=NOWHERE, events=["model_version.created", "model_version_tag.set"]
    )
    side.know(made.webhook_id, "webhook")
    side.client.delete_webhook(made.webhook_id)
    return made


def create_with_numbers(side: Side) -> Any:
    with _made(side, events=[{"entity": 2, "action": 1}], status=2) as webhook_id:
        return side.get(f"webhooks/{webhook_id}")


def create_with_unknown_status(side: Side) -> Any:
    with _made(side, status="PAUSED") as webhook_id:
        return side.get(f"webhooks/{webhook_id}")


def create_without_name(side: Side) -> Any:
    return [_refused(side, name=None), _refused(side, name=""), _refused(side, name=5)]


def create_with_bad_names(side: Side) -> Any:
    return [_refused(side, name=name) for name in ("two words", "-a", "a-", "n" * 64, "ü")]


def create_without_url(side: Side) -> Any:
    return [_refused(side, url=None), _refused(side, url="")]


def create_with_bad_urls(side: Side) -> Any:
    return [_refused(side, url=url) for url in ("   ", "ftp://a.example/x", "nonsense", "http:///x", "file:///etc")]


def create_without_events(side: Side) -> Any:
    return [_refused(side, events=events) for events in (None, [], "created")]


def create_with_actions_that_do_not_exist(side: Side) -> Any:
    pairs = (
        ("REGISTERED_MODEL", "DELETED"),
        ("MODEL_VERSION", "SET"),
        ("MODEL_VERSION_TAG", "CREATED"),
        ("MODEL_VERSION_ALIAS", "UPDATED"),
    )
    return [_refused(side, events=[{"entity": entity, "action": action}]) for entity, action in pairs]


def list_in_pages(side: Side) -> Any:
    with _made(side, name="first") as first, _made(side, name="second") as second:
        page = side.get("webhooks", max_results=1)[1]
        rest = side.get("webhooks", max_results=1, page_token=page["next_page_token"])[1]
        found = [one["webhook_id"] for one in (*page["webhooks"], *rest["webhooks"])]
        whole = [one.webhook_id for one in side.client.list_webhooks()]
        return [found == [second, first], whole == [second, first], rest.get("next_page_token", "")]


def list_with_bad_pages(side: Side) -> Any:
    return [
        *(side.get("webhooks", max_results=number) for number in (1001, -1, "x")),
        side.get("webhooks", page_token="zzz"),
    ]


def get_unknown(side: Side) -> Any:
    return [side.get("webhooks/nobody"), side.refused(lambda: side.client.get_webhook("nobody"))]


def update_each_field(side: Side) -> Any:
    with _made(side, description="former") as webhook_id:
        changes: list[dict[str, Any]] = [
            {"name": "new-name"},
            {"url": "https://a.example/new"},
            {"description": ""},
            {"status": "DISABLED"},
            {"events": [{"entity": "MODEL_VERSION_ALIAS", "action": "DELETED"}]},
            {"events": [], "name": "", "url": ""},
            {},
        ]
        return [side.ask("PATCH", f"webhooks/{webhook_id}", json=change) for change in changes]


def update_by_the_client(side: Side) -> Any:
    with _made(side) as webhook_id:
        return side.client.update_webhook(webhook_id, description="new", events=["model_version.created"])


def update_with_what_is_refused(side: Side) -> Any:
    with _made(side) as webhook_id:
        changes: list[dict[str, Any]] = [{"url": "ftp://a"}, {"name": "two words"}, {"events": "x"}, {"name": 5}]
        said = [side.ask("PATCH", f"webhooks/{webhook_id}", json=change) for change in changes]
        return [*said, side.ask("PATCH", "webhooks/nobody", json={"name": "a"})]


def delete_twice(side: Side) -> Any:
    with _made(side) as webhook_id:
        return [side.ask("DELETE", f"webhooks/{webhook_id}") for _ in range(2)]


def test_each_event(side: Side) -> Any:
    events = (
        "registered_model.created",
        "model_version.created",
        "model_version_tag.set",
        "model_version_tag.deleted",
        "model_version_alias.created",
        "model_version_alias.deleted",
    )
    with _receiving() as receiver, _made(side, receiver.url, secret=SECRET) as webhook_id:
        said = [side.client.test_webhook(webhook_id, event=event) for event in events]
        return [said, receiver.told(len(events))]


def test_the_first_event(side: Side) -> Any:
    with _receiving() as receiver, _made(side, receiver.url) as webhook_id:
        said = side.post(f"webhooks/{webhook_id}/test")
        return [said, "x-mlflow-signature" in receiver.requests[0][0], receiver.told(1)[0][0]]


def test_a_receiver_that_refuses(side: Side) -> Any:
    said = []
    for status in (400, 404, 500):
        with _receiving(status, b"no") as receiver, _made(side, receiver.url) as webhook_id:
            said.append(side.post(f"webhooks/{webhook_id}/test"))
    return said


def test_nobody(side: Side) -> Any:
    with _made(side) as webhook_id:
        result = side.client.test_webhook(webhook_id)
        return [result.success, result.response_status, result.error_message.startswith("Failed to test webhook: ")]


def test_with_what_is_refused(side: Side) -> Any:
    with _made(side) as webhook_id:
        event = {"entity": "MODEL_VERSION", "action": "SET"}
        return [side.post(f"webhooks/{webhook_id}/test", event=event), side.post("webhooks/nobody/test")]


def _life(side: Side) -> None:
    """A model from its making to the end of its alias."""
    side.client.create_registered_model(side.name, tags={"team": "vision"}, description="Finds cracks")
    side.client.create_model_version(side.name, "s3://bucket/cracks", description="first", tags={"a": "0"})
    side.client.set_model_version_tag(side.name, "1", "b", "2")
    side.client.delete_model_version_tag(side.name, "1", "b")
    side.client.set_registered_model_alias(side.name, "champion", "1")
    side.client.delete_registered_model_alias(side.name, "champion")


def the_life_of_a_model(side: Side) -> Any:
    """MLflow sends from several threads: what counts is that the same is told."""
    pairs = (
        ("REGISTERED_MODEL", "CREATED"),
        ("MODEL_VERSION", "CREATED"),
        ("MODEL_VERSION_TAG", "SET"),
        ("MODEL_VERSION_TAG", "DELETED"),
        ("MODEL_VERSION_ALIAS", "CREATED"),
        ("MODEL_VERSION_ALIAS", "DELETED"),
    )
    events = [{"entity": entity, "action": action} for entity, action in pairs]
    with _receiving() as receiver, _made(side, receiver.url, events=events, secret=SECRET):
        _life(side)
        return sorted(receiver.told(len(pairs)), key=lambda told: (told[0]["entity"], told[0]["action"]))


def only_what_was_asked_for(side: Side) -> Any:
    events = [{"entity": "MODEL_VERSION_ALIAS", "action": "CREATED"}]
    with _receiving() as receiver, _made(side, receiver.url, events=events):
        _life(side)
        receiver.told(1)
        time.sleep(1)
        return receiver.told(1)


def the_least_that_a_model_tells(side: Side) -> Any:
    events = [{"entity": entity, "action": "CREATED"} for entity in ("REGISTERED_MODEL", "MODEL_VERSION")]
    with _receiving() as receiver, _made(side, receiver.url, events=events):
        side.client.create_registered_model(side.name)
        side.client.create_model_version(side.name, "s3://bucket/cracks")
        return sorted(receiver.told(2), key=lambda told: told[0]["entity"])


def nothing_while_disabled(side: Side) -> Any:
    with _receiving() as receiver, _made(side, receiver.url, status="DISABLED"):
        side.client.create_registered_model(side.name)
        time.sleep(2)
        return receiver.told(0)
