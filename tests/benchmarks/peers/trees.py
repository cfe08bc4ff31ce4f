"""Behaviour trees with `py_trees`, run by the peers' own interpreter: `python trees.py`.

Reads one line of JSON: `acts`, from the weightiest, each a list of guards (an input, the value from which it lets pass,
and whether it does so above it), and `frames`: by frame and NPC, every input. Each further line makes it tick all trees
through all frames and is answered with the microseconds of CPU per NPC and tick.

A tree tries the acts in their order and does the first that all guards let pass. To the library's favour the inputs lie
ready in a dict, without its blackboard, and there is nobody to act at but the player.
"""

import json
import sys
import time

from py_trees.behaviour import Behaviour
from py_trees.common import Status
from py_trees.composites import Selector, Sequence
from py_trees.trees import BehaviourTree


class Guard(Behaviour):
    def __init__(self, inputs: dict[str, int], of: str, value: int, above: bool) -> None:
        super().__init__(of)
        self.inputs, self.of, self.value, self.above = inputs, of, value, above

    def update(self) -> Status:
        passes = (self.inputs[self.of] >= self.value) == self.above
        return Status.SUCCESS if passes else Status.FAILURE


class Do(Behaviour):
    def update(self) -> Status:
        return Status.SUCCESS


def tree(inputs: dict[str, int], acts: list[list[tuple[str, int, bool]]]) -> BehaviourTree:
    root = Selector("acts", memory=False)
    for i, guards in enumerate(acts):
        branch = Sequence(str(i), memory=False)
        branch.add_children([*(Guard(inputs, *guard) for guard in guards), Do(f"do {i}")])
        root.add_child(branch)
    root.add_child(Do("routine"))
    return BehaviourTree(root)


def main() -> None:
    told = json.loads(sys.stdin.readline())
    frames = told["frames"]
    inputs: list[dict[str, int]] = [dict(each) for each in frames[0]]
    trees = [tree(each, told["acts"]) for each in inputs]
    for _ in sys.stdin:
        begun = time.process_time()
        for frame in frames:
            for own, now, each in zip(inputs, frame, trees, strict=True):
                own.update(now)
                each.tick()
        print(1e6 * (time.process_time() - begun) / len(frames) / len(trees), flush=True)


if __name__ == "__main__":
    main()
