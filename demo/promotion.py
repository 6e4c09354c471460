"""Owns the chapters about the gate: production is refused with its reasons, then opened the way the team agrees on."""

from __future__ import annotations

from typing import Any

from demo.narrator import Narrator
from plumbline import Client
from plumbline.errors import PlumblineError

PRODUCTION = "production"
_NO_TEST_IMAGE: dict[str, Any] = {"kind": "NO_TEST_IMAGE_IN_TRAINING"}
_ALL_VERIFIED: dict[str, Any] = {"kind": "ALL_TRAINING_IMAGES_VERIFIED"}


def try_unverified(narrator: Narrator, owner: Client, model: str) -> dict[str, Any]:
    """Guard production strictly and try to promote version 1; returns the check that says why it was refused.

    Raises:
        SystemExit: the gate let the version through.
    """
    owner.models.set_gate(model, PRODUCTION, [_ALL_VERIFIED, _NO_TEST_IMAGE], approvals=1, approver_roles=["CUSTOMER"])
    try:
        owner.models.set_alias(model, PRODUCTION, 1, "first model that the customer sees")
    except PlumblineError as refusal:
        if refusal.reason != "GATE_CLOSED":
            raise
        narrator.say(f"refused: {refusal.message}")
        return owner.models.check(model, "1", PRODUCTION)
    raise SystemExit("The gate let a version through that nobody has verified.")


def agree_on_a_trial(owner: Client, customer: Client, model: str) -> None:
    """A trial needs the customer's word instead of every verification; both the gate and the word are kept."""
    owner.models.set_gate(model, PRODUCTION, [_NO_TEST_IMAGE], approvals=1, approver_roles=["CUSTOMER"])
    customer.models.approve(model, "1", PRODUCTION, comment="For a trial on line 2 until the rest is verified.")


def promote(narrator: Narrator, owner: Client, model: str) -> None:
    """Promote version 1 now that its gate is open."""
    narrator.say(owner.models.check(model, "1", PRODUCTION)["message"])
    owner.models.set_alias(model, PRODUCTION, 1, "trial at the customer's, who has approved it")
