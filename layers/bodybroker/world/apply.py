"""Apply: what an event does to a state. Pure, without rules and without chance; copies only what changes."""

from collections.abc import Iterable

from msgspec.structs import replace

from bodybroker.world.base import Applier
from bodybroker.world.beliefs.apply import APPLIERS as BELIEFS
from bodybroker.world.beliefs.apply import QUIET as QUIET_MINDS
from bodybroker.world.beliefs.state import BeliefsState
from bodybroker.world.bonds.apply import APPLIERS as BONDS
from bodybroker.world.bonds.state import BondsState
from bodybroker.world.city.apply import APPLIERS as CITY
from bodybroker.world.city.events import WorldCreated, WorldRewound, WorldSealed
from bodybroker.world.conflict.apply import APPLIERS as CONFLICT
from bodybroker.world.conflict.state import ConflictState
from bodybroker.world.crime.apply import APPLIERS as CRIME
from bodybroker.world.crime.state import CrimeState
from bodybroker.world.empire.apply import APPLIERS as EMPIRE
from bodybroker.world.empire.state import EmpireState
from bodybroker.world.events import Event
from bodybroker.world.houses.apply import APPLIERS as HOUSES
from bodybroker.world.lab.apply import APPLIERS as LAB
from bodybroker.world.lab.state import LabState
from bodybroker.world.market.apply import APPLIERS as MARKET
from bodybroker.world.powers.apply import APPLIERS as POWERS
from bodybroker.world.powers.state import PowersState
from bodybroker.world.state import SCHEMA_VERSION, Seal, State, Tally
from bodybroker.world.story.apply import APPLIERS as STORY
from bodybroker.world.story.apply import QUIET as QUIET_STORY
from bodybroker.world.story.state import StoryState
from bodybroker.world.talk.apply import APPLIERS as TALK
from bodybroker.world.talk.state import TalkState

_APPLIERS: dict[type, Applier] = (
    BELIEFS | BONDS | CITY | CONFLICT | CRIME | EMPIRE | HOUSES | LAB | MARKET | POWERS | STORY | TALK
)
_QUIET = QUIET_MINDS | QUIET_STORY


def apply(state: State | None, event: Event) -> State:
    """The state after `event`; raises ValueError when the event cannot follow."""
    if isinstance(event, WorldCreated):
        if state is not None:
            raise ValueError("a world is created once")
        return _created(event)
    if state is None:
        raise ValueError("the first event of a world creates it")
    if isinstance(event, WorldRewound):
        if event.to_version != state.version:
            raise ValueError(f"rewound to version {event.to_version}, the state is at {state.version}")
        return replace(state, version=state.version + 1)
    if isinstance(event, WorldSealed):
        return replace(state, version=state.version + 1, seal=Seal(state.version + 1, event.kind))
    changes = _APPLIERS[type(event)](state, event)
    moment = state.moment if type(event) in _QUIET else state.moment + 1
    return replace(state, version=state.version + 1, moment=moment, **changes)


def fold(log: Iterable[Event], state: State | None = None) -> State:
    """The state after all events of `log`, from `state` or from nothing; ValueError on an empty log from nothing."""
    for event in log:
        state = apply(state, event)
    if state is None:
        raise ValueError("an empty log makes no world")
    return state


def _created(event: WorldCreated) -> State:
    return State(
        schema_version=SCHEMA_VERSION,
        version=1,
        moment=1,
        seed=event.seed,
        district=event.district,
        minute=event.minute,
        phase=event.phase,
        rank=event.rank,
        city_cents=event.city_cents,
        player=event.player,
        places=event.places,
        npcs=event.npcs,
        tally=Tally(),
        city=event.city,
        crime=CrimeState(),
        lab=LabState(),
        powers=PowersState(),
        conflict=ConflictState(),
        market=event.market,
        houses=event.houses,
        empire=EmpireState(),
        story=StoryState(),
        bonds=BondsState(),
        talk=TalkState(),
        beliefs=BeliefsState(),
    )
