"""A simulated player-day: bots play against the real handlers and prompt builders, and everything is counted."""
