"""People sign in by cookies that scripts cannot read and other sites cannot use; machines by tokens that end."""

from __future__ import annotations

import asyncio
from email.utils import parsedate_to_datetime
from http.cookies import Morsel, SimpleCookie

import httpx
import pytest

from kit import clock
from services.gateway import caller
from services.gateway.caller import ACCESS_COOKIE, CSRF_HEADER
from services.gateway.sessions import REFRESH_COOKIE
from tests.gateway.conftest import PASSWORD, Open, Owner


def cookies(answer: httpx.Response) -> dict[str, Morsel[str]]:
    jar: SimpleCookie = SimpleCookie()
    for line in answer.headers.get_list("set-cookie"):
        jar.load(line)
    return dict(jar)


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["reason"]


async def test_cookies_are_out_of_reach_of_scripts_and_other_sites(owner: Owner) -> None:
    set_now = cookies(owner.joined)
    assert set(set_now) == {ACCESS_COOKIE, REFRESH_COOKIE}
    for cookie in set_now.values():
        assert cookie["httponly"]
        assert cookie["samesite"].lower() == "strict"
        assert parsedate_to_datetime(cookie["expires"]) > clock.now()
    assert (set_now[ACCESS_COOKIE]["path"], set_now[REFRESH_COOKIE]["path"]) == ("/", "/api/v1")
    assert owner.joined.headers["cache-control"] == "no-store"


async def test_no_secret_of_the_session_is_in_the_body(owner: Owner) -> None:
    for cookie in cookies(owner.joined).values():
        assert cookie.value not in owner.joined.text
    assert owner.joined.json()["member"]["email"] == owner.email


async def test_signing_in_opens_the_workspace(owner: Owner, browse: Open) -> None:
    stranger = browse("")
    answer = await stranger.post("/api/v1/sessions", json={"email": owner.email, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    me = await stranger.get("/api/v1/me")
    assert me.json()["member"]["email"] == owner.email


async def test_a_wrong_password_sets_no_cookie(owner: Owner, browse: Open) -> None:
    answer = await browse("").post("/api/v1/sessions", json={"email": owner.email, "password": "wrong words"})
    assert answer.status_code == 401
    assert not cookies(answer)


@pytest.mark.parametrize("body", [{}, {"email": "a@b.c"}, {"email": "a@b.c", "password": "x", "role": "OWNER"}, []])
async def test_a_sign_in_of_the_wrong_form_is_a_problem(browse: Open, body: object) -> None:
    assert problem(await browse("").post("/api/v1/sessions", json=body)) == (400, "FIELD_INVALID")


async def test_a_refresh_changes_both_secrets(owner: Owner) -> None:
    before = dict(owner.http.cookies)
    answer = await owner.http.post("/api/v1/sessions:refresh")
    assert answer.status_code == 200
    assert dict(owner.http.cookies)[REFRESH_COOKIE] != before[REFRESH_COOKIE]
    assert (await owner.http.get("/api/v1/me")).status_code == 200


async def test_without_a_session_there_is_nothing_to_refresh(browse: Open) -> None:
    answer = await browse("").post("/api/v1/sessions:refresh")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_write_needs_the_header_that_only_our_pages_can_set(owner: Owner) -> None:
    del owner.http.headers[CSRF_HEADER]
    refused = await owner.http.post("/api/v1/datasets", json={"name": "tiles"})
    assert problem(refused) == (403, "CSRF_HEADER_MISSING")
    assert (await owner.http.get("/api/v1/datasets")).json()["datasets"] == []
    written = await owner.http.post("/api/v1/datasets", json={"name": "tiles"}, headers={CSRF_HEADER: "1"})
    assert written.status_code == 200


async def test_signing_out_ends_the_session_and_clears_the_cookies(owner: Owner, browse: Open) -> None:
    refresh = owner.http.cookies[REFRESH_COOKIE]
    answer = await owner.http.delete("/api/v1/sessions")
    assert answer.status_code == 200
    assert not dict(owner.http.cookies)
    again = await browse("").post("/api/v1/sessions:refresh", headers={"cookie": f"{REFRESH_COOKIE}={refresh}"})
    assert again.status_code == 401
    assert (await owner.http.delete("/api/v1/sessions")).status_code == 200, "signing out twice is no error"


async def token_of(owner: Owner) -> tuple[str, str]:
    answer = await owner.http.post("/api/v1/tokens", json={"name": "script", "kind": "PERSONAL"})
    assert answer.status_code == 200, answer.text
    return answer.json()["token"]["id"], answer.json()["secret"]


async def test_a_token_needs_no_cookie_and_no_header(owner: Owner, browse: Open) -> None:
    _, secret = await token_of(owner)
    stranger = browse("")
    stranger.headers.pop(CSRF_HEADER)
    stranger.headers["authorization"] = f"bearer {secret}"
    assert (await stranger.post("/api/v1/datasets", json={"name": "tiles"})).status_code == 200


async def test_a_revoked_token_is_refused_when_the_cache_forgets_it(
    owner: Owner, browse: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert caller._CACHE_S <= 60, "a revoked token must be refused within a minute"
    monkeypatch.setattr(caller, "_CACHE_S", 0.2)
    token_id, secret = await token_of(owner)
    stranger = browse("")
    stranger.headers["authorization"] = f"Bearer {secret}"
    assert (await stranger.get("/api/v1/me")).status_code == 200
    assert (await owner.http.delete(f"/api/v1/tokens/{token_id}")).status_code == 200
    await asyncio.sleep(0.3)
    assert (await stranger.get("/api/v1/me")).status_code == 401


@pytest.mark.parametrize("header", ["Basic abc", "Bearer", "Bearer plumb_pat_nobody", "Bearer ü"])
async def test_a_token_that_is_none_is_refused(browse: Open, header: str) -> None:
    answer = await browse("").get("/api/v1/me", headers={"authorization": header.encode()})
    assert answer.status_code == 401
    assert "WWW-Authenticate" in answer.headers


async def test_a_forged_session_cookie_is_refused(browse: Open) -> None:
    answer = await browse("").get("/api/v1/me", headers={"cookie": f"{ACCESS_COOKIE}=a.b.c"})
    assert answer.status_code == 401
