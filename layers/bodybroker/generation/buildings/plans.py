"""Loads the plans of buildings and checks them against each other."""

from functools import cache

from pydantic import ValidationError

from bodybroker.generation.buildings import measuring, mission
from bodybroker.generation.buildings.layout import KINDS, BuildingKind
from bodybroker.generation.buildings.rules import BuildingRules, Catalogue, Plan
from bodybroker.generation.layouts import CELL_CM
from bodybroker.kernel import configuration

FOLDER = "generation/buildings"


class InvalidPlans(ValueError):
    """The plans are wrong; `faults` lists everything that is, each with its file and key."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("invalid plans of buildings:\n" + "\n".join(f"  {fault}" for fault in faults))
        self.faults = faults


@cache
def load() -> BuildingRules:
    """The plans, as the build checked them or, in a checkout, checked now; raises InvalidPlans."""
    return configuration.prepared("buildings", read)


def read() -> BuildingRules:
    """The plans from their documents; raises InvalidPlans."""
    documents: dict[str, object] = {}
    faults = []
    for name in ("catalogue", *KINDS):
        try:
            documents[name] = configuration.load(f"{FOLDER}/{name}")
        except (ValueError, OSError) as error:
            faults.append(f"{FOLDER}/{name}: {error}")
    if faults:
        raise InvalidPlans(faults)
    return validate(documents)


def validate(documents: dict[str, object]) -> BuildingRules:
    """Plans from one document per kind, and the catalogue; raises InvalidPlans with every fault of every file."""
    faults = [f"{FOLDER}/{name}: no such kind" for name in sorted(documents.keys() - {"catalogue", *KINDS})]
    catalogue: Catalogue | None = None
    plans: dict[BuildingKind, Plan] = {}
    try:
        catalogue = Catalogue.model_validate(documents.get("catalogue"))
    except ValidationError as error:
        faults += _described("catalogue", error)
    for kind in KINDS:
        try:
            plans[kind] = Plan.model_validate(documents.get(kind))
        except ValidationError as error:
            faults += _described(kind, error)
    for kind, plan in plans.items():
        missing = _missing(plan, catalogue) if catalogue else []
        faults += [f"{FOLDER}/{kind}: {fault}" for fault in [*missing, *_too_small(plan)]]
    if faults or catalogue is None:
        raise InvalidPlans(faults)
    return BuildingRules(catalogue=catalogue, plans=plans)


def _described(name: str, error: ValidationError) -> list[str]:
    return [
        f"{FOLDER}/{name}: {'.'.join(map(str, fault['loc']))}{': ' if fault['loc'] else ''}{fault['msg']}"
        for fault in error.errors()
    ]


def _missing(plan: Plan, catalogue: Catalogue) -> list[str]:
    """What the plan names and the catalogue does not hold."""
    faults = [f"exits: no door {name}" for name in plan.exits if name not in catalogue.doors]
    last = catalogue.doors.get(plan.exits[-1])
    if last is not None and not last.in_floor:
        faults.append(f"exits: the last, {plan.exits[-1]}, must be in_floor, so that one fits every room")
    if plan.shortcut not in catalogue.doors:
        faults.append(f"shortcut: no door {plan.shortcut}")
    for name, room in plan.rooms.items():
        if room.door not in catalogue.doors:
            faults.append(f"rooms.{name}.door: no door {room.door}")
        if room.windows is not None and room.windows not in catalogue.windows:
            faults.append(f"rooms.{name}.windows: no window {room.windows}")
        for i, item in enumerate(room.furniture):
            for prop in (item.prop, item.beside):
                if prop is not None and prop not in catalogue.props:
                    faults.append(f"rooms.{name}.furniture.{i}: no prop {prop}")
    return faults


def _too_small(plan: Plan) -> list[str]:
    """Whether the fewest rooms fit the smallest ground."""
    rooms = mission.least(plan)
    ground = [low // CELL_CM - 2 * measuring.WALL for low in (plan.width_cm.low, plan.depth_cm.low)]
    if measuring.measure(rooms, *ground):
        return []
    needed = [(least + 2 * measuring.WALL) * CELL_CM for least in (rooms[0].along, rooms[0].deep)]
    return [f"width_cm, depth_cm: the fewest rooms need about {needed[0]} by {needed[1]}, the lowest are less"]
