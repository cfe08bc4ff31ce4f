"""Directions in whole degrees, counter-clockwise from the east, without floats."""


def bearing(dx: int, dy: int) -> int:
    """The direction of a step, 0..359, at most one degree off; 0 for no step."""
    x, y = abs(dx), abs(dy)
    if not x and not y:
        return 0
    low, high = sorted((x, y))
    share = low * 1000 // high
    # arctangent between 0 and 45 degrees, in thousandths: a parabola that is never 0.3 degrees off
    degrees = (share * (45_000 + 15_642 * (1000 - share) // 1000) // 1000 + 500) // 1000
    if y > x:
        degrees = 90 - degrees
    if dx < 0:
        degrees = 180 - degrees
    return (degrees if dy >= 0 else -degrees) % 360
