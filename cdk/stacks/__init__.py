"""Stacks by life-time; references point only downwards, in the order of app.py."""
