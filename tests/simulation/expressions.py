"""DynamoDB's expressions, as far as the adapters use them. Whatever is not known raises NotImplementedError, whatever
AWS would refuse raises Invalid: an expression is never half understood.

A condition is compiled to nested tuples such as `("and", ("=", ("path", "pk"), ("value", ":pk")), …)`.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

Item = dict[str, dict[str, Any]]
Node = tuple[Any, ...]
"""`("value", ":v")`, `("path", "name")`, or an operator and its operands."""

_TOKEN = re.compile(r"\s*(?:(<>|<=|>=|[=<>(),+-])|([:#]?[A-Za-z_][A-Za-z0-9_]*))")
_COMPARATORS = ("=", "<>", "<", "<=", ">", ">=")
_FUNCTIONS = {"attribute_exists": 1, "attribute_not_exists": 1, "begins_with": 2, "if_not_exists": 2}


class Invalid(Exception):
    """AWS would answer ValidationException."""


class Names:
    """The placeholders of one request. AWS refuses what is undefined and what is never used."""

    def __init__(self, request: Mapping[str, Any]) -> None:
        self.names: Mapping[str, str] = request.get("ExpressionAttributeNames", {})
        self.values: Mapping[str, dict[str, Any]] = request.get("ExpressionAttributeValues", {})
        self._used: set[str] = set()

    def use(self, node: Node) -> None:
        """Note every placeholder in `node`."""
        for name in placeholders(node):
            if name not in (self.values if name[0] == ":" else self.names):
                raise Invalid(f"{name} is not defined")
            self._used.add(name)

    def check_all_used(self) -> None:
        if unused := {*self.names, *self.values} - self._used:
            raise Invalid(f"unused in expressions: {sorted(unused)}")

    def attribute(self, path: str) -> str:
        return self.names[path] if path[0] == "#" else path


@lru_cache(maxsize=256)
def condition(text: str) -> Node:
    """A condition, a filter or a key condition."""
    parser = _Parser(text)
    node = parser.either()
    parser.end()
    return node


@lru_cache(maxsize=1024)
def placeholders(node: Node) -> tuple[str, ...]:
    """Every `:value` and `#name` in a node."""
    return tuple(
        name
        for part in node[1:]
        for name in (placeholders(part) if isinstance(part, tuple) else (part,) if part[0] in ":#" else ())
    )


@lru_cache(maxsize=256)
def update(text: str) -> tuple[Node, ...]:
    """The actions of an update: ("set", path, value), ("add", path, value), ("remove", path)."""
    parser = _Parser(text)
    actions = tuple(parser.actions())
    parser.end()
    return actions


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = self._split(text)
        self._next = 0

    @staticmethod
    def _split(text: str) -> list[str]:
        tokens, at = [], 0
        while at < len(text.rstrip()):
            match = _TOKEN.match(text, at)
            if match is None:
                raise NotImplementedError(f"what is {text[at:]!r} in {text!r}?")
            tokens.append(match[1] or match[2])
            at = match.end()
        return tokens

    def _peek(self) -> str:
        return self._tokens[self._next] if self._next < len(self._tokens) else ""

    def _take(self, *expected: str) -> str:
        token = self._peek()
        if not token or (expected and token.upper() not in expected):
            raise Invalid(f"{token!r} where {expected or 'more'} should follow in {' '.join(self._tokens)}")
        self._next += 1
        return token

    def end(self) -> None:
        if self._peek():
            raise Invalid(f"{self._peek()!r} is left over of {' '.join(self._tokens)}")

    def either(self) -> Node:
        node = self._both()
        while self._peek().upper() == "OR":
            self._take()
            node = ("or", node, self._both())
        return node

    def _both(self) -> Node:
        node = self._negation()
        while self._peek().upper() == "AND":
            self._take()
            node = ("and", node, self._negation())
        return node

    def _negation(self) -> Node:
        if self._peek().upper() == "NOT":
            self._take()
            return ("not", self._negation())
        if self._peek() == "(":
            self._take()
            node = self.either()
            self._take(")")
            return node
        return self._comparison()

    def _comparison(self) -> Node:
        left = self._operand()
        if left[0] in _FUNCTIONS:
            return left
        operator = self._take(*_COMPARATORS, "BETWEEN", "IN").upper()
        if operator == "BETWEEN":
            low = self._operand()
            self._take("AND")
            return ("between", left, low, self._operand())
        if operator == "IN":
            self._take("(")
            return ("in", left, *self._list())
        return (operator, left, self._operand())

    def _list(self) -> Iterator[Node]:
        yield self._operand()
        while self._take(",", ")") == ",":
            yield self._operand()

    def _operand(self) -> Node:
        token = self._take()
        if token in _FUNCTIONS:
            self._take("(")
            operands = tuple(self._list())
            if len(operands) != _FUNCTIONS[token]:
                raise Invalid(f"{token} takes {_FUNCTIONS[token]} operands")
            return (token, *operands)
        if not (token[0].isalpha() or token[0] in ":#_"):
            raise Invalid(f"{token!r} is no operand")
        if self._peek() == "(":
            raise NotImplementedError(f"the function {token}")
        return ("value" if token[0] == ":" else "path", token)

    def actions(self) -> Iterator[Node]:
        while self._peek():
            clause = self._take("SET", "ADD", "REMOVE").lower()
            yield self._action(clause)
            while self._peek() == ",":
                self._take()
                yield self._action(clause)

    def _action(self, clause: str) -> Node:
        path = self._operand()
        if clause == "remove":
            return (clause, path)
        if clause == "set":
            self._take("=")
        value = self._operand()
        while clause == "set" and self._peek() in ("+", "-"):
            value = (self._take(), value, self._operand())
        return (clause, path, value)


def holds(node: Node, item: Item, names: Names) -> bool:
    """Whether a condition is true of `item`."""
    match node:
        case ("and", left, right):
            return holds(left, item, names) and holds(right, item, names)
        case ("or", left, right):
            return holds(left, item, names) or holds(right, item, names)
        case ("not", inner):
            return not holds(inner, item, names)
        case ("attribute_exists", ("path", path)):
            return names.attribute(path) in item
        case ("attribute_not_exists", ("path", path)):
            return names.attribute(path) not in item
        case ("between", what, low, high):
            return holds(("<=", low, what), item, names) and holds(("<=", what, high), item, names)
        case ("in", what, *others):
            return any(holds(("=", what, other), item, names) for other in others)
        case ("begins_with", what, prefix):
            found, start = evaluate(what, item, names), evaluate(prefix, item, names)
            return found is not None and start is not None and str(_plain(found)).startswith(_plain(start))
        case (operator, left, right) if operator in _COMPARATORS:
            return _compare(operator, evaluate(left, item, names), evaluate(right, item, names))
    raise NotImplementedError(f"the condition {node}")


def evaluate(node: Node, item: Item, names: Names) -> dict[str, Any] | None:
    """The attribute value of an operand; None for an attribute that is not there."""
    match node:
        case ("value", name):
            return names.values[name]
        case ("path", path):
            return item.get(names.attribute(path))
        case ("if_not_exists", ("path", path), fallback):
            return item.get(names.attribute(path)) or evaluate(fallback, item, names)
        case ("+" | "-" as sign, left, right):
            first, second = evaluate(left, item, names), evaluate(right, item, names)
            if first is None or second is None or {*first, *second} != {"N"}:
                raise Invalid("arithmetic on what is no number")
            return {"N": str(int(first["N"]) + (1 if sign == "+" else -1) * int(second["N"]))}
    raise NotImplementedError(f"the operand {node}")


def _compare(operator: str, left: dict[str, Any] | None, right: dict[str, Any] | None) -> bool:
    if left is None or right is None or {*left} != {*right}:
        return operator == "<>" and left != right
    first, second = _plain(left), _plain(right)
    if operator in ("=", "<>"):
        return bool(first == second) == (operator == "=")
    if {*left} <= {"S", "N", "B"}:
        return bool({"<": first < second, "<=": first <= second, ">": first > second, ">=": first >= second}[operator])
    raise Invalid(f"{operator} on {[*left]}")


def _plain(value: dict[str, Any]) -> Any:
    ((kind, plain),) = value.items()
    return int(plain) if kind == "N" else plain
