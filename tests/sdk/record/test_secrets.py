"""No secret enters a record, wherever it stands."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from plumbline.record import collect
from plumbline.record.secrets import redacted, scrub

CANARY = "s3cr3t-canary"
AWS_KEY = "AKIAIOSFODNN7EXAMPLE"
AWS_SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

PLANTED = [
    f"password = '{CANARY}'",
    f'"api_key": "{CANARY}"',
    f"DB_PASSWORD={CANARY}",
    f"  secret: {CANARY}",
    f"Authorization: Bearer {CANARY}-0123456789",
    f"url = 'https://ada:{CANARY}@example.org/data'",
    f"aws_secret_access_key = {AWS_SECRET}",
    f"key = '{AWS_SECRET}'",
    f"boto3.client('s3', aws_access_key_id='{AWS_KEY}')",
    "github = 'ghp_" + "a1B2" * 9 + "'",
    "hub = 'hf_" + "a1B2c3D4e5" * 3 + "'",
    "wandb.login(key='sk-proj-" + "a1b2c3d4" * 4 + "')",
    "plumb_pat_" + "a" * 36,
    "jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N'",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n-----END RSA PRIVATE KEY-----",
    "https://s3.example.org/x?X-Amz-Signature=0123abcdef&X-Amz-Credential=AKIA%2F2026",
]
FORBIDDEN = [
    CANARY, AWS_KEY, AWS_SECRET, "a1B2a1B2", "a1B2c3D4", "a1b2c3d4", "plumb_pat_aaaa", "eyJzdWIi", "MIIEow",
    "0123abcdef",
]  # fmt: skip


@pytest.mark.parametrize("text", PLANTED)
def test_a_secret_in_a_text_is_hidden(text: str) -> None:
    shown = scrub(text)
    assert "***" in shown
    assert not [secret for secret in FORBIDDEN if secret in shown]


@pytest.mark.parametrize(
    "text",
    [
        "tokens = tokenizer(text)",
        "token = get_token(path)",
        "password: str = field(default='')",
        "author = 'Ada'",
        "loss = 0.5  # secretly hoping",
        "sha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'",
        "max_tokens = 512",
        "from plumbline.record.collection import weights_digest",
        "api_key = None",
    ],
)
def test_ordinary_code_stays_readable(text: str) -> None:
    assert scrub(text) == text


@pytest.mark.parametrize(
    ("argv", "shown"),
    [
        (["--token", CANARY], ["--token", "***"]),
        (["--password", CANARY, "--lr", "0.1"], ["--password", "***", "--lr", "0.1"]),
        ([f"--api-key={CANARY}"], ["--api-key=***"]),
        ([f"db.password={CANARY}"], ["db.password=***"]),
        ([f"nats://u:{CANARY}@host"], ["nats://***@host"]),
        ([f"plumb_pat_{'a' * 36}"], ["***"]),
        (["--secret", "--lr", "0.1"], ["--secret", "--lr", "0.1"]),
        (["--data", "tiles", "--epochs=3"], ["--data", "tiles", "--epochs=3"]),
        (["--author", "Ada", "--max-tokens", "5"], ["--author", "Ada", "--max-tokens", "5"]),
    ],
)
def test_arguments_are_hidden_by_their_flag_and_by_their_look(argv: list[str], shown: list[str]) -> None:
    assert redacted(argv) == shown


def test_secrets_planted_everywhere_are_in_no_part_of_a_record(repository: Path) -> None:
    (repository / "train.py").write_text("\n".join(PLANTED))
    (repository / "new.py").write_text("\n".join(PLANTED))
    (repository / ".env").write_text(f"TOKEN={CANARY}")
    (repository / "id_rsa").write_text(CANARY)
    found = collect(
        folder=repository,
        argv=["train.py", "--password", CANARY, f"--db=postgres://u:{CANARY}@db/x"],
        environment={"PLUMB_TOKEN": CANARY, "AWS_SECRET_ACCESS_KEY": AWS_SECRET, "OMP_NUM_THREADS": "2"},
        params={"api_key": CANARY},
    )
    texts = [json.dumps(found.document), *(_readable(path, content) for path, content in found.files.items())]
    assert [(secret, text[:80]) for secret in FORBIDDEN for text in texts if secret in text] == []
    assert found.document["environment"] == {"OMP_NUM_THREADS": "2"}
    # not even the digest of a file that is secret by its name: it could be guessed from it
    assert found.document["code"]["untracked"][".env"] == ""
    assert found.document["code"]["untracked"]["id_rsa"] == ""


def _readable(path: str, content: bytes) -> str:
    if not path.endswith(".zip"):
        return content.decode()

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist())
