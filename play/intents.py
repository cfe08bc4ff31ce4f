"""What a person types to do something besides talking, as an intent of the API: `/bribe 50 Take this.`"""

import shlex
from collections.abc import Mapping
from typing import Any

from play.game import CannotDo

Json = dict[str, Any]

HELP = (
    "/bribe DOLLARS · /pay DOLLARS · /owe DOLLARS · /threaten · /ask NAME · /tell NAME CLAIM [OBJECT] · "
    "/lie NAME CLAIM [OBJECT]; then what you say, if anything. NAME may be me; CLAIM is a word such as cheats"
)
MONEY = {"bribe": "bribe", "pay": "pay", "owe": "promise_money"}


def read(typed: str, people: Mapping[str, Json]) -> tuple[Json | None, str]:
    """The intent and the words in what was typed; no intent without a slash. Raises CannotDo with the help."""
    if not typed.startswith("/"):
        return None, typed
    try:
        verb, *words = shlex.split(typed[1:])
        return _read(verb, words, people)
    except (ValueError, IndexError):
        raise CannotDo(HELP) from None


def claim(subject: str, predicate: str, what: str = "") -> Json:
    """A claim as the API reads it."""
    return {"subject": subject, "predicate": predicate, "object": what}


def _read(verb: str, words: list[str], people: Mapping[str, Json]) -> tuple[Json, str]:
    if verb in MONEY:
        return {"type": MONEY[verb], "cents": round(float(words[0]) * 100)}, " ".join(words[1:])
    if verb == "threaten":
        return {"type": verb}, " ".join(words)
    if verb == "ask":
        return {"type": verb, "subject": _person(words[0], people)}, " ".join(words[1:])
    if verb in ("tell", "lie"):
        told = claim(_person(words[0], people), words[1], _thing(words[2:3], people))
        return {"type": verb, "claim": told}, " ".join(words[3:])
    raise ValueError(verb)


def _person(name: str, people: Mapping[str, Json]) -> str:
    """The id of whom the player has seen; by the whole name or a part of it."""
    if name == "me":
        return "player"
    found = [npc_id for npc_id, npc in people.items() if name.casefold() in npc["name"].casefold()]
    if len(found) != 1:
        names = ", ".join(sorted(npc["name"] for npc in people.values()))
        raise CannotDo(f"{name!r} is {'several' if found else 'none'} of those you have seen: {names}")
    return found[0]


def _thing(words: list[str], people: Mapping[str, Json]) -> str:
    """What a claim is about: a person where it is the name of one."""
    if not words:
        return ""
    try:
        return _person(words[0], people)
    except CannotDo:
        return words[0]
