"""Beliefs: what everybody holds to be true, on what evidence, and what it makes them do."""
