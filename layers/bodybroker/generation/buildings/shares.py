"""Sharing out whole numbers: by weight, nobody below its least."""

from collections.abc import Sequence


def allot(total: int, least: Sequence[int], shares: Sequence[int]) -> list[int]:
    """`total` as shares ask, nobody below its least, and just that for no share; `total` must be their sum or more."""
    sizes = _shared(total, shares)
    for size, lowest in zip(sizes, least, strict=True):
        if size < lowest:
            break
    else:
        return sizes
    sizes = list(least)
    growing = [i for i, share in enumerate(shares) if share > 0]
    rest = total - sum([size for size, share in zip(least, shares, strict=True) if share <= 0])
    while True:
        weight = sum([shares[i] for i in growing])
        short = [i for i in growing if rest * shares[i] < least[i] * weight]
        if not short:
            break
        for i in short:
            rest -= least[i]
            growing.remove(i)
    for i, size in zip(growing, _shared(rest, [shares[i] for i in growing]), strict=True):
        sizes[i] = size
    return sizes


def _shared(total: int, shares: Sequence[int]) -> list[int]:
    weight = sum(shares)
    sizes = []
    given = seen = 0
    for share in shares:
        seen += share
        upto = total * seen // weight
        sizes.append(upto - given)
        given = upto
    return sizes
