"""Layer 1: what a seed makes in process, without any model: names, characters, districts. Integers only."""
