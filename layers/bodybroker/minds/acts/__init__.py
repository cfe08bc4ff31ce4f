"""Acts: what an NPC does in a turn besides talking. The rules say what can hold, a schema tells the model, and its
answer becomes a proposal, which the rules decide."""

from bodybroker.minds.acts.answers import read
from bodybroker.minds.acts.asking import ask
from bodybroker.minds.acts.choices import Choices, choices
from bodybroker.minds.acts.scripted import Scripted
from bodybroker.minds.acts.scripted import answer as scripted

__all__ = ["Choices", "Scripted", "ask", "choices", "read", "scripted"]
