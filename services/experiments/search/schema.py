"""Owns which fields a list can be searched by, and with which comparisons. Does not know where they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from services.experiments.search.syntax import LISTS, PATTERNS, SIZES, Entity, Operator


class Kind(Enum):
    """What the values of a field are."""

    TEXT = auto()
    NUMBER = auto()
    # Texts that hold a number now and then: params and tags.
    EITHER = auto()


OPERATORS: Mapping[Kind, frozenset[Operator]] = {
    Kind.TEXT: frozenset({Operator.EQ, Operator.NE}) | PATTERNS | LISTS,
    Kind.NUMBER: frozenset({Operator.EQ, Operator.NE}) | SIZES | LISTS,
    Kind.EITHER: frozenset(Operator),
}

ENTITY_WORDS: Mapping[str, Entity] = {
    **dict.fromkeys(("metric", "metrics"), Entity.METRIC),
    **dict.fromkeys(("parameter", "parameters", "param", "params"), Entity.PARAM),
    **dict.fromkeys(("tag", "tags"), Entity.TAG),
    **dict.fromkeys(("attribute", "attributes", "attr", "run"), Entity.ATTRIBUTE),
    **dict.fromkeys(("dataset", "datasets"), Entity.DATASET),
    **dict.fromkeys(("input", "inputs"), Entity.INPUT),
}


@dataclass(frozen=True, slots=True)
class Schema:
    """The searchable fields of one noun.

    Args:
        attributes: name -> kind.
        aliases: other spelling -> attribute.
        free: entities whose keys are the users' own -> kind of their values.
        fixed: entities with keys of ours -> key -> kind.
        fixed_aliases: entity -> other spelling -> key.
    """

    attributes: Mapping[str, Kind]
    aliases: Mapping[str, str] = field(default_factory=dict)
    free: Mapping[Entity, Kind] = field(default_factory=dict)
    fixed: Mapping[Entity, Mapping[str, Kind]] = field(default_factory=dict)
    fixed_aliases: Mapping[Entity, Mapping[str, str]] = field(default_factory=dict)

    @property
    def entities(self) -> list[str]:
        return [str(one) for one in Entity if one is Entity.ATTRIBUTE or one in self.free or one in self.fixed]

    def attribute(self, name: str) -> str | None:
        """The attribute of this name or spelling, None when there is none."""
        name = self.aliases.get(name, name)
        return name if name in self.attributes else None

    def fixed_key(self, entity: Entity, name: str) -> str | None:
        """The key of this name or spelling of an entity with keys of ours, None when there is none."""
        name = self.fixed_aliases.get(entity, {}).get(name, name)
        return name if name in self.fixed[entity] else None

    def kind(self, entity: Entity, key: str) -> Kind:
        """The kind of a known field."""
        if entity is Entity.ATTRIBUTE:
            return self.attributes[key]
        return self.free[entity] if entity in self.free else self.fixed[entity][key]


RUNS = Schema(
    attributes={
        **dict.fromkeys(("run_id", "run_name", "user_id", "status", "artifact_uri", "kind", "note"), Kind.TEXT),
        **dict.fromkeys(("creator", "creator_id", "experiment_id", "experiment_name", "parent_run_id"), Kind.TEXT),
        **dict.fromkeys(("forked_from_run_id", "job_id", "error", "model"), Kind.TEXT),
        **dict.fromkeys(("start_time", "end_time", "duration"), Kind.NUMBER),
    },
    aliases={
        **dict.fromkeys(("created", "Created"), "start_time"),
        **dict.fromkeys(("run name", "Run name", "Run Name", "name"), "run_name"),
        "id": "run_id",
        "user": "user_id",
        "experiment": "experiment_name",
    },
    free={Entity.METRIC: Kind.NUMBER, Entity.PARAM: Kind.EITHER, Entity.TAG: Kind.EITHER},
    fixed={
        Entity.DATASET: {
            **dict.fromkeys(("name", "digest", "context", "source"), Kind.TEXT),
            "version": Kind.NUMBER,
        },
        Entity.INPUT: {
            **dict.fromkeys(("kind", "name", "digest", "resource_id", "source", "image_set"), Kind.TEXT),
            "number": Kind.NUMBER,
        },
    },
    fixed_aliases={
        Entity.DATASET: {"site": "source", "number": "version"},
        Entity.INPUT: {"site": "source", "version": "number"},
    },
)

EXPERIMENTS = Schema(
    attributes={
        **dict.fromkeys(("name", "experiment_id", "description", "creator"), Kind.TEXT),
        **dict.fromkeys(("creation_time", "last_update_time"), Kind.NUMBER),
    },
    aliases={"id": "experiment_id", "create_time": "creation_time", "update_time": "last_update_time"},
    free={Entity.TAG: Kind.EITHER},
)
