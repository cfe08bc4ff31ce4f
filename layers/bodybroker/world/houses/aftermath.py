"""What a fight with hunters leaves behind."""

from bodybroker.world.conflict.aftermath import usual
from bodybroker.world.conflict.standing import fallen
from bodybroker.world.conflict.state import Danger, Outcome
from bodybroker.world.draft import Draft
from bodybroker.world.houses import events, relations
from bodybroker.world.houses.ties import hunted, stood


def after_hunters(draft: Draft, danger: Danger, outcome: Outcome) -> None:
    """Spoils and stakes as in any fight; but blood spilt feeds the hunt, and blood paid ends it."""
    usual(draft, danger, outcome)
    house_id = danger.house_id
    if house_id is None or house_id not in draft.state.houses.houses:
        return
    rule, lost = draft.rules.hunted.outcomes[outcome], draft.rules.hunted.strength_per_fallen * len(fallen(danger))
    tie = stood(hunted(relations.tie(draft.state, house_id), rule.hunt), rule.standing, draft.rules)
    draft.add(events.HuntChanged(house_id, lost, {house_id: tie}))
