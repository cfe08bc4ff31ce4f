"""The empire: ranks, crews, fronts."""
