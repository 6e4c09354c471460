"""No byte of one workspace reaches another: a foreign id is answered, word for word, like one that never was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
import pytest_asyncio
from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor

from kit import access, contract
from kit.db import Database
from kit.errors import PlumbError
from tests.conftest import CallAs
from tests.contract.samples import sample
from tests.contract.tenant import Tenant, fill

METHODS = [method for service in contract.SERVICES.values() for method in service.methods]
# who looks in from the other workspace: the first of these that may call the method at all
ROLES = ("OWNER", "CUSTOMER", "ANNOTATOR", access.JOB, access.SERVICE)


def row_of(method: MethodDescriptor) -> str:
    return contract.permission(contract.path(method))


def id_fields(method: MethodDescriptor) -> list[FieldDescriptor]:
    """The top-level fields of a request that name something that exists."""
    return [
        field
        for field in method.input_type.fields
        if field.type == FieldDescriptor.TYPE_STRING
        and (field.name.endswith(("_id", "_ids")) or field.name == "sha256")
        and field.name not in ("request_id", "workspace_id")
    ]


# a service makes a token for a job of its own: the id is written down, not looked up
WRITES_THE_ID = {"auth.CreateJobToken"}
BY_ID = [method for method in METHODS if id_fields(method) and row_of(method) not in WRITES_THE_ID]
LISTS = [
    method
    for method in METHODS
    if not id_fields(method) and method.name.startswith("List") and "OWNER" in access.TABLE[row_of(method)]
]


@pytest_asyncio.fixture(scope="module")
async def tenant(call_as: CallAs, database: Callable[[str], Database]) -> Tenant:
    return await fill(call_as, database)


@pytest.fixture
def stranger(call_as: CallAs) -> Callable[[str], object]:
    return lambda role: call_as(role, "stranger")


@dataclass(frozen=True)
class Answer:
    """What a caller gets, with the ids that the caller sent taken out."""

    reason: str
    text: str


async def ask(peers: object, method: MethodDescriptor, ids: dict[str, str]) -> Answer:
    """Call a method with these ids and otherwise the smallest request it understands."""
    request = sample(method.input_type, **{field.name: ids[field.name] for field in id_fields(method)})
    service = row_of(method).split(".")[0]
    try:
        response = await peers.call(service, contract.path(method), request)  # type: ignore[attr-defined]
        reason, text = "OK", str(response)
    except PlumbError as error:
        reason, text = error.reason, f"{type(error).__name__} {error.message} {sorted(error.metadata.items())}"
    for value in ids.values():
        text = text.replace(value, "ID")
    return Answer(reason, text)


def absent(ids: dict[str, str]) -> dict[str, str]:
    """Ids of the same form that nothing has."""
    return {name: value[:-12] + "0123456789ab" for name, value in ids.items()}


@pytest.mark.parametrize("method", BY_ID, ids=row_of)
async def test_a_foreign_id_is_answered_like_an_absent_one(
    stranger: Callable[[str], object], tenant: Tenant, method: MethodDescriptor
) -> None:
    role = next(role for role in ROLES if role in access.TABLE[row_of(method)])
    ids = {field.name: tenant.ids[field.name] for field in id_fields(method)}
    foreign = await ask(stranger(role), method, ids)
    assert foreign == await ask(stranger(role), method, absent(ids))
    assert foreign.reason != "INTERNAL"
    assert tenant.mark not in foreign.text


@pytest.mark.parametrize("method", LISTS, ids=row_of)
async def test_a_list_shows_nothing_of_another_workspace(
    stranger: Callable[[str], object], tenant: Tenant, method: MethodDescriptor
) -> None:
    answer = await ask(stranger("OWNER"), method, {})
    assert answer.reason == "OK", answer.text
    assert tenant.mark not in answer.text


@pytest.mark.parametrize("method", LISTS, ids=row_of)
async def test_the_same_list_does_show_it_at_home(call_as: CallAs, tenant: Tenant, method: MethodDescriptor) -> None:
    if row_of(method) in {"auth.ListPermissions", "annotation.ListFormats", "trainer.ListRecipes"}:
        return  # the same for everybody
    answer = await ask(call_as("OWNER", tenant.name), method, {})
    assert tenant.mark in answer.text
