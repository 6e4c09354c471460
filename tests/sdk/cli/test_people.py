"""`plumb login`, `members`, `tokens`, `access` and `status` on the real platform."""

from __future__ import annotations

import stat

import pytest

from plumbline import config
from plumbline.accounts import join
from tests.live import Live
from tests.sdk.conftest import Plumb


def test_signing_in_is_kept_for_later_commands(plumb: Plumb, live_platform: Live) -> None:
    owner = live_platform.people["OWNER"]
    outcome = plumb("login", live_platform.url, "--token", owner.token)
    assert outcome.status == 0
    assert owner.token not in outcome.data + outcome.said
    assert stat.S_IMODE(config.config_file().stat().st_mode) == 0o600
    assert plumb("whoami", "-o", "id").data.strip() == owner.member_id


def test_the_token_is_read_without_being_shown(
    plumb: Plumb, live_platform: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = live_platform.people["OWNER"]
    monkeypatch.setattr("getpass.getpass", lambda *_args, **_options: owner.token)
    assert plumb("login", live_platform.url).status == 0
    assert config.load().token == owner.token


def test_a_password_becomes_a_token(plumb: Plumb, live_platform: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    customer = live_platform.people["CUSTOMER"]
    monkeypatch.setattr("getpass.getpass", lambda *_args, **_options: customer.password)
    assert plumb("login", live_platform.url, "--email", customer.email).status == 0
    assert config.load().token not in (customer.token, customer.password)
    assert plumb("whoami", "-o", "id").data.strip() == customer.member_id


def test_a_wrong_password_ends_with_4(plumb: Plumb, live_platform: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getpass", lambda *_args, **_options: "a wrong password")
    assert plumb("login", live_platform.url, "--email", "nobody@vision.example").status == 4
    assert not config.config_file().exists()


def test_a_wrong_token_is_not_kept(plumb: Plumb, live_platform: Live) -> None:
    outcome = plumb("login", live_platform.url, "--token", "plumb_pat_wrong")
    assert outcome.status == 4
    assert "does not know this token" in outcome.said
    assert not config.config_file().exists()


def test_status_names_platform_and_caller(plumb_as: Plumb, live_platform: Live) -> None:
    outcome = plumb_as("REVIEWER", "status", "-o", "json")
    assert outcome.json["url"] == live_platform.url
    assert outcome.json["ready"] is True
    assert outcome.json["member"]["name"] == "Dana Petrova"


def test_members_are_listed_with_their_roles(plumb_as: Plumb) -> None:
    rows = {row["name"]: row["role"] for row in plumb_as("CUSTOMER", "members", "list", "-o", "csv").rows}
    assert rows["Ada Novak"] == "OWNER"
    assert rows["Kim Sato"] == "CUSTOMER"


def test_an_invitation_is_a_link_that_works(plumb: Plumb, plumb_as: Plumb, live_platform: Live, name: str) -> None:
    link = plumb_as("OWNER", "members", "invite", f"{name}@vision.example", "--role", "viewer", "-o", "id").data
    token = join(live_platform.url, link.strip().partition("token=")[2], name="Vera", password="long enough, 12")
    me = plumb("whoami", "--url", live_platform.url, "--token", token, "-o", "json").json
    assert (me["member"]["name"], me["member"]["role"]) == ("Vera", "VIEWER")


def test_an_annotator_invites_nobody(plumb_as: Plumb) -> None:
    assert plumb_as("ANNOTATOR", "members", "invite", "x@vision.example", "--role", "viewer").status == 4


def test_a_machines_token_works_until_it_is_revoked(
    plumb: Plumb, plumb_as: Plumb, live_platform: Live, name: str
) -> None:
    made = plumb_as("OWNER", "tokens", "create", name, "--machine", "developer", "-o", "json").json
    machine = ("--url", live_platform.url, "--token", made["secret"])
    assert plumb("whoami", *machine, "-o", "json").json["member"]["role"] == "DEVELOPER"
    listed = plumb_as("OWNER", "tokens", "list", "-o", "csv").rows
    assert made["token"]["id"] in {row["id"] for row in listed}
    assert made["secret"] not in str(listed)
    assert plumb_as("OWNER", "tokens", "revoke", made["token"]["id"]).status == 0
    assert made["token"]["id"] not in plumb_as("OWNER", "tokens", "list", "-o", "id").data


def test_the_customer_reads_who_fetched_images(plumb_as: Plumb, dataset: str, tmp_path: object) -> None:
    plumb_as("DEVELOPER", "datasets", "pull", dataset, f"{tmp_path}/pulled")
    rows = plumb_as("CUSTOMER", "access", "--kind", "access", "-o", "csv").rows
    assert ("Ben Okafor", "storage.image.downloaded") in {(row["who"], row["what"]) for row in rows}
    assert {row["kind"] for row in rows} == {"ACCESS"}


def test_an_annotator_may_not_read_the_report(plumb_as: Plumb) -> None:
    assert plumb_as("ANNOTATOR", "access").status == 4


def test_events_are_replayed_in_order(plumb_as: Plumb) -> None:
    rows = plumb_as("OWNER", "events", "--after", "1", "-o", "csv").rows
    assert [int(row["sequence"]) for row in rows] == list(range(2, len(rows) + 2))
    assert rows[0]["what"].startswith("auth.")
