"""Which adapter and which lane a rung is asked with."""

from dataclasses import dataclass, replace

import pytest
from bodybroker.kernel.errors import Unavailable
from bodybroker.models.calls import Speaking
from bodybroker.models.lora import Lineup, Lineups, gather, parse_base
from bodybroker.services.call_model import Adapters

from tests.unit.router.conftest import PAYER

BASE = parse_base(f"tiny@{'a' * 40}")
OTHER = parse_base(f"tiny@{'b' * 40}")


@dataclass
class Speakers:
    """`ports.SpeakingAdapters`, or an outage."""

    known: Lineups | None

    def lineups(self) -> Lineups:
        if self.known is None:
            raise Unavailable("the registry does not answer")
        return self.known


@pytest.fixture
def silver(stage):
    """A router whose silver rung has line-ups."""

    def make(*lineups: Lineup, away: bool = False):
        speakers = Speakers(None if away else gather(lineups))
        stage.router = replace(stage.router, adapters=Adapters(speakers, {"silver": BASE}))
        return stage.call(payer=replace(PAYER, plan="vip"), subjects=("npc-7", "ghoul"))

    return make


def test_the_nearest_subject_decides_and_the_ledger_names_the_adapter(stage, silver):
    call = silver(Lineup("ghoul", BASE, live="all-ghouls"), Lineup("npc-7", BASE, live="only-grisel"))
    answer = stage.stream(call)[-1]
    assert stage.models["silver"].requests[0].adapter == "only-grisel"
    assert answer.adapter == stage.entries[0].adapter == "only-grisel"
    assert stage.heard[0] == Speaking("silver", "silver-endpoint", "only-grisel")


def test_a_job_is_the_most_general_subject(stage, silver):
    stage.stream(silver(Lineup("line", BASE, live="talker")))
    assert stage.models["silver"].requests[0].adapter == "talker"


def test_an_adapter_of_another_base_never_speaks(stage, silver):
    stage.stream(silver(Lineup("ghoul", OTHER, live="stranger")))
    assert stage.models["silver"].requests[0].adapter is None


def test_a_rung_without_adapters_is_asked_without(stage, silver):
    call = silver(Lineup("ghoul", BASE, live="all-ghouls"))
    stage.script(silver=[])
    stage.stream(call)
    assert stage.models["gold"].requests[0].adapter is None


def test_the_base_answers_while_the_registry_is_away(stage, silver):
    answer = stage.stream(silver(away=True))[-1]
    assert (answer.rung, answer.adapter) == ("silver", None)
    assert "no_adapters" in [message for message, _ in stage.log.records]


def test_a_request_carries_the_lane_of_its_plan(stage):
    stage.router = replace(stage.router, lanes={"free": 2, "premium": 0})
    stage.stream(stage.call(payer=replace(PAYER, plan="free")))
    stage.stream()
    assert [request.priority for request in stage.models["gold"].requests] == [2, 0]
    assert b'"priority":2' in stage.models["gold"].requests[0].body(stream=True)


def test_what_nobody_listens_to_waits_behind_every_line(stage):
    shipped = stage.router.tiers
    patient = shipped.jobs["bark"].model_copy(update={"behind": 3})
    tiers = shipped.model_copy(update={"jobs": shipped.jobs | {"bark": patient}})
    stage.router = replace(stage.router, lanes={"free": 2, "premium": 0}, tiers=tiers)
    stage.stream(stage.call(job="bark"))
    stage.stream(stage.call(payer=replace(PAYER, plan="free")))
    bark, line = (request.priority for request in stage.models["gold"].requests)
    assert (bark, line) == (3, 2)
