"""The pure rules of identity."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.auth import rules

NOW = datetime(2026, 1, 1, tzinfo=UTC)
GRACE = timedelta(seconds=10)
PREFIXES = (*rules.TOKEN_PREFIXES.values(), rules.INVITATION_PREFIX, rules.REFRESH_PREFIX)


def make(prefix: str = rules.PERSONAL_PREFIX, characters: str = "a") -> str:
    source = iter(characters * 30)
    return rules.compose_secret(prefix, lambda _alphabet: next(source))


def test_owners_grant_every_role_and_managers_all_but_owner() -> None:
    assert rules.grantable("OWNER") == set(rules.ROLES)
    assert rules.grantable("MANAGER") == set(rules.ROLES) - {"OWNER"}


@pytest.mark.parametrize("role", ["DEVELOPER", "ANNOTATOR", "REVIEWER", "CUSTOMER", "VIEWER", "JOB", "ANONYMOUS"])
def test_every_other_role_grants_nothing(role: str) -> None:
    assert not rules.grantable(role)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_secret_is_prefix_thirty_characters_and_six_of_crc32(prefix: str) -> None:
    secret = make(prefix, "Zz9")
    assert len(secret) == len(prefix) + 36
    value = 0
    for character in secret[-6:]:
        value = value * 62 + rules.BASE62.index(character)
    assert value == zlib.crc32(secret[:-6].encode())
    assert rules.is_secret(secret, prefix)


def test_a_secret_of_one_kind_is_none_of_another() -> None:
    assert not rules.is_secret(make(rules.REFRESH_PREFIX), *rules.TOKEN_PREFIXES.values())


@given(position=st.integers(10, 45), character=st.sampled_from(rules.BASE62))
def test_one_wrong_character_is_noticed_without_a_look_up(position: int, character: str) -> None:
    secret = make(characters="7Ba")
    wrong = secret[:position] + character + secret[position + 1 :]
    assert rules.is_secret(wrong, rules.PERSONAL_PREFIX) == (wrong == secret)


@given(st.text())
def test_any_other_text_is_no_secret(text: str) -> None:
    assert not rules.is_secret(text, *PREFIXES)


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short one", "too short"),
        ("x" * 9, "too short"),
        ("long" * 65, "too long"),
        ("Password1234", "first that anybody tries"),
        ("aaaaaaaaaaaabb", "first that anybody tries"),
        ("ada@example.org", "your name or address"),
        ("ada lovelace", "your name or address"),
    ],
)
def test_weak_passwords_are_refused_with_a_reason(password: str, said: str) -> None:
    problem = rules.password_problem(password, common={"password1234"}, email="ada@example.org", name="Ada Lovelace")
    assert problem is not None
    assert said in problem


def test_ten_characters_that_nobody_guesses_are_enough() -> None:
    assert rules.password_problem("plum-bob 7", common=set(), email="ada@example.org", name="Ada") is None


@pytest.mark.parametrize("email", ["ada@example.org", "a.b+c@x.y.example", "ä@münchen.example"])
def test_addresses_are_recognised(email: str) -> None:
    assert rules.is_email(email)


@pytest.mark.parametrize("email", ["", "ada", "@", "a@b@c", "a b@c.d", "ada@", "<a@b>", "a@b\n", "x" * 65 + "@b"])
def test_other_texts_are_no_addresses(email: str) -> None:
    assert not rules.is_email(email)


def test_addresses_compare_without_case_and_space() -> None:
    assert rules.plain_email("  Ada@Example.ORG ") == "ada@example.org"


@pytest.mark.parametrize("name", ["", "   ", "a\nb", "a\x00b", "x" * 121])
def test_names_are_one_visible_line(name: str) -> None:
    assert rules.plain_name(name) is None


@pytest.mark.parametrize(("days", "life"), [(0, 90), (1, 1), (365, 365), (366, None), (-1, None)])
def test_a_token_lives_one_day_to_one_year(days: int, life: int | None) -> None:
    assert rules.token_days(days) == life


@pytest.mark.parametrize(
    ("ago", "judgement"),
    [(None, "ROTATE"), (0, "GRACE"), (10, "GRACE"), (10.001, "REUSE"), (3600, "REUSE")],
)
def test_a_replaced_refresh_secret_is_a_theft_after_the_grace(ago: float | None, judgement: str) -> None:
    replaced = None if ago is None else NOW - timedelta(seconds=ago)
    assert rules.judge_refresh(replaced, NOW, GRACE) == judgement


@pytest.mark.parametrize(("ago", "due"), [(None, True), (59, False), (60, True)])
def test_a_stamp_is_due_once_per_interval(ago: int | None, due: bool) -> None:
    stamp = None if ago is None else NOW - timedelta(seconds=ago)
    assert rules.is_due(stamp, NOW, timedelta(minutes=1)) is due
