"""A public price list (litellm's) beside our registry: what has changed there since somebody last looked.

Pure. It finds and proposes; the registry is changed by people.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import ROUND_CEILING, Decimal

import msgspec
from msgspec import Struct, field

from bodybroker.models.registry import CloudModel, Registry

NANODOLLARS = Decimal(10) ** 9


class BadList(Exception):
    """What was read is no price list, or knows none of our models."""


class Listed(Struct, frozen=True):
    """One model of the list, in its own words: dollars per token."""

    input_cost_per_token: Decimal | None = None
    cache_read_input_token_cost: Decimal | None = None
    cache_creation_input_token_cost: Decimal | None = None
    output_cost_per_token: Decimal | None = None
    max_input_tokens: int | None = None
    deprecation_date: str | None = None

    def prices(self) -> dict[str, int] | None:
        """Nanodollars per token in the registry's words, rounded up; what has no price of its own costs as fresh input.

        None where the entry has no price.
        """
        if self.input_cost_per_token is None or self.output_cost_per_token is None:
            return None
        read, written = self.cache_read_input_token_cost, self.cache_creation_input_token_cost
        return {
            "input": _nanodollars(self.input_cost_per_token),
            "cached": _nanodollars(self.input_cost_per_token if read is None else read),
            "cache_write": _nanodollars(self.input_cost_per_token if written is None else written),
            "output": _nanodollars(self.output_cost_per_token),
        }


class Change(Struct, frozen=True):
    """One member of one model where the list says something else."""

    model: str
    member: str
    ours: str | int | None
    listed: str | int | None


class Proposal(Struct, frozen=True):
    """What a person should look at. `ended`: models that a role still names; `near_their_end`: days that are left."""

    day: str
    source: str
    changes: list[Change]
    unlisted: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    near_their_end: dict[str, int] = field(default_factory=dict)

    @property
    def is_news(self) -> bool:
        """Whether the list says anything that the registry does not."""
        return bool(self.changes or self.unlisted)


def read(body: bytes, registry: Registry) -> dict[str, Listed]:
    """The list's entries for our models, by our names; raises BadList."""
    try:
        entries = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except msgspec.MsgspecError as error:
        raise BadList(f"it is no JSON object: {error}") from error
    found, faults = {}, []
    for name, model in registry.models.items():
        if (entry := entries.get(model.listed_as)) is None:
            continue
        try:
            found[name] = msgspec.json.decode(entry, type=Listed)
        except msgspec.MsgspecError as error:
            faults.append(f"{model.listed_as}: {error}")
    if faults:
        raise BadList("; ".join(faults))
    if not found:
        raise BadList("it knows none of our models")
    return found


def compare(registry: Registry, listed: Mapping[str, Listed], source: str, today: date) -> Proposal:
    """Every difference; models that have ended for us are no longer compared. Raises BadList on impossible values."""
    living = {name: model for name, model in registry.models.items() if not model.has_ended(today)}
    return Proposal(
        day=today.isoformat(),
        source=source,
        changes=[change for name in living if name in listed for change in _changes(name, living[name], listed[name])],
        unlisted=[name for name in living if name not in listed],
        ended=registry.ended(today),
        near_their_end=dict(registry.near_their_end(today)),
    )


def _changes(name: str, model: CloudModel, listed: Listed) -> Iterator[Change]:
    prices = listed.prices()
    if prices is None:
        yield Change(name, "price", "listed", None)
    for member, price in (prices or {}).items():
        if model.prices[member] != price:
            yield Change(name, member, model.prices[member], price)
    if listed.max_input_tokens is not None and listed.max_input_tokens < model.context_tokens:
        yield Change(name, "context_tokens", model.context_tokens, listed.max_input_tokens)
    if listed.deprecation_date:
        ends = _day(name, listed.deprecation_date)
        if ends != model.ends:
            yield Change(name, "ends", model.ends.isoformat() if model.ends else None, ends.isoformat())


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadList(f"{name}: {text!r} is no date") from error


def _nanodollars(dollars: Decimal) -> int:
    if not dollars.is_finite() or dollars < 0:
        raise BadList(f"{dollars} is no price")
    return int((dollars * NANODOLLARS).to_integral_value(ROUND_CEILING))
