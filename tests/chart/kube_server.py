"""Owns the HTTP side of an in-memory Kubernetes API: as much of it as Helm asks for.

Does not keep objects (see kube_store.py). Helm must run with HELM_DRIVER=memory, because it would otherwise store its
releases as protobuf.
"""

from __future__ import annotations

import json
import re
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.chart.kube_store import KubeStore, Object

OBJECT_URL = re.compile(r"/(?:api/(v1)|apis/([^/]+/[^/]+))/namespaces/[^/]+/([a-z]+)(?:/([^/]+))?")
EMPTY_OPENAPI = b"\n\x032.0"  # protobuf of a document without paths; Helm only wants it to parse
OPENAPI_TYPE = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"


@contextmanager
def serve(store: KubeStore, version: str) -> Iterator[str]:
    """Serve a store on a free port and yield its URL; `version` is what the server says it is, e.g. "1.37.0"."""
    handler = type("Handler", (KubeHandler,), {"store": store, "version": version})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class KubeHandler(BaseHTTPRequestHandler):
    """One connection of Helm."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # headers and body leave in two writes; waiting for the ACK costs 40 ms a request
    store: KubeStore
    version: str

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the test output free of requests."""

    def handle_request(self) -> None:
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if url.path.startswith("/openapi/v2"):
            self.send(200, EMPTY_OPENAPI, OPENAPI_TYPE)
            return
        answer = discovery(self.store, self.version, url.path)
        if answer is not None:
            self.reply(200, answer)
            return
        match = OBJECT_URL.fullmatch(url.path)
        group_version = (match[1] or match[2]) if match else ""
        kind = self.store.kind_of(group_version, match[3]) if match else None
        if match is None or kind is None:
            self.refuse(404, "NotFound")
        elif match[4] is None:
            self.collection(group_version, match[3], kind, parse_qs(url.query), body)
        else:
            self.single((group_version, match[3], match[4]), body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_request

    def collection(self, group_version: str, plural: str, kind: str, query: dict[str, list[str]], body: bytes) -> None:
        if self.command == "POST":
            obj = json.loads(body)
            key = (group_version, plural, obj["metadata"]["name"])
            if key in self.store.objects:
                self.refuse(409, "AlreadyExists")
                return
            obj["metadata"]["uid"] = str(uuid.uuid4())
            self.reply(201, self.store.put(key, obj))
            return
        name = _field_selector(query)
        found = [o for o in self.store.listed(group_version, plural) if name in ("", o["metadata"]["name"])]
        if "watch" in query:
            self.stream(group_version, kind, found)
        else:
            listing = {"kind": f"{kind}List", "apiVersion": group_version, "metadata": {"resourceVersion": "1"}}
            self.reply(200, {**listing, "items": found})

    def single(self, key: tuple[str, str, str], body: bytes) -> None:
        obj = self.store.objects.get(key)
        if obj is None and self.command == "PATCH":  # server-side apply creates what is not there
            self.reply(201, self.store.put(key, json.loads(body)))
        elif obj is None:
            self.refuse(404, "NotFound")
        elif self.command == "GET":
            self.reply(200, obj)
        elif self.command == "DELETE":
            self.store.remove(key)
            self.reply(200, {"kind": "Status", "apiVersion": "v1", "status": "Success"})
        elif self.command == "PATCH" and "apply" not in self.headers["Content-Type"]:
            self.reply(200, self.store.patch(key, json.loads(body)))
        else:
            self.reply(200, self.store.put(key, json.loads(body)))

    def stream(self, group_version: str, kind: str, found: list[Object]) -> None:
        """A watch: what is there, then the bookmark by which a client knows that it has seen all of it."""
        bookmark = {
            "kind": kind,
            "apiVersion": group_version,
            "metadata": {"resourceVersion": "1", "annotations": {"k8s.io/initial-events-end": "true"}},
        }
        events = [{"type": "ADDED", "object": o} for o in found]
        events.append({"type": "BOOKMARK", "object": bookmark})
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write("".join(json.dumps(event) + "\n" for event in events).encode())
        self.close_connection = True

    def refuse(self, code: int, reason: str) -> None:
        status = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code}
        self.reply(code, {**status, "reason": reason, "message": f"{reason}: {self.path}"})

    def reply(self, code: int, answer: Object) -> None:
        self.send(code, json.dumps(answer).encode(), "application/json")

    def send(self, code: int, body: bytes, content_type: str) -> None:
        self.send_response(code)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def discovery(store: KubeStore, version: str, path: str) -> Object | None:
    """What the API says about itself below this path, or None when the path is an object's."""
    if path == "/version":
        major, minor, _ = version.split(".")
        return {"major": major, "minor": minor, "gitVersion": f"v{version}"}
    if path == "/api":
        return {"kind": "APIVersions", "versions": ["v1"]}
    if path == "/apis":
        return {"kind": "APIGroupList", "apiVersion": "v1", "groups": _groups(store)}
    if path.startswith("/openapi/v3"):
        return {"paths": {}}
    group_version = path.removeprefix("/apis/").removeprefix("/api/")
    if group_version not in store.apis:
        return None
    verbs = ["create", "delete", "get", "list", "patch", "update", "watch"]
    resources = [
        {"name": plural, "singularName": "", "namespaced": True, "kind": kind, "verbs": verbs}
        for kind, plural in store.apis[group_version].items()
    ]
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": group_version, "resources": resources}


def _groups(store: KubeStore) -> list[Object]:
    named = [gv for gv in store.apis if "/" in gv]
    versions = [{"groupVersion": gv, "version": gv.split("/")[1]} for gv in named]
    return [{"name": v["groupVersion"].split("/")[0], "versions": [v], "preferredVersion": v} for v in versions]


def _field_selector(query: dict[str, list[str]]) -> str:
    selector = query.get("fieldSelector", [""])[0]
    return selector.removeprefix("metadata.name=") if selector.startswith("metadata.name=") else ""
