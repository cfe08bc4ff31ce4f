"""Acts: what an NPC does in a turn besides talking. The rules say what can hold, a schema tells the model, and its
answer becomes a proposal, which the rules decide."""

from bodybroker.minds.acts.answers import read
from bodybroker.minds.acts.asking import ask
from bodybroker.minds.acts.choices import Choices, choices

__all__ = ["Choices", "ask", "choices", "read"]
