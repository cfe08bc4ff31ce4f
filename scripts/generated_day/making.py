"""A place is made as the backend makes it, with the same asks, keys, checks and second tries, but in one process."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bodybroker.generation import assembly, specialists
from bodybroker.generation.assembly_rules import Rules as AssemblyRules
from bodybroker.generation.coherence import check, resolve, stories
from bodybroker.generation.coherence import rules as coherence_rules
from bodybroker.generation.coherence.rules import CoherenceRules
from bodybroker.generation.drafts import Draft
from bodybroker.generation.locations import Described, Entity, Made
from bodybroker.generation.specialists import Specialists, Unfit, Variant
from bodybroker.kernel.ids import EntityId, PlayerId, WorldId
from bodybroker.kernel.json import digest
from bodybroker.kernel.random import Stream
from bodybroker.models import tiers
from bodybroker.models.caching import ContentKey, content_key
from bodybroker.models.calls import Call, Payer
from bodybroker.models.inference import ChatRequest
from bodybroker.models.tiers import Tiers
from bodybroker.ports.locations import Memo
from bodybroker.services.customize_entity import GENERATOR
from bodybroker.services.laying_out import earlier, facts_of, site_of
from bodybroker.world.state import State
from bodybroker.world.story.locations import location_seed
from msgspec.structs import replace

from scripts.generated_day.players import PLAN
from scripts.generated_day.speakers import Speaker, fingerprint


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: by which specialist, the key under which its answer is kept, and what it says (`fingerprint`)."""

    specialist: str
    key: ContentKey
    said: str


@dataclass
class Log:
    """What became of requests, in order. `leaks` counts prompts that say a name of the world that they come from;
    `unfit` tells, by specialist, what was wrong with answers."""

    asked: list[Asked] = field(default_factory=list)
    leaks: int = 0
    unfit: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Book:
    """All that places are made by."""

    assembly: AssemblyRules
    coherence: CoherenceRules
    specialists: Specialists
    tiers: Tiers


def load_book() -> Book:
    """The shipped configuration."""
    return Book(assembly.load(), coherence_rules.load(), specialists.load(), tiers.load())


@dataclass
class Place:
    """A place as it was made, and after how many rounds of checks."""

    draft: Draft
    described: tuple[Described, ...]
    rounds: int


class Maker:
    """Makes places and keeps a log of what it asks. Without a speaker the fallbacks answer."""

    def __init__(self, book: Book, speaker: Speaker | None) -> None:
        self.book, self._speaker, self.log = book, speaker, Log()

    def calls(self, state: State, place_id: EntityId) -> int:
        """How many calls a place takes when it is made for the first time."""
        return len(self._begin(state, place_id, 0).entities)

    def make(self, player: str, state: State, place_id: EntityId, again: int, memos: Iterable[Memo]) -> Place:
        """A place of a world, after it was made so many times; `memos` are of the other places."""
        draft = self._begin(state, place_id, again)
        desk = _Desk(self.book, self._speaker, self.log, player, state, draft, again)
        facts = facts_of(state, memos)
        for wave in assembly.waves(draft):
            for key in wave:
                desk.describe(key)
        rounds = 0
        while True:
            rounds += 1
            given = [*desk.described.values()]
            found = check.check(draft, given, facts, self.book.coherence)
            resolution = resolve.resolve(draft, given, found, self.book.coherence)
            desk.described = {each.entity.id: each for each in resolution.described}
            if not (resolution.again or resolution.fallbacks):
                return Place(draft, resolution.described, rounds)
            for key in resolution.again:
                desk.describe(key)
            for key in resolution.fallbacks:
                desk.fall_back(key, "contradiction")

    def remember(self, place: Place, before: Memo | None) -> Memo:
        """What is remembered of a place when the next ones are checked, with what was told when it was made before."""
        titles = tuple(each.addition.title for each in place.described if each.addition.title)
        rules = self.book.coherence.coherence.repetition
        told = (*stories.sketches(place.described, rules), *(before.told if before else ()))
        return Memo(digest(place.described), titles, told[: rules.remembered])

    def _begin(self, state: State, place_id: EntityId, again: int) -> Draft:
        return assembly.begin(site_of(state, place_id), location_seed(state.seed, place_id, again), self.book.assembly)


class _Desk:
    """One place in the making."""

    def __init__(
        self, book: Book, speaker: Speaker | None, log: Log, player: str, state: State, draft: Draft, again: int
    ) -> None:
        self._book, self._speaker, self._log, self._draft = book, speaker, log, draft
        before = earlier(state, EntityId(draft.site.place_id), again)
        self._dealt = specialists.deal(book.specialists, state.seed, before, draft.entities)
        self._payer = Payer(PlayerId(player), PLAN, WorldId(f"world of {player}"))
        self._fallback = Stream(state.seed, "fallback")
        self._names = _names(state)
        self.described: dict[str, Described] = {}

    def describe(self, key: str) -> None:
        """Have an entity described, for the first time or again."""
        if self._speaker is None:
            self.fall_back(key, "no model")
            return
        entity, variant = self._draft.entity(key), self._variant(key)
        request = self._request(entity, variant)
        call = Call("", entity.specialist, self._payer, request, cacheable=True, generator=GENERATOR)
        self._log.asked.append(Asked(call.job, self._key(call), fingerprint(request)))
        try:
            text = self._speaker.answer(request, entity, self._draft.entities[0])
            addition = specialists.read(self._book.specialists, entity, text)
        except Unfit as unfit:
            self._log.unfit.setdefault(entity.specialist, []).append(str(unfit))
            self.fall_back(key, "unfit")
            return
        made = Made(entity.specialist, "model", variant.seed, variant.attempt)
        self.described[key] = Described(entity, addition, made)

    def fall_back(self, key: str, reason: str) -> None:
        """Describe an entity without a model."""
        entity, variant = self._draft.entity(key), self._variant(key)
        addition = specialists.fallback(
            self._book.specialists, entity, self._draft.entities[0], variant, self._fallback
        )
        made = Made(entity.specialist, "fallback", variant.seed, variant.attempt, reason=reason)
        self.described[key] = Described(entity, addition, made)

    def _variant(self, key: str) -> Variant:
        attempts = self.described[key].made.attempts if key in self.described else 0
        return replace(self._dealt[key], attempt=attempts + 1)

    def _request(self, entity: Entity, variant: Variant) -> ChatRequest:
        read = [self.described[key].addition for key in entity.after if key in self.described]
        ask = specialists.ask(self._book.specialists, entity, self._draft.entities[0], read, variant)
        self._log.leaks += any(name in ask.user for name in self._names)
        return ChatRequest(ask.messages, ask.max_tokens, ask.temperature, ask.seed, schema=ask.schema)

    def _key(self, call: Call) -> ContentKey:
        """Where the answer of the first rung is kept."""
        job = self._book.tiers.job(call.job)
        rung = job.rungs(PLAN, is_major=False)[0]
        key = content_key(call, job.cache, rung, self._book.tiers.tiers[rung].revision, None)
        assert key is not None, f"answers of {call.job} may not be given again"
        return key


def _names(state: State) -> frozenset[str]:
    """What only this world calls its people, places and houses; none of it may be in a prompt that others share."""
    people = (npc.character.name for npc in state.npcs.values())
    places = (place.site.name for place in state.places.values())
    houses = (house.name for house in state.houses.houses.values())
    return frozenset((*people, *places, *houses, state.district))
