"""Reading words by rules: what an NPC's line binds it to, what the player does or claims in free speech. Pure."""
