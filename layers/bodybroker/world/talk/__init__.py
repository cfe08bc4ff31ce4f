"""Talk: turns, and what models propose in them."""
