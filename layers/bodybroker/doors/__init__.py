"""How requests come in: the HTTP door that every function shares, and the description of what it serves."""
