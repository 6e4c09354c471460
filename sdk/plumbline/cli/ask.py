"""Owns `plumb ask`: the seven answers a team owes its customer, with evidence."""

from __future__ import annotations

from typing import Annotated

import typer

from plumbline.cli.answers import print_answers
from plumbline.cli.output import Columns, show_list
from plumbline.cli.session import Output, session

_COLUMNS: Columns = {"id": "id", "question": "question", "verdict": "verdict", "summary": "summary"}


def ask(
    ctx: typer.Context,
    model: Annotated[str, typer.Option(help="Name or id; needed by the questions about a model.")] = "",
    dataset: Annotated[str, typer.Option(help="Default: what the model was trained on.")] = "",
    project: Annotated[str, typer.Option(help="Default: what the model was trained on.")] = "",
    tag: Annotated[str, typer.Option(help="Names the extra cases of question 4.")] = "lab",
    source: Annotated[str, typer.Option(help="The site of question 3.")] = "",
    alias: Annotated[str, typer.Option(help="Which version of the model.")] = "production",
) -> None:
    """The seven answers about data, model and customer, each with its evidence."""
    known = session(ctx)
    about = {"model": model, "dataset": dataset, "project": project, "tag": tag, "source": source, "alias": alias}
    answers = known.client.models.answers(**about)
    if known.output is Output.TABLE:
        print_answers(known.data, answers)
    else:
        show_list(known, answers, _COLUMNS)
