"""What is told in talk: the player's claims, true or not, and what NPCs tell the player."""

from collections.abc import Iterator

from bodybroker.kernel.errors import Refused
from bodybroker.kernel.ids import EntityId
from bodybroker.kernel.random import Stream
from bodybroker.world.base import PLAYER
from bodybroker.world.beliefs.keeping import find
from bodybroker.world.beliefs.reading import known_to
from bodybroker.world.beliefs.state import Claim
from bodybroker.world.beliefs.telling import check_claim, told
from bodybroker.world.bonds.between import bond
from bodybroker.world.draft import Draft
from bodybroker.world.proposals import Tell
from bodybroker.world.rules import Rules
from bodybroker.world.state import State, today
from bodybroker.world.talk import events, intents


def tell(draft: Draft, npc_id: EntityId, intent: intents.Tell | intents.Lie) -> None:
    """The player claims something; the NPC believes it as far as it trusts him and does not see through a lie."""
    claim = Claim(intent.claim.subject, intent.claim.predicate, intent.claim.object)
    trust = bond(draft.state, npc_id, PLAYER, draft.rules).trust
    _told(draft, events.ClaimTold(PLAYER, npc_id, claim, intent.type == "lie"), trust)


def understood(state: State, claim: Claim) -> intents.Tell | intents.Lie:
    """What the player does who claims that in free speech: he tells what he has heard or seen; else it is a lie."""
    claimed = intents.Claimed(subject=claim.subject, predicate=claim.predicate, object=claim.object)
    if find(state.beliefs, PLAYER, claim) is not None:
        return intents.Tell(type="tell", claim=claimed)
    return intents.Lie(type="lie", claim=claimed)


def ask(draft: Draft, npc_id: EntityId, intent: intents.AskAbout) -> None:
    """A question is free; it must be about somebody."""
    if intent.subject != PLAYER and intent.subject not in draft.state.npcs:
        raise Refused("unknown_npc", "Nobody of that id lives in this district.")


def tell_player(draft: Draft, diff: Tell) -> None:
    """An NPC tells the player what it believes, or slanders somebody."""
    npc_id = EntityId(diff.npc_id)
    if diff.is_lie:
        _check_lies(draft.state, npc_id, diff.claim, draft.rules)
    elif not any(claim == diff.claim for claim in tellable(draft.state, npc_id, draft.rules)):
        raise Refused("will_not_tell", "It does not know that, or tells it to nobody it trusts so little.")
    trust = draft.rules.talk.telling.player_trust
    _told(draft, events.ClaimTold(npc_id, PLAYER, diff.claim, diff.is_lie), trust)


def tellable(state: State, npc_id: EntityId, rules: Rules) -> Iterator[Claim]:
    """What the NPC believes and would tell the player, surest first. What harms its friends are secrets,
    which take more trust."""
    telling, trust = rules.talk.telling, bond(state, npc_id, PLAYER, rules).trust
    if trust < telling.trust:
        return
    for belief in known_to(state, rules, npc_id):
        if belief.strength >= rules.beliefs.gossip.tell_from and (
            trust >= telling.secret_trust or not _is_secret(state, npc_id, belief.claim, rules)
        ):
            yield belief.claim


def slander(state: State, npc_id: EntityId, rules: Rules) -> Claim | None:
    """The lie that the NPC has for the player today: about whom it trusts least, where it trusts the player little."""
    telling = rules.talk.telling
    others = sorted(other for other in state.npcs if other != npc_id)
    if not others or bond(state, npc_id, PLAYER, rules).trust > telling.lie_trust:
        return None
    least = min(others, key=lambda other: (bond(state, npc_id, other, rules).trust, other))
    dice = Stream(state.seed, "slander", npc_id, str(today(state)))
    claim = Claim(least, dice.choice(telling.lies))
    return claim if _is_slander(state, npc_id, claim, rules) else None


def _check_lies(state: State, npc_id: EntityId, claim: Claim, rules: Rules) -> None:
    if bond(state, npc_id, PLAYER, rules).trust > rules.talk.telling.lie_trust:
        raise Refused("will_not_lie", "It has no reason to deceive the player.")
    if claim.predicate not in rules.talk.telling.lies or not _is_slander(state, npc_id, claim, rules):
        raise Refused("will_not_lie", "It would not say that of this one.")


def _is_slander(state: State, npc_id: EntityId, claim: Claim, rules: Rules) -> bool:
    """Whether the claim harms one who is no friend of the NPC, which does not believe it."""
    if claim.subject == npc_id or claim.subject not in state.npcs:
        return False
    if bond(state, npc_id, claim.subject, rules).trust >= rules.talk.telling.friend_trust:
        return False
    return all(belief.claim != claim for belief in known_to(state, rules, npc_id, claim.subject))


def _is_secret(state: State, npc_id: EntityId, claim: Claim, rules: Rules) -> bool:
    if not rules.beliefs.predicates[claim.predicate].harms or claim.subject == PLAYER:
        return False
    return bond(state, npc_id, claim.subject, rules).trust >= rules.talk.telling.friend_trust


def _told(draft: Draft, said: events.ClaimTold, trust: int) -> None:
    check_claim(draft.state, draft.rules, said.claim)
    draft.add(said)
    for event in told(draft.state, draft.rules, said.to, said.claim, said.by, trust, said.is_lie):
        draft.add(event)
