"""Decide: what a command brings about. Pure: the state, the rules and the world's own seed decide, nothing else."""

from bodybroker.generation import district
from bodybroker.kernel.errors import Refused
from bodybroker.kernel.random import SEED_LIMIT
from bodybroker.world.base import Decider, by_id
from bodybroker.world.beliefs.witness import observe
from bodybroker.world.checks import check
from bodybroker.world.city import weather
from bodybroker.world.city.clock import phase_at
from bodybroker.world.city.decide import DECIDERS as CITY
from bodybroker.world.city.events import WorldCreated
from bodybroker.world.city.state import CityState
from bodybroker.world.commands import Command, Internal
from bodybroker.world.conflict.decide import DECIDERS as CONFLICT
from bodybroker.world.crime.decide import DECIDERS as CRIME
from bodybroker.world.draft import Draft
from bodybroker.world.empire.decide import DECIDERS as EMPIRE
from bodybroker.world.events import Event
from bodybroker.world.houses import beginning
from bodybroker.world.houses.decide import DECIDERS as HOUSES
from bodybroker.world.houses.happenings import wealth_cents
from bodybroker.world.lab.decide import DECIDERS as LAB
from bodybroker.world.market.decide import DECIDERS as MARKET
from bodybroker.world.market.state import MarketState
from bodybroker.world.powers.decide import DECIDERS as POWERS
from bodybroker.world.rules import Rules
from bodybroker.world.state import Npc, Place, Player, State
from bodybroker.world.story.decide import DECIDERS as STORY
from bodybroker.world.talk.decide import DECIDERS as TALK

_DECIDERS: dict[type, Decider] = CITY | CONFLICT | CRIME | EMPIRE | HOUSES | LAB | MARKET | POWERS | STORY | TALK


def create(seed: int, rules: Rules, difficulty: str | None = None) -> list[Event]:
    """The events that make a new world; `seed` in [0, SEED_LIMIT), ValueError otherwise.

    Raises Refused `unknown_difficulty`; without one the rules' default holds.
    """
    difficulty = difficulty or rules.difficulty.default
    if difficulty not in rules.difficulty.levels:
        raise Refused("unknown_difficulty", f"There is: {', '.join(sorted(rules.difficulty.levels))}.")
    if not 0 <= seed < SEED_LIMIT:
        raise ValueError(f"a seed lies in [0, {SEED_LIMIT}), got {seed}")
    made = district.generate(seed, rules.recipe)
    home = next(site.place_id for site in made.sites.values() if site.kind == "hideout")
    houses = beginning.make(seed, rules.houses, made.characters, made.name)
    start = rules.clock.start_minute
    return [
        WorldCreated(
            seed=seed,
            district=made.name,
            minute=start,
            phase=phase_at(start, rules.clock),
            rank=rules.player.rank,
            city_cents=rules.police.city_cents - wealth_cents(houses),
            player=Player(
                place_id=home,
                money_cents=rules.player.money_cents,
                heat=0,
                health=rules.player.health,
                inventory={},
            ),
            places={
                place_id: Place(site, by_id(made.stock.get(place_id, ())), site.alarm)
                for place_id, site in made.sites.items()
            },
            npcs={
                npc_id: Npc(character, rules.races.races[character.race].mood, character.purse_cents, 0)
                for npc_id, character in made.characters.items()
            },
            city=CityState(difficulty, weather.first(seed, rules)),
            houses=houses,
            market=MarketState(),
        )
    ]


def decide(state: State, command: Command | Internal, rules: Rules) -> list[Event]:
    """The events that `command` brings about; raises Refused with the code of the rule that forbids it."""
    check(state, command, rules)
    draft = Draft(state, rules)
    _DECIDERS[type(command)](draft, command)
    observe(draft)
    return draft.events
