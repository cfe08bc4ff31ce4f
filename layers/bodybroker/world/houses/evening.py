"""An evening of the houses in the making: what has happened so far, and the houses after it."""

from collections.abc import Mapping

from bodybroker.kernel.ids import EntityId
from bodybroker.kernel.random import Stream
from bodybroker.world.base import ordered
from bodybroker.world.houses.happenings import Happening, happen, wealth_cents
from bodybroker.world.houses.rules import HousesRules
from bodybroker.world.houses.state import House, HousesState, Quarter, Treaty
from bodybroker.world.state import Npc


class Evening:
    """One step of politics. Its stream comes from the world's seed and the day alone, so what the houses do never
    depends on how often the player rolled dice, only on what the player did to the houses.
    """

    def __init__(
        self,
        houses: HousesState,
        seed: int,
        day: int,
        city_cents: int,
        npcs: Mapping[EntityId, Npc],
        rules: HousesRules,
        likings: Mapping[tuple[EntityId, EntityId], int] | None = None,
    ) -> None:
        self.houses = houses
        self.day = day
        self.npcs = npcs
        self.rules = rules
        self._likings = likings or {}
        self.stream = Stream(seed, "houses", str(day))
        self.happenings: list[Happening] = []
        self._all_cents = city_cents + wealth_cents(houses)

    def add(self, happening: Happening) -> None:
        """The next happening."""
        self.houses = happen(self.houses, happening)
        self.happenings.append(happening)

    @property
    def city_cents(self) -> int:
        """What the city has left to pay houses with."""
        return self._all_cents - wealth_cents(self.houses)

    def all(self) -> list[House]:
        """The houses by id."""
        return ordered(self.houses.houses)

    def holdings(self, house_id: EntityId) -> list[Quarter]:
        """The quarters that a house holds, by id."""
        return [quarter for quarter in ordered(self.houses.quarters) if quarter.house_id == house_id]

    def grudge(self, house_id: EntityId, other_id: EntityId) -> int:
        """What a house holds against another."""
        return self.houses.grudges.get(house_id, {}).get(other_id, 0)

    def liking(self, house: House, other: House) -> int:
        """What the head of a house thinks of another's, in points that make up for a grudge."""
        if house.leader_id is None or other.leader_id is None:
            return 0
        return self._likings.get((house.leader_id, other.leader_id), 0) * self.rules.liking_per_mille // 1000

    def treaties(self, house_id: EntityId) -> list[Treaty]:
        """The treaties of a house."""
        return [treaty for treaty in self.houses.treaties if house_id in treaty.houses]

    def partners(self, house_id: EntityId) -> set[EntityId]:
        """The houses that a house has treaties with."""
        return {other for treaty in self.treaties(house_id) for other in treaty.houses} - {house_id}
