"""Thumbnails are bytes a browser may keep; contents are a signed address, and looking at one is recorded."""

from __future__ import annotations

import hashlib

import httpx
import pytest

from tests.contract.tenant import Tenant
from tests.gateway.conftest import Open


@pytest.fixture
def http(browse: Open, tenant: Tenant) -> httpx.AsyncClient:
    return browse("OWNER", tenant.name)


def path(tenant: Tenant, part: str) -> str:
    return f"/api/v1/images/{tenant.ids['sha256']}/{part}"


async def reads(http: httpx.AsyncClient, tenant: Tenant) -> list[dict[str, object]]:
    answer = await http.get("/api/v1/accessReport", params={"kind": "ACCESS", "limit": 500})
    return [entry for entry in answer.json()["entries"] if tenant.ids["sha256"] in str(entry)]


async def test_a_thumbnail_is_a_picture_that_the_browser_keeps_and_no_proxy(
    http: httpx.AsyncClient, tenant: Tenant
) -> None:
    answer = await http.get(path(tenant, "thumbnail"))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
    assert answer.content[:4] == b"RIFF"
    rules = answer.headers["cache-control"].split(", ")
    assert {"private", "immutable"} <= set(rules)
    assert "public" not in rules


async def test_the_content_is_a_signed_address_that_gives_the_bytes(http: httpx.AsyncClient, tenant: Tenant) -> None:
    answer = await http.get(path(tenant, "content"), params={"rendition": "ORIGINAL"})
    assert answer.status_code == 307
    assert answer.headers["referrer-policy"] == "no-referrer", "the address is a secret"
    async with httpx.AsyncClient(trust_env=False) as anybody:
        content = (await anybody.get(answer.headers["location"])).content
    assert hashlib.sha256(content).hexdigest() == tenant.ids["sha256"]


async def test_looking_at_an_image_is_recorded(http: httpx.AsyncClient, tenant: Tenant) -> None:
    before = len(await reads(http, tenant))
    await http.get(path(tenant, "content"))
    after = await reads(http, tenant)
    assert len(after) == before + 1
    assert (after[0]["kind"], after[0]["service"], after[0]["count"]) == ("ACCESS", "storage", 1)


async def test_a_rendition_that_there_is_not_is_refused(http: httpx.AsyncClient, tenant: Tenant) -> None:
    answer = await http.get(path(tenant, "content"), params={"rendition": "BLURRED"})
    assert (answer.status_code, answer.json()["reason"]) == (400, "FIELD_INVALID")


@pytest.mark.parametrize("part", ["thumbnail", "content"])
async def test_an_image_of_another_workspace_is_like_one_that_is_not(browse: Open, tenant: Tenant, part: str) -> None:
    stranger = browse("OWNER", "stranger")
    foreign = await stranger.get(path(tenant, part))
    absent = await stranger.get(f"/api/v1/images/{'0' * 64}/{part}")
    assert foreign.status_code == absent.status_code == 404
    assert foreign.json()["reason"] == absent.json()["reason"]


@pytest.mark.parametrize("sha256", ["x", "../../etc/passwd", "%00", "A" * 64])
async def test_a_name_that_is_no_digest_is_refused_or_not_found(http: httpx.AsyncClient, sha256: str) -> None:
    answer = await http.get(f"/api/v1/images/{sha256}/content")
    assert answer.status_code in (400, 404)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("part", ["thumbnail", "content"])
async def test_nobody_sees_an_image_without_a_session(browse: Open, tenant: Tenant, part: str) -> None:
    assert (await browse("").get(path(tenant, part))).status_code == 401
