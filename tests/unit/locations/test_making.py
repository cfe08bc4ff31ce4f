"""Places are begun, described, checked, committed and explained."""

from hashlib import sha256

import msgspec
import pytest
from bodybroker.generation import assembly, specialists
from bodybroker.kernel.errors import NotFound, Refused, Unavailable
from bodybroker.kernel.ids import EntityId
from bodybroker.models.inference import ModelFailed
from bodybroker.ports.locations import JobContended
from bodybroker.services.handle_command import Submission
from bodybroker.world.commands import Wait
from bodybroker.world.story.locations import location_seed

from tests.fakes.content_cache import MemoryContentCache
from tests.unit.locations.conftest import Night


def sources(night, kind="graveyard"):
    return [one.made.source for one in night.reader.explain(night.key, night.place(kind)).entities]


def test_a_place_is_made_and_told_of_in_the_log(night):
    begun = night.ask()
    assert begun.is_new and begun.job.status == "queued"
    [(key, job_id, waves)] = night.pipeline.started
    assert (key, job_id) == (night.key, begun.job.job_id)
    assert sorted(name for wave in waves for name in wave) == sorted(e.id for e in begun.laid_out.draft.entities)
    job = night.carry_out(begun.job)
    found = night.reader.find(night.key, night.place())
    assert job.status == "done"
    assert job.digest == found.settled.digest == sha256(found.document).hexdigest()
    location = assembly.decode(found.document)
    assert [each.entity for each in location.described] == [*begun.laid_out.draft.entities]
    assert set(sources(night)) == {"model"}
    [settled] = night.settled()
    assert settled.place_id == night.place()
    assert settled.location.seed == location_seed(7, night.place(), 0)
    assert night.state.story.descriptions[night.place()] == location.described[0].addition.text
    npc = next(each for each in location.described if each.entity.kind == "npc")
    assert night.state.story.descriptions[EntityId(npc.entity.world_id)] == npc.addition.text


def test_the_first_layer_is_the_same_whenever_it_is_asked_for(night):
    place = night.place("morgue")
    first = night.generator.lay_out(night.key, place)
    assert night.generator.lay_out(night.key, place).document == first.document
    assert night.generator.lay_out(night.key, place, again=True).document == first.document, "not made yet"
    job = night.make("morgue")
    assert night.generator.lay_out(night.key, place).document == first.document
    anew = night.generator.lay_out(night.key, place, again=True)
    assert (anew.again, anew.document == first.document) == (1, False)
    assert job.base == sha256(first.document).hexdigest()


def test_specialists_foresee_as_many_entities_as_a_place_may_have():
    rules, guides = assembly.load().assembly, specialists.load().guides
    those = rules.specialists
    for name in {those.space, those.poi}:
        assert guides[name].entities >= rules.most_entities - 2, name
    for name in {*those.npc.values(), those.stranger}:
        assert guides[name].entities >= rules.most_npcs, name


def test_an_unknown_place_world_or_job_is_not_found(night):
    for ask in (
        lambda: night.generator.lay_out(night.key, EntityId("nowhere")),
        lambda: night.generator.begin(night.key, EntityId("nowhere"), "free", "r"),
        lambda: night.generator.cancel(night.key, "no job"),
        lambda: night.customizer.customize(night.key, "no job", "place", 1),
        lambda: night.checker.check(night.key, "no job", 1),
        lambda: night.committer.commit(night.key, "no job"),
        lambda: night.reader.find(night.key, night.place()),
        lambda: night.reader.find(night.key, EntityId("nowhere")),
        lambda: night.customizer.customize(night.key, night.ask().job.job_id, "r99", 1),
    ):
        with pytest.raises(NotFound):
            ask()


def test_a_place_has_one_job_at_a_time_and_a_request_one_job(night):
    first = night.ask(request="r1")
    assert night.ask(request="r1").job == first.job
    other = night.ask(request="r2")
    assert (other.job.job_id, other.is_new) == (first.job.job_id, False)
    assert night.ask("morgue", request="r1-morgue").job.job_id != first.job.job_id
    done = night.carry_out(first.job)
    assert night.ask(request="r1").job == done, "the same request, its first job"
    late = night.ask(request="r3")
    assert late.job is None and late.settled.digest == done.digest
    anew = night.make(request="r4", again=True)
    assert anew.again == 1
    assert night.state.story.locations[night.place()].again == 1
    assert anew.digest != done.digest
    assert night.reader.find(night.key, night.place()).settled.digest == anew.digest


