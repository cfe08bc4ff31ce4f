"""The story's limits."""

from bodybroker.generation.parameters import Parameters, Positive


class Story(Parameters):
    """story.yaml"""

    facts: Positive
    open_objectives: Positive
    operations: Positive
