"""Grammars that are walked like an odometer: no two numbers spell the same before all wheels have gone round.

A symbol has alternatives, or alternatives by kind of thing; `{symbol}` and `{fact}` inside one are replaced. Every
choice is a wheel with as many digits as there are alternatives. A number turns the wheels as it would be written in
their mixed base, except that each wheel is also shifted by a hash of the digits before it: so each can still be told
from the digits before it, and neighbouring numbers look nothing alike.

A root whose slots all have the same prime number of plain alternatives is turned as a Reed-Solomon code instead (Reed
and Solomon, 1960): slot i shows the polynomial at i whose coefficients are the number's digits in that base. Two
numbers below the square of the prime then share one slot at the most, and two below its cube two.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from graphlib import CycleError, TopologicalSorter
from math import prod

from bodybroker.kernel.random import Stream

Alternatives = tuple[str, ...]
Symbols = Mapping[str, Alternatives | Mapping[str, Alternatives]]

ANY = "any"
"""Stands for every kind of thing that has no alternatives of its own."""

DIGITS = 3
"""Of a number, in a code: as many slots show nothing that another number shows."""

_REFERENCE = re.compile(r"\{(\w+)\}")


def spell(symbols: Symbols, root: str, kind: str, facts: Mapping[str, str], number: int, stream: Stream) -> str:
    """What the grammar says of a thing of that kind at `number`; `stream` shuffles its alternatives."""
    if prime := code(symbols, root):
        return _Code(symbols, root, prime, stream).at(number).format_map(facts)
    return _Walk(symbols, kind, facts, number, stream).expand(root)


def code(symbols: Symbols, root: str) -> int:
    """How many alternatives each slot of the root has, where it is a code; 0 where it is none."""
    slots = _slots(symbols, root)
    lists = [meaning for slot in slots if isinstance(meaning := symbols[slot], tuple)]
    sizes = {len(options) for options in lists if not any(name in symbols for name in _references(options))}
    size = min(sizes, default=0)
    is_even = len(lists) == len(slots) >= DIGITS and len(sizes) == 1
    return size if is_even and len(slots) <= size and all(size % low for low in range(2, size)) else 0


def _slots(symbols: Symbols, root: str) -> list[str]:
    return sorted(_references(symbols[root]) & symbols.keys())


class _Code:
    def __init__(self, symbols: Symbols, root: str, prime: int, stream: Stream) -> None:
        self._symbols, self._prime, self._stream = symbols, prime, stream
        self._forms = [text for texts in _lists(symbols[root]) for text in texts]
        self._slots = _slots(symbols, root)

    def at(self, number: int) -> str:
        digits = [number // self._prime**place % self._prime for place in range(DIGITS)]
        shown = {slot: self._show(slot, point, digits) for point, slot in enumerate(self._slots)}
        form = self._forms[number % len(self._forms)]
        return _REFERENCE.sub(lambda reference: shown.get(reference[1], reference[0]), form)

    def _show(self, slot: str, point: int, digits: Sequence[int]) -> str:
        value: int = sum(digit * point**place for place, digit in enumerate(digits)) % self._prime
        order = self._stream.substream(slot).sample(range(self._prime), self._prime)
        return next(iter(_lists(self._symbols[slot])))[order[value]]


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
    if prime := code(symbols, symbol):
        return int(prime**DIGITS)
    return min(len(options) * min(_after(symbols, option) for option in options) for options in _lists(symbols[symbol]))


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
        if any(len(set(options)) < len(options) for options in _lists(meaning)):
            yield f"{symbol} says the same twice"
    try:
        TopologicalSorter(used).prepare()
    except CycleError as cycle:
        yield f"runs in a circle: {' > '.join(cycle.args[1])}"


def _lists(meaning: Alternatives | Mapping[str, Alternatives]) -> Iterable[Alternatives]:
    return meaning.values() if isinstance(meaning, Mapping) else (meaning,)


def _references(meaning: Alternatives | Mapping[str, Alternatives]) -> set[str]:
    return {name for texts in _lists(meaning) for text in texts for name in _REFERENCE.findall(text)}
