"""The access report merges the services' audit, newest first, for those who may read it."""

from __future__ import annotations

import pytest

from tests.contract.tenant import Tenant
from tests.gateway.conftest import Open

PATH = "/api/v1/accessReport"


async def test_entries_of_all_services_come_in_one_list_newest_first(browse: Open, tenant: Tenant) -> None:
    entries = (await browse("OWNER", tenant.name).get(PATH, params={"limit": 500})).json()["entries"]
    assert {"auth", "storage", "annotation", "experiments"} <= {entry["service"] for entry in entries}
    times = [entry["time"] for entry in entries]
    assert times == sorted(times, reverse=True)
    assert len({entry["id"] for entry in entries}) == len(entries)


async def test_kind_resource_and_limit_narrow_it(browse: Open, tenant: Tenant) -> None:
    http = browse("OWNER", tenant.name)
    changes = (await http.get(PATH, params={"kind": "CHANGE", "limit": 3})).json()["entries"]
    assert [entry["kind"] for entry in changes] == ["CHANGE"] * 3
    dataset = tenant.ids["dataset_id"]
    of_it = (await http.get(PATH, params={"resource": dataset})).json()["entries"]
    assert of_it
    assert {entry["resource"] for entry in of_it} == {dataset}


@pytest.mark.parametrize("role", ["ANNOTATOR", "REVIEWER", "DEVELOPER", "VIEWER"])
async def test_other_roles_may_not_read_it(browse: Open, tenant: Tenant, role: str) -> None:
    answer = await browse(role, tenant.name).get(PATH)
    assert (answer.status_code, answer.json()["reason"]) == (403, "FORBIDDEN")


async def test_a_customer_reads_it_without_how_the_team_signs_in(browse: Open, tenant: Tenant) -> None:
    entries = (await browse("CUSTOMER", tenant.name).get(PATH, params={"limit": 500})).json()["entries"]
    assert entries
    assert not [entry for entry in entries if entry["action"].split(".")[1] in ("token", "session")]


async def test_nothing_of_another_workspace_is_in_it(browse: Open, tenant: Tenant) -> None:
    answer = await browse("OWNER", "stranger").get(PATH, params={"limit": 500})
    assert answer.status_code == 200
    assert tenant.mark not in answer.text
    assert tenant.ids["dataset_id"] not in answer.text


@pytest.mark.parametrize(
    ("query", "reason"), [({"kind": "GOSSIP"}, "PARAMETER_INVALID"), ({"limit": 0}, "FIELD_INVALID")]
)
async def test_a_question_that_is_not_understood_is_refused(
    browse: Open, query: dict[str, object], reason: str
) -> None:
    answer = await browse().get(PATH, params=query)
    assert (answer.status_code, answer.json()["reason"]) == (400, reason)
