"""Where the platform is and who calls; a token reaches no other address than its own."""

from __future__ import annotations

import stat

import pytest

from plumbline import PlumblineError, SignedOut, config
from plumbline.config import Config


def test_what_is_stored_is_private_and_found_again() -> None:
    file = config.save(Config("https://plumb.example", "secret"))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert config.load() == Config("https://plumb.example", "secret")


def test_storing_again_replaces() -> None:
    config.save(Config("https://one.example", "1"))
    file = config.save(Config("https://two.example", "2"))
    assert config.load() == Config("https://two.example", "2")
    assert [entry.name for entry in file.parent.iterdir()] == [file.name]


def test_the_environment_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    config.save(Config("https://one.example", "1"))
    monkeypatch.setenv("PLUMB_URL", "https://two.example/")
    monkeypatch.setenv("PLUMB_TOKEN", "2")
    assert config.load() == Config("https://two.example", "2")


def test_arguments_come_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLUMB_URL", "https://two.example")
    monkeypatch.setenv("PLUMB_TOKEN", "2")
    assert config.load("https://three.example", "3") == Config("https://three.example", "3")


def test_a_stored_token_is_not_sent_to_another_address(monkeypatch: pytest.MonkeyPatch) -> None:
    config.save(Config("https://one.example", "1"))
    monkeypatch.setenv("PLUMB_URL", "https://two.example")
    with pytest.raises(SignedOut, match=r"https://two\.example"):
        config.load()


def test_nothing_known_is_signed_out() -> None:
    with pytest.raises(SignedOut):
        config.load()


def test_a_damaged_file_is_signed_out() -> None:
    file = config.save(Config("https://one.example", "1"))
    file.write_text("{")
    with pytest.raises(SignedOut, match="damaged"):
        config.load()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("plumb.example", "https://plumb.example"),
        ("localhost:8080", "http://localhost:8080"),
        ("127.0.0.1:8080/", "http://127.0.0.1:8080"),
        (" http://plumb.example/ ", "http://plumb.example"),
    ],
)
def test_an_address_gets_what_is_missing(given: str, kept: str) -> None:
    assert config.web_address(given) == kept


@pytest.mark.parametrize("given", ["", "ftp://plumb.example", "https://"])
def test_what_is_no_address_is_refused(given: str) -> None:
    with pytest.raises(PlumblineError, match="no web address"):
        config.web_address(given)
