"""Planting bugs: a mutant changes a few words in the source of real functions, for as long as a `with` block lasts."""

import inspect
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import import_module
from textwrap import dedent
from types import FunctionType
from typing import Any
from unittest.mock import patch

from tests.simulation import processes


class DoesNotApply(Exception):
    """The words that a mutant changes are not there (any more): write it anew."""


@dataclass(frozen=True)
class Change:
    """`old` becomes `new` in the function that `where` names, as `module:Class.method` below the package."""

    where: str
    old: str
    new: str


@dataclass(frozen=True)
class Mutant:
    """A bug as somebody might write it."""

    name: str
    changes: tuple[Change, ...]


def mutant(name: str, *changes: tuple[str, str, str]) -> Mutant:
    return Mutant(name, tuple(Change(*change) for change in changes))


@contextmanager
def planted(bug: Mutant) -> Iterator[None]:
    """The backend with the bug; no process from before is left in it, and none of it is left afterwards."""
    by_function: dict[str, list[Change]] = {}
    for change in bug.changes:
        by_function.setdefault(change.where, []).append(change)
    with ExitStack() as stack:
        for where, changes in by_function.items():
            owner, name = _find(where)
            good = vars(owner)[name]
            bad = _rewritten(inspect.unwrap(good), changes)
            for holder in [owner] if isinstance(owner, type) else _holders(name, good):
                stack.enter_context(patch.object(holder, name, bad))
        processes.forget_copies()
        try:
            yield
        finally:
            processes.forget_copies()


def _find(where: str) -> tuple[Any, str]:
    """The module or class that holds a function, and the function's name."""
    module_name, _, path = where.partition(":")
    owner: Any = import_module(f"bodybroker.{module_name}")
    *classes, name = path.split(".")
    for part in classes:
        owner = getattr(owner, part)
    return owner, name


def _rewritten(function: FunctionType, changes: list[Change]) -> Any:
    source = dedent(inspect.getsource(function))
    for change in changes:
        if source.count(change.old) != 1:
            raise DoesNotApply(f"{change.where} holds {source.count(change.old)} times {change.old!r}")
        source = source.replace(change.old, change.new)
    made: dict[str, Any] = {}
    exec(compile(source, inspect.getfile(function), "exec"), function.__globals__, made)
    return made[function.__name__]


def _holders(name: str, function: object) -> list[Any]:
    """Every module that has the function under its name."""
    modules = [module for module in [*sys.modules.values()] if vars(module).get(name) is function]
    return [module for module in modules if module.__name__.startswith("bodybroker")]
