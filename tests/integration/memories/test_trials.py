"""The trials in short, and proof that they find what they look for: `make memory-trials` runs them at length."""

from bodybroker.adapters import memories_search
from bodybroker.minds.memory.scope import Scope

from tests.trials import rewind, tenancy

SHORT = 8
EVERYWHERE = ((0, 2**53),)


def test_nobody_remembers_what_was_rewound():
    assert rewind.main(["--trials", str(SHORT)]) == 0


def test_the_trial_notices_a_scope_without_a_lineage(monkeypatch):
    monkeypatch.setattr(Scope, "ranges", lambda self: EVERYWHERE)
    assert rewind.main(["--trials", str(SHORT)]) == 1


def test_nobody_gets_at_anothers_memories():
    assert tenancy.main(["--queries", "60"]) == 0


def test_the_trial_notices_a_query_without_the_tenant(monkeypatch):
    monkeypatch.setattr(memories_search, "tenant", lambda key: [])
    assert tenancy.main(["--queries", "60"]) == 1
