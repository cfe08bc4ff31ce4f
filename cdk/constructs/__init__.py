"""Our one way to make each kind of thing."""
