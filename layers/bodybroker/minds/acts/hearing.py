"""What the player claimed, as a model hears it where no rule does (`reading.speech`).

It hears nothing that was not said: whoever a claim is about must have been named, and so must its object.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bodybroker.kernel.ids import EntityId
from bodybroker.minds.acts.choices import Choices
from bodybroker.minds.reading import speech
from bodybroker.minds.reading.sentences import sentences
from bodybroker.world.beliefs.state import Claim

Schema = dict[str, Any]


def schema(text: str, choices: Choices) -> Schema | None:
    """What the player may have claimed with these words; None where he spoke of nobody, or where a rule reads them."""
    who = _named(text, choices)
    if not who or speech.read(text, choices) is not None:
        return None
    return {"anyOf": [{"type": "null"}, *_claims(who, _parts(text, choices), choices)]}


def claim(heard: Mapping[str, Any] | None, text: str, choices: Choices) -> Claim | None:
    """The claim in a model's answer; None where it heard none, or something that was not said."""
    if heard is None:
        return None
    who, what, of = _named(text, choices), heard.get("what"), str(heard.get("of", ""))
    kinds: dict[str | None, Mapping[str, str]] = {"": {"": ""}, "person": who, "part": _parts(text, choices)}
    objects = kinds.get(choices.predicates.get(str(what)), {})
    about = who.get(str(heard.get("about")))
    if about is None or of not in objects or objects[of] == about:
        return None
    return Claim(about, str(what), objects[of])


def _claims(who: Mapping[str, str], parts: Mapping[str, str], choices: Choices) -> Iterator[Schema]:
    for kind, objects in (("", None), ("person", who), ("part", parts)):
        whats = [name for name, of in choices.predicates.items() if of == kind]
        fields: dict[str, Schema] = {"about": {"enum": list(who)}, "what": {"enum": whats}}
        if objects is not None:
            fields["of"] = {"enum": list(objects)}
        if whats and (objects is None or len(objects) > (kind == "person")):
            yield {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def _named(text: str, choices: Choices) -> dict[str, EntityId]:
    """Those whom the player named, by their names; a question claims nothing of anybody."""
    told = (sentence for sentence in sentences(text, (), choices.names) if not sentence.is_question)
    who = {npc_id for sentence in told for npc_id in sentence.names}
    return {name: npc_id for name, npc_id in choices.names.items() if npc_id in who}


def _parts(text: str, choices: Choices) -> dict[str, str]:
    named = [part for sentence in sentences(text, choices.parts, {}) for part in sentence.parts]
    return {part: part for part in named}
