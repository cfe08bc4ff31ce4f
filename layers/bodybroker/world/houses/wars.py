"""Wars for a quarter."""

from bodybroker.kernel.ids import EntityId
from bodybroker.world.houses.evening import Evening
from bodybroker.world.houses.happenings import QuarterFought
from bodybroker.world.houses.state import House


def attack(evening: Evening, house: House, target: House) -> None:
    """The house tries to take one of the target's quarters by force."""
    war, stream = evening.rules.war, evening.stream.substream(f"war/{house.house_id}")
    quarters = evening.holdings(target.house_id)
    quarter = stream.choice(quarters)
    attack_power = _strength(evening, house, target.house_id) * war.luck_per_mille.draw(stream)
    hold = max(war.thin_per_mille, war.home_per_mille - war.spread_per_mille * (len(quarters) - 1))
    defence_power = _strength(evening, target, house.house_id) * hold // 1000 * war.luck_per_mille.draw(stream)
    taken = attack_power > defence_power
    won, lost = war.winner_losses.draw(stream), war.loser_losses.draw(stream)
    evening.add(
        QuarterFought(
            quarter_id=quarter.quarter_id,
            house_id=house.house_id,
            other_id=target.house_id,
            taken=taken,
            losses=won if taken else lost,
            other_losses=lost if taken else won,
            grudge=war.grudge,
        )
    )


def _strength(evening: Evening, house: House, enemy_id: EntityId) -> int:
    """Strength per mille, with the help of allies who have no treaty with the enemy."""
    bound = [treaty for treaty in evening.treaties(house.house_id) if treaty.kind != "truce"]
    helpers = {other for treaty in bound for other in treaty.houses} - {house.house_id, enemy_id}
    helpers -= evening.partners(enemy_id)
    help = sum(evening.houses.houses[helper].strength for helper in helpers)
    return house.strength * 1000 + help * evening.rules.war.help_per_mille
