"""How a bot decides: drives in the order of their urgency, each over what the view allows."""

from collections.abc import Callable
from typing import Any

from bodybroker.kernel.random import Stream

from play.bots.styles import Style

Json = dict[str, Any]
Actions = dict[str, list[Json]]
"""The allowed actions by the type of their command."""
Drive = Callable[[Json, Actions], Json | None]

HAUNTS = ("graveyard", "den", "crypt", "club", "street")
"""Where customers are met."""
RESERVE_CENTS = 30_000
"""Cash that a bot keeps for wages and fines."""
DAYBREAK_MARGIN_MINUTES = 90


class Mind:
    """A bot of one style; the same seed decides the same way."""

    def __init__(self, style: Style, seed: int) -> None:
        self.style = style
        self.seed = seed
        self._stream = Stream(seed, "bot", style.name)
        self._day = 0
        self._robberies = 0
        self._visited: set[str] = set()
        self._drives: tuple[Drive, ...] = (
            self._survive,
            self._rise,
            self._sell,
            self._rule,
            self._lab,
            self._steal,
            self._rest,
        )

    def next(self, view: Json) -> Json:
        """The next command; one that the view allows."""
        if view["time"]["day"] != self._day:
            self._day, self._robberies = view["time"]["day"], 0
            self._visited = set()
        actions: Actions = {}
        for action in view["actions"]:
            if action["allowed"]:
                actions.setdefault(action["command"]["type"], []).append(action)
        for drive in self._drives:
            command = drive(view, actions)
            if command is not None:
                return command
        return self._wait(actions)

    def _survive(self, view: Json, actions: Actions) -> Json | None:
        if "fight" in actions and self.style.fights and view["player"]["health"] > 50:
            return self._any(actions["fight"])
        for kind in ("flee", "hide", "fight", "surrender"):
            if kind in actions:
                return self._any(actions[kind])
        player = view["player"]
        if player["health"] < 40 or player["heat"] >= self.style.hides_at_heat:
            return self._first(actions, "lie_low") or self._go(actions, view, "hideout")
        return None

    def _rise(self, view: Json, actions: Actions) -> Json | None:
        above = view["empire"]["next_rank"]
        if above is None or above["missing"]:
            return None
        player = view["player"]
        if player["money_cents"] < above["fee_cents"] or view["empire"]["clean_cents"] < above["clean_fee_cents"]:
            return None
        return self._first(actions, "claim_rank") or self._go(actions, view, "hideout")

    def _sell(self, view: Json, actions: Actions) -> Json | None:
        if view["time"]["phase"] != "night" or not view["player"]["inventory"]:
            return None
        if "sell_part" in actions:
            return self._any(actions["sell_part"])
        self._visited.add(view["place"]["kind"])
        for kind in HAUNTS:
            if kind not in self._visited and (way := self._go(actions, view, kind)):
                return way
        return None

    def _rule(self, view: Json, actions: Actions) -> Json | None:
        if view["time"]["phase"] != "day":
            return None
        empire, cash = view["empire"], view["player"]["money_cents"] - RESERVE_CENTS
        if cash <= 0 or (
            not empire["fronts"] and not empire["front_limit"] and len(empire["crew"]) >= empire["crew_limit"]
        ):
            return None
        wanted = [action for kind in ("buy_front", "hire") for action in actions.get(kind, ())]
        above = empire["next_rank"]
        short = "" if above is None else " ".join(above["missing"])
        if "fronts" in short and "buy_front" in actions:
            return dict(actions["buy_front"][-1]["command"])
        if "crew" in short and "hire" in actions:
            return self._any(actions["hire"])
        for action in actions.get("deposit", ()):
            if action["command"]["cents"] <= cash and action["command"]["cents"] > 1000:
                return dict(action["command"])
        if wanted and self._stream.chance(100):
            return self._any(wanted)
        return None

    def _lab(self, view: Json, actions: Actions) -> Json | None:
        if "collect_part" in actions:
            return self._any(actions["collect_part"])
        if not self.style.grows:
            return None
        if "grow_part" in actions:
            return dict(actions["grow_part"][-1]["command"])
        if "buy_equipment" in actions and view["player"]["money_cents"] > 2 * RESERVE_CENTS:
            return self._any(actions["buy_equipment"])
        free = [piece for piece in view["lab"]["equipment"] if piece["growth_id"] is None]
        ready = [growth for growth in view["lab"]["growths"] if growth["ready"]]
        if (
            (free or ready)
            and view["place"]["kind"] != "hideout"
            and len(view["player"]["inventory"]) < view["player"]["bag_size"]
        ):
            return self._go(actions, view, "hideout")
        return None

    def _steal(self, view: Json, actions: Actions) -> Json | None:
        player = view["player"]
        if view["time"]["phase"] != "day" or self._robberies >= self.style.robs:
            return None
        if len(player["inventory"]) >= player["bag_size"]:
            return None
        if "rob_morgue" in actions:
            self._robberies += 1
            return self._any(actions["rob_morgue"])
        return self._go(actions, view, "morgue")

    def _rest(self, view: Json, actions: Actions) -> Json | None:
        if view["time"]["phase"] == "night":
            self._visited.clear()
        return self._first(actions, "lie_low") if view["player"]["health"] < 80 else None

    def _go(self, actions: Actions, view: Json, kind: str) -> Json | None:
        """A step toward the next place of that kind; None when one is there or none is known."""
        if view["place"]["kind"] == kind:
            return None
        ways = {way["place_id"]: way["kind"] for way in view["place"]["exits"]}
        steps = [action for action in actions.get("travel", ()) if ways[action["command"]["place_id"]] == kind]
        if not steps:
            steps = [action for action in actions.get("travel", ()) if ways[action["command"]["place_id"]] == "street"]
        return self._any(steps) if steps else None

    def _first(self, actions: Actions, kind: str) -> Json | None:
        return dict(actions[kind][0]["command"]) if kind in actions else None

    def _any(self, entries: list[Json]) -> Json:
        return dict(self._stream.choice(entries)["command"])

    def _wait(self, actions: Actions) -> Json:
        return dict(actions["wait"][0]["command"])
