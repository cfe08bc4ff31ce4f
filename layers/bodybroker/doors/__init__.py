"""How requests come in: the HTTP door that every function shares, and the description of what it serves."""

import gc

# What imports make stays: under Python's own thresholds a tenth of a cold start goes into looking for garbage in it.
gc.set_threshold(50_000, 20, 100)
