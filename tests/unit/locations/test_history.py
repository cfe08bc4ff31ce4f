"""Places and the branches of a world: what is rewound was never made; what is deleted or shredded is gone."""

import pytest
from bodybroker.adapters.vault import EnvelopeVault
from bodybroker.kernel.errors import NotFound
from bodybroker.kernel.ids import BranchId
from bodybroker.ports.vault import Shredded
from bodybroker.services.branch_world import Fork, branch_world
from bodybroker.services.delete_branch import delete_branch
from bodybroker.services.forget_locations import forget_deleted_branches
from bodybroker.services.switch_branch import switch_branch

from tests.fakes.vault import MemoryKeys


def rewind(night, to: int = 1, name: str = "rewind") -> BranchId:
    """Rewind; the branch that was left."""
    left = night.worlds.load(night.key).head.branch_id
    branch_world(night.worlds, night.recorder, night.key, name, Fork(to))
    return left


def test_after_a_rewind_a_place_was_never_made_and_on_its_branch_it_still_is(night):
    made = night.make()
    left = rewind(night)
    with pytest.raises(NotFound, match="not been made"):
        night.reader.find(night.key, night.place())
    assert night.ask(request="r2").job.again == 0
    switch_branch(night.worlds, night.recorder, night.key, "back", left)
    assert night.reader.find(night.key, night.place()).settled.digest == made.digest


def test_a_job_does_not_reach_into_a_history_that_it_does_not_know(night):
    job = night.ask().job
    night.customizer.customize(night.key, job.job_id, "place", 1)
    rewind(night)
    assert night.checker.check(night.key, job.job_id, 1).verdict == "canceled"
    canceled = night.committer.commit(night.key, job.job_id)
    assert (canceled.status, canceled.reason) == ("canceled", "rewound")
    assert not night.settled() and not night.state.story.descriptions


def test_a_rewind_between_the_check_and_the_commit_is_seen_too(night):
    job = night.ask().job
    rewind(night)
    failed = night.committer.commit(night.key, job.job_id)
    assert (failed.status, failed.reason) == ("failed", "rewound")
    assert not night.settled()
    assert [told.type for told in night.outbox.sent] == ["location.failed"]


def test_whoever_wants_the_place_after_a_rewind_gets_a_job_of_the_new_branch(night):
    before = night.ask().job
    rewind(night)
    after = night.ask(request="r2")
    assert after.is_new and after.job.branch_id == night.worlds.load(night.key).head.branch_id
    assert night.reader.job(night.key, before.job_id).reason == "rewound"
    assert night.carry_out(after.job).status == "done"


def test_a_commit_that_is_repeated_after_a_rewind_tells_what_it_did(night):
    """It had been written before the rewind, and only its teller died."""
    job = night.ask().job
    finish, night.locations.replace_job = night.locations.replace_job, _dies_at(night, "done")
    with pytest.raises(RuntimeError):
        night.committer.commit(night.key, job.job_id)
    night.locations.replace_job = finish
    rewind(night)
    assert night.committer.commit(night.key, job.job_id).status == "done"
    assert not night.settled(), "on this branch it never was"


def _dies_at(night, status):
    replace_job = night.locations.replace_job

    def dying(key, job):
        if job.status == status:
            raise RuntimeError("gone")
        return replace_job(key, job)

    return dying


def test_each_branch_has_a_copy_of_its_own_and_takes_only_that_along(night):
    made = night.make()
    left = rewind(night)
    other = night.make(request="r2")
    assert other.digest == made.digest, "the same seed, the same answers"
    assert forget_deleted_branches(night.worlds, night.locations, night.key) == 0
    here = night.worlds.load(night.key).head.branch_id
    third = rewind(night, name="once more")
    assert third == here
    delete_branch(night.worlds, night.key, "delete", here)
    assert forget_deleted_branches(night.worlds, night.locations, night.key) == 1
    assert night.locations.branches(night.key) == {left}
    switch_branch(night.worlds, night.recorder, night.key, "back", left)
    assert night.reader.find(night.key, night.place()).document


def test_of_a_player_who_is_gone_nothing_is_swept_or_made(night):
    night.make()
    vault = EnvelopeVault(MemoryKeys())

    class Gone:
        def stretches(self, key):
            vault.open(key.player, b"", b"")

    assert forget_deleted_branches(Gone(), night.locations, night.key) == 0
    assert night.locations.branches(night.key)
    job = night.ask("morgue", "r2").job
    night.locations.brief = lambda key, job_id: vault.open(key.player, b"", b"")
    with pytest.raises(Shredded):
        night.customizer.customize(night.key, job.job_id, "place", 1)
    assert job.job_id not in {entry.call_id for entry in night.budgets.entries}
