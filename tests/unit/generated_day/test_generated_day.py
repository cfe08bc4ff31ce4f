"""The simulated day, in small: what its counts mean, that each can fail, that it asks for what the backend asks for."""

from dataclasses import replace

import pytest
from bodybroker.generation.coherence import rules as coherence
from bodybroker.generation.locations import Addition, Described, Entity, Made
from bodybroker.models.caching import ContentKey

from scripts.generated_day import __main__ as command
from scripts.generated_day import making, simulation
from scripts.generated_day.cache import Cache
from scripts.generated_day.making import Asked, Maker, load_book
from scripts.generated_day.repetition import Told
from scripts.generated_day.simulation import Day
from scripts.generated_day.speakers import Scripted, fingerprint
from tests.unit.locations.conftest import Night

SEED = 5


def asked(digest: str, said: str, owner: str | None = None) -> Asked:
    return Asked("interior", ContentKey(owner, digest, "told"), said)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def book():
    return load_book()


@pytest.fixture(scope="module")
def day() -> Day:
    return simulation.day(SEED, players=3, stops=2)


def test_an_answer_serves_again_whoever_asks(day) -> None:
    total = day.cache.total
    assert total.requests == sum(count.requests for count in day.cache.by_specialist.values())
    assert 0 < total.hits < total.requests
    assert day.cache.false_hits == 0
    assert day.leaks == 0
    assert day.made.places >= 3 * 2
    assert day.made.sources["model"] > day.made.sources["fallback"]


def test_the_day_is_the_same_each_time(day) -> None:
    again = simulation.day(SEED, players=3, stops=2)
    assert again.cache.by_specialist == day.cache.by_specialist
    assert again.made == day.made


def test_more_players_are_served_from_the_cache_more_often(day) -> None:
    alone = simulation.day(SEED, players=1, stops=2)
    assert alone.cache.total.hits_per_mille < day.cache.total.hits_per_mille


def test_a_hit_on_what_was_said_to_another_request_is_false() -> None:
    cache = Cache()
    cache.serve([asked("a", "one"), asked("a", "one"), asked("b", "one"), asked("a", "two"), asked("a", "one", "p")])
    assert (cache.total.requests, cache.total.hits, cache.false_hits) == (5, 2, 1)
    assert cache.total.hits_per_mille == 400


def test_a_key_that_forgets_the_seed_is_found_out(monkeypatch) -> None:
    """The measure can fail: with keys that cover too little there are false hits."""
    monkeypatch.setattr(making, "content_key", lambda call, *_: ContentKey(None, call.job, "told"))
    _, log = simulation._play(SEED, 1)
    cache = Cache()
    cache.serve(log.asked)
    assert cache.false_hits > 0


def test_a_prompt_that_says_a_name_is_found_out(monkeypatch) -> None:
    honest = making.specialists.ask

    def telling(guides, entity, place, read, variant):
        return WithName(honest(guides, entity, place, read, variant), place.name)

    monkeypatch.setattr(making.specialists, "ask", telling)
    _, log = simulation._play(SEED, 1)
    assert log.leaks > 0


class WithName:
    """A prompt that says how the world calls a place."""

    def __init__(self, ask, name: str) -> None:
        self._ask, self.user = ask, f"{ask.user} It is {name}."

    def __getattr__(self, name: str):
        return getattr(self._ask, name)


def test_it_asks_for_what_the_backend_asks_for(book) -> None:
    """The same place of the same world, here and through the real use cases: the same requests, to the letter."""
    entities = book.assembly.assembly.most_entities
    night = Night(entities=entities, asked=entities)
    most = book.assembly.assembly.most_npcs
    night.assembly = night.assembly.model_copy(
        update={"assembly": night.assembly.assembly.model_copy(update={"most_npcs": most})}
    )
    job = night.ask("morgue").job
    for entity in night.locations.brief(night.key, job.job_id).entities:
        night.customizer.customize(night.key, job.job_id, entity.id, 1)
    maker = Maker(book, Scripted(book.specialists))
    maker.make("somebody", night.state, night.place("morgue"), 0, ())
    backend = {fingerprint(replace(request, priority=None, adapter=None)) for request in night.bard.requests}
    first = [asked.said for asked in maker.log.asked][: job.entities]
    assert set(first) <= backend
    assert len(first) == job.entities


def described(text: str) -> Described:
    entity = Entity("r1", "space", "cold_room", "room_detailer")
    return Described(entity, Addition("r1", title="A room", text=text), Made("room_detailer", "model", 1))


def test_what_is_told_twice_is_counted_word_for_word_and_nearly() -> None:
    told = Told(coherence.load().coherence.repetition)
    told.hear(described("Frost has grown over the drawers and somebody keeps wiping one of them clean."))
    told.hear(described("Too short."))
    told.hear(described("A tap drips into a basin that holds eleven spoons and no water at all."))
    assert (told.texts, told.repeated, told.per_mille) == (2, 0, 0)
    told.hear(described("Frost has grown over the drawers and somebody keeps wiping one of them dry."))
    assert (told.texts, told.repeated, told.exactly) == (3, 1, 0)
    told.hear(described("A tap drips into a basin that holds eleven spoons and no water at all."))
    assert (told.texts, told.repeated, told.exactly, told.per_mille) == (4, 2, 1, 500)
    assert told.examples[0][0] != told.examples[0][1]


@pytest.mark.parametrize("with_a_model", [True, False])
def test_one_player_is_told_little_twice_in_some_nights(book, with_a_model) -> None:
    made, told = simulation.nights(Maker(book, Scripted(book.specialists) if with_a_model else None), SEED, 3, 2)
    assert told.texts > 50
    assert told.per_mille < command.MOST_REPEATED_PER_MILLE
    assert (made.sources["model"] > 0) == with_a_model


def test_every_target_that_is_missed_is_named(day) -> None:
    worse = replace(day, cache=Cache(false_hits=2), leaks=3)
    told = Told(coherence.load().coherence.repetition, texts=10, repeated=1)
    faults = " | ".join(command.missed(worse, [told]))
    for words in ("0.0 % exact hits", "2 false hits", "3 prompts say a name", "10.0 % of 10 stories"):
        assert words in faults


def test_the_command_prints_its_tables_and_says_what_it_missed(capsys) -> None:
    assert command.main(["--players", "1", "--stops", "1", "--nights", "1", "--seed", str(SEED)]) == 1
    shown = capsys.readouterr().out
    for words in ("The day", "room_detailer", "told twice", "with a model", "without", "missed:"):
        assert words in shown
