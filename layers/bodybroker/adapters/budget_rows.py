"""The table of budgets. Money in nanodollars.

P#<player>  D#<day>      a player's day: `used` (what is reserved or spent), `spent`, `open` (how many reservations),
                         `touched` (when a call last changed it, in seconds since 1970), and
    w#<world>            what a world has used of it
    d#<plan>, i#<plan>   what it has drawn from the plan's pool, and what it does not use of that
    r#<call>             a reservation
    s0, s1, s2           calls settled lately, by the minute; each set is dropped two minutes after
    entry                the ledger entry that this very write has settled; every other write removes it
P#<player>  E#<call>     an entry that no player pays for
POOL#<plan> D#<day>      `drawn`: what the days of the plan's players hold of the pool
SWITCH      S            `level` of the kill switch

So at any moment `used` == `spent` + the open reservations, `d#<plan>` == `i#<plan>` + what the calls in that plan have
used, and a pool's `drawn` == the sum of `d#<plan>` over the days of all players. Reserving and settling are one update
each, drawing from a pool is one transaction: a crash leaves nothing half done, only a reservation that nobody comes
back for.

The table's stream is the ledger's outbox: an image with an `entry` is that entry's, and no other image has it.
"""

from datetime import UTC, date, datetime, time, timedelta

import msgspec

from bodybroker.adapters.aws import Row
from bodybroker.kernel.ids import PlayerId
from bodybroker.kernel.plans import Plan
from bodybroker.models.ledger import Entry
from bodybroker.ports.budgets import Reservation

DAYS = ("D#", "D#~")
ENTRIES = ("E#", "E#~")
ENTRY = "entry"
SWITCH = {"pk": "SWITCH", "sk": "S"}
SETTLED_SETS = 3
MINUTE_S = 60

_RESERVATION, _WORLD = "r#", "w#"
_encode = msgspec.json.Encoder().encode
_decode_reservation = msgspec.json.Decoder(Reservation).decode
_decode_entry = msgspec.json.Decoder(Entry).decode


def partition(player: PlayerId) -> str:
    """Where a player's rows lie."""
    return f"P#{player}"


def day_key(player: PlayerId, day: str) -> Row:
    """A player's day."""
    return {"pk": partition(player), "sk": f"D#{day}"}


def pool_key(plan: Plan, day: str) -> Row:
    """A plan's pool."""
    return {"pk": f"POOL#{plan}", "sk": f"D#{day}"}


def entry_key(entry: Entry) -> Row:
    """An entry that nobody pays for."""
    return {"pk": f"P#{entry.player}", "sk": f"E#{entry.call_id}"}


def player_of(row: Row) -> str:
    """The player of a row in the player's partition."""
    return str(row["pk"]).removeprefix("P#")


def day_of(row: Row) -> str:
    """The day of a player's day or of a pool."""
    return str(row["sk"]).removeprefix("D#")


def reservation_name(call_id: str) -> str:
    """The attribute that holds a call's reservation."""
    return f"{_RESERVATION}{call_id}"


def world_name(world: str) -> str:
    """The attribute that holds what a world has used."""
    return f"{_WORLD}{world}"


def drawn_name(plan: str) -> str:
    """The attribute that holds what is drawn from a plan's pool."""
    return f"d#{plan}"


def idle_name(plan: str) -> str:
    """The attribute that holds what is drawn from a plan's pool and not used."""
    return f"i#{plan}"


def settled_names(now: datetime) -> tuple[str, str]:
    """The set that takes calls settled now, and the one that is old enough to be dropped."""
    minute = int(now.timestamp()) // MINUTE_S
    return f"s{minute % SETTLED_SETS}", f"s{(minute + 1) % SETTLED_SETS}"


def is_settled(row: Row, call_id: str) -> bool:
    """Whether a day's row still remembers that the call was settled."""
    return any(call_id in row.get(f"s{number}", ()) for number in range(SETTLED_SETS))


def write_reservation(reservation: Reservation) -> str:
    """A reservation as it is stored: the same text for the same one, so that a condition can ask for it."""
    return _encode(reservation).decode()


def read_reservation(text: str) -> Reservation:
    """What `write_reservation` wrote."""
    return _decode_reservation(text)


def reservations(row: Row) -> list[Reservation]:
    """The open reservations of a player's day."""
    return [read_reservation(value) for name, value in row.items() if name.startswith(_RESERVATION)]


def write_entry(entry: Entry) -> str:
    """An entry as it is stored."""
    return _encode(entry).decode()


def read_entry(text: str) -> Entry:
    """What `write_entry` wrote; raises msgspec.DecodeError."""
    return _decode_entry(text)


def forgotten_at(day: str, keep_days: int) -> int:
    """When a day's rows expire: seconds since 1970."""
    end = datetime.combine(date.fromisoformat(day), time(), UTC) + timedelta(days=1 + keep_days)
    return int(end.timestamp())
