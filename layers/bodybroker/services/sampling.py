"""Of some lines that models speak it is noted how true they are to who speaks."""

from msgspec import structs

from bodybroker.kernel.log import Log
from bodybroker.kernel.random import Stream
from bodybroker.minds import personas, voices
from bodybroker.minds.encounters import Encounter
from bodybroker.services.speech import Speech


def sample(log: Log, encounter: Encounter, speech: Speech) -> None:
    """Judge the line and put the score on the log, if the world's dice choose this one and a model spoke it."""
    dice = Stream(encounter.seed, "persona", encounter.npc_id, str(encounter.moment))
    if speech.source == "model" and dice.chance(personas.load().sample_per_mille):
        persona = voices.load(encounter.race).persona
        score = personas.judge(speech.text, persona, encounter.name, encounter.race)
        log.info("persona", race=encounter.race, model=speech.model, **structs.asdict(score))
