"""Coherence: what parallel specialists have added is held against the place, the lore, the world and each other."""
