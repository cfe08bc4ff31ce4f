"""A cold start, for functions that somebody waits for: imported first, and told when the function is ready.

What imports make stays; to look for garbage among it meanwhile would cost a cold start a sixth of its time.
"""

import gc

gc.disable()


def over() -> None:
    """The function is ready. What it has made so far is never looked through again.

    A full collection over all imports and rules takes longer than most requests, and would hit one in a hundred.
    """
    gc.freeze()
    gc.enable()
