"""Crime by day: robberies, and how the law answers."""
