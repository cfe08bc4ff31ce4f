"""A written night, played on rules given as JSON; prints the hash of the world after each step.

Run by the tests under several Python versions and hash seeds: python night.py rules.json
"""

import json
import sys
from hashlib import sha256
from pathlib import Path

import msgspec
from bodybroker.world import apply, decide, events, proposals, rules, state
from bodybroker.world.commands import CommandAdapter, RecordTurn
from bodybroker.world.houses.evening import Evening
from bodybroker.world.houses.politics import advance

SEED = 2036


def play(documents):
    """Yields each command with the events that it brought about and the state after it."""
    book = rules.validate(documents)
    made = decide.create(SEED, book)
    reached = [apply.fold(made)]
    yield "create", made, reached[-1]
    for step in script(lambda: reached[-1]):
        command = step if isinstance(step, RecordTurn) else CommandAdapter.validate_python(step)
        made = decide.decide(reached[-1], command, book)
        reached.append(apply.fold(made, reached[-1]))
        yield command, made, reached[-1]


def politics(documents, nights=60):
    """SHA-256 of what the houses do by themselves in so many nights."""
    book = rules.validate(documents)
    now = apply.fold(decide.create(SEED, book))
    houses, city_cents, told = now.houses, now.city_cents, sha256()
    for day in range(nights):
        evening = Evening(houses, SEED, day, city_cents, now.npcs, book.houses)
        advance(evening)
        houses, city_cents = evening.houses, evening.city_cents
        told.update(msgspec.json.encode(evening.happenings, order="sorted"))
    return told.hexdigest()


def script(now):
    """The night: rob, buy, grow, sell, talk. Ids are looked up in the state that the steps before have made."""

    def place(kind):
        return next(found.site.place_id for found in now().places.values() if found.site.kind == kind)

    def here():
        return next(npc.character for npc in now().npcs.values() if npc.character.haunt_id == now().player.place_id)

    def go(kind):
        return {"type": "travel", "place_id": place(kind)}

    def talk(*acts, npc_id=None):
        npc_id = npc_id or here().npc_id
        diffs = proposals.parse({**act, "npc_id": npc_id} for act in acts)
        return RecordTurn(npc_id, "What do you pay?", "Fresh? Good coin.", "model", "golden", diffs)

    yield go("street")
    yield {"type": "buy_equipment", "equipment": "nutrient_bath"}
    yield go("morgue")
    for _ in range(2):
        yield {"type": "rob_morgue", "place_id": place("morgue")}
        yield from give_in(now)
        if now().player.place_id == place("street"):
            yield go("morgue")
        if now().phase == "night":
            break
    yield go("street")
    yield go("hideout")
    yield {"type": "grow_part", "part": "skin"}
    yield {"type": "lie_low"}
    yield {"type": "collect_part", "growth_id": next(iter(now().lab.growths))}
    while now().phase == "day":
        yield {"type": "wait", "minutes": 120}
    yield go("street")
    yield go("graveyard")
    part, taste = next(iter(here().tastes.items()))
    yield talk(
        {"type": "set_mood", "mood": "pleased"},
        {"type": "make_offer", "part": part, "price_cents": taste.cap_cents},
        {"type": "make_offer", "part": part, "price_cents": taste.cap_cents + 1},
    )
    locals_ = [npc for npc in now().npcs.values() if npc.character.haunt_id == now().player.place_id]
    yield talk({"type": "set_mood", "mood": "furious"}, npc_id=locals_[-1].character.npc_id)
    for npc in locals_[:-1]:
        for item in list(now().player.inventory.values()):
            if item.part in npc.character.tastes:
                yield {"type": "sell_part", "npc_id": npc.character.npc_id, "item_id": item.item_id}
                break
    yield talk({"type": "leave"})
    yield {"type": "wait", "minutes": 720}
    yield {"type": "wait", "minutes": 720}


def give_in(now):
    """Out of any danger."""
    while now().conflict.danger is not None:
        yield {"type": "surrender"}


if __name__ == "__main__":
    given = json.loads(Path(sys.argv[1]).read_text())
    log = b""
    for _, made, reached in play(given):
        log += b"".join(events.encode(event) for event in made)
        print(state.hash(reached))
    print(len(log))
