"""Styles of play, as data: where a bot goes by day and by night, and what it does there."""

from dataclasses import dataclass, field
from typing import Literal

Pick = Literal["any", "dearest", "cheapest"]


@dataclass(frozen=True)
class Habit:
    """Something done whenever it can be: at most `times` a day or night, with at least `cash_cents` in the pocket.

    `pick` chooses among several, by the price in the title.
    """

    command: str
    times: int
    cash_cents: int = 0
    pick: Pick = "any"
    per_mille: int = 1000


@dataclass(frozen=True)
class Style:
    """A way to play. Places are visited in order; habits are tried in order at each; heat in 0..100."""

    name: str
    day: tuple[str, ...]
    night: tuple[str, ...]
    habits: tuple[Habit, ...]
    hides_at_heat: int
    in_danger: tuple[str, ...] = field(default=("flee", "hide", "surrender", "fight"))


FIRST = (
    Habit("claim_rank", 2),
    Habit("collect_part", 12),
    Habit("sell_part", 24, pick="dearest"),
)
EMPIRE = (
    Habit("hire", 1, 60_000, per_mille=400),
    Habit("buy_front", 1, 120_000, "dearest"),
    Habit("deposit", 4, 60_000),
)
LAB = (
    Habit("buy_equipment", 1, 70_000, "dearest"),
    Habit("grow_part", 8, 10_000, "dearest"),
)
CUSTOMERS = ("street", "graveyard", "den", "crypt", "club", "hideout")

STYLES = {
    style.name: style
    for style in (
        Style(
            "robber",
            day=("morgue", "hospital", "street", "morgue"),
            night=CUSTOMERS,
            habits=(*FIRST, *EMPIRE, Habit("rob_hospital", 2), Habit("rob_morgue", 3)),
            hides_at_heat=60,
        ),
        Style(
            "grower",
            day=("hideout", "morgue", "street", "hideout"),
            night=("hideout", *CUSTOMERS),
            habits=(*FIRST, *LAB, *EMPIRE, Habit("rob_morgue", 1)),
            hides_at_heat=30,
        ),
        Style(
            "trader",
            day=("morgue", "street", "hideout"),
            night=("hideout", *CUSTOMERS),
            habits=(*FIRST, *LAB, *EMPIRE, Habit("rob_morgue", 2)),
            hides_at_heat=40,
        ),
        Style(
            "killer",
            day=("morgue", "street"),
            night=("street", *CUSTOMERS),
            habits=(*FIRST, *EMPIRE, Habit("kill", 2), Habit("rob_morgue", 2)),
            hides_at_heat=70,
            in_danger=("fight", "flee", "hide", "surrender"),
        ),
        Style(
            "politician",
            day=("morgue", "street", "hideout"),
            night=("hideout", *CUSTOMERS),
            habits=(*FIRST, *LAB, *EMPIRE, Habit("rob_morgue", 2)),
            hides_at_heat=40,
        ),
    )
}
