"""Read a DynamoDB expression once, not once per item.

MiniStack tokenises, checks and interprets a key condition anew for every item of a partition; a world of a thousand
events then costs a command a tenth of a second. The first item of a query still goes MiniStack's way, with all of its
checks; for the others the condition is a function of the item, compiled once per query.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from ministack.services import dynamodb

Item = dict[str, Any]
Values = dict[str, Any]
Names = dict[str, str]
Predicate = Callable[[Item], bool]

TARGETS = (
    "ministack.services.dynamodb:_evaluate_condition(expr, item, attr_values, attr_names, slot)",
    "ministack.services.dynamodb:_condition_syntax_error(expr, slot)",
    "ministack.services.dynamodb:_tokenize(expr)",
    "ministack.services.dynamodb:_compare_ddb(left, op, right)",
)

_NAME, _VALUE = r"[#\w]+", r":\w+"
_CONDITION = re.compile(
    rf"""\s*(?P<hash>{_NAME})\s*=\s*(?P<hash_value>{_VALUE})\s*
    (AND\s+(
        (?P<compared>{_NAME})\s*(?P<operator><=|>=|=|<|>)\s*(?P<operand>{_VALUE})
      | (?P<between>{_NAME})\s+BETWEEN\s+(?P<low>{_VALUE})\s+AND\s+(?P<high>{_VALUE})
      | begins_with\s*\(\s*(?P<prefixed>{_NAME})\s*,\s*(?P<prefix>{_VALUE})\s*\)
    )\s*)?""",
    re.VERBOSE | re.IGNORECASE,
)
_EXPRESSIONS = 1024  # remembered; a program has few


def install() -> None:
    """Wrap the evaluation of conditions and remember what depends on the expression alone."""
    evaluate, tokenize = dynamodb._evaluate_condition, dynamodb._tokenize
    compiled: tuple[str, Values, Names, Predicate] | None = None

    def evaluate_condition(
        expr: str, item: Item, attr_values: Values, attr_names: Names, slot: str = "ConditionExpression"
    ) -> bool:
        nonlocal compiled
        known = compiled
        if known and known[1] is attr_values and known[2] is attr_names and known[0] == expr:
            return known[3](item)
        result: bool = evaluate(expr, item, attr_values, attr_names, slot)
        predicate = _compile(expr, attr_values, attr_names) if slot == "KeyConditionExpression" else None
        compiled = (expr, attr_values, attr_names, predicate) if predicate else None
        return result

    @lru_cache(_EXPRESSIONS)
    def tokens(expr: str) -> tuple[tuple[str, str], ...]:
        return tuple(tokenize(expr))

    dynamodb._evaluate_condition = evaluate_condition
    dynamodb._condition_syntax_error = lru_cache(_EXPRESSIONS)(dynamodb._condition_syntax_error)
    dynamodb._tokenize = lambda expr: list(tokens(expr))


def _compile(expr: str, values: Values, names: Names) -> Predicate | None:
    """The condition as a function, or None when it is written in a way that is left to MiniStack."""
    match = _CONDITION.fullmatch(expr)
    if match is None or match["hash"].upper() == "NOT":
        return None
    compare = dynamodb._compare_ddb

    def name(group: str) -> str:
        written: str = match[group]
        return names.get(written, written)

    clauses: list[tuple[str, str, Any]] = [(name("hash"), "=", values[match["hash_value"]])]
    if match["compared"]:
        clauses.append((name("compared"), match["operator"], values[match["operand"]]))
    elif match["between"]:
        clauses += [(name("between"), ">=", values[match["low"]]), (name("between"), "<=", values[match["high"]])]
    elif match["prefixed"]:
        kind, prefix = next(iter(values[match["prefix"]].items()))
        if kind != "S":
            return None
        clauses.append((name("prefixed"), ">=", {"S": prefix}))
        clauses_hold = _all_hold(clauses, compare)
        attribute = name("prefixed")
        return lambda item: clauses_hold(item) and item[attribute]["S"].startswith(prefix)
    return _all_hold(clauses, compare)


def _all_hold(clauses: list[tuple[str, str, Any]], compare: Callable[[Any, str, Any], bool]) -> Predicate:
    return lambda item: all(compare(item.get(name), operator, value) for name, operator, value in clauses)
