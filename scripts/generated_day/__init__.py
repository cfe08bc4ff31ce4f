"""A simulated day of many players who have places made ahead: how often an answer serves again, and whether rightly."""
