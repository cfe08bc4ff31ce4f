"""The night market: customers, prices, deals."""
