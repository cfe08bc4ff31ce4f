"""Bribes: guards who look away, officers who forget; until the next dawn."""

from bodybroker.world.crime import chances, events, law, patrols
from bodybroker.world.crime.chances import bribe_rules
from bodybroker.world.crime.commands import Bribe, Bribed
from bodybroker.world.crime.heat import exposure
from bodybroker.world.crime.stores import rules_of
from bodybroker.world.draft import Draft
from bodybroker.world.passage import pass_time
from bodybroker.world.places import site_here
from bodybroker.world.rules import Rules
from bodybroker.world.state import State, heated


def heads(state: State, rules: Rules, target: Bribed) -> int:
    """How many there are to bribe where the player is."""
    site = site_here(state)
    if target == "officers":
        return patrols.officers(state, rules) if site.kind == "street" else 0
    return 0 if site.kind == "street" else site.guards


def price_cents(state: State, rules: Rules, target: Bribed) -> int:
    """What they want, in cents."""
    rule = bribe_rules(rules, target)
    for_heads = heads(state, rules, target) * rule.per_head_cents
    return rule.price_cents + for_heads + exposure(state) * rule.per_exposure_cents


def bribe(draft: Draft, command: Bribe) -> None:
    """They take it, refuse it, or take it and report it."""
    state, rules, target = draft.state, draft.rules, command.target
    rule, place = bribe_rules(rules, target), state.places[state.player.place_id]
    price, heat, alarm, leads = price_cents(state, rules, target), state.player.heat, place.alarm, 0
    outcome: events.BribeOutcome
    if draft.stream.substream("refused").chance(chances.bribe_refused(state, rules, target)):
        outcome, price = "refused", 0
    elif draft.stream.substream("betrayed").chance(chances.bribe_betrayed(state, rules, target)):
        outcome, heat = "betrayed", heated(state, rule.betrayed_heat)
        leads = law.suspicion(state, 0, rules.police.leads.bribe)["leads"]
        alarm = _alarmed(state, rules)
    else:
        outcome, heat = "taken", max(0, heat - rule.heat_off)
    draft.add(events.LawBribed(target, place.site.place_id, outcome, price, heat, alarm, leads))
    pass_time(draft, rule.minutes)


def _alarmed(state: State, rules: Rules) -> int:
    """The alarm of a place whose guards were put on their guard."""
    place = state.places[state.player.place_id]
    rule = rules_of(rules, place.site.kind)
    return place.alarm if rule is None else min(rule.alarm_limit, place.alarm + rule.alarm_rise)
