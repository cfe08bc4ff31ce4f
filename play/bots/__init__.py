"""Players that are programs: they see what a player sees and act through the same commands."""
