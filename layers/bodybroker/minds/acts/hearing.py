"""What the player claimed, as a model hears it where no rule does (`reading.speech`).

It hears nothing that was not said: whoever a claim is about must have been named, and so must its object, and a word
must have been said that hints at such a claim.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bodybroker.kernel.ids import EntityId
from bodybroker.minds.acts.choices import Choices
from bodybroker.minds.reading import phrases, speech
from bodybroker.minds.reading.sentences import sentences
from bodybroker.world.beliefs.state import Claim

Schema = dict[str, Any]


def schema(text: str, choices: Choices) -> Schema | None:
    """What the player may have claimed with these words; None where he spoke of nobody, or where a rule reads them."""
    who, hinted = _named(text, choices), _hinted(text, choices)
    if not who or not hinted or speech.read(text, choices) is not None:
        return None
    return {"anyOf": [{"type": "null"}, *_claims(who, _parts(text, choices), hinted)]}


def claim(heard: Mapping[str, Any] | None, text: str, choices: Choices) -> Claim | None:
    """The claim in a model's answer; None where it heard none, or something that was not said."""
    if heard is None:
        return None
    who, what, of = _named(text, choices), heard.get("what"), str(heard.get("of", ""))
    if what not in _hinted(text, choices):
        return None
    kinds: dict[str | None, Mapping[str, str]] = {"": {"": ""}, "person": who, "part": _parts(text, choices)}
    objects = kinds.get(choices.predicates.get(str(what)), {})
    about = who.get(str(heard.get("about")))
    if about is None or of not in objects or objects[of] == about:
        return None
    return Claim(about, str(what), objects[of])


def _claims(who: Mapping[str, str], parts: Mapping[str, str], hinted: Mapping[str, str]) -> Iterator[Schema]:
    for kind, objects in (("", None), ("person", who), ("part", parts)):
        whats = [name for name, of in hinted.items() if of == kind]
        fields: dict[str, Schema] = {"about": {"enum": list(who)}, "what": {"enum": whats}}
        if objects is not None:
            fields["of"] = {"enum": list(objects)}
        if whats and (objects is None or len(objects) > (kind == "person")):
            yield {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def _hinted(text: str, choices: Choices) -> dict[str, str]:
    """The predicates that something hints at in a sentence that names somebody."""
    seen = phrases.load().compiled
    told = [one.text for one in sentences(text, (), choices.names) if one.names and not one.is_question]
    return {
        predicate: kind
        for predicate, kind in choices.predicates.items()
        if (hint := seen.get(f"hints.{predicate}")) is not None and any(hint.search(one) for one in told)
    }


def _named(text: str, choices: Choices) -> dict[str, EntityId]:
    """Those whom the player named, by their names; a question claims nothing of anybody."""
    told = (sentence for sentence in sentences(text, (), choices.names) if not sentence.is_question)
    who = {npc_id for sentence in told for npc_id in sentence.names}
    return {name: npc_id for name, npc_id in choices.names.items() if npc_id in who}


def _parts(text: str, choices: Choices) -> dict[str, str]:
    named = [part for sentence in sentences(text, choices.parts, {}) for part in sentence.parts]
    return {part: part for part in named}
