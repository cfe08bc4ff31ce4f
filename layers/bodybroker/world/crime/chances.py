"""Every chance that the law and its victims have, per mille: one function each."""

from bodybroker.world.city import difficulty, weather
from bodybroker.world.crime import patrols, tools
from bodybroker.world.crime.commands import Bribed
from bodybroker.world.crime.heat import exposure, has_warrant
from bodybroker.world.crime.rules import Bribe, Exposed
from bodybroker.world.empire import crew
from bodybroker.world.powers import effects
from bodybroker.world.rules import Rules
from bodybroker.world.state import Place, State


def noticed(state: State, rules: Rules, place: Place) -> int:
    """That a robbery of the place is noticed."""
    rule, site = rules.police.notice, place.site
    guards = 0 if site.place_id in state.crime.bribed else site.guards
    seen = rule.base + guards * rule.per_guard + site.cameras * rule.per_camera + place.alarm
    seen += state.player.heat * rule.per_heat
    return rule.clamp(_hard(state, rules, _visible(state, rules, seen, rule.per_lookout, rule.per_stealth)))


def witnessed(state: State, rules: Rules, place: Place) -> int:
    """That somebody sees a killing at the place."""
    rule = rules.crime.kill.witness
    ground = rules.crime.kill.grounds[place.site.kind]
    seen = ground.day if state.phase == "day" else ground.night
    seen += patrols.officers(state, rules) * rule.per_officer + state.player.heat * rule.per_heat
    return rule.clamp(_hard(state, rules, _visible(state, rules, seen, rule.per_lookout, rule.per_stealth)))


def arrested(state: State, rules: Rules, heat: int) -> int:
    """That a noticed crime at this heat ends in an arrest at once."""
    rule = rules.police.arrest
    slowness = rule.base + patrols.officers(state, rules) * rule.per_officer + heat * rule.per_heat
    slowness += rule.with_warrant if has_warrant(state) else 0
    return rule.clamp(_hard(state, rules, slowness - effects.bonus(state, rules, "speed") * rule.per_speed))


def resisted(state: State, rules: Rules) -> int:
    """That a victim fights back."""
    rule = rules.crime.kill.resistance
    return rule.clamp(rule.base - effects.bonus(state, rules, "strength") * rule.per_strength)


def bribe_refused(state: State, rules: Rules, target: Bribed) -> int:
    """That a bribe is refused."""
    return _exposed(state, rules, bribe_rules(rules, target).refused)


def bribe_betrayed(state: State, rules: Rules, target: Bribed) -> int:
    """That a bribe which was taken is reported."""
    return _exposed(state, rules, bribe_rules(rules, target).betrayed)


def raided(state: State, rules: Rules) -> int:
    """That a dawn under a warrant brings a raid on the hideout."""
    return _hard(state, rules, rules.police.raid.chance) if has_warrant(state) else 0


def bribe_rules(rules: Rules, target: Bribed) -> Bribe:
    """The rules of bribing guards or officers."""
    return rules.crime.bribe.guards if target == "guards" else rules.crime.bribe.officers


def _hard(state: State, rules: Rules, chance: int) -> int:
    """A chance of the police in a world as hard as this one."""
    return difficulty.scaled(chance, "police", state, rules)


def _visible(state: State, rules: Rules, seen: int, per_lookout: int, per_stealth: int) -> int:
    """What is left of a chance to be seen in this weather, with lookouts, stealth and tools."""
    hidden = crew.count(state, "lookout") * per_lookout + effects.bonus(state, rules, "stealth") * per_stealth
    hidden += tools.owned(state, rules).quiet
    return (seen - hidden) * weather.effects(state, rules).visibility_per_mille // 1000


def _exposed(state: State, rules: Rules, rule: Exposed) -> int:
    return rule.clamp(_hard(state, rules, rule.base + exposure(state) * rule.per_exposure))
