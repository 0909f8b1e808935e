"""The tree of classes: several parents, cycles, distances."""

from __future__ import annotations

from kg.lexicon.classes import ClassTree

#     0        0 above 1 and 2, these above 3, which is above 4; 5 and 6 above one another
PARENTS = {0: (), 1: (0,), 2: (0,), 3: (1, 2), 4: (3, 0), 5: (6,), 6: (5,)}
TREE = ClassTree(
    {"entity": c, "parents": list(above), "members": 10**c, "member_predicates": [c, 9]} for c, above in PARENTS.items()
)


def test_what_is_above_and_below() -> None:
    assert TREE.upwards([4]) == [4, 3, 0, 1, 2]
    assert TREE.downwards(0) == [0, 1, 2, 4, 3]
    assert (TREE.parents(3), TREE.parents(99), 3 in TREE, 99 in TREE) == ((1, 2), (), True, False)
    assert list(TREE) == list(PARENTS)


def test_a_class_above_another_one_stands_behind_it() -> None:
    assert TREE.levels(TREE.parents(4)) == [[3], [1, 2], [0]]


def test_cycles_end() -> None:
    assert TREE.upwards([5]) == [5, 6]
    assert TREE.downwards(6) == [6, 5]
    assert {c for level in TREE.levels([5]) for c in level} == {5, 6}


def test_members_and_what_they_have() -> None:
    assert TREE.members(3) == 11_000
    assert TREE.member_predicates(3) == [3, 9, 4]
