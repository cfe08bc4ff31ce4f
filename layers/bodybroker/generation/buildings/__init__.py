"""Buildings: a mission graph first, then rooms on the grid in which every edge of it becomes a door."""
