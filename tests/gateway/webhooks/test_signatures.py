"""Receivers check signatures with libraries that know nothing of us; secrets at rest open with our key alone."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from standardwebhooks.webhooks import Webhook as Library
from standardwebhooks.webhooks import WebhookVerificationError

from services.gateway.webhooks import messages, signatures
from services.gateway.webhooks.sealing import Seal, SealBroken, new_secret

EVENT = {"id": "evt_1", "type": "plumb.storage.dataset.created.v1", "data": {"name": "Müller"}}
KEY, OTHER = (base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2))


def test_the_library_of_standard_webhooks_accepts_a_message_and_no_other() -> None:
    secret = new_secret()
    message = messages.cloudevent(EVENT, [secret], datetime.now(UTC))
    assert Library(secret).verify(message.body, message.headers) == EVENT
    for body, key in ((message.body.replace(b"created", b"deleted"), secret), (message.body, new_secret())):
        with pytest.raises(WebhookVerificationError):
            Library(key).verify(body, message.headers)


def test_while_a_secret_is_replaced_both_are_accepted() -> None:
    new, former = new_secret(), new_secret()
    message = messages.cloudevent(EVENT, [new, former], datetime.now(UTC))
    for secret in (new, former):
        assert Library(secret).verify(message.body, message.headers) == EVENT


def test_a_known_signature() -> None:
    """The example of the specification of Standard Webhooks."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    found = signatures.standard([secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body)
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_secret_opens_for_its_webhook_and_with_its_key_alone() -> None:
    sealed = Seal([KEY]).close("whsec_x", "whk_1")
    assert b"whsec" not in sealed
    assert Seal([OTHER, KEY]).open(sealed, "whk_1") == "whsec_x"
    for seal, webhook_id in ((Seal([OTHER]), "whk_1"), (Seal([KEY]), "whk_2")):
        with pytest.raises(SealBroken):
            seal.open(sealed, webhook_id)


@pytest.mark.parametrize("key", ["", "short", base64.b64encode(bytes(31)).decode()])
def test_a_key_that_is_none_ends_the_start(key: str) -> None:
    with pytest.raises(SystemExit):
        Seal([key])
