"""Fights and flight."""
