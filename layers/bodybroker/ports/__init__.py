"""The waist of the hourglass: what services ask of the outside world, as Protocols, and the values that cross it.

Adapters implement these, services use them, doors join the two.
"""

from bodybroker.ports.accounts import Accounts, Profile, Session, SessionReused, Signer, TicketChecker
from bodybroker.ports.bronze import Accepted, AsyncModel, Inferences, Objects, Open, Tasks
from bodybroker.ports.budgets import Budgets, BudgetUpkeep, OverBudget, PlayerDay, Reservation, Scope
from bodybroker.ports.caches import ContentCache, FalseHit
from bodybroker.ports.encounters import Encounters, Opening
from bodybroker.ports.ledger import LedgerFiles
from bodybroker.ports.lora import (
    AdapterArtefacts,
    AdapterContended,
    AdapterHost,
    AdapterRegistry,
    AdapterTaken,
    Artefact,
    SpeakingAdapters,
)
from bodybroker.ports.models import Model
from bodybroker.ports.vault import BadSeal, Erasure, ErasureOrders, PlayerKeys, Shredded, Vault
from bodybroker.ports.worlds import (
    COMMIT_EVENTS,
    Beginning,
    Commit,
    Contended,
    EventStore,
    Head,
    Loaded,
    Projections,
    Receipt,
    Repeated,
    Stale,
    Summary,
)

__all__ = [
    "COMMIT_EVENTS",
    "Accepted",
    "Accounts",
    "AdapterArtefacts",
    "AdapterContended",
    "AdapterHost",
    "AdapterRegistry",
    "AdapterTaken",
    "Artefact",
    "AsyncModel",
    "BadSeal",
    "Beginning",
    "BudgetUpkeep",
    "Budgets",
    "Commit",
    "Contended",
    "ContentCache",
    "Encounters",
    "Erasure",
    "ErasureOrders",
    "EventStore",
    "FalseHit",
    "Head",
    "Inferences",
    "LedgerFiles",
    "Loaded",
    "Model",
    "Objects",
    "Open",
    "Opening",
    "OverBudget",
    "PlayerDay",
    "PlayerKeys",
    "Profile",
    "Projections",
    "Receipt",
    "Repeated",
    "Reservation",
    "Scope",
    "Session",
    "SessionReused",
    "Shredded",
    "Signer",
    "SpeakingAdapters",
    "Stale",
    "Summary",
    "Tasks",
    "TicketChecker",
    "Vault",
]
