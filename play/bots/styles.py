"""Styles of play: what a bot prefers, and what it shies away from."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Style:
    """A way to play. Heat at which it hides (0..100); shares of its cash (per mille) that it puts to work."""

    name: str
    hides_at_heat: int
    robs: int
    """Robberies a day at the most."""
    grows: bool
    kills: bool
    haggles: bool
    deals_with_houses: bool
    buys_powers: bool
    fights: bool


STYLES = {
    style.name: style
    for style in (
        Style(
            "robber",
            60,
            6,
            grows=False,
            kills=False,
            haggles=False,
            deals_with_houses=False,
            buys_powers=True,
            fights=False,
        ),
        Style(
            "grower",
            30,
            1,
            grows=True,
            kills=False,
            haggles=False,
            deals_with_houses=False,
            buys_powers=False,
            fights=False,
        ),
        Style(
            "trader",
            40,
            2,
            grows=True,
            kills=False,
            haggles=True,
            deals_with_houses=False,
            buys_powers=False,
            fights=False,
        ),
        Style(
            "killer",
            70,
            3,
            grows=False,
            kills=True,
            haggles=False,
            deals_with_houses=False,
            buys_powers=True,
            fights=True,
        ),
        Style(
            "politician",
            40,
            2,
            grows=True,
            kills=False,
            haggles=False,
            deals_with_houses=True,
            buys_powers=False,
            fights=False,
        ),
    )
}
