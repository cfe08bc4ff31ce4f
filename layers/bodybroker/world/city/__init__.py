"""The city: places and ways, the clock, the weather, the beginning of a world and its rewinding."""
