"""Lines of history as data."""

import pytest
from bodybroker.world.branches import Piece, Point, Stretch, branches, common, home, lineage

#        0: root ..5, 1: fork after 3 ..8, 2: root again from 5 ..9, 3: fork of the fork after 6 ..7, 4: its newest
TREE = (
    Stretch(0, "root", None, 0, "main", "t0", 5),
    Stretch(1, "fork", 0, 3, "f", "t1", 8),
    Stretch(2, "root", 0, 5, "main", "t2", 9),
    Stretch(3, "twig", 1, 6, "t", "t3", 7),
    Stretch(4, "fork", 1, 8, "f", "t4"),
)


@pytest.mark.parametrize(
    ("point", "pieces"),
    [
        (Point(0, 4), [Piece(0, 0, 4)]),
        (Point(1, 8), [Piece(0, 0, 3), Piece(1, 3, 8)]),
        (Point(1, 2), [Piece(0, 0, 2)]),
        (Point(2, 9), [Piece(0, 0, 5), Piece(2, 5, 9)]),
        (Point(3, 7), [Piece(0, 0, 3), Piece(1, 3, 6), Piece(3, 6, 7)]),
        (Point(4, 8), [Piece(0, 0, 3), Piece(1, 3, 8)]),
        (Point(4, 10), [Piece(0, 0, 3), Piece(1, 3, 8), Piece(4, 8, 10)]),
    ],
)
def test_a_lineage_has_no_gaps(point, pieces):
    assert lineage(TREE, point) == pieces
    assert home(TREE, point) == Point(pieces[-1].ordinal, point.version)


@pytest.mark.parametrize(
    ("one", "other", "version"),
    [
        (Point(0, 5), Point(2, 9), 5),
        (Point(1, 8), Point(2, 9), 3),
        (Point(3, 7), Point(4, 10), 6),
        (Point(3, 7), Point(0, 2), 2),
        (Point(4, 10), Point(4, 10), 10),
        (Point(4, 9), Point(4, 10), 9),
    ],
)
def test_what_two_histories_share(one, other, version):
    assert common(TREE, one, other) == common(TREE, other, one) == version


def test_branches_are_stretches_put_together():
    found = branches(TREE, 10)
    assert [(b.branch_id, b.parent_id, b.forked_at, b.name, b.created_at, b.tip) for b in found] == [
        ("root", None, 0, "main", "t0", Point(2, 9)),
        ("fork", "root", 3, "f", "t1", Point(4, 10)),
        ("twig", "fork", 6, "t", "t3", Point(3, 7)),
    ]


def test_holes_that_deletion_leaves_do_no_harm():
    left = [stretch for stretch in TREE if stretch.branch_id != "twig"]
    assert lineage(left, Point(4, 9)) == lineage(TREE, Point(4, 9))
    assert [branch.branch_id for branch in branches(left, 10)] == ["root", "fork"]
