"""Owns the grammar: from the text of a filter or an order to its tree. Does not touch a database.

    filter     := any END
    any        := all (OR all)*
    all        := one (AND one)*
    one        := NOT one | "(" any ")" | field (comparison | IS [NOT] NULL)
    comparison := ("=" | "!=" | "<" | "<=" | ">" | ">=" | [NOT] LIKE | [NOT] ILIKE) value | [NOT] IN "(" value, ... ")"
    field      := [entity "."] key | (min | max | last) "(" metric "." key ")"

Where another platform's language has the same clause, the words of its errors are kept: clients look for them.
"""

from __future__ import annotations

import math
from decimal import Decimal

from services.experiments.errors import FilterInvalid
from services.experiments.search import tokens
from services.experiments.search.schema import ENTITY_WORDS, OPERATORS, Kind, Schema
from services.experiments.search.syntax import (
    LISTS,
    SIZES,
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
    Scalar,
)
from services.experiments.search.tokens import Token, refuse

_DEEPEST = 50
_MOST_COMPARISONS = 200
_MOST_VALUES = 1000
_MOST_ORDERS = 10
_SYMBOLS = {**{one.value: one for one in (Operator.EQ, Operator.NE, *SIZES)}, "<>": Operator.NE, "==": Operator.EQ}
_NAMES = (tokens.Kind.NAME, tokens.Kind.EITHER)


def parse(source: str, schema: Schema) -> Node | None:
    """The tree of a filter, None for an empty one.

    Raises:
        FilterInvalid: with the position and what would be allowed there.
    """
    if not source.strip():
        return None
    parser = _Parser(source, schema)
    found = parser.any_of(0)
    parser.expect_end()
    return found


def parse_order(sources: list[str], schema: Schema) -> list[Order]:
    """The keys of an order, most important first.

    Raises:
        FilterInvalid: a key is not understood or given twice, or there are too many.
    """
    if len(sources) > _MOST_ORDERS:
        raise FilterInvalid(f"A list is ordered by at most {_MOST_ORDERS} keys.")
    orders = [_order(source, schema) for source in sources]
    if len({one.field for one in orders}) < len(orders):
        raise FilterInvalid(f"`order_by` contains duplicate fields: {sources}")
    return orders


def _order(source: str, schema: Schema) -> Order:
    if not source.strip():
        raise FilterInvalid(f"Invalid order_by clause '{source}'. Could not be parsed.")
    parser = _Parser(source, schema)
    found = parser.field()
    if found.entity in schema.fixed:
        raise FilterInvalid(f"Invalid order_by entity type '{found.entity}': a run may have several.")
    descending = parser.take_word("DESC")
    if not descending and not parser.take_word("ASC") and parser.token.kind is not tokens.Kind.END:
        raise FilterInvalid(f"Invalid ordering key in order_by clause '{source}'.")
    parser.expect_end()
    return Order(found, descending)


