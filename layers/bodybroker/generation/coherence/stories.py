"""Stories told twice: within a place, or to a player who has heard them elsewhere."""

from collections.abc import Iterator, Sequence
from hashlib import blake2b

from bodybroker.generation.coherence.facts import Contradiction
from bodybroker.generation.coherence.rules import Repetition
from bodybroker.generation.coherence.subject import Subject
from bodybroker.generation.coherence.texts import story
from bodybroker.generation.coherence.words import sentences, stem
from bodybroker.generation.locations import Described

Sketch = tuple[int, ...]
"""The smallest hashes of a text's shingles, in order: enough to tell how alike two texts are (Broder's bottom-k)."""


def sketch(text: str, rules: Repetition) -> Sketch:
    """The sketch of a text, empty where it is too short to be compared."""
    words = [stem(word) for sentence in sentences(text) for word in sentence]
    if len(words) < rules.least_words:
        return ()
    runs = {" ".join(words[start : start + rules.shingle]) for start in range(len(words) - rules.shingle + 1)}
    hashes = sorted(int.from_bytes(blake2b(run.encode(), digest_size=4).digest(), "big") for run in runs)
    return tuple(hashes[: rules.sketch])


def sketches(described: Sequence[Described], rules: Repetition) -> tuple[Sketch, ...]:
    """What to remember of a place, so that its stories are not told to this player again."""
    found = (sketch(story(each.addition), rules) for each in described)
    return tuple(each for each in found if each)


def alike_per_mille(one: Sketch, other: Sketch, rules: Repetition) -> int:
    """The share of shingles that two texts have in common, estimated from their sketches."""
    if not one or not other:
        return 0
    union = sorted({*one, *other})[: rules.sketch]
    both = {*one} & {*other}
    return 1000 * sum(1 for each in union if each in both) // len(union)


def contradictions(subject: Subject) -> Iterator[Contradiction]:
    """Who tells what somebody before it told, here or elsewhere."""
    rules = subject.coherence.repetition
    known: list[tuple[str, Sketch]] = []
    told = set(subject.world.told)
    for each in subject.described:
        own = sketch(story(each.addition), rules)
        if not own:
            continue
        for key, earlier in known:
            if alike_per_mille(own, earlier, rules) >= rules.within_per_mille:
                yield Contradiction("repetition", each.entity.id, f"what {key} tells, too", other=key)
                break
        else:
            if any(alike_per_mille(own, earlier, rules) >= rules.elsewhere_per_mille for earlier in told):
                yield Contradiction("repetition", each.entity.id, "told to this player at another place")
        known.append((each.entity.id, own))
