"""The vectors of one field, in one matrix that grows at its end, so that a refresh need not make it anew."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy

FIRST_ROWS = 1024
ABSENT = -1


class VectorView:
    """The vectors as a snapshot sees them; what is added later is not among them."""

    def __init__(self, matrix: Any, positions: Any) -> None:
        self._matrix = matrix
        self._positions = positions

    def of(self, rows: Collection[int]) -> tuple[Any, Any]:
        """Those of `rows` that have a vector, and their vectors as a matrix."""
        wanted = numpy.fromiter(rows, dtype=numpy.int64, count=len(rows))
        wanted = wanted[wanted < len(self._positions)]
        positions = self._positions[wanted]
        held = positions != ABSENT
        return wanted[held], self._matrix[positions[held]]


class Vectors:
    """Vectors by row. A row is written once; one that is dropped keeps its place until `is_sparse`."""

    def __init__(self, dimension: int) -> None:
        self._matrix = numpy.empty((FIRST_ROWS, dimension), dtype=numpy.float32)
        self._positions = numpy.full(FIRST_ROWS, ABSENT, dtype=numpy.int64)
        self._used = self._dropped = 0

    def add(self, row: int, vector: Any) -> None:
        """Keep the vector of a row."""
        if self._used == len(self._matrix):
            self._matrix = numpy.concatenate([self._matrix, numpy.empty_like(self._matrix)])
        if row >= len(self._positions):
            more = numpy.full(max(row + 1, 2 * len(self._positions)) - len(self._positions), ABSENT, dtype=numpy.int64)
            self._positions = numpy.concatenate([self._positions, more])
        self._matrix[self._used] = vector
        self._positions[row] = self._used
        self._used += 1

    def drop(self) -> None:
        """A row is of no use any more: no search asks for it."""
        self._dropped += 1

    @property
    def is_sparse(self) -> bool:
        """Whether more rows were dropped than are held, and enough to make it worth while to begin anew."""
        return self._dropped > max(FIRST_ROWS, self._used - self._dropped)

    def view(self) -> VectorView:
        """What is there now. Old views share the matrix: nothing that they see is written again."""
        return VectorView(self._matrix, self._positions)
