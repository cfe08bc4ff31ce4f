"""Use case: delete an account. Destroying the player's key is the deletion: what it sealed, wherever a copy of it lies,
nobody can read from then on. Removing the rows is tidying up, which may take its time and be repeated at will.
"""

from bodybroker.kernel.ids import PlayerId
from bodybroker.ports.accounts import Accounts
from bodybroker.ports.memories import ForgetsMemories
from bodybroker.ports.vault import Erasure, ErasureOrders, PlayerKeys
from bodybroker.services.sweep_budgets import BudgetKeeper


def delete_account(keys: PlayerKeys, accounts: Accounts, player: PlayerId) -> None:
    """Destroy the player's key, which also orders the erasure, then identity and profile. Repeating it is harmless.

    The key goes first: whatever stops us after that, the order stands.
    """
    keys.destroy(player)
    accounts.delete_player(player)


def erase_player(
    orders: ErasureOrders,
    accounts: Accounts,
    erasure: Erasure,
    memories: ForgetsMemories,
    keeper: BudgetKeeper,
    player: PlayerId,
) -> bool:
    """Carry out the erasure that `delete_account` ordered; False where none is ordered. Cut off, it can be repeated."""
    if not orders.stands(player):
        return False
    accounts.delete_player(player)
    for key in erasure.worlds(player):
        erasure.erase_world(key)
    erasure.erase_player(player)
    memories.forget_player(player)
    keeper.close(player)
    orders.fulfil(player)
    return True
