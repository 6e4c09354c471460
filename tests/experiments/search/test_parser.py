"""The filter language: what is understood, as what, and in which words the rest is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given

from services.experiments.errors import FilterInvalid
from services.experiments.search import parser, schema
from services.experiments.search.syntax import (
    And,
    Comparison,
    Entity,
    Field,
    Node,
    Not,
    Operator,
    Or,
    Order,
    Presence,
    Reducer,
)
from tests.experiments.search.trees import filters

F1 = Field(Entity.METRIC, "f1")
LR = Field(Entity.PARAM, "lr")
NAME = Field(Entity.ATTRIBUTE, "run_name")


def parsed(source: str) -> Node | None:
    return parser.parse(source, schema.RUNS)


@given(filters)
def test_a_filter_that_is_written_and_read_again_is_the_same(node: Node) -> None:
    assert parsed(str(node)) == node


@pytest.mark.parametrize("source", ["", "  \n "])
def test_nothing_asks_for_nothing(source: str) -> None:
    assert parsed(source) is None


@pytest.mark.parametrize(
    ("source", "clause"),
    [
        ("metrics.f1 > 0.9", Comparison(F1, Operator.GT, Decimal("0.9"))),
        ("metric.`f1`>=-1e-3", Comparison(F1, Operator.GE, Decimal("-0.001"))),
        ("max(metrics.f1) < .5", Comparison(Field(Entity.METRIC, "f1", Reducer.MAX), Operator.LT, Decimal("0.5"))),
        ("last(metrics.f1) != 1.", Comparison(F1, Operator.NE, Decimal(1))),
        ('metrics."val loss" = 1', Comparison(Field(Entity.METRIC, "val loss"), Operator.EQ, Decimal(1))),
        ("metrics.val/top-1 = 1", Comparison(Field(Entity.METRIC, "val/top-1"), Operator.EQ, Decimal(1))),
        ("metrics.iou.0.5 = 1", Comparison(Field(Entity.METRIC, "iou.0.5"), Operator.EQ, Decimal(1))),
        ("params.lr = '0.1'", Comparison(LR, Operator.EQ, "0.1")),
        ('parameter.lr = "0.1"', Comparison(LR, Operator.EQ, "0.1")),
        ("params.lr < 0.1", Comparison(LR, Operator.LT, Decimal("0.1"))),
        ("params.lr in (0.1, 1)", Comparison(LR, Operator.IN, (Decimal("0.1"), Decimal(1)))),
        ("tags.team NOT IN ('a')", Comparison(Field(Entity.TAG, "team"), Operator.NOT_IN, ("a",))),
        ("tag.team ilike 'A%'", Comparison(Field(Entity.TAG, "team"), Operator.ILIKE, "A%")),
        ("params.lr not like 'a'", Comparison(LR, Operator.NOT_LIKE, "a")),
        ("params.lr IS NULL", Presence(LR, is_null=True)),
        ("params.lr is not null", Presence(LR, is_null=False)),
        ("status = 'FINISHED'", Comparison(Field(Entity.ATTRIBUTE, "status"), Operator.EQ, "FINISHED")),
        ("attributes.run_name = 'it''s'", Comparison(NAME, Operator.EQ, "it's")),
        ("`run name` = 'x'", Comparison(NAME, Operator.EQ, "x")),
        ("attr.`Run Name` = 'x'", Comparison(NAME, Operator.EQ, "x")),
        ("created > 5", Comparison(Field(Entity.ATTRIBUTE, "start_time"), Operator.GT, Decimal(5))),
        ("datasets.site = 'B'", Comparison(Field(Entity.DATASET, "source"), Operator.EQ, "B")),
        ("input.kind = 'SNAPSHOT'", Comparison(Field(Entity.INPUT, "kind"), Operator.EQ, "SNAPSHOT")),
    ],
)
def test_a_clause_is_understood(source: str, clause: Node) -> None:
    assert parsed(source) == clause


def test_and_binds_closer_than_or_and_not_closest() -> None:
    one, two, three = (Comparison(F1, Operator.EQ, Decimal(number)) for number in (1, 2, 3))
    source = "NOT metrics.f1 = 1 AND metrics.f1 = 2 OR metrics.f1 = 3"
    assert parsed(source) == Or((And((Not(one), two)), three))
    assert parsed("metrics.f1 = 1 and (metrics.f1 = 2 or metrics.f1 = 3)") == And((one, Or((two, three))))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("metrics.f1 > 'a'", "Expected numeric value type for metric. Found 'a' (at character 14)"),
        ("metrics.f1 LIKE 'a'", "Invalid comparator 'LIKE' not one of"),
        ("start_time > 'x'", "Expected numeric value type for numeric attribute: start_time. Found 'x'"),
        ("params.lr = abc", "Parameter value is either not quoted or unidentified quote types"),
        ("params.lr LIKE 5", "Expected a quoted string value for parameter (e.g. 'my-value'). Got value 5"),
        ("status = 5", "Expected a quoted string value for attributes. Got value 5"),
        ("status > 'a'", "Invalid comparator '>' not one of"),
        ("params.lr > '5'", "Expected numeric value type after '>'. Found '5'"),
        ("nothing = 'a'", "Invalid attribute key 'nothing' specified. Valid keys are '{'artifact_uri'"),
        ("dataset.colour = 'a'", "Invalid dataset key 'colour' specified. Valid keys are '{'context', 'digest'"),
        ("trace.x = 'a'", "Invalid entity type 'trace'. Valid values are ['metric', 'parameter', 'tag'"),
        ("metrics.f1 > 1 params.lr = 'a'", "Invalid clause(s) in filter string: found 'params', expected AND, OR"),
        ("metrics.f1 >", "Expected numeric value type for metric. Found the end (at character 13)"),
        ("(metrics.f1 > 1", "Invalid clause(s) in filter string: found the end, expected ')'"),
        ("tags.x = 'open", "Invalid clause(s) in filter string: the quote ' is not closed (at character 10)"),
        ("metrics. > 1", "expected a key after 'metrics.'"),
        ("mean(metrics.f1) > 1", "There is no function mean(): use min, max or last of a metric"),
        ("max(params.lr) > 1", "max() takes a metric"),
        ("metrics.f1 > 1e999", "1e999 is too large for a number"),
        ("params.lr IN ('a', 1)", "all texts or all numbers"),
        ("params.lr IN ()", "Expected a quoted string value for parameter"),
        ("params.lr = 'a' AND", "expected a field such as"),
        ("params.lr = 'a'; DROP TABLE runs", "Invalid clause(s) in filter string: ';"),
        ("NOT " * 60 + "metrics.f1 > 1", "nests at most 50 deep"),
        (" OR ".join(["metrics.f1 > 1"] * 201), "at most 200 comparisons"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(source: str, message: str) -> None:
    with pytest.raises(FilterInvalid) as caught:
        parsed(source)
    assert message in str(caught.value)
    assert "(at character " in str(caught.value)


@pytest.mark.parametrize(
    ("source", "order"),
    [
        ("metrics.f1", Order(F1)),
        ("metric.`f1` DESC", Order(F1, is_descending=True)),
        ("params.lr asc", Order(LR)),
        ("start_time desc", Order(Field(Entity.ATTRIBUTE, "start_time"), is_descending=True)),
        ("min(metrics.f1)", Order(Field(Entity.METRIC, "f1", Reducer.MIN))),
    ],
)
def test_an_order_is_understood(source: str, order: Order) -> None:
    assert parser.parse_order([source], schema.RUNS) == [order]


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        (["metrics.f1 sideways"], "Invalid ordering key in order_by clause 'metrics.f1 sideways'."),
        (["metrics.f1", "metric.f1 DESC"], "`order_by` contains duplicate fields: ['metrics.f1', 'metric.f1 DESC']"),
        ([""], "Invalid order_by clause ''. Could not be parsed."),
        (["dataset.name"], "Invalid order_by entity type 'dataset'"),
        (["metrics.f1 DESC, params.lr"], "Invalid clause(s) in filter string: found ','"),
        (["nothing"], "Invalid attribute key 'nothing' specified."),
    ],
)
def test_an_order_that_is_not_understood_is_refused(sources: list[str], message: str) -> None:
    with pytest.raises(FilterInvalid) as caught:
        parser.parse_order(sources, schema.RUNS)
    assert message in str(caught.value)
