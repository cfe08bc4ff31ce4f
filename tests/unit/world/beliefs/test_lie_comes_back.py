"""A lie told to a vampire goes round, is told back to the player by another, and is gone when the night is rewound."""

import pytest
from bodybroker.world import events
from bodybroker.world.apply import fold
from bodybroker.world.base import PLAYER
from bodybroker.world.beliefs.reading import known_to
from bodybroker.world.beliefs.state import Claim
from bodybroker.world.beliefs.tracing import held
from bodybroker.world.conditions import met
from bodybroker.world.proposals import Proposal, Tell
from bodybroker.world.talk import intents
from bodybroker.world.talk.commands import RecordTurn
from bodybroker.world.talk.telling import tellable
from msgspec.structs import replace


@pytest.fixture
def gullible(make_world, change):
    """Nobody sees through a lie, and nobody minds telling it on."""
    return make_world(
        rules=change(
            beliefs={"lying": {"high": 0}, "gossip": {"across_per_mille": 0, "distorts_per_dullness": 0}},
            talk={"telling": {"trust": 0, "secret_trust": 0}},
        )
    )


def turn(npc_id, proposal=Proposal(), intent=None):  # noqa: B008 - frozen
    return RecordTurn(npc_id, "Have you heard?", "No!", "model", "test", proposal, intent=intent)


def test_a_lie_comes_back_and_is_forgotten_by_a_rewind(gullible):
    world = gullible
    vampire, wolf = world.meet("vampire").npc_id, world.npc("werewolf").character.npc_id
    fork, before = world.state, len(world.log)
    lie = Claim(wolf, "informs_police")
    claimed = intents.Claimed(subject=lie.subject, predicate=lie.predicate)
    world.play(turn(vampire, intent=intents.Lie(type="lie", claim=claimed)))
    for _ in range(8):
        world.do("wait", minutes=60)
    others = [npc_id for npc_id in sorted(world.state.npcs) if npc_id != vampire and believes(world, npc_id, lie)]
    here = {npc.character.npc_id for npc in met(world.state)}
    third = next(npc_id for npc_id in others if npc_id in here and lie in tellable(world.state, npc_id, world.rules))
    (belief,) = [belief for belief in held(world.state, world.rules, third, why=True) if belief.subject == wolf]
    assert {(reason.began.kind, reason.began.by) for reason in belief.why} == {("lied", PLAYER)}
    said = world.play(turn(third, Proposal((Tell(third, lie),))))
    assert [event for event in said if type(event).__name__ == "ClaimTold" and (event.by, event.to) == (third, PLAYER)]
    assert not believes(world, PLAYER, lie), "nobody falls for his own lie"
    rewound = fold([*world.log[:before], events.WorldRewound("b", world.state.version, fork.version)])
    assert rewound == replace(fork, version=fork.version + 1)
    world.state = rewound
    assert not [who for who in (*world.state.npcs, PLAYER) if believes(world, who, lie)]


def believes(world, who, claim):
    return any(belief.claim == claim for belief in known_to(world.state, world.rules, who))
