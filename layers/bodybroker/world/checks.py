"""The rules that forbid: one check per command. Decide and the views ask the very same ones.

A check raises Refused with the code of the first rule that is broken and a reason in plain English.
"""

from bodybroker.world.base import Check
from bodybroker.world.city.checks import CHECKS as CITY
from bodybroker.world.commands import Command, Internal
from bodybroker.world.conflict.checks import CHECKS as CONFLICT
from bodybroker.world.conflict.checks import check_danger
from bodybroker.world.crime.checks import CHECKS as CRIME
from bodybroker.world.empire.checks import CHECKS as EMPIRE
from bodybroker.world.houses.checks import CHECKS as HOUSES
from bodybroker.world.lab.checks import CHECKS as LAB
from bodybroker.world.market.checks import CHECKS as MARKET
from bodybroker.world.powers.checks import CHECKS as POWERS
from bodybroker.world.rules import Rules
from bodybroker.world.state import State
from bodybroker.world.story.checks import CHECKS as STORY
from bodybroker.world.talk.checks import CHECKS as TALK

_CHECKS: dict[type, Check] = CITY | CONFLICT | CRIME | EMPIRE | HOUSES | LAB | MARKET | POWERS | STORY | TALK


def check(state: State, command: Command | Internal, rules: Rules) -> None:
    """Raises Refused when a rule forbids `command` in `state`."""
    check_danger(state, command)
    _CHECKS[type(command)](state, command, rules)
