"""The audit servicer on a real audit table: own workspace, newest first, and what customers are not shown."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from kit import contract, journal
from kit.app import App
from kit.errors import Forbidden, Invalid
from kit.host import Host
from kit.identity import Principal
from kit.peers import Envelope
from plumbapi.common import v1 as pb

LIST = contract.path(contract.AUDIT.methods_by_name["ListAuditEntries"])


@pytest.fixture
def app(platform: Host) -> App:
    return platform.apps["auth"]


@pytest.fixture
def workspace() -> str:
    return f"ws_{uuid4().hex}"


def someone(workspace: str, role: str = "MANAGER") -> Principal:
    return Principal(workspace_id=workspace, member_id="mem_1", name="Mia", role=role)


async def listed(app: App, who: Principal, **filters: object) -> pb.ListAuditEntriesResponse:
    envelope = Envelope(app.identity.sign(who))
    return await app.endpoint.dispatch(LIST, pb.ListAuditEntriesRequest(**filters), envelope)


async def record(app: App, workspace: str, *actions: str) -> None:
    for action in actions:
        await asyncio.sleep(0.002)  # ids are ordered by the millisecond
        async with app.db.transaction() as tx:
            await journal.change(tx, someone(workspace), action, "res_1", colour="red")


async def test_entries_come_newest_first_with_actor_and_detail(app: App, workspace: str) -> None:
    await record(app, workspace, "storage.dataset.created", "storage.dataset.published")
    entries = (await listed(app, someone(workspace))).entries
    assert [entry.action for entry in entries] == ["storage.dataset.published", "storage.dataset.created"]
    assert (entries[0].actor.name, entries[0].detail["colour"], entries[0].count) == ("Mia", "red", 1)
    assert entries[0].kind == pb.AuditEntry.CHANGE
    assert entries[0].HasField("create_time")


async def test_pages_follow_each_other_without_gap_or_repetition(app: App, workspace: str) -> None:
    await record(app, workspace, *(f"storage.dataset.step{number}" for number in range(7)))
    seen: list[str] = []
    token = ""
    while True:
        page = await listed(app, someone(workspace), page_size=3, page_token=token)
        seen += [entry.action for entry in page.entries]
        token = page.next_page_token
        if not token:
            break
    assert seen == [f"storage.dataset.step{number}" for number in reversed(range(7))]


async def test_entries_of_another_workspace_are_never_listed(app: App, workspace: str) -> None:
    await record(app, workspace, "storage.dataset.created")
    assert not (await listed(app, someone(f"ws_{uuid4().hex}"), resource="res_1")).entries


async def test_kind_and_resource_narrow_the_list(app: App, workspace: str) -> None:
    await record(app, workspace, "storage.dataset.created")
    async with app.db.transaction() as tx:
        await journal.access(tx, someone(workspace), "storage.image.downloaded", "res_2", count=12)
    reads = (await listed(app, someone(workspace), kind=pb.AuditEntry.ACCESS)).entries
    assert [(entry.resource, entry.count) for entry in reads] == [("res_2", 12)]
    assert [entry.resource for entry in (await listed(app, someone(workspace), resource="res_1")).entries] == ["res_1"]


async def test_a_customer_sees_reads_and_changes_but_not_how_the_team_signs_in(app: App, workspace: str) -> None:
    await record(app, workspace, "auth.token.created", "auth.session.ended", "storage.dataset.published")
    async with app.db.transaction() as tx:
        await journal.access(tx, someone(workspace), "storage.image.downloaded", "res_2")
    entries = (await listed(app, someone(workspace, "CUSTOMER"))).entries
    assert [entry.action for entry in entries] == ["storage.image.downloaded", "storage.dataset.published"]


@pytest.mark.parametrize("role", ["DEVELOPER", "ANNOTATOR", "VIEWER"])
async def test_other_roles_may_not_read_the_audit(app: App, workspace: str, role: str) -> None:
    with pytest.raises(Forbidden):
        await listed(app, someone(workspace, role))


async def test_a_kind_that_nobody_defined_is_refused(app: App, workspace: str) -> None:
    with pytest.raises(Invalid, match="no such value for kind"):
        await listed(app, someone(workspace), kind=77)
