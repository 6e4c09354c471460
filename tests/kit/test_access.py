"""The table denies what it does not name, and says who could."""

from __future__ import annotations

import pytest

from kit import access
from kit.errors import Forbidden, Unauthenticated
from kit.identity import ANONYMOUS, Principal


def someone(role: str) -> Principal:
    return Principal("ws_1", "mem_1", "Mia", role)


@pytest.mark.parametrize("role", [*access.ROLES, access.JOB, access.SERVICE, access.ANONYMOUS, "", "owner", "ROOT"])
def test_an_absent_row_allows_nobody(role: str) -> None:
    assert not access.allowed("storage.EraseEverything", role)


@pytest.mark.parametrize("role", ["", "owner", "ROOT"])
def test_a_role_that_nobody_defined_may_nothing_but_what_is_open_to_all(role: str) -> None:
    open_rows = {row for row in access.TABLE if access.allowed(row, role)}
    assert open_rows == {row for row, roles in access.TABLE.items() if access.ANONYMOUS in roles}


def test_a_refusal_names_the_roles_that_may_and_no_machine() -> None:
    with pytest.raises(Forbidden, match=r"Your role \(annotator\)") as caught:
        access.require("storage.PublishDataset", someone("ANNOTATOR"))
    assert caught.value.metadata["required"] == "developer, manager, owner"


def test_nobody_signed_in_is_told_to_sign_in() -> None:
    with pytest.raises(Unauthenticated, match="Sign in"):
        access.require("storage.PublishDataset", ANONYMOUS)


def test_an_open_row_lets_everybody_pass() -> None:
    access.require("auth.CreateSession", ANONYMOUS)
    access.require("auth.CreateSession", someone("VIEWER"))


def test_only_known_roles_stand_in_the_table() -> None:
    known = {*access.ROLES, access.ANONYMOUS, access.SERVICE, access.JOB}
    assert {role for roles in access.TABLE.values() for role in roles} <= known


def test_verifying_is_the_customers_alone() -> None:
    assert access.TABLE["annotation.VerifyTask"] == {"CUSTOMER"}
