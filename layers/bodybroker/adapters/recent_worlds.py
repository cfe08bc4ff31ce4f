"""What a process remembers of the worlds that it loaded."""

from threading import Lock

from bodybroker.kernel.ids import WorldKey
from bodybroker.ports.worlds import Loaded

LIMIT = 128


class RecentWorlds:
    """The worlds that this process loaded last; states are immutable, so sharing them is safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._worlds: dict[WorldKey, Loaded] = {}

    def get(self, key: WorldKey) -> Loaded | None:
        with self._lock:
            return self._worlds.get(key)

    def put(self, key: WorldKey, loaded: Loaded) -> None:
        with self._lock:
            self._worlds.pop(key, None)
            self._worlds[key] = loaded
            if len(self._worlds) > LIMIT:
                del self._worlds[next(iter(self._worlds))]

    def drop(self, key: WorldKey) -> None:
        with self._lock:
            self._worlds.pop(key, None)
