"""Owns `make demo`: starts the platform, tells the story once, prints the seven answers."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from demo import people, photographs
from demo.narrator import Narrator
from demo.people import Person
from demo.story import LAB_TAG, MODEL, Story, tell
from embedded.platform import Platform
from plumbline.cli.answers import print_answers

# what two cores compute in about a minute, and enough to find most defects
_CONFIG = {"epochs": 24, "image_size": 128, "seed": 7}
_PER_CLASS = 60


def main() -> None:
    arguments = _arguments()
    console = Console(width=None if Console().is_terminal else 120)
    narrator = Narrator(console)
    started = time.monotonic()
    with narrator.chapter("Starting PostgreSQL, NATS, the object store and the services"):
        platform = Platform(arguments.home, port=arguments.port)
        platform.start()
    try:
        team = _team(platform, arguments, narrator)
        _answer(platform, team, console)
        _sign_ins(team, console)
    finally:
        platform.stop()
    console.print(f"Done in {(time.monotonic() - started) / 60:.1f} minutes. `make up` shows the same in the browser.")


def _team(platform: Platform, arguments: argparse.Namespace, narrator: Narrator) -> dict[str, Person]:
    """The people of the demo; the story is told unless this folder has seen it to its end."""
    file = platform.state.home / "demo.json"
    if file.is_file():
        narrator.say(f"The demo is in {platform.state.home} already; another folder starts it anew: HOME_DIR=...")
        return people.recall(file)
    if not platform.state.owner_link_file.is_file():
        raise SystemExit(
            f"Somebody works in {platform.state.home} already: give the demo a folder of its own, HOME_DIR=..."
        )
    link = platform.state.owner_link_file.read_text().strip()
    with narrator.chapter("Five people join by invitation"):
        team = people.bring_in(platform.url, link)
    tell(Story(platform.url, team, _photographs(platform.state.home, arguments), narrator, dict(_CONFIG)))
    people.remember(team, file)
    return team


def _photographs(home: Path, arguments: argparse.Namespace) -> list[photographs.Photograph]:
    folder = arguments.images or photographs.generate(home / "demo-photographs")
    return photographs.read(folder.resolve(), arguments.per_class)


def _answer(platform: Platform, team: dict[str, Person], console: Console) -> None:
    with team["CUSTOMER"].client(platform.url) as client:
        print_answers(console, client.models.answers(model=MODEL, tag=LAB_TAG, source="site A"))


def _sign_ins(team: dict[str, Person], console: Console) -> None:
    table = Table(title="Sign in as", title_justify="left")
    for column in ("role", "name", "email", "password"):
        table.add_column(column)
    for role, person in team.items():
        table.add_row(role.lower(), person.name, person.email, person.password)
    console.print(table)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m demo", description=main.__doc__)
    parser.add_argument("--home", type=Path, default=Path(".plumb"), help="state folder of the platform")
    parser.add_argument("--images", type=Path, help="folder of photographs; generated ones when left out")
    parser.add_argument("--per-class", type=int, default=_PER_CLASS, help="photographs to take of each class")
    parser.add_argument("--port", type=int, default=8080, help="port of the web address")
    return parser.parse_args()


if __name__ == "__main__":
    main()
