"""Owns how the API's documents of runs and models are read back. Does not open files."""

from __future__ import annotations

from typing import Any

from plumbline.exchange.content import Damaged, LoggedModelContent, ModelContent, RunContent, VersionContent

_BEFORE = "imported."
_EARLIER = "imported.earlier."
_RUNS = "runs:/"


def run_of(
    document: dict[str, Any],
    *,
    params: dict[str, str],
    tags: dict[str, str],
    record: dict[str, Any],
    slices: list[dict[str, Any]],
    failures: list[dict[str, Any]],
) -> RunContent:
    """The run of a document, and what has rows of its own.

    Raises:
        Damaged: a field is missing.
    """
    try:
        return RunContent(
            id=document["id"],
            experiment=document["experiment_name"],
            name=document["name"],
            kind=document["kind"],
            status=document["status"],
            error=document["error"],
            note=document["note"],
            user_name=document["user_name"],
            start_time=document.get("start_time") or "",
            end_time=document.get("end_time") or "",
            params=params,
            tags=_origin_kept(tags),
            inputs=[_by_name(given) for given in document["inputs"]],
            datasets=document["datasets"],
            record=record,
            parent_id=document["parent_run_id"],
            forked_from_id=document["forked_from_run_id"],
            forked_from_step=float(document["forked_from_step"]),
            slices=slices,
            failures=failures,
            model_inputs=[link["logged_model_id"] for link in document["model_inputs"]],
            model_outputs={link["logged_model_id"]: int(link["step"]) for link in document["model_outputs"]},
            is_deleted=bool(document.get("delete_time")),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Damaged(f"the document of the run lacks or spoils {error}", f"run {document.get('id')}") from error


def logged_model_of(document: dict[str, Any], experiment: str) -> LoggedModelContent:
    return LoggedModelContent(
        id=document["id"],
        experiment=experiment,
        run_id=document["source_run_id"],
        name=document["name"],
        model_type=document["model_type"],
        status=document["status"],
        status_message=document["status_message"],
        params=_mapping(document["params"]),
        tags={key: value for key, value in _mapping(document["tags"]).items() if not key.startswith(_BEFORE)},
        metrics=document["metrics"],
    )


def model_of(document: dict[str, Any]) -> ModelContent:
    tags = {key: value for key, value in _mapping(document["tags"]).items() if not key.startswith(_BEFORE)}
    return ModelContent(document["name"], document["description"], tags)


def version_of(document: dict[str, Any], run_ids: set[str]) -> VersionContent:
    """A version; files of runs that are not in the export stay named by the URI they had."""
    source, run_id = document["source"], document["run_id"]
    version = VersionContent(
        number=int(document["number"]),
        run_id=run_id if run_id in run_ids else "",
        foreign_run_id=document["foreign_run_id"] or ("" if run_id in run_ids else run_id),
        logged_model_id=document["logged_model_id"],
        note=document["note"],
        run_link=document["run_link"],
        digest=document["digest"],
        stage=document["stage"],
        tags={key: value for key, value in _mapping(document["tags"]).items() if not key.startswith(_BEFORE)},
    )
    artifact = document.get("artifact")
    if version.run_id and artifact:
        version.artifact_path = artifact["path"]
    elif source.startswith(_RUNS) and source.removeprefix(_RUNS).partition("/")[0] in run_ids:
        version.run_id, _, version.source_path = source.removeprefix(_RUNS).partition("/")
    else:
        version.source = source
    return version


def _origin_kept(tags: dict[str, str]) -> dict[str, str]:
    """Tags that an earlier import left stay readable beside those of this one."""
    kept = {key: value for key, value in tags.items() if not key.startswith(_BEFORE) or key.startswith(_EARLIER)}
    for key, value in tags.items():
        if key.startswith(_BEFORE) and not key.startswith(_EARLIER):
            kept.setdefault(_EARLIER + key.removeprefix(_BEFORE), value)
    return kept


def _by_name(given: dict[str, Any]) -> dict[str, Any]:
    """An input as another workspace can know it: by name and number instead of an id, held to its digest."""
    name = given["name"]
    if given["kind"] == "CONFIG":
        return {"kind": "CONFIG", "name": name, "digest": given["digest"]}
    return {**given, "resource_id": name.rpartition("@")[0] or name}


def _mapping(pairs: Any) -> dict[str, str]:
    return {pair["key"]: pair["value"] for pair in pairs or []}
