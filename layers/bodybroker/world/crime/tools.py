"""Tools of the trade: what those that the player carries do together."""

from dataclasses import dataclass

from bodybroker.world.rules import Rules
from bodybroker.world.state import State


@dataclass(frozen=True)
class Owned:
    """Sums over the player's tools: parts of a robbery, parts and quality of a body, chance per mille of being seen."""

    loot: int = 0
    parts: int = 0
    quality: int = 0
    quiet: int = 0


def owned(state: State, rules: Rules) -> Owned:
    """What the player's tools do; a tool that the rules no longer know does nothing."""
    found = [rules.crime.tools[tool] for tool in state.crime.tools if tool in rules.crime.tools]
    return Owned(
        loot=sum(tool.loot for tool in found),
        parts=sum(tool.parts for tool in found),
        quality=sum(tool.quality for tool in found),
        quiet=sum(tool.quiet for tool in found),
    )
