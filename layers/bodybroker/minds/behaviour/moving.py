"""Where an act leads."""

from bodybroker.generation.entities import Point
from bodybroker.kernel.ids import EntityId
from bodybroker.minds.behaviour.mind import Mind
from bodybroker.minds.behaviour.rules import Act
from bodybroker.minds.behaviour.senses import Scene, Standing, distance
from bodybroker.world.base import PLAYER


def destination(mind: Mind, standing: Standing, scene: Scene, act: Act, towards: EntityId | None) -> Point | None:
    """Where an NPC goes that does `act`; None where it stays."""
    if act.moves == "post":
        return None if mind.there is None or mind.there.at == standing.at else mind.there.at
    if act.moves == "noise":
        return None if standing.noise is None else standing.noise.at
    target = None if towards is None else _position(scene, towards)
    if act.moves == "stays" or target is None:
        return None
    apart = distance(standing.at, target)
    if apart <= act.apart_cm if act.moves == "closes" else apart >= act.apart_cm:
        return None
    return _on_the_line(target, standing.at, apart, act.apart_cm)


def _position(scene: Scene, who: EntityId) -> Point | None:
    if who == PLAYER:
        return scene.player_at
    return next((each.at for each in scene.npcs if each.npc_id == who), None)


def _on_the_line(target: Point, own: Point, apart: int, wanted: int) -> Point:
    """The point `wanted` from the target on the line through oneself; eastwards where both stand in one spot."""
    if apart == 0:
        return Point(target.x_cm + wanted, target.y_cm)
    return Point(
        target.x_cm + (own.x_cm - target.x_cm) * wanted // apart,
        target.y_cm + (own.y_cm - target.y_cm) * wanted // apart,
    )