def test_a_request_of_one_place_is_not_taken_for_another(night):
    night.ask("graveyard", "r1")
    with pytest.raises(Refused) as refused:
        night.ask("morgue", "r1")
    assert refused.value.code == "idempotency_key_reused"


def test_a_request_that_could_not_be_started_is_started_when_it_is_repeated(night):
    pipeline, night.pipeline = night.pipeline, Refusing()
    with pytest.raises(Unavailable):
        night.ask(request="r1")
    night.pipeline = pipeline
    job = night.ask(request="r1").job
    assert [started for _, started, _ in pipeline.started] == [job.job_id]
    night.customizer.customize(night.key, job.job_id, "place", 1)
    night.ask(request="r1")
    assert len(pipeline.started) == 1, "it is under way"


class Refusing:
    """`ports.Pipeline` that is away."""

    def start(self, key, job, waves):
        raise Unavailable("away")


def test_who_has_answered_is_not_asked_again(night):
    job = night.ask().job
    first = night.customizer.customize(night.key, job.job_id, "place", 1)
    assert night.customizer.customize(night.key, job.job_id, "place", 1) == first
    assert len(night.bard.requests) == 1


def test_only_what_tells_most_of_a_place_is_worth_a_model(night):
    night.asked = 2
    job = night.ask().job
    made = {}
    for entity in night.shop.brief(night.key, job).entities:
        night.customizer.customize(night.key, job.job_id, entity.id, 1)
    for one in night.locations.answers(night.key, job.job_id):
        made[one.described.entity.kind] = (one.described.made.source, one.described.made.reason)
    assert len(night.bard.requests) == 2
    assert made["place"] == made["npc"] == ("model", None)
    assert made["exterior"] == made["poi"] == ("fallback", "spared")


def test_whoever_takes_over_starts_what_was_begun_and_not_carried_out(night):
    night.ask(request="r1")
    night.ask(request="r2")
    assert len(night.pipeline.started) == 1
    night.later(night.shop.settings.restart_s)
    job = night.ask(request="r2").job
    assert [started for _, started, _ in night.pipeline.started] == [job.job_id] * 2
    night.carry_out(job)
    assert len(night.settled()) == 1


def test_a_job_that_is_never_heard_of_is_lost_and_its_place_can_be_begun_anew(night):
    first = night.ask().job
    night.customizer.customize(night.key, first.job_id, "place", 1)
    night.later(night.shop.settings.pipeline.execution_s + night.shop.settings.restart_s + 1)
    lost = night.reader.job(night.key, first.job_id)
    assert (lost.status, lost.reason) == ("failed", "lost")
    second = night.ask(request="r2")
    assert second.is_new and second.job.job_id != first.job_id
    assert night.carry_out(second.job).status == "done"


def test_a_canceled_job_asks_nobody_and_makes_nothing(night):
    job = night.ask().job
    night.customizer.customize(night.key, job.job_id, "place", 1)
    canceled = night.generator.cancel(night.key, job.job_id)
    assert canceled == night.generator.cancel(night.key, job.job_id)
    assert (canceled.status, canceled.reason) == ("canceled", "asked")
    asked = len(night.bard.requests)
    assert night.customizer.customize(night.key, job.job_id, "exterior", 1).is_over
    assert night.checker.check(night.key, job.job_id, 1).verdict == "canceled"
    assert night.committer.commit(night.key, job.job_id).status == "canceled"
    assert len(night.bard.requests) == asked and not night.settled()
    assert {(told.type, told.event_id) for told in night.outbox.sent} == {
        ("location.canceled", f"{job.job_id}.canceled")
    }
    assert night.make(request="r2").status == "done"


def test_what_is_being_written_into_the_world_is_not_canceled(night):
    job = night.make()
    assert night.generator.cancel(night.key, job.job_id) == job
    assert [told.type for told in night.outbox.sent] == ["location.ready"]


def test_progress_is_told_step_by_step(night):
    job = night.make()
    steps = night.reader.steps(night.key, job.job_id)
    assert [step.seq for step in steps] == [*range(1, len(steps) + 1)]
    kinds = [step.type for step in steps]
    assert kinds[:2] == ["queued", "running"] and kinds[-2:] == ["closing", "done"]
    assert kinds.count("described") >= job.entities
    assert night.reader.steps(night.key, job.job_id, after=len(steps) - 1) == steps[-1:]


