"""The state folder: generated once, private, used by one platform at a time."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from embedded.errors import HomeInUse
from embedded.state import State


def test_secrets_and_ports_are_the_same_after_a_restart(tmp_path: Path) -> None:
    first = State(tmp_path / "home")
    port = first.port("nats")
    second = State(tmp_path / "home")
    assert second.secret("identity_key") == first.secret("identity_key")
    assert second.secret("nats_password") == first.secret("nats_password")
    assert second.port("nats") == port


def test_two_folders_share_no_secret(tmp_path: Path) -> None:
    one, other = State(tmp_path / "one"), State(tmp_path / "other")
    for name in ("nats_password", "s3_access_key", "s3_secret_key", "identity_key"):
        assert one.secret(name) != other.secret(name)


def test_a_wanted_port_replaces_the_remembered_one(tmp_path: Path) -> None:
    state = State(tmp_path / "home")
    state.port("gateway")
    assert state.port("gateway", 18080) == 18080
    assert State(tmp_path / "home").port("gateway") == 18080


def test_secrets_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    state = State(tmp_path / "home")
    assert stat.S_IMODE((state.home / "state.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(state.home.stat().st_mode) == 0o700


def test_a_folder_in_use_is_refused_and_free_again_afterwards(tmp_path: Path) -> None:
    with (
        State(tmp_path / "home").locked(),
        pytest.raises(HomeInUse, match="--home"),
        State(tmp_path / "home").locked(),
    ):
        pass
    with State(tmp_path / "home").locked():
        pass
