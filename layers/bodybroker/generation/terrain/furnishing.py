"""What people built: structures and furniture at points of interest, and fences around the ground."""

from itertools import pairwise

from bodybroker.generation.entities import Rectangle
from bodybroker.generation.terrain.bends import Bends
from bodybroker.generation.terrain.canvas import Array, Canvas, cut
from bodybroker.generation.terrain.layout import GROUND, PointOfInterest
from bodybroker.generation.terrain.points import Structure, beside, smallest
from bodybroker.generation.terrain.rules import Fence, Poi, Thing
from bodybroker.kernel.random import Stream

_TRIES = 12


def build(canvas: Canvas, plans: list[tuple[Structure, Rectangle]], stream: Stream) -> None:
    """Structures as planned, or where a way had to come through: on another side, or as small as they come."""
    canvas.planned[:] = False
    for structure, planned in plans:
        area: Rectangle | None = planned
        if not canvas.fits(planned):
            area = beside(canvas, structure, stream) or beside(canvas, smallest(structure), stream)
        if area is not None:
            _, _, height, yaw = structure.size
            canvas.put(structure.thing, area, yaw, height, structure.point.id)


def furnish(canvas: Canvas, bends: Bends, ways: Array, stream: Stream) -> None:
    """Furniture on the free ground around points of interest, off the `ways` and the middle."""
    kinds = _kinds(canvas)
    for point in bends.points.values():
        for furniture in kinds[point.kind].furniture:
            for _ in range(furniture.count.draw(stream)):
                _stand(canvas, point, furniture, ways, stream)


def enclose(canvas: Canvas, bends: Bends, stream: Stream) -> None:
    """A fence along all four edges, open at the gates."""
    fence = canvas.ground.fence
    if fence is None:
        return
    thick, height = fence.depth_cm.draw(stream), fence.height_cm.draw(stream)
    width, depth = canvas.width_cm, canvas.depth_cm
    gates = list(bends.gates.values())
    for lying, length, edge in ((True, width, 0), (True, width, depth), (False, depth, 0), (False, depth, width)):
        holes = sorted(
            ((gate.at.x_cm if lying else gate.at.y_cm) - gate.width_cm // 2, gate.width_cm)
            for gate in gates
            if (gate.at.y_cm if lying else gate.at.x_cm) == edge
        )
        inset = min(edge, (depth if lying else width) - thick)
        begin = 0
        for hole, wide in (*holes, (length, 0)):
            for at, piece in _pieces(begin, hole, fence, stream):
                area = Rectangle(at, inset, piece, thick) if lying else Rectangle(inset, at, thick, piece)
                canvas.put(fence, area, 0 if lying else 90, height, GROUND)
            begin = hole + wide


def _pieces(begin: int, end: int, fence: Fence, stream: Stream) -> list[tuple[int, int]]:
    """Where pieces of about equal length lie from `begin` to `end`, and how long each is."""
    count = max(1, (end - begin) // fence.width_cm.draw(stream))
    cuts = [begin + (end - begin) * i // count for i in range(count + 1)]
    return [(a, b - a) for a, b in pairwise(cuts) if b > a]


def _kinds(canvas: Canvas) -> dict[str, Poi]:
    return {poi.kind: poi for poi in canvas.ground.points}


def _stand(canvas: Canvas, point: PointOfInterest, furniture: Thing, ways: Array, stream: Stream) -> None:
    width, depth, height, yaw = cut(furniture, stream)
    reach = point.radius_cm + min(width, depth) // 2
    barred = ways if furniture.blocks else canvas.taken
    for _ in range(_TRIES):
        x = point.at.x_cm - width // 2 + stream.between(-reach, reach)
        y = point.at.y_cm - depth // 2 + stream.between(-reach, reach)
        area = Rectangle(x, y, width, depth)
        if canvas.fits(area, among=barred):
            canvas.put(furniture, area, yaw, height, point.id)
            return
