"""Open ground: forests, cemeteries, industrial yards, river banks. `making.generate` makes it from a seed."""
