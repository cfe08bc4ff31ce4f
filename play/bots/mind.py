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
        command = self._in_danger(actions) or self._hide(view, actions) or self._by_habit(view, actions)
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

    def _in_danger(self, actions: Actions) -> Json | None:
        for kind in self.style.in_danger:
            if kind in actions and "wait" not in actions:
                return self._pick(actions[kind], "any")
        return None

    def _hide(self, view: Json, actions: Actions) -> Json | None:
        player = view["player"]
        if player["health"] >= POOR_HEALTH and player["heat"] < self.style.hides_at_heat:
            return None
        if "lie_low" in actions:
            return self._pick(actions["lie_low"], "any")
        return self._go("hideout", view, actions)

    def _by_habit(self, view: Json, actions: Actions) -> Json | None:
        cash = view["player"]["money_cents"]
        for habit in self.style.habits:
            if habit.command in actions and self._feels_like(habit, cash):
                return self._pick(actions[habit.command], habit.pick)
        return None

    def _feels_like(self, habit: Habit, cash: int) -> bool:
        if cash < habit.cash_cents or self._done[habit.command] >= habit.times:
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


def _price(title: str) -> int:
    """The last price that a title names, in cents; 0 where it names none."""
    found = PRICE.findall(title)
    return int(found[-1][0].replace(",", "") + found[-1][1]) if found else 0
