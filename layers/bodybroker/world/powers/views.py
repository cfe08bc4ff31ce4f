"""Powers through the player's eyes."""

from collections.abc import Iterator

from bodybroker.world.base import View
from bodybroker.world.commands import Command
from bodybroker.world.conditions import met
from bodybroker.world.powers import commands
from bodybroker.world.powers.checks import next_level
from bodybroker.world.powers.humanity import stage
from bodybroker.world.rules import Rules
from bodybroker.world.state import State
from bodybroker.world.wording import dollars, words


def view(state: State, rules: Rules) -> View:
    """What is owned and what is left of the human."""
    owned = {
        name: {
            "level": power.level,
            "active_until": power.active_until if power.active_until > state.minute else None,
            "ready_minute": power.ready_minute,
        }
        for name, power in sorted(state.powers.owned.items())
    }
    return {"powers": {"owned": owned, "humanity": state.player.humanity, "stage": stage(state, rules).name}}


def candidates(state: State, rules: Rules) -> Iterator[tuple[Command, str]]:
    """Every command worth showing, allowed or not, with a title."""
    for name in sorted(state.powers.owned):
        yield commands.UsePower(type="use_power", power=name), f"Use {words(name)}"
    sellers = {npc.character.race for npc in met(state)}
    for name, rule in sorted(rules.powers.powers.items()):
        level = next_level(state, rule, name)
        if level is not None and not sellers.isdisjoint(rule.sold_by):
            price = f"{dollars(level.price_cents)} and {level.humanity} of your humanity"
            yield commands.BuyPower(type="buy_power", power=name), f"Buy {words(name)} for {price}"