class _Parser:
    """A cursor over the tokens of one text."""

    def __init__(self, source: str, schema: Schema) -> None:
        self._schema = schema
        self._tokens = tokens.tokenize(source)
        self._at = 0
        self._comparisons = 0

    @property
    def token(self) -> Token:
        return self._tokens[self._at]

    def any_of(self, depth: int) -> Node:
        parts = [self._all_of(depth)]
        while self.take_word("OR"):
            parts.append(self._all_of(depth))
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _all_of(self, depth: int) -> Node:
        parts = [self._one(depth)]
        while self.take_word("AND"):
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _one(self, depth: int) -> Node:
        if depth > _DEEPEST:
            raise refuse(f"A filter nests at most {_DEEPEST} deep", self.token.position)
        if self.take_word("NOT"):
            return Not(self._one(depth + 1))
        if self._take_symbol("("):
            inner = self.any_of(depth + 1)
            self._expect_symbol(")")
            return inner
        return self._clause()

    def _clause(self) -> Node:
        self._comparisons += 1
        if self._comparisons > _MOST_COMPARISONS:
            raise refuse(f"A filter has at most {_MOST_COMPARISONS} comparisons", self.token.position)
        field = self.field()
        if self.take_word("IS"):
            is_null = not self.take_word("NOT")
            if not self.take_word("NULL"):
                raise self._unexpected("NULL")
            return Presence(field, is_null)
        position = self.token.position
        operator = self._operator()
        kind = self._schema.kind(field.entity, field.key)
        if operator not in OPERATORS[kind]:
            raise refuse(
                f"Invalid comparator '{operator}' not one of '{_words(OPERATORS[kind])}' for {field}", position
            )
        return Comparison(field, operator, self._value(field, operator, kind))

    def field(self) -> Field:
        """`[entity.]key`, or a metric in min(), max() or last()."""
        start = self.token
        if start.kind is tokens.Kind.WORD and self._tokens[self._at + 1].text == "(":
            return self._reduced(start)
        if start.kind not in (tokens.Kind.WORD, *_NAMES):
            raise self._unexpected("a field such as metrics.f1, params.lr, tags.team or status")
        self._at += 1
        if not self._take_symbol("."):
            return Field(Entity.ATTRIBUTE, self._attribute(start.text, start.position))
        entity = ENTITY_WORDS.get(start.text)
        if entity is None or str(entity) not in self._schema.entities:
            raise refuse(
                f"Invalid entity type '{start.text}'. Valid values are {self._schema.entities}", start.position
            )
        key = self.token
        if key.kind not in (tokens.Kind.KEY, *_NAMES) or not key.text:
            raise self._unexpected(f"a key after '{start.text}.'")
        self._at += 1
        return Field(entity, self._key(entity, key))

    def _reduced(self, start: Token) -> Field:
        if start.text.lower() not in tuple(Reducer):
            raise refuse(f"There is no function {start.text}(): use min, max or last of a metric", start.position)
        self._at += 2
        inner = self.field()
        if inner.entity is not Entity.METRIC or inner.reducer is not Reducer.LAST:
            raise refuse(f"{start.text}() takes a metric, such as {start.text}(metrics.loss)", start.position)
        self._expect_symbol(")")
        return Field(Entity.METRIC, inner.key, Reducer(start.text.lower()))

    def _key(self, entity: Entity, token: Token) -> str:
        if entity is Entity.ATTRIBUTE:
            return self._attribute(token.text, token.position)
        if entity not in self._schema.fixed:
            return token.text
        key = self._schema.fixed_key(entity, token.text)
        if key is None:
            known = _words(self._schema.fixed[entity])
            raise refuse(f"Invalid {entity} key '{token.text}' specified. Valid keys are '{known}'", token.position)
        return key

    def _attribute(self, name: str, position: int) -> str:
        found = self._schema.attribute(name)
        if found is None:
            known = _words(self._schema.attributes)
            raise refuse(f"Invalid attribute key '{name}' specified. Valid keys are '{known}'", position)
        return found

    def _operator(self) -> Operator:
        token = self.token
        if token.kind is tokens.Kind.SYMBOL and token.text in _SYMBOLS:
            self._at += 1
            return _SYMBOLS[token.text]
        negation = "NOT " if self.take_word("NOT") else ""
        for word in (Operator.LIKE, Operator.ILIKE, Operator.IN):
            if self.take_word(word):
                return Operator(negation + word)
        raise self._unexpected("one of = != > >= < <= LIKE ILIKE IN, IS NULL")

    def _value(self, field: Field, operator: Operator, kind: Kind) -> Scalar | tuple[Scalar, ...]:
        if operator not in LISTS:
            return self._scalar(field, operator, kind)
        self._expect_symbol("(")
        values = [self._scalar(field, operator, kind)]
        while self._take_symbol(","):
            values.append(self._scalar(field, operator, kind))
        self._expect_symbol(")")
        if len(values) > _MOST_VALUES or len({type(one) for one in values}) > 1:
            raise refuse(f"A list has 1 to {_MOST_VALUES} values, all texts or all numbers", self.token.position)
        return tuple(values)

    def _scalar(self, field: Field, operator: Operator, kind: Kind) -> Scalar:
        token = self.token
        self._at += 1
        if token.kind is tokens.Kind.NUMBER and (kind is Kind.NUMBER or (kind is Kind.EITHER and _sizes(operator))):
            return _number(token)
        if token.kind in (tokens.Kind.TEXT, tokens.Kind.EITHER) and kind is not Kind.NUMBER and operator not in SIZES:
            return token.text
        raise refuse(_wrong_value(field, operator, kind, token), token.position)

    def take_word(self, word: str) -> bool:
        """Whether the next token is this keyword; it is consumed then."""
        if self.token.kind is tokens.Kind.WORD and self.token.text.upper() == word:
            self._at += 1
            return True
        return False

    def expect_end(self) -> None:
        if self.token.kind is not tokens.Kind.END:
            raise self._unexpected("AND, OR or the end")

    def _take_symbol(self, symbol: str) -> bool:
        if self.token.kind is tokens.Kind.SYMBOL and self.token.text == symbol:
            self._at += 1
            return True
        return False

    def _expect_symbol(self, symbol: str) -> None:
        if not self._take_symbol(symbol):
            raise self._unexpected(f"'{symbol}'")

    def _unexpected(self, wanted: str) -> FilterInvalid:
        found = f"'{self.token.raw}'" if self.token.raw else "the end"
        return refuse(f"Invalid clause(s) in filter string: found {found}, expected {wanted}", self.token.position)


def _sizes(operator: Operator) -> bool:
    return operator in SIZES or operator in LISTS or operator in (Operator.EQ, Operator.NE)


def _number(token: Token) -> Decimal:
    number = Decimal(token.text)
    if not math.isfinite(float(number)):
        raise refuse(f"{token.text[:40]} is too large for a number", token.position)
    return number


def _wrong_value(field: Field, operator: Operator, kind: Kind, token: Token) -> str:
    found = token.raw or "the end"
    if kind is Kind.NUMBER and field.entity is Entity.ATTRIBUTE:
        return f"Expected numeric value type for numeric attribute: {field.key}. Found {found}"
    if kind is Kind.NUMBER:
        return f"Expected numeric value type for {field.entity}. Found {found}"
    if operator in SIZES:
        return f"Expected numeric value type after '{operator}'. Found {found}"
    if token.kind in (tokens.Kind.WORD, tokens.Kind.NAME):
        return (
            "Parameter value is either not quoted or unidentified quote types used for string value "
            f"{found}. Use either single or double quotes."
        )
    if field.entity is Entity.ATTRIBUTE:
        return f"Expected a quoted string value for attributes. Got value {found}"
    return f"Expected a quoted string value for {field.entity} (e.g. 'my-value'). Got value {found}"


def _words(names: object) -> str:
    return "{" + ", ".join(sorted(repr(str(name)) for name in names)) + "}"  # type: ignore[attr-defined]
