"""How an NPC thinks and talks: prompt, acts, and the speech that needs no model. Pure: text in, text out."""
