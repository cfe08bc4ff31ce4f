"""The registry of cloud models (configs/models.yaml): who is asked for what, what it costs, what has ended.

Pure: callers say what day it is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo

from bodybroker.kernel import configuration
from bodybroker.models import prices
from bodybroker.models.prices import Nanodollars, Price
from bodybroker.models.usage import Usage

Positive = Annotated[int, Field(gt=0, strict=True)]
Text = Annotated[str, Field(min_length=1)]


class UnknownModel(Exception):
    """The registry has no such model or role."""


class ModelEnded(Exception):
    """The model is past its end and nothing takes its place by itself."""

    def __init__(self, name: str, ends: date, successor: str | None) -> None:
        hint = f"its successor is {successor}" if successor else "it has no successor"
        super().__init__(f"{name} ended on {ends}; {hint}")
        self.successor = successor


@dataclass(frozen=True, slots=True)
class Tokens:
    """What one answer used. `written` is the part of the fresh prompt that the provider keeps in its cache;
    `reasoning` the part of the completion that nobody sees."""

    usage: Usage
    written: int = 0
    reasoning: int = 0


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _priced(value: object, info: ValidationInfo) -> object:
    """A key of prices.yaml as the price that stands there."""
    prices: Mapping[str, Price] = (info.context or {}).get("prices", {})
    if not isinstance(value, str):
        raise ValueError("must be a key of prices.yaml")
    if value not in prices:
        raise ValueError(f"prices.yaml has no price of {value}")
    return prices[value]


class Quality(_Strict):
    """A published score in percent."""

    score: Annotated[float, Field(ge=0, le=100)]
    source: Text
    as_of: date


class Reasoning(_Strict):
    """How hard a model may think before it speaks, and the most hidden tokens that one answer may have."""

    effort: Literal["none", "minimal", "low", "medium", "high"]
    cap_tokens: Positive


class CloudModel(_Strict):
    """One model of one provider. `cache_write` is the price of a prompt's token that goes into the provider's cache,
    where it is not that of any fresh one; `ends` the first day on which the model answers no more."""

    provider: Annotated[str, Field(pattern=r"^[a-z]+$")]
    litellm: Text
    listed_as: Text
    price: Annotated[Price, BeforeValidator(_priced)]
    cache_write: Nanodollars | None = None
    context_tokens: Positive
    output_tokens: Positive
    ends: date | None = None
    successor: str | None = None
    at_end: Literal["map", "refuse"] = "map"
    reasoning: Reasoning | None = None
    quality: Mapping[str, Quality] = {}

    def has_ended(self, today: date) -> bool:
        return self.ends is not None and self.ends <= today

    @property
    def hidden_tokens(self) -> int:
        """The most hidden tokens of one answer."""
        return self.reasoning.cap_tokens if self.reasoning else 0

    def cost_of(self, tokens: Tokens) -> int:
        """What an answer costs, in nanodollars."""
        return self.price.cost_nanodollars(tokens.usage) + tokens.written * (self._writing - self.price.input)

    def worst_cost(self, prompt_tokens: int, answer_tokens: int) -> int:
        """The most nanodollars of an answer: all of its prompt is written to the cache, and it thinks all it may."""
        dearest = max(self.price.input, self._writing)
        return prompt_tokens * dearest + (answer_tokens + self.hidden_tokens) * self.price.output

    @property
    def prices(self) -> Mapping[str, int]:
        """Nanodollars per token, by their names in the documents."""
        price = self.price
        return {"input": price.input, "cached": price.cached, "output": price.output, "cache_write": self._writing}

    @property
    def _writing(self) -> int:
        return self.price.input if self.cache_write is None else self.cache_write


class Role(_Strict):
    """Who is asked for one kind of work, in order; `attempt_ms` is the longest that one try may take."""

    primary: str
    fallbacks: tuple[str, ...] = ()
    cheaper: str | None = None
    attempt_ms: Positive

    @property
    def names(self) -> tuple[str, ...]:
        return (self.primary, *self.fallbacks, *((self.cheaper,) if self.cheaper else ()))


@dataclass(frozen=True, slots=True)
class Resolved:
    """The model that answers to a name today: `name` may be that of a successor."""

    name: str
    model: CloudModel


class Registry(_Strict):
    """All of it. Times in milliseconds."""

    price_list_url: Annotated[str, Field(pattern="^https?://")]
    near_end_days: Positive
    attempts: Positive
    back_off_ms: Positive
    least_attempt_ms: Positive
    models: Mapping[str, CloudModel]
    roles: Mapping[str, Role]

    def resolve(self, name: str, today: date) -> Resolved:
        """The model of that name, or the one that has taken its place; raises UnknownModel or ModelEnded."""
        passed: set[str] = set()
        while (model := self._model(name)).has_ended(today):
            assert model.ends is not None
            if model.at_end == "refuse" or model.successor is None or name in passed:
                raise ModelEnded(name, model.ends, model.successor)
            passed.add(name)
            name = model.successor
        return Resolved(name, model)

    def chain(self, role: str, today: date) -> tuple[Resolved, ...]:
        """Whom to ask in a role, in order, each once; raises UnknownModel, or ModelEnded when nobody is left."""
        found: dict[str, Resolved] = {}
        ended: ModelEnded | None = None
        for name in self.role(role).names:
            try:
                resolved = self.resolve(name, today)
            except ModelEnded as error:
                ended = ended or error
            else:
                found.setdefault(resolved.name, resolved)
        if ended and not found:
            raise ended
        return tuple(found.values())

    def worst_cost(self, role: str, prompt_tokens: int, answer_tokens: int, today: date) -> int:
        """The most nanodollars that one answer in a role can cost, whoever of its chain gives it."""
        return max(each.model.worst_cost(prompt_tokens, answer_tokens) for each in self.chain(role, today))

    def near_their_end(self, today: date) -> list[tuple[str, int]]:
        """Models in use that end within `near_end_days`, with the days that are left."""
        horizon = today + timedelta(days=self.near_end_days)
        used = {each.name for role in self.roles for each in self._living(role, today)}
        ends = ((name, self.models[name].ends) for name in sorted(used))
        return [(name, (end - today).days) for name, end in ends if end is not None and end <= horizon]

    def ended(self, today: date) -> list[str]:
        """Models that a role still names although they have ended."""
        named = {name for role in self.roles.values() for name in role.names}
        return sorted(name for name in named if self._model(name).has_ended(today))

    def faults(self, today: date) -> list[str]:
        """Everything that is wrong between the entries, in plain words."""
        return [*self._faults_of_models(today), *self._faults_of_roles(today)]

    def role(self, name: str) -> Role:
        """Raises UnknownModel."""
        if name not in self.roles:
            raise UnknownModel(f"no role is called {name}")
        return self.roles[name]

    def _model(self, name: str) -> CloudModel:
        if name not in self.models:
            raise UnknownModel(f"no model is called {name}")
        return self.models[name]

    def _living(self, role: str, today: date) -> tuple[Resolved, ...]:
        try:
            return self.chain(role, today)
        except ModelEnded:
            return ()

    def _faults_of_models(self, today: date) -> Iterator[str]:
        for name, model in self.models.items():
            if model.successor is not None and model.successor not in self.models:
                yield f"models.{name}.successor: no model is called {model.successor}"
            if model.has_ended(today) and model.successor is None:
                yield f"models.{name}.ends: it ended on {model.ends} and has no successor"
            if model.output_tokens > model.context_tokens:
                yield f"models.{name}.output_tokens: more than context_tokens"
            if name in self._successors(name):
                yield f"models.{name}.successor: its successors lead back to it"

    def _successors(self, name: str) -> list[str]:
        """Those that follow, until there is none or one comes again."""
        found: list[str] = []
        model = self.models.get(name)
        while model and model.successor and model.successor not in found:
            found.append(model.successor)
            model = self.models.get(model.successor)
        return found

    def _faults_of_roles(self, today: date) -> Iterator[str]:
        for role, entry in self.roles.items():
            unknown = [name for name in entry.names if name not in self.models]
            yield from (f"roles.{role}: no model is called {name}" for name in unknown)
            if unknown or any(each.successor and each.successor not in self.models for each in self.models.values()):
                continue
            living = self._living(role, today)
            if not living:
                yield f"roles.{role}: every model of it has ended"
            elif len({each.model.provider for each in living}) == 1:
                yield f"roles.{role}: only {living[0].model.provider} is asked; its outage would leave nobody"


def check(registry: Registry, today: date) -> None:
    """Raises ValueError that lists every fault."""
    if faults := registry.faults(today):
        raise ValueError("configs/models.yaml: " + "; ".join(faults))


@cache
def load() -> Registry:
    """The registry of this build; raises ValidationError that lists what is malformed or missing."""
    return read(configuration.load("models"), prices.load())


def read(document: Mapping[str, Any], known_prices: Mapping[str, Price]) -> Registry:
    """A registry with its prices looked up; raises ValidationError that lists what is malformed or missing."""
    return Registry.model_validate(document, context={"prices": known_prices})