def test_with_the_models_off_every_entity_is_answered_by_its_fallback_and_marked(night):
    night.budgets.level = "off"
    assert night.make().status == "done"
    made = night.reader.explain(night.key, night.place()).entities
    assert {(one.made.source, one.made.reason) for one in made} <= {
        ("fallback", "budget: switch"),
        ("fallback", "contradiction"),
    }
    assert not night.bard.requests and not night.budgets.entries
    [accepted] = [one.event for one in night.history() if type(one.event).__name__ == "ProposalAccepted"]
    assert accepted.model == "procedural"


def test_a_model_that_fails_is_stood_in_for(night):
    night.bard.failure = ModelFailed("refused", "no")
    night.make()
    reasons = {one.made.reason for one in night.reader.explain(night.key, night.place()).entities}
    reasons.discard("contradiction")
    assert reasons and all("gold refused" in reason or "gold breaker" in reason for reason in reasons)


def test_an_answer_that_does_not_fit_is_mended_once_and_else_falls_back(night):
    job = night.ask().job
    bad = '{"title": 7}'
    night.bard.says = [bad]
    night.customizer.customize(night.key, job.job_id, "place", 1)
    assert len(night.bard.requests) == 2, "the router has it repaired"
    night.bard.says = [bad, bad, bad, bad]
    done = night.customizer.customize(night.key, job.job_id, "exterior", 1)
    assert (done.source, len(night.bard.requests)) == ("fallback", 4)
    assert sum(one.charged_nanodollars > 0 for one in night.budgets.entries) == 1, "only what was heard is paid"


def test_after_the_deadline_no_model_is_asked(night):
    job = night.ask().job
    night.later(night.shop.settings.pipeline.deadline_s)
    done = night.customizer.customize(night.key, job.job_id, "place", 1)
    assert (done.source, done.reason) == ("fallback", "deadline")
    assert not night.bard.requests


def test_a_specialist_that_is_given_up_on_does_not_overrule_its_fallback(night):
    job = night.ask().job
    night.customizer.fall_back(night.key, job.job_id, "place", 1, "States.Timeout")
    late = night.customizer.customize(night.key, job.job_id, "place", 1)
    assert (late.source, late.reason) == ("fallback", "States.Timeout")


def test_a_place_that_nobody_has_described_is_settled_with_fallbacks(night):
    job = night.ask().job
    assert night.committer.commit(night.key, job.job_id).status == "done"
    assert set(sources(night)) == {"fallback"}


def test_an_answer_is_given_again_to_another_player_who_asks_the_same(night):
    night.cache = MemoryContentCache(night.clock)
    night.make()
    asked = len(night.bard.requests)
    other = Night(bard=night.bard, cache=night.cache)
    other.make()
    assert set(sources(other)) <= {"cache", "fallback"} and "cache" in sources(other)
    assert len(night.bard.requests) == asked
    assert not any(entry.charged_nanodollars for entry in other.budgets.entries)


TALE = "Rain has found a way through every roof here and keeps coming back for what the drains refuse to take."


def describe(night, job, **tales) -> list[str]:
    """Have everything described once; the entities in `tales` tell these."""
    entities = [entity.id for entity in night.locations.brief(night.key, job.job_id).entities]
    for name in entities:
        night.customizer.customize(night.key, job.job_id, name, 1)
    held = night.locations.answered[night.key, job.job_id]
    for name, tale in tales.items():
        said = held[name, 1].described
        planted = msgspec.structs.replace(said, addition=msgspec.structs.replace(said.addition, text=tale))
        held[name, 1] = msgspec.structs.replace(held[name, 1], described=planted)
    return entities


def test_what_contradicts_the_place_is_asked_again_and_the_world_gets_what_is_coherent(night):
    job = night.ask().job
    *_, last = describe(night, job, place=TALE, p2=TALE)
    checked = night.checker.check(night.key, job.job_id, 1)
    assert (checked.verdict, checked.entities, checked.attempt) == ("again", (last,), 2)
    assert night.checker.check(night.key, job.job_id, 1) == checked
    night.customizer.customize(night.key, job.job_id, last, 2)
    assert night.checker.check(night.key, job.job_id, 2).verdict == "coherent"
    night.committer.commit(night.key, job.job_id)
    explained = {one.entity: one.made for one in night.reader.explain(night.key, night.place()).entities}
    assert explained[last].attempts == 2
    assert all(made.attempts == 1 for name, made in explained.items() if name != last)
    assert TALE in night.state.story.descriptions[night.place()]


