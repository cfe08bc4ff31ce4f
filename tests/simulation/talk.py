"""What players and models might do in a turn: acts and intents that are fair, greedy, mistaken or meant for others."""

from random import Random

from bodybroker.world.base import PLAYER
from bodybroker.world.commands import RecordTurn
from bodybroker.world.proposals import Proposal, parse
from bodybroker.world.state import State
from bodybroker.world.talk.intents import Intent, IntentAdapter

FAR = 2**53


def turn(now: State, random: Random) -> RecordTurn:
    """A turn with somebody at the player's place, or somebody elsewhere: the rules may refuse all of it."""
    npcs = [now.npcs[npc_id] for npc_id in sorted(now.npcs)]
    here = [npc for npc in npcs if npc.character.haunt_id == now.player.place_id]
    npc_id = random.choice(here or npcs).character.npc_id
    source = random.choice(("model", "procedural"))
    proposal = acts(now, npc_id, random)
    return RecordTurn(npc_id, "What do you pay?", "Show me.", source, "m", proposal, intent=intent(now, npc_id, random))


def acts(now: State, npc_id: str, random: Random) -> Proposal:
    """Some of everything that an NPC can do, in any order."""
    npcs = sorted(now.npcs)
    wanted, taste = random.choice(sorted(now.npcs[npc_id].character.tastes.items(), key=lambda pair: pair[0]))
    claim = {"subject": random.choice([*npcs, PLAYER]), "predicate": random.choice(("cheats", "lies", "sings"))}
    cents = random.choice((taste.floor_cents + 1, random.randint(-FAR, FAR)))
    kinds: list[dict[str, object]] = [
        {"type": "feel", "feeling": random.choice(("warmer", "colder", "afraid", "bored"))},
        {"type": "set_mood", "mood": random.choice(("wary", "furious", "friendly", "bored"))},
        {"type": "make_offer", "part": wanted, "price_cents": cents},
        {"type": "make_offer", "npc_id": random.choice(npcs), "part": "skin", "price_cents": 900},
        {"type": "counter_offer", "price_cents": cents},
        {"type": "accept"},
        {"type": "refuse"},
        {"type": "promise", "vow": random.choice(("hold", "pay", "silence")), "cents": cents},
        {"type": "tell", "claim": claim, "is_lie": random.random() < 0.5},
        {"type": "give_quest", "part": wanted},
        {"type": "attack"},
        {"type": "leave"},
    ]
    chosen = random.sample(kinds, random.randint(0, 5))
    return parse({"npc_id": npc_id, **act} for act in chosen)


def intent(now: State, npc_id: str, random: Random) -> Intent | None:
    """What the player does besides talking, half of the time."""
    subject = random.choice([*sorted(now.npcs), PLAYER])
    claim = {"subject": subject, "predicate": random.choice(("cheats", "informs_police", "sings")), "object": ""}
    cents = random.choice((random.randint(1, 60_000), random.randint(1, FAR)))
    kinds: list[dict[str, object]] = [
        {"type": "say"},
        {"type": "bribe", "cents": cents},
        {"type": "threaten"},
        {"type": "tell", "claim": claim},
        {"type": "lie", "claim": claim},
        {"type": "ask", "subject": subject},
        {"type": "promise_money", "cents": cents},
        {"type": "pay", "cents": cents},
        *({"type": "offer", "item_id": item_id, "price_cents": cents} for item_id in sorted(now.player.inventory)),
        *({"type": "promise_order", "order_id": order_id} for order_id in sorted(now.market.orders)),
    ]
    return IntentAdapter.validate_python(random.choice(kinds)) if random.random() < 0.5 else None
