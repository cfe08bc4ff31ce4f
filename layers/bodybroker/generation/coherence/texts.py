"""The texts of an addition, each with the field it stands in."""

from collections.abc import Iterator

from bodybroker.generation.locations import Addition


def texts(addition: Addition) -> Iterator[tuple[str, str]]:
    """Field and text of all that an addition says in words; parts of lists are numbered (`clues.0`)."""
    for field in ("title", "text", "personality", "wants"):
        if text := getattr(addition, field):
            yield field, text
    for index, trait in enumerate(addition.traits):
        yield f"traits.{index}", trait
    for index, hazard in enumerate(addition.hazards):
        yield f"hazards.{index}", hazard.text
    for index, clue in enumerate(addition.clues):
        yield f"clues.{index}", clue.text


def story(addition: Addition) -> str:
    """What an addition tells, without its title: what must not be told twice."""
    return " ".join(text for field, text in texts(addition) if field in ("text", "personality", "wants"))
