"""Owns the way in for people: an invitation or a password becomes a token for programs."""

from __future__ import annotations

import httpx

from plumbline.errors import Unreachable, from_problem

_TOKEN_DAYS = 90


def join(url: str, invitation: str, *, name: str, password: str, email: str = "") -> str:
    """Accept an invitation and return a personal token.

    Args:
        email: needed only by the first owner, whom nobody invited by address.

    Raises:
        PlumblineError: the invitation is used up or expired, or the password too weak.
    """
    body = {"invitation": invitation, "name": name, "password": password, "email": email}
    return _token(url, "/api/v1/sessions:accept", body)


def sign_in(url: str, email: str, password: str) -> str:
    """Sign in with address and password and return a personal token."""
    return _token(url, "/api/v1/sessions", {"email": email, "password": password})


def _token(url: str, path: str, body: dict[str, str]) -> str:
    try:
        with httpx.Client(base_url=url, headers={"X-Plumb-CSRF": "1"}, timeout=30) as http:
            _checked(http.post(path, json=body))
            request = {"name": "plumb", "kind": "PERSONAL", "days": _TOKEN_DAYS}
            secret: str = _checked(http.post("/api/v1/tokens", json=request)).json()["secret"]
            _checked(http.delete("/api/v1/sessions"))
            return secret
    except httpx.TransportError as error:
        raise Unreachable(f"{url} does not answer ({error or type(error).__name__}).") from error


def _checked(answer: httpx.Response) -> httpx.Response:
    if answer.is_error:
        raise from_problem(answer.status_code, answer.json())
    return answer
