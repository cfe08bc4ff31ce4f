"""How a bot decides: its style's habits over what the view allows, place by place."""

import re
from collections import Counter
from typing import Any

from bodybroker.kernel.random import Stream

from play.bots.styles import Habit, Pick, Style

Json = dict[str, Any]
Actions = dict[str, list[Json]]
"""The allowed actions by the type of their command."""

POOR_HEALTH = 40
PRICE = re.compile(r"\$([\d,]+)\.(\d\d)")


class Mind:
    """A bot of one style; the same seed decides the same way."""

    def __init__(self, style: Style, seed: int) -> None:
        self.style = style
        self.seed = seed
        self._stream = Stream(seed, "bot", style.name)
        self._part_of_day = (0, "")
        self._stops: list[str] = []
        self._done: Counter[str] = Counter()

    def next(self, view: Json) -> Json:
        """The next command; one that the view allows."""
        self._begin(view)
        actions: Actions = {}
        for action in view["actions"]:
            if action["allowed"]:
                actions.setdefault(action["command"]["type"], []).append(action)
        command = self._in_danger(view, actions) or self._hide(view, actions) or self._by_habit(view, actions)
        command = command or self._onward(view, actions) or self._pick(actions["wait"], "any")
        self._done[command["type"]] += 1
        return command

    def _begin(self, view: Json) -> None:
        """A new day or night: everything may be done again."""
        part = (view["time"]["day"], view["time"]["phase"])
        if part != self._part_of_day:
            self._part_of_day = part
            self._stops = list(self.style.day if part[1] == "day" else self.style.night)
            self._done.clear()

    def _in_danger(self, view: Json, actions: Actions) -> Json | None:
        danger = view["danger"]
        if danger is None:
            return None
        tried = self.style.against_police if danger["kind"] == "police" else self.style.in_danger
        return next((self._pick(actions[kind], "any") for kind in (*tried, "surrender") if kind in actions), None)

    def _hide(self, view: Json, actions: Actions) -> Json | None:
        if view["player"]["health"] >= POOR_HEALTH and _hotter(view) < self.style.hides_at_heat:
            return None
        if "lie_low" in actions:
            return self._pick(actions["lie_low"], "any")
        return self._go("hideout", view, actions)

    def _by_habit(self, view: Json, actions: Actions) -> Json | None:
        for habit in self.style.habits:
            entries = [entry for entry in actions.get(habit.command, ()) if _fits(entry["command"], habit)]
            if entries and self._feels_like(habit, view):
                return self._pick(entries, habit.pick)
        return None

    def _feels_like(self, habit: Habit, view: Json) -> bool:
        player = view["player"]
        if (
            player["money_cents"] < habit.cash_cents
            or player["humanity"] < habit.humanity
            or _hotter(view) > habit.heat
        ):
            return False
        if self._done[habit.command] >= habit.times:
            return False
        return habit.per_mille == 1000 or self._stream.chance(habit.per_mille)

    def _onward(self, view: Json, actions: Actions) -> Json | None:
        """A step toward the next stop; None when the round is done."""
        while self._stops:
            if self._stops[0] != view["place"]["kind"]:
                step = self._go(self._stops[0], view, actions)
                if step is not None:
                    return step
            self._stops.pop(0)
        return None

    def _go(self, kind: str, view: Json, actions: Actions) -> Json | None:
        """A step toward the next place of a kind, over the street where no way leads there; None when there is none."""
        kinds = {way["place_id"]: way["kind"] for way in view["place"]["exits"]}
        for wanted in (kind, "street"):
            steps = [step for step in actions.get("travel", ()) if kinds[step["command"]["place_id"]] == wanted]
            if steps:
                return self._pick(steps, "any")
            if view["place"]["kind"] == "street":
                return None
        return None

    def _pick(self, entries: list[Json], pick: Pick) -> Json:
        if pick == "any":
            return dict(self._stream.choice(entries)["command"])
        ordered = sorted(entries, key=lambda action: (_price(action["title"]), action["title"]))
        return dict(ordered[0 if pick == "cheapest" else -1]["command"])


def _hotter(view: Json) -> int:
    """How much hotter the player is than hiding could ever make it: a record keeps heat from cooling altogether."""
    return int(view["player"]["heat"] - view["law"]["record"] // 2)


def _fits(command: Json, habit: Habit) -> bool:
    return not habit.only or any(value in habit.only for value in command.values() if isinstance(value, str))


def _price(title: str) -> int:
    """The last price that a title names, in cents; 0 where it names none."""
    found = PRICE.findall(title)
    return int(found[-1][0].replace(",", "") + found[-1][1]) if found else 0
