"""Bonds: what any two hold of each other, where it came from, and how it fades."""
