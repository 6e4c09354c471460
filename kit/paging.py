"""Owns keyset paging: an opaque token carries the keys of the last row and is bound to the request's filter."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from google.protobuf.message import Message

from kit.errors import Invalid

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Page:
    """What a list request asks for: `size` rows after the keys `after` (None for the first page)."""

    size: int
    after: list[Any] | None
    _filter: str

    @property
    def limit(self) -> int:
        """Rows to fetch: one more than the page, to know whether another page follows."""
        return self.size + 1

    def cut(self, rows: Sequence[R], key: Callable[[R], Sequence[Any]]) -> tuple[Sequence[R], str]:
        """The rows of this page and the token of the next one, empty at the end.

        Args:
            rows: up to `limit` rows in the order of their keys.
            key: the JSON values a row is sorted by.
        """
        if len(rows) <= self.size:
            return rows, ""
        kept = rows[: self.size]
        return kept, self.token(key(kept[-1]))

    def token(self, keys: Sequence[Any]) -> str:
        """The token of the page after a row with these keys."""
        document = json.dumps([_seal(self._filter, list(keys)), *keys], separators=(",", ":"))
        return base64.urlsafe_b64encode(document.encode()).decode()


def read(request: Message, *, default: int = 100, cap: int = 500) -> Page:
    """The page a list request asks for.

    Raises:
        Invalid: the token is damaged or belongs to a request with another filter.
    """
    size = request.page_size or default  # type: ignore[attr-defined]
    if not 0 < size <= cap:
        raise Invalid(f"page_size must be between 1 and {cap}.", reason="PAGE_SIZE_INVALID")
    bound = _filter_of(request)
    token = request.page_token  # type: ignore[attr-defined]
    return Page(size, _decode(token, bound) if token else None, bound)


def _filter_of(request: Message) -> str:
    unpaged = type(request)()
    unpaged.CopyFrom(request)
    unpaged.ClearField("page_size")
    unpaged.ClearField("page_token")
    return hashlib.sha256(unpaged.SerializeToString(deterministic=True)).hexdigest()


def _seal(bound: str, keys: list[Any]) -> str:
    """Ties keys to a filter. Guards against damage only: what a caller may see is never decided by a token."""
    return hashlib.sha256(json.dumps([bound, *keys]).encode()).hexdigest()[:16]


def _decode(token: str, bound: str) -> list[Any]:
    try:
        document = json.loads(base64.urlsafe_b64decode(token.encode("ascii")))
        if isinstance(document, list) and len(document) > 1 and document[0] == _seal(bound, document[1:]):
            return document[1:]
    except (ValueError, binascii.Error, UnicodeError):
        pass  # answered below like a token of another filter: the caller can only start again
    raise Invalid("This page_token belongs to another list: start again without it.", reason="PAGE_TOKEN_INVALID")
