"""Owns models: the named lines of versions. Does not own the versions (`versions.py`) or aliases (`aliases.py`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from kit import clock, ids, journal
from kit.identity import Principal
from services.experiments import registry_rules, rules
from services.experiments.errors import ModelExists, ModelNotFound, NameInvalid, TextInvalid
from services.experiments.tables import Alias, Model

TEXT_LIMIT = 20_000
TAG_LIMIT = 100_000
MOST_TAGS = 500
_DESCRIPTION_LIMIT = 200_000
# of texts, and of all tags together, an event tells no more: the resource has the rest
TOLD_LIMIT = 16_000


async def create(
    tx: AsyncSession, who: Principal, *, name: str, description: str, tags: Sequence[tuple[str, str]] = ()
) -> Model:
    """A new model without versions; raises ModelExists when the name is taken."""
    check_name(name)
    check_text(description, _DESCRIPTION_LIMIT)
    now = clock.now()
    model = await tx.scalar(
        insert(Model)
        .values(
            id=ids.new("mdl"),
            workspace_id=who.workspace_id,
            name=name,
            description=description,
            tags=changed_tags({}, tags, ()),
            latest_version=0,
            creator=who.actor(),
            create_time=now,
            update_time=now,
        )
        .on_conflict_do_nothing(index_elements=["workspace_id", "name"], index_where=Model.delete_time.is_(None))
        .returning(Model)
    )
    if model is None:
        raise _taken(name)
    told, tags_told = description[:TOLD_LIMIT], told_tags(model.tags)
    await journal.change(tx, who, "experiments.model.created", model.id, name=name, description=told, tags=tags_told)
    return model


async def get(tx: AsyncSession, who: Principal, model: str, *, lock: bool = False, deleted: bool = False) -> Model:
    """A model by id or name; with `deleted` a deleted one by its id too. Raises ModelNotFound."""
    alive = Model.delete_time.is_(None)
    named = or_(Model.id == model, and_(Model.name == model, alive))
    query = select(Model).where(Model.workspace_id == who.workspace_id, named)
    if not deleted:
        query = query.where(alive)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = await tx.scalar(query)
    if found is None:
        raise ModelNotFound(f"There is no model {model[:100]!r}; list the models to find its name.")
    return found


async def update(
    tx: AsyncSession,
    who: Principal,
    model: str,
    *,
    name: str | None,
    description: str | None,
    set_tags: Sequence[tuple[str, str]],
    remove_tags: Sequence[str],
) -> Model:
    """Rename, describe or tag a model; what is None stays. Raises ModelExists when the new name is taken."""
    line = await get(tx, who, model, lock=True)
    tags = changed_tags(line.tags, set_tags, remove_tags)
    if name is not None:
        check_name(name)
    if description is not None:
        check_text(description, _DESCRIPTION_LIMIT)
    change: dict[str, Any] = {
        key: value
        for key, value in (("name", name), ("description", description), ("tags", tags))
        if value is not None and value != getattr(line, key)
    }
    if not change:
        return line
    old_name = line.name
    for key, value in change.items():
        setattr(line, key, value)
    line.update_time = clock.now()
    try:
        await tx.flush()
    except IntegrityError as error:
        raise _taken(name or "") from error
    told: dict[str, Any] = {"name": line.name, "old_name": old_name, "changed": sorted(change)}
    await journal.change(tx, who, "experiments.model.updated", line.id, **told)
    return line


async def remove(tx: AsyncSession, who: Principal, model: str) -> None:
    """Hide a model and all its versions, take off its aliases and free its name. Lineage still finds it by its id."""
    line = await get(tx, who, model, lock=True)
    line.delete_time = line.update_time = clock.now()
    await tx.execute(delete(Alias).where(Alias.model_id == line.id))
    await journal.change(tx, who, "experiments.model.deleted", line.id, name=line.name)


async def aliases_of(tx: AsyncSession, model_ids: Sequence[str]) -> dict[str, list[Alias]]:
    """The current aliases of several models, by name."""
    rows = await tx.scalars(select(Alias).where(Alias.model_id.in_(model_ids)).order_by(Alias.model_id, Alias.name))
    found: dict[str, list[Alias]] = {}
    for row in rows:
        found.setdefault(row.model_id, []).append(row)
    return found


def changed_tags(held: Mapping[str, str], given: Sequence[tuple[str, str]], removed: Sequence[str]) -> dict[str, str]:
    """Tags after a change; raises TextInvalid for what cannot be kept. Of a key given twice the last value counts."""
    for key, value in given:
        if not rules.is_key(key):
            raise TextInvalid("A tag's name has 1 to 250 printable characters.", key=key[:100])
        if len(value) > TAG_LIMIT or "\x00" in value:
            raise TextInvalid(f"The value of tag {key!r} has more than {TAG_LIMIT} characters or a NUL.", key=key)
    tags = {**held, **dict(given)}
    for key in removed:
        tags.pop(key, None)
    if len(tags) > MOST_TAGS:
        raise TextInvalid(f"There are at most {MOST_TAGS} tags.")
    return tags


def told_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """Tags as an event tells them: as many as fit, the short ones first."""
    told: dict[str, str] = {}
    left = TOLD_LIMIT
    for key, value in sorted(tags.items(), key=lambda tag: (len(tag[0]) + len(tag[1]), tag)):
        left -= len(key) + len(value)
        if left < 0:
            break
        told[key] = value
    return told


def check_text(text: str, limit: int = TEXT_LIMIT) -> None:
    """Raise TextInvalid unless a description, note or reason can be kept."""
    if "\x00" in text or len(text) > limit:
        raise TextInvalid(f"A text has a NUL character or more than {limit} characters.")


def check_name(name: str) -> None:
    """Raise NameInvalid unless a model can be called so."""
    if not registry_rules.is_model_name(name):
        raise NameInvalid(
            "A model's name has 1 to 250 printable characters without '/' and ':' and does not begin with 'mdl_'.",
            name=name[:100],
        )


def _taken(name: str) -> ModelExists:
    return ModelExists(f"There is a model {name!r} already: add a version to it or choose another name.", name=name)
