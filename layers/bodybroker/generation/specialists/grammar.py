"""Grammars that are walked like an odometer: no two numbers spell the same before all wheels have gone round.

A symbol has alternatives, or alternatives by kind of thing; `{symbol}` and `{fact}` inside one are replaced. Every
choice is a wheel with as many digits as there are alternatives. A number turns the wheels as it would be written in
their mixed base, except that each wheel is also shifted by a hash of the digits before it: so each can still be told
from the digits before it, and neighbouring numbers look nothing alike.
"""

import re
from collections.abc import Iterator, Mapping, Set
from graphlib import CycleError, TopologicalSorter
from math import prod

from bodybroker.kernel.random import Stream

Alternatives = tuple[str, ...]
Symbols = Mapping[str, Alternatives | Mapping[str, Alternatives]]

ANY = "any"
"""Stands for every kind of thing that has no alternatives of its own."""

_REFERENCE = re.compile(r"\{(\w+)\}")


def spell(symbols: Symbols, root: str, kind: str, facts: Mapping[str, str], number: int, stream: Stream) -> str:
    """What the grammar says of a thing of that kind at `number`; `stream` shuffles its alternatives."""
    return _Walk(symbols, kind, facts, number, stream).expand(root)


class _Walk:
    def __init__(self, symbols: Symbols, kind: str, facts: Mapping[str, str], number: int, stream: Stream) -> None:
        self._symbols, self._kind, self._facts = symbols, kind, facts
        self._left = number
        self._stream = stream

    def expand(self, symbol: str) -> str:
        if symbol in self._facts:
            return self._facts[symbol]
        options = alternatives(self._symbols, symbol, self._kind)
        chosen = options[self._turn(len(options))]
        return _REFERENCE.sub(lambda reference: self.expand(reference[1]), chosen)

    def _turn(self, digits: int) -> int:
        self._left, digit = divmod(self._left, digits)
        shown = (digit + self._stream.below(digits)) % digits
        self._stream = self._stream.substream(str(shown))
        return shown


def alternatives(symbols: Symbols, symbol: str, kind: str) -> Alternatives:
    """What a symbol may become for a thing of that kind."""
    meaning = symbols[symbol]
    return meaning.get(kind) or meaning[ANY] if isinstance(meaning, Mapping) else meaning


def period(symbols: Symbols, symbol: str) -> int:
    """How many numbers in a row a symbol is sure to spell differently, whatever it is about."""
    lists = meaning.values() if isinstance(meaning := symbols[symbol], Mapping) else [meaning]
    return min(len(options) * min(_after(symbols, option) for option in options) for options in lists)


def _after(symbols: Symbols, option: str) -> int:
    return prod(period(symbols, name) for name in _REFERENCE.findall(option) if name in symbols)


def faults(symbols: Symbols, facts: Set[str]) -> Iterator[str]:
    """References that lead nowhere, symbols that lead back to themselves, lists for kinds without one for the rest."""
    used = {symbol: _references(meaning) for symbol, meaning in symbols.items()}
    for symbol, names in used.items():
        yield from (
            f"{symbol} mentions {{{name}}}, no symbol and no fact" for name in sorted(names - facts - used.keys())
        )
    for symbol, meaning in symbols.items():
        if isinstance(meaning, Mapping) and ANY not in meaning:
            yield f"{symbol}.{ANY} is missing"
        lists = meaning.values() if isinstance(meaning, Mapping) else [meaning]
        if any(len(set(options)) < len(options) for options in lists):
            yield f"{symbol} says the same twice"
    try:
        TopologicalSorter(used).prepare()
    except CycleError as cycle:
        yield f"runs in a circle: {' > '.join(cycle.args[1])}"


def _references(meaning: Alternatives | Mapping[str, Alternatives]) -> set[str]:
    options = [text for texts in meaning.values() for text in texts] if isinstance(meaning, Mapping) else meaning
    return {name for text in options for name in _REFERENCE.findall(text)}
