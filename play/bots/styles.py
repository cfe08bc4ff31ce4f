"""Styles of play, as data: where a bot goes by day and by night, and what it does there."""

from dataclasses import dataclass
from typing import Literal

Pick = Literal["any", "dearest", "cheapest"]


@dataclass(frozen=True)
class Habit:
    """Something done whenever it can be: at most `times` a day or night, with at least `cash_cents` in the pocket.

    `only` narrows the choice to commands with one of these values; `pick` chooses by the price in the title;
    `per_mille` is how often it is felt like; it is left alone when so much hotter than the record lets cool, or less
    human.
    """

    command: str
    times: int
    cash_cents: int = 0
    pick: Pick = "any"
    per_mille: int = 1000
    only: tuple[str, ...] = ()
    heat: int = 100
    humanity: int = 0


@dataclass(frozen=True)
class Style:
    """A way to play. Places are visited in order, and habits tried in order at each.

    `hides_at_heat` counts above what the record lets cool.
    """

    name: str
    day: tuple[str, ...]
    night: tuple[str, ...]
    habits: tuple[Habit, ...]
    hides_at_heat: int
    in_danger: tuple[str, ...]
    against_police: tuple[str, ...] = ("bribe_foes", "hide", "flee", "surrender")


EVERYBODY = (
    Habit("claim_rank", 2),
    Habit("collect_part", 12),
    Habit("deliver_order", 6),
    Habit("sell_part", 30, pick="dearest"),
    Habit("promise_delivery", 1),
    Habit("hire", 1, 60_000, only=("lookout",), per_mille=300),
    Habit("hire", 1, 50_000, "cheapest", per_mille=500),
    Habit("buy_front", 1, 130_000, "dearest"),
    Habit("deposit", 3, 100_000),
)
LAB = (
    Habit("buy_equipment", 1, 40_000, only=("nutrient_bath",)),
    Habit("buy_equipment", 1, 130_000, only=("organ_vat",)),
    Habit("buy_equipment", 1, 150_000, only=("centrifuge", "cold_box"), per_mille=300),
    Habit("clean_equipment", 3, 15_000),
    Habit("repair_equipment", 1, 30_000),
    Habit("treat_part", 6),
    Habit("grow_part", 8, 5_000, "dearest"),
    Habit("buy_ingredient", 2, 80_000, per_mille=300),
)
POWERS = (
    Habit("use_power", 2),
    Habit("buy_power", 1, 500_000, "cheapest", per_mille=300, humanity=60),
)
TOOLS = (
    Habit("buy_tool", 1, 60_000, only=("crowbar",)),
    Habit("buy_tool", 1, 120_000, "cheapest", per_mille=500),
)
CUSTOMERS = ("club", "den", "crypt", "graveyard", "street", "hideout")
RUN = ("bribe_foes", "hide", "flee", "surrender", "fight")
STAND = ("fight", "hide", "flee", "surrender")

STYLES = {
    style.name: style
    for style in (
        Style(
            "robber",
            day=("street", "morgue", "hideout", "hospital", "hideout", "street", "morgue"),
            night=CUSTOMERS,
            habits=(
                *EVERYBODY,
                *POWERS,
                *TOOLS,
                Habit("bribe", 1, 60_000, only=("guards",)),
                Habit("rob_hospital", 1, heat=25),
                Habit("rob_morgue", 2, heat=25),
            ),
            hides_at_heat=25,
            in_danger=RUN,
        ),
        Style(
            "grower",
            day=("street", "hideout", "morgue", "hideout"),
            night=("hideout", *CUSTOMERS),
            habits=(*LAB, *EVERYBODY, Habit("rob_morgue", 1, heat=10)),
            hides_at_heat=20,
            in_danger=RUN,
        ),
        Style(
            "trader",
            day=("morgue", "street", "hideout"),
            night=("hideout", *CUSTOMERS),
            habits=(
                Habit("haggle", 2, per_mille=300),
                Habit("engage_intermediary", 1, 60_000, per_mille=300),
                *LAB,
                *EVERYBODY,
                Habit("consign", 1, per_mille=200),
                Habit("rob_morgue", 1, heat=20),
            ),
            hides_at_heat=25,
            in_danger=RUN,
        ),
        Style(
            "killer",
            day=("street", "morgue", "hideout"),
            night=("graveyard", "street", "den", "club", "crypt", "graveyard", "hideout"),
            habits=(
                *EVERYBODY,
                *POWERS,
                *TOOLS,
                Habit("kill", 1, heat=15, humanity=20),
                Habit("rob_morgue", 1, heat=20),
            ),
            hides_at_heat=30,
            in_danger=STAND,
        ),
        Style(
            "politician",
            day=("morgue", "street", "hideout"),
            night=("hideout", *CUSTOMERS),
            habits=(
                *LAB,
                *EVERYBODY,
                Habit("ally", 1),
                Habit("do_favour", 1),
                Habit("make_peace", 1, 150_000, "cheapest"),
                Habit("pay_tribute", 1, 200_000, "cheapest", per_mille=500),
                Habit("spy", 1, 250_000, per_mille=100),
                Habit("rob_morgue", 1, heat=20),
            ),
            hides_at_heat=25,
            in_danger=RUN,
        ),
    )
}
