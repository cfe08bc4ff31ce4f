"""Episodes: what NPCs could remember of an event, a module for each part of the world."""
