"""Ground floor: identifiers, time, randomness, canonical JSON, errors, configuration, the logger's shape."""
