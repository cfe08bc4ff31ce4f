"""What a model might answer: turns with proposals that are fair, greedy, mistaken or meant for somebody else."""

from random import Random

from bodybroker.world.commands import RecordTurn
from bodybroker.world.proposals import parse
from bodybroker.world.state import State


def turn(now: State, random: Random) -> RecordTurn:
    """A turn with somebody at the player's place, or somebody elsewhere: the rules may refuse all of it."""
    npcs = [now.npcs[npc_id] for npc_id in sorted(now.npcs)]
    here = [npc for npc in npcs if npc.character.haunt_id == now.player.place_id]
    npc = random.choice(here or npcs).character
    other = random.choice(npcs).character.npc_id
    wanted, taste = random.choice(sorted(npc.tastes.items(), key=lambda pair: pair[0]))
    acts = [
        {"type": "feel", "npc_id": npc.npc_id, "feeling": random.choice(("warmer", "colder", "afraid", "bored"))},
        {"type": "set_mood", "npc_id": npc.npc_id, "mood": random.choice(("wary", "angry", "friendly", "bored"))},
        {"type": "make_offer", "npc_id": npc.npc_id, "part": wanted, "price_cents": taste.floor_cents + 1},
        {"type": "make_offer", "npc_id": npc.npc_id, "part": wanted, "price_cents": random.randint(-(2**53), 2**53)},
        {"type": "make_offer", "npc_id": other, "part": "skin", "price_cents": 900},
        {"type": "leave", "npc_id": npc.npc_id},
    ]
    source = random.choice(("model", "procedural"))
    return RecordTurn(npc.npc_id, "What do you pay?", "Show me.", source, "m", parse(acts[: random.randint(0, 6)]))
