import sys
from pathlib import Path

from tests.benchmarks import generation
from tests.benchmarks.generation import Task

PEER = """
import sys
for line in sys.stdin:
    name, calls, first = line.split()
    print(len(name) * int(calls) + int(first), flush=True)
"""


def test_a_row_holds_the_medians_and_their_ratio():
    costs = iter([99.0, *(4.0 * i for i in range(1, generation.ROUNDS + 1))])
    task = Task("noise", 1, lambda calls, first: next(costs), {"peer": lambda calls, first: 8.0})
    (row,) = generation._compare(task)
    assert row.split() == ["noise", "20.0", "peer", "8.0", "2.50"], "the first run, that compiles, does not count"


def test_every_round_has_seeds_of_its_own_and_both_sides_the_same():
    ours: list[int] = []
    theirs: list[int] = []
    task = Task(
        "noise",
        7,
        lambda calls, first: ours.append(first) or 1.0,
        {"peer": lambda calls, first: theirs.append(first) or 1.0},
    )
    list(generation._compare(task))
    assert ours == theirs == [7 * i for i in range(generation.ROUNDS + 1)]


def test_a_peer_is_asked_line_by_line_in_its_own_process(tmp_path: Path):
    script = tmp_path / "peer.py"
    script.write_text(PEER)
    with generation._talking(Path(sys.executable), script) as named:
        assert named("abc")(10, 5) == 35.0
        assert named("ab")(1, 0) == 2.0


def test_the_plain_monster_has_the_fourteen_fields_of_the_task():
    made = generation._plain(9)
    assert len(made) == 14 and made == generation._plain(9) != generation._plain(10)
