"""A page token continues the list it came from, and no other."""

from __future__ import annotations

import base64
import json

import pytest

from kit import paging
from kit.errors import Invalid
from plumbapi.storage import v1 as pb

ROWS = list(range(10))


def request(**fields: object) -> pb.ListVersionsRequest:
    return pb.ListVersionsRequest(**{"dataset_id": "ds_1", **fields})


def after(page: paging.Page) -> list[int]:
    """What a query by keyset would fetch."""
    start = page.after[0] + 1 if page.after else 0
    return ROWS[start : start + page.limit]


def walk(size: int) -> list[int]:
    seen: list[int] = []
    token = ""
    while True:
        page = paging.read(request(page_size=size, page_token=token))
        kept, token = page.cut(after(page), key=lambda row: (row,))
        seen += kept
        if not token:
            return seen


@pytest.mark.parametrize("size", [1, 3, 5, 10, 11])
def test_pages_give_every_row_once(size: int) -> None:
    assert walk(size) == ROWS


def token(**fields: object) -> str:
    page = paging.read(request(page_size=2, **fields))
    return page.cut(ROWS[:3], key=lambda row: (row, "name"))[1]


def test_keys_come_back_as_they_were() -> None:
    assert paging.read(request(page_token=token())).after == [1, "name"]


def test_the_size_of_the_page_may_change_on_the_way() -> None:
    assert paging.read(request(page_token=token(), page_size=7)).after == [1, "name"]


def test_a_token_of_another_filter_is_refused() -> None:
    with pytest.raises(Invalid) as caught:
        paging.read(request(dataset_id="ds_2", page_token=token()))
    assert caught.value.reason == "PAGE_TOKEN_INVALID"


def tampered() -> str:
    document = json.loads(base64.urlsafe_b64decode(token()))
    document[1] = 5
    return base64.urlsafe_b64encode(json.dumps(document).encode()).decode()


@pytest.mark.parametrize(
    "damaged",
    [
        tampered(),
        token()[:-8],
        "x",
        "ü",
        base64.urlsafe_b64encode(b"[]").decode(),
        base64.urlsafe_b64encode(b"7").decode(),
    ],
    ids=["keys", "cut", "short", "letters", "empty", "number"],
)
def test_a_damaged_token_is_refused(damaged: str) -> None:
    with pytest.raises(Invalid) as caught:
        paging.read(request(page_token=damaged))
    assert caught.value.reason == "PAGE_TOKEN_INVALID"


@pytest.mark.parametrize("size", [-1, 501])
def test_a_size_out_of_bounds_is_refused(size: int) -> None:
    with pytest.raises(Invalid) as caught:
        paging.read(request(page_size=size))
    assert caught.value.reason == "PAGE_SIZE_INVALID"


def test_no_size_means_the_default() -> None:
    assert paging.read(request(), default=42).size == 42
