"""What surrounds every answer: headers, pages, limits, and problems also for what no route knows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from kit.app import App
from services.gateway import problems, surroundings, webserver
from tests.gateway.conftest import Open

HTML = "<!doctype html><title>Plumbline</title>"


@pytest_asyncio.fixture
async def pages(gateway: App, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A web application with a built web UI, next to the API's routes of health."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text(HTML)
    (tmp_path / "plumbline.svg").write_text("<svg/>")
    (tmp_path / "assets/index-c0ffee.js").write_text("export {}")
    web = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    problems.install(web)
    webserver.install(web, gateway)

    @web.get("/api/v1/broken")
    async def broken() -> None:
        raise RuntimeError("hunter2 in a bug")

    webserver.serve_pages(web, tmp_path, gateway.settings)
    transport = httpx.ASGITransport(web, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://plumb.test") as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/projects/prj_1/tasks", "/sign-in", "/index.html"])
async def test_every_address_of_the_ui_gets_the_page(pages: httpx.AsyncClient, path: str) -> None:
    answer = await pages.get(path)
    assert (answer.status_code, answer.text) == (200, HTML)
    assert answer.headers["cache-control"] == "no-cache"


async def test_files_are_files_and_assets_are_kept_for_ever(pages: httpx.AsyncClient) -> None:
    assert (await pages.get("/plumbline.svg")).text == "<svg/>"
    asset = await pages.get("/assets/index-c0ffee.js")
    assert "immutable" in asset.headers["cache-control"]
    missing = await pages.get("/assets/index-old.js")
    assert missing.status_code == 404, "a page instead of a script would be run as one"


@pytest.mark.parametrize("path", ["/../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/assets/%2e%2e/%2e%2e/etc/passwd"])
async def test_no_file_outside_the_folder_is_served(pages: httpx.AsyncClient, path: str) -> None:
    assert "root:" not in (await pages.get(path)).text


async def test_without_a_built_ui_the_api_is_pointed_at(gateway: App, tmp_path: Path) -> None:
    web = FastAPI(openapi_url=None)
    problems.install(web)
    webserver.serve_pages(web, tmp_path / "nothing", gateway.settings)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(web), base_url="http://plumb.test") as client:
        answer = await client.get("/")
    assert answer.status_code == 404
    assert "make web" in answer.json()["detail"]


async def test_a_bug_is_a_problem_that_hides_its_message(pages: httpx.AsyncClient) -> None:
    answer = await pages.get("/api/v1/broken")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert answer.json()["reason"] == "INTERNAL"
    assert "hunter2" not in answer.text


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PATCH", "PUT"])
@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/", "/api/v2/datasets"])
async def test_an_unknown_route_of_the_api_is_a_problem(browse: Open, method: str, path: str) -> None:
    answer = await browse().request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json()["reason"] == "ROUTE_UNKNOWN"


async def test_a_method_that_a_route_lacks_names_those_it_has(browse: Open) -> None:
    answer = await browse().delete("/api/v1/datasets")
    assert (answer.status_code, answer.json()["reason"]) == (405, "METHOD_NOT_ALLOWED")
    assert answer.headers["allow"]


@pytest.mark.parametrize("path", ["/healthz", "/api/v1/datasets", "/api/v1/nothing", "/api/openapi.json", "/"])
async def test_every_answer_carries_the_security_headers(browse: Open, path: str) -> None:
    headers = (await browse().get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "server" not in headers


async def test_the_content_policy_lets_in_only_ourselves_and_the_store(browse: Open, gateway: App) -> None:
    policy = (await browse().get("/")).headers["content-security-policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    store = gateway.settings.s3_public_endpoint or gateway.settings.s3_endpoint
    assert rules["default-src"] == "'self'"
    assert rules["script-src"] == "'self' 'wasm-unsafe-eval'"
    assert rules["frame-ancestors"] == rules["object-src"] == rules["base-uri"] == "'none'"
    assert store in rules["img-src"]
    assert store in rules["connect-src"]
    assert "*" not in policy


async def test_answers_of_the_api_are_not_kept(browse: Open) -> None:
    assert (await browse().get("/api/v1/datasets")).headers["cache-control"] == "no-store"


async def test_a_body_beyond_the_limit_is_refused(browse: Open) -> None:
    body = b'{"name":"' + b"x" * surroundings.MAX_BODY + b'"}'
    headers = {"content-type": "application/json"}
    answer = await browse().post("/api/v1/datasets", content=body, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
    assert answer.json()["reason"] == "BODY_TOO_LARGE"


async def test_a_body_without_a_length_is_limited_too(browse: Open) -> None:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(surroundings.MAX_BODY // 2**20 + 1):
            yield b"x" * 2**20

    answer = await browse().post("/api/v1/datasets", content=parts(), headers={"content-type": "application/json"})
    assert answer.status_code == 413


async def test_large_answers_are_compressed_for_those_who_ask(browse: Open) -> None:
    http = browse()
    assert (await http.get("/api/openapi.json")).headers["content-encoding"] == "gzip"
    plain = await http.get("/api/openapi.json", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.json()["info"]["title"] == "Plumbline"


async def test_health_tells_life_from_readiness(browse: Open) -> None:
    http = browse("")
    assert (await http.get("/healthz")).json() == {"status": "ok"}
    assert (await http.get("/readyz")).json() == {"status": "ok"}
