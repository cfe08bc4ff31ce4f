"""A career: a bot plays until it rules the city, or until its nights are over."""

from dataclasses import dataclass, field

from play.bots.mind import Mind
from play.bots.table import Table

LAST_RANK = "king_pimp"
COMMANDS_PER_NIGHT = 400
"""More than any bot needs; one that gets there goes in circles."""


@dataclass(frozen=True)
class Dawn:
    """How a player stands at a dawn; money in cents."""

    day: int
    wealth_cents: int
    rank: str
    heat: int
    deaths: int
    arrests: int
    sold: int


@dataclass
class Career:
    """What became of a bot: one entry per dawn, the day on which it became king, if it did."""

    style: str
    seed: int
    dawns: list[Dawn] = field(default_factory=list)
    commands: int = 0
    king_on_day: int | None = None
    stuck: str = ""


def play(table: Table, mind: Mind, nights: int, *, stop_as_king: bool = False) -> Career:
    """Plays `nights` nights; `stuck` says what the bot saw when no command was left to it."""
    career = Career(mind.style.name, mind.seed)
    last_day = table.view["time"]["day"] + nights
    today, commands_today = 0, 0
    while True:
        view = table.view
        if view["time"]["day"] != today:
            today, commands_today = view["time"]["day"], 0
            career.dawns.append(_dawn(view))
        if view["empire"]["rank"] == LAST_RANK and career.king_on_day is None:
            career.king_on_day = today
        if today >= last_day or (stop_as_king and career.king_on_day):
            return career
        if not any(action["allowed"] for action in view["actions"]):
            career.stuck = f"day {today}, {view['time']['clock']}: no command is allowed"
            return career
        if commands_today >= COMMANDS_PER_NIGHT:
            career.stuck = f"day {today}, {view['time']['clock']}: {commands_today} commands in one day"
            return career
        table.command(mind.next(view))
        career.commands += 1
        commands_today += 1


def _dawn(view: dict[str, object]) -> Dawn:
    player, empire, time, fights = view["player"], view["empire"], view["time"], view["fights"]
    assert isinstance(player, dict) and isinstance(empire, dict) and isinstance(time, dict) and isinstance(fights, dict)
    tally = player["tally"]
    tills = sum(front["till_cents"] for front in empire["fronts"])
    return Dawn(
        day=time["day"],
        wealth_cents=player["money_cents"] + empire["clean_cents"] + tills,
        rank=empire["rank"],
        heat=player["heat"],
        deaths=fights["deaths"],
        arrests=tally["arrests"],
        sold=tally["parts_sold"],
    )
