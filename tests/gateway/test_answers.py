"""The seven questions when facts are missing: an answer is never made up, and says what is not there."""

from __future__ import annotations

import httpx
import pytest

from tests.contract.tenant import Tenant
from tests.gateway.conftest import Open

PATH = "/api/v1/answers"


async def ask(http: httpx.AsyncClient, **about: str) -> dict[str, dict[str, object]]:
    answer = await http.get(PATH, params=about)
    assert answer.status_code == 200, answer.text
    found = {item["id"]: item for item in answer.json()["answers"]}
    assert list(found) == ["Q1", "Q2", "Q3", "Q4", "Q5", "Q6", "Q7"]
    return found


@pytest.fixture
def http(browse: Open, tenant: Tenant) -> httpx.AsyncClient:
    return browse("OWNER", tenant.name)


async def test_without_any_name_nothing_is_known(browse: Open, workspace: str) -> None:
    answers = await ask(browse("OWNER", workspace))
    assert {name: answers[name]["verdict"] for name in ("Q1", "Q2", "Q3", "Q4", "Q5", "Q6")} == dict.fromkeys(
        ("Q1", "Q2", "Q3", "Q4", "Q5", "Q6"), "UNKNOWN"
    )
    assert answers["Q3"]["summary"] == "No model is named."
    assert answers["Q7"]["summary"] == "Nobody has opened an image yet."


@pytest.mark.parametrize("about", [{"model": "mdl_0"}, {"dataset": "ds_0"}, {"project": "prj_0"}], ids=str)
async def test_a_name_that_does_not_exist_is_not_found(http: httpx.AsyncClient, about: dict[str, str]) -> None:
    answer = await http.get(PATH, params=about)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


async def test_a_foreign_model_is_like_one_that_is_not(browse: Open, tenant: Tenant) -> None:
    stranger = browse("OWNER", "stranger")
    foreign = await stranger.get(PATH, params={"model": tenant.ids["model_id"]})
    assert foreign.status_code == 404
    assert tenant.mark not in foreign.text


async def test_an_alias_that_nothing_carries_is_said(http: httpx.AsyncClient, tenant: Tenant) -> None:
    answers = await ask(http, model=tenant.ids["model_id"], alias="shadow")
    for name in ("Q3", "Q4", "Q6"):
        assert answers[name]["verdict"] == "UNKNOWN"
        assert "shadow" in str(answers[name]["summary"])


async def test_a_model_whose_run_names_no_data_is_unknown_and_not_no(http: httpx.AsyncClient, tenant: Tenant) -> None:
    answers = await ask(http, model=tenant.ids["model_id"], source="site A")
    assert answers["Q3"]["verdict"] == "UNKNOWN"
    assert answers["Q4"]["verdict"] == "UNKNOWN"


async def test_a_project_without_a_snapshot_has_no_verification(browse: Open, workspace: str) -> None:
    http = browse("OWNER", workspace)
    body = {"name": "p", "labels": [{"name": "crack", "color": "#ff0000"}], "tools": ["BOX"]}
    project = (await http.post("/api/v1/projects", json=body)).json()["id"]
    answers = await ask(http, project=project)
    assert (answers["Q5"]["verdict"], answers["Q5"]["summary"]) == (
        "UNKNOWN",
        "There is no snapshot of annotations yet.",
    )


async def test_a_dataset_without_a_version_says_what_waits(browse: Open, workspace: str) -> None:
    http = browse("OWNER", workspace)
    dataset = (await http.post("/api/v1/datasets", json={"name": "tiles"})).json()["id"]
    answers = await ask(http, dataset=dataset)
    assert "Nothing is published yet" in str(answers["Q1"]["summary"])
    assert answers["Q2"]["verdict"] == "UNKNOWN"


async def test_a_published_dataset_and_its_snapshot_are_answered_with_evidence(
    http: httpx.AsyncClient, tenant: Tenant
) -> None:
    answers = await ask(http, dataset=tenant.ids["dataset_id"], project=tenant.ids["project_id"])
    assert answers["Q1"]["verdict"] == "YES"
    assert ["source", tenant.mark, "1"] in answers["Q2"]["rows"]
    assert answers["Q5"]["verdict"] == "NO"
    assert "Open remarks: 1." in str(answers["Q5"]["summary"])
    assert answers["Q5"]["images"][0]["image_sha256"] == tenant.ids["sha256"]


async def test_a_role_that_may_not_read_the_report_gets_the_other_answers(browse: Open, tenant: Tenant) -> None:
    answers = await ask(browse("VIEWER", tenant.name), dataset=tenant.ids["dataset_id"])
    assert answers["Q1"]["verdict"] == "YES"
    assert answers["Q7"]["verdict"] == "UNKNOWN"
    assert answers["Q7"]["rows"] == []
