"""Owns the five people of the demo: they join by invitation like anybody else; their tokens are kept for later runs."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import plumbline
from plumbline.accounts import join


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signed in, with what is needed to do so again."""

    name: str
    role: str
    email: str
    password: str
    token: str
    member_id: str

    def client(self, url: str) -> plumbline.Client:
        return plumbline.connect(url, self.token)


TEAM = {
    "DEVELOPER": ("Ben Okafor", "ben@vision.example", ""),
    "ANNOTATOR": ("Chris Lindqvist", "chris@vision.example", ""),
    "REVIEWER": ("Dana Petrova", "dana@vision.example", ""),
    "CUSTOMER": ("Kim Sato", "kim@tiles.example", "Tiles Ltd"),
}
_OWNER = ("Ada Novak", "ada@vision.example")


def bring_in(url: str, owner_link: str) -> dict[str, Person]:
    """The owner opens the one-time link and invites the others; people by role."""
    invitation = parse_qs(urlsplit(owner_link).query)["token"][0]
    owner = _join(url, invitation, "OWNER", *_OWNER)
    people = {"OWNER": owner}
    with owner.client(url) as client:
        for role, (name, email, organisation) in TEAM.items():
            body = {"email": email, "role": role, "name": name, "organisation": organisation}
            invited = client.post("/v1/members:invite", body, once=True)
            people[role] = _join(url, invited["invitation"], role, name, email)
    return people


def remember(people: dict[str, Person], file: Path) -> None:
    """Keep the people in the platform's own folder, readable by its owner only."""
    file.touch(mode=0o600)
    file.write_text(json.dumps({role: asdict(person) for role, person in people.items()}, indent=1))


def recall(file: Path) -> dict[str, Person]:
    return {role: Person(**fields) for role, fields in json.loads(file.read_text()).items()}


def _join(url: str, invitation: str, role: str, name: str, email: str) -> Person:
    password = secrets.token_urlsafe(12)
    token = join(url, invitation, name=name, password=password, email=email)
    with plumbline.connect(url, token) as client:
        member_id = client.get("/v1/me")["member"]["id"]
    return Person(name, role, email, password, token, member_id)