def test_whoever_is_cut_off_before_the_second_attempt_gets_the_fallback(night):
    job = night.ask().job
    *_, last = describe(night, job, place=TALE, p2=TALE)
    night.checker.check(night.key, job.job_id, 1)
    assert night.committer.commit(night.key, job.job_id).status == "done"
    explained = {one.entity: one.made for one in night.reader.explain(night.key, night.place()).entities}
    assert (explained[last].source, explained[last].reason) == ("fallback", "missing")
    assert explained["place"].source == "model"


def test_a_story_that_was_told_at_another_place_is_not_told_again(night):
    first = night.ask("graveyard").job
    describe(night, first, place=TALE)
    night.committer.commit(night.key, first.job_id)
    [memo] = night.locations.memos(night.key).values()
    assert memo.told and memo.titles
    second = night.ask("morgue", "r2").job
    describe(night, second, place=TALE)
    assert night.checker.check(night.key, second.job_id, 1).entities == ("place",)


def test_a_place_that_is_made_anew_does_not_tell_what_it_told_before(night):
    first = night.ask().job
    describe(night, first, place=TALE)
    night.committer.commit(night.key, first.job_id)
    night.make(request="r2", again=True)
    third = night.ask(request="r3", again=True).job
    describe(night, third, place=TALE)
    assert "place" in night.checker.check(night.key, third.job_id, 1).entities, "told two makings ago"


def test_of_a_place_the_latest_stories_are_remembered(night):
    few = night.coherence.coherence.repetition.model_copy(update={"remembered": 1})
    night.coherence = night.coherence.model_copy(
        update={"coherence": night.coherence.coherence.model_copy(update={"repetition": few})}
    )
    remembered = []
    for request in ("r1", "r2"):
        job = night.make(request=request, again=request == "r2")
        remembered.append(night.locations.memos(night.key)[job.digest].told)
    assert [len(told) for told in remembered] == [1, 1]
    assert remembered[0] != remembered[1]


def test_a_place_is_explained_and_its_first_layer_made_again(night):
    night.make()
    explained = night.reader.explain(night.key, night.place())
    assert explained.layout == "same"
    assert explained.settled.versions.keys() >= {"assembly", "specialists"}
    made = explained.entities[0].made
    assert (made.source, made.rung, made.endpoint) == ("model", "gold", "gold-endpoint")
    assert len(made.prompt_hash) == 64
    found = night.reader.find(night.key, night.place())
    location = assembly.decode(found.document)
    other = msgspec.structs.replace(location, seed=location.seed + 1)
    assert night.reader._regenerated(other) == "other"
    layout = location.layout
    older = msgspec.structs.replace(layout.provenance, generator_version=layout.provenance.generator_version - 1)
    other = msgspec.structs.replace(other, layout=msgspec.structs.replace(layout, provenance=older))
    assert night.reader._regenerated(other) == "version"


def test_of_two_jobs_that_make_one_place_the_first_holds(night):
    """Two may be begun where a row of the place was lost."""
    first = night.ask(request="r1").job
    night.locations.places.clear()
    second = night.ask(request="r2").job
    assert night.carry_out(first).status == "done"
    refused = night.carry_out(second)
    assert (refused.status, refused.reason) == ("failed", "refused")
    assert night.reader.find(night.key, night.place()).settled.digest == night.settled()[0].location.digest
    assert len(night.settled()) == 1


def test_a_world_that_moves_meanwhile_is_no_obstacle(night):
    job = night.ask().job
    for number in range(3):
        night.committer.desk.handle(night.key, Submission(f"w{number}", "w", Wait(type="wait", minutes=1)))
    assert night.carry_out(job).status == "done"


def test_a_busy_row_is_tried_again_and_one_day_given_up(night):
    job = night.ask().job
    replace_job, missed = night.locations.replace_job, []

    def busy(key, changed):
        if len(missed) < limit:
            missed.append(changed)
            raise JobContended(changed.job_id)
        return replace_job(key, changed)

    night.locations.replace_job = busy
    limit = 3
    assert night.customizer.customize(night.key, job.job_id, "place", 1).source == "model"
    limit = 10**6
    with pytest.raises(Unavailable):
        night.customizer.customize(night.key, job.job_id, "exterior", 1)
