"""The world: a log of events folded into a state. Models propose, rules decide, events record."""
