"""The terminal client: plays a night through HTTP only, as the game does."""
