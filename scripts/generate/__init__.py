"""The designers' tool: what layer 1 makes of a kind and a seed, printed, drawn and tried on many seeds."""
