"""The waist of the hourglass: what services ask of the outside world, as Protocols, and the values that cross it.

Adapters implement these, services use them, doors join the two.
"""
