"""Changes to MiniStack's behaviour, one module per concern.

MiniStack's names are private and move between versions. Every patch module lists the names that it relies on, with
their parameters, in `TARGETS`; `assert_targets` checks all of them before anything is changed.
"""
