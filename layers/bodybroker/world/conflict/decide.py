"""What its commands bring about: each is one exchange, after which the danger goes on or is over."""

from bodybroker.world.base import Decider
from bodybroker.world.conflict import commands, events, flight
from bodybroker.world.conflict.bout import exchange
from bodybroker.world.conflict.ending import end
from bodybroker.world.conflict.standing import asking_price_cents
from bodybroker.world.conflict.state import Danger
from bodybroker.world.draft import Draft
from bodybroker.world.powers.commands import UsePower
from bodybroker.world.powers.use import use


def current(draft: Draft) -> Danger:
    """The danger that the player is in."""
    assert draft.state.conflict.danger is not None
    return draft.state.conflict.danger


def _fight(draft: Draft, command: commands.Fight) -> None:
    exchange(draft, rounds=draft.rules.conflict.combat.rounds_per_command)


def _flee(draft: Draft, command: commands.Flee) -> None:
    flight.flee(draft, command.place_id)


def _hide(draft: Draft, command: commands.Hide) -> None:
    flight.hide(draft)


def _surrender(draft: Draft, command: commands.Surrender) -> None:
    mercy = draft.rules.conflict.kinds[current(draft).kind].surrender
    killed = draft.stream.substream("mercy").chance(mercy.kills_per_mille)
    end(draft, "killed" if killed else "surrendered")


def _bribe_foes(draft: Draft, command: commands.BribeFoes) -> None:
    price = asking_price_cents(draft.state, draft.rules, current(draft))
    taken = price is not None and command.cents >= price
    draft.add(events.BribeOffered(command.cents, taken))
    if taken:
        end(draft, "bought_off")
    else:
        exchange(draft, rounds=1, player_strikes=False)


def _use_power(draft: Draft, command: UsePower) -> None:
    """In danger, some powers give the foes the next blow."""
    use(draft, command.power)
    if draft.state.conflict.danger is not None and draft.rules.powers.powers[command.power].takes_turn:
        exchange(draft, rounds=1, player_strikes=False)


DECIDERS: dict[type, Decider] = {
    commands.Fight: _fight,
    commands.Flee: _flee,
    commands.Hide: _hide,
    commands.Surrender: _surrender,
    commands.BribeFoes: _bribe_foes,
    UsePower: _use_power,
}
