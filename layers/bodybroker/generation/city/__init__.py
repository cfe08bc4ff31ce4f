"""The city: streets, blocks, lots, districts, and which house holds what. `making.generate` makes it from a seed."""
