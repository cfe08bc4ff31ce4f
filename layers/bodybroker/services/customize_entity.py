"""Use case: a specialist adds to one entity of a place. A model is asked; without one, its fallback answers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from dataclasses import replace as changed

from msgspec.structs import replace

from bodybroker.generation import jobs, specialists
from bodybroker.generation.jobs import Brief, Job
from bodybroker.generation.locations import Addition, Described, Entity, Made, Source
from bodybroker.generation.specialists import Ask, Specialists, Unfit, Variant
from bodybroker.kernel.errors import NotFound, Unavailable
from bodybroker.kernel.ids import WorldKey, entity_id
from bodybroker.kernel.json import digest
from bodybroker.kernel.random import Stream
from bodybroker.models.calls import Answer, Call, OutOfRungs, Payer
from bodybroker.models.inference import ChatRequest
from bodybroker.ports.budgets import OverBudget
from bodybroker.ports.locations import Answered
from bodybroker.services.asking import FAULTS_LENGTH, REPAIR
from bodybroker.services.call_model import Router
from bodybroker.services.location_jobs import Workshop

GENERATOR = f"specialists@{specialists.VERSION}"

SPARED = "spared"
"""Why there is a fallback where no model was to be asked."""


@dataclass(frozen=True, slots=True)
class Customized:
    """What became of one entity: who described it and, of a fallback, why; `is_over`: nobody wanted it any more."""

    entity: str
    source: Source | None = None
    reason: str | None = None
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Customizer:
    """Describes entities. Whatever is done twice gives what the first time gave, and is paid for once."""

    shop: Workshop
    router: Router
    asked: int
    """Of how many entities of a place a model is asked."""

    def customize(self, key: WorldKey, job_id: str, entity: str, attempt: int) -> Customized:
        """Have an entity described, in its `attempt` (from 1); raises NotFound, Unavailable."""
        return self._answer(key, job_id, entity, attempt, None)

    def fall_back(self, key: WorldKey, job_id: str, entity: str, attempt: int, reason: str) -> Customized:
        """Describe an entity without asking anybody, for that reason; raises NotFound, Unavailable."""
        return self._answer(key, job_id, entity, attempt, reason)

    def _answer(self, key: WorldKey, job_id: str, name: str, attempt: int, reason: str | None) -> Customized:
        job = self.shop.find(key, job_id)
        if not job.is_open or job.closing:
            return Customized(name, is_over=True)
        brief = self.shop.brief(key, job)
        entity = next((one for one in brief.entities if one.id == name), None)
        if entity is None:
            raise NotFound("The place has no such entity.", code="unknown_entity")
        answers = self.shop.locations.answers(key, job_id)
        ours = (one.described for one in answers if (one.described.entity.id, one.attempt) == (name, attempt))
        held = next(ours, None)
        if held is None:
            described = self._describe(key, job, brief, entity, attempt, answers, reason)
            held = self.shop.locations.answer(key, job, Answered(attempt, described))
        made = held.made
        self.shop.change(key, job, lambda one, at: jobs.describe(one, at, name, attempt, made.source, made.reason))
        return Customized(name, made.source, made.reason)

    def _describe(
        self,
        key: WorldKey,
        job: Job,
        brief: Brief,
        entity: Entity,
        attempt: int,
        answers: Sequence[Answered],
        reason: str | None,
    ) -> Described:
        variant = replace(variants(self.shop.specialists, brief)[entity.id], attempt=attempt)
        if reason is None and self.shop.now_s() >= job.deadline:
            reason = "deadline"
        if reason is None and entity.id not in brief.telling(self.asked):
            reason = SPARED
        if reason is not None:
            return fallback(self.shop.specialists, brief, entity, variant, reason)
        ask = specialists.ask(self.shop.specialists, entity, brief.place, _read(entity, answers), variant)
        try:
            return self._asked(key, job, brief, entity, variant, ask)
        except OverBudget as over:
            reason = f"budget: {over.scope}"
        except OutOfRungs as nobody:
            reason = "model: " + (", ".join(f"{rung} {why}" for rung, why in nobody.reasons.items()) or "no rung")
        except Unfit:
            reason = "unfit"
        except Unavailable:
            reason = "unavailable"
        return fallback(self.shop.specialists, brief, entity, variant, reason)

    def _asked(self, key: WorldKey, job: Job, brief: Brief, entity: Entity, variant: Variant, ask: Ask) -> Described:
        """What a model makes of it, after one repair; raises Unfit, OverBudget, OutOfRungs, Unavailable."""
        call = self._call(key, job, brief, entity, variant, ask)
        answer = self.router.complete_now(call)
        try:
            addition = specialists.read(self.shop.specialists, entity, answer.completion.text)
        except Unfit as unfit:
            call = _repair(call, answer, unfit.faults)
            answer = self.router.complete_now(call)
            addition = specialists.read(self.shop.specialists, entity, answer.completion.text)
        return Described(entity, addition, _made(entity, variant, call, answer))

    def _call(self, key: WorldKey, job: Job, brief: Brief, entity: Entity, variant: Variant, ask: Ask) -> Call:
        request = ChatRequest(ask.messages, ask.max_tokens, ask.temperature, ask.seed, schema=ask.schema)
        return Call(
            call_id=_call_id(job.job_id, entity.id, variant.attempt),
            job=entity.specialist,
            payer=Payer(key.player, brief.plan, key.world),
            request=request,
            subjects=(entity.kind_of,),
            cacheable=True,
            generator=GENERATOR,
        )


def variants(guides: Specialists, brief: Brief, entities: Sequence[Entity] | None = None) -> dict[str, Variant]:
    """Which variant each entity of a job gets; the same whenever it is asked."""
    return specialists.deal(guides, brief.world_seed, brief.earlier, brief.entities if entities is None else entities)


def fallback(guides: Specialists, brief: Brief, entity: Entity, variant: Variant, reason: str) -> Described:
    """What is said of an entity without a model, and why so."""
    stream = Stream(brief.world_seed, "fallback")
    addition = specialists.fallback(guides, entity, brief.place, variant, stream)
    made = Made(entity.specialist, "fallback", variant.seed, variant.attempt, reason=reason)
    return Described(entity, addition, made)


def latest(answers: Iterable[Answered]) -> dict[str, Described]:
    """The last answer about each entity."""
    return {one.described.entity.id: one.described for one in sorted(answers, key=lambda one: one.attempt)}


def _read(entity: Entity, answers: Sequence[Answered]) -> tuple[Addition, ...]:
    """The additions that the specialist must have read; who has not answered is passed over."""
    known = latest(answers)
    return tuple(known[one].addition if one in known else Addition(one) for one in entity.after)


def _made(entity: Entity, variant: Variant, call: Call, answer: Answer) -> Made:
    return Made(
        specialist=entity.specialist,
        source="cache" if answer.cached else "model",
        seed=variant.seed,
        attempts=variant.attempt,
        rung=answer.rung,
        endpoint=answer.endpoint,
        adapter=answer.adapter,
        prompt_hash=digest([dict(message) for message in call.request.messages]),
    )


def _repair(call: Call, answer: Answer, faults: Sequence[str]) -> Call:
    """The same call once more, with what was wrong with its answer."""
    told = REPAIR.format(faults="; ".join(faults)[:FAULTS_LENGTH])
    messages = (
        *call.request.messages,
        {"role": "assistant", "content": answer.completion.text},
        {"role": "user", "content": told},
    )
    return changed(call, call_id=_call_id(call.call_id, "repair", 1), request=changed(call.request, messages=messages))


def _call_id(job_id: str, entity: str, attempt: int) -> str:
    """The id of an attempt's call: a task that runs twice pays once."""
    return entity_id(Stream(job_id, "call", entity, str(attempt)))
