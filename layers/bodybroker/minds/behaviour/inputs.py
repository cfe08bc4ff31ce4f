"""What an act may be weighed by, each in 0..100; those of the world hold for a version, those sensed for a moment."""

from typing import Literal, get_args

Activity = Literal["trades", "prowls", "guards", "mingles"]
"""What an NPC is about at an hour (`schedule`); an input of that name is 100 then."""
ACTIVITIES: tuple[Activity, ...] = get_args(Activity)

Drive = Literal["anger", "hunger", "ease"]
"""What a mood comes to."""

Regard = Literal["menace", "treachery", "merit"]
"""What beliefs about somebody come to."""

Target = Literal["self", "player", "npc"]
"""Whom an act is directed at."""

STATS = ("aggression", "intelligence", "charisma", "survival", "loyalty")
DRIVES: tuple[Drive, ...] = get_args(Drive)
REGARDS: tuple[Regard, ...] = get_args(Regard)

OWN = (*STATS, *DRIVES, *ACTIVITIES, "wealth", "danger")
"""Of oneself: stats, mood, the hour; the share of a full purse; whether there is a fight where one haunts."""

OTHERS = ("trust", "fear", "respect", "desire", "owed", "owes", *REGARDS, "kin", "feud")
"""Towards somebody: the bond; debts as shares of one's full purse; beliefs; the same race; what the houses hold."""

PLAYERS = ("wares", "order", "deals", "meets", "may_attack", "service", "weakness", "heat", "inhumanity")
"""Towards the player: carries what one wants, has an order of one's, may trade with one, is face to face, may be
attacked by the rules of talk, is served; lost health, heat, lost humanity."""

SENSED_OWN = ("wounds", "hurt", "noise", "company", "astray")
"""Of oneself now: lost health, how lately one was hurt, how loud it is, how many are near, how far from one's place."""

SENSED_OTHERS = ("nearness", "strikes")
"""Of somebody now: how near, how lately that one hurt oneself."""

SENSED_PLAYERS = ("seen", "armed")
"""Of the player now: how lately seen, whether a weapon is drawn."""

SENSED = (*SENSED_OWN, *SENSED_OTHERS, *SENSED_PLAYERS)
PLACE = {name: place for place, name in enumerate(SENSED)}
"""Where an input stands in a list of what is sensed."""

_OWN = frozenset((*OWN, *SENSED_OWN))
_OTHERS = _OWN | {*OTHERS, *SENSED_OTHERS}
KNOWN: dict[Target, frozenset[str]] = {"self": _OWN, "npc": _OTHERS, "player": _OTHERS | {*PLAYERS, *SENSED_PLAYERS}}
"""By what an act that is directed at such a target can be weighed."""
