"""How fast a model can write on a machine, and how fast it probably does: configs/instances.yaml explains every key.

The roofline is what no software can beat: all active weights are read once per step, and every token is multiplied
with them. What measurements show on top (kernels per layer, a GPU's missed peak) is learned from the published ones.
Times are milliseconds, sizes bytes.
"""

from functools import cache
from statistics import median
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bodybroker.kernel import configuration

CACHE_BYTES = 2
"""Of one number in the cache."""
OPERATIONS = 2
"""Per parameter and token: a multiplication and an addition."""

Positive = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(gt=0)]
Percent = Annotated[int, Field(ge=0, le=100)]
Format = Literal["fp16", "fp8", "int4"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Target(_Part):
    """What is asked of a configuration, and the shape of a call."""

    token_ms: Positive
    first_token_ms: Positive
    prompt_tokens: Count
    cached_percent: Percent
    answer_tokens: Count
    use_percent: Annotated[int, Field(gt=0, le=100)]

    @property
    def fresh_tokens(self) -> int:
        """Of the prompt, what no cache has."""
        return max(1, round(self.prompt_tokens * (100 - self.cached_percent) / 100))

    @property
    def context_tokens(self) -> int:
        """What the cache holds of a conversation at its end."""
        return self.prompt_tokens + self.answer_tokens


class WeightFormat(_Part):
    """How weights are stored, and the rate at which they are multiplied."""

    bits: Count
    compute: Literal["fp16", "fp8"]


class Gpu(_Part):
    """One GPU."""

    memory_gb: Positive
    bandwidth_gb_s: Positive
    tflops: dict[Literal["fp16", "fp8"], Positive]


class Model(_Part):
    """One model. `active`: parameters per token, where only some of its experts work."""

    billions: Positive
    active: Positive | None = None
    layers: Count
    cache_numbers: Count
    hub: tuple[str, ...] = ()

    @property
    def active_billions(self) -> float:
        """The parameters that one token is multiplied with."""
        return self.active or self.billions


class Instance(_Part):
    """A machine of some GPUs of one kind."""

    gpu: str
    gpus: Count


class Published(_Part):
    """What somebody measured: one of three figures, of so many requests at once."""

    by: str
    model: str
    format: Format
    gpu: str
    gpus: Count = 1
    batch: Count = 1
    prompt: Count = 1
    answer: Count = 1
    token_ms: Positive | None = None
    first_token_ms: Positive | None = None
    tokens_per_s: Positive | None = None
    credible: bool = True
    old: bool = False

    @model_validator(mode="after")
    def _one_figure(self) -> Self:
        if sum(figure is not None for figure in (self.token_ms, self.first_token_ms, self.tokens_per_s)) != 1:
            raise ValueError("exactly one of token_ms, first_token_ms and tokens_per_s is needed")
        return self


class Hosting(_Part):
    """A model in some format on some GPUs that share its weights (tensor parallel)."""

    model: Model
    format: WeightFormat
    gpu: Gpu
    gpus: Count

    @property
    def weight_bytes(self) -> float:
        """All of them, also of experts that rest."""
        return self.model.billions * 1e9 * self.format.bits / 8

    def cache_bytes(self, tokens: int) -> float:
        """Of so many tokens of context."""
        return float(self.model.cache_numbers * CACHE_BYTES * tokens)

    def room(self, context_tokens: int, usable_percent: int) -> int:
        """How many conversations fit beside the weights; negative when not even those do."""
        usable = self.gpu.memory_gb * 1e9 * self.gpus * usable_percent / 100 - self.weight_bytes
        return -1 if usable < 0 else int(usable // self.cache_bytes(context_tokens))

    def token_ms(self, batch: int = 1, context_tokens: int = 0) -> float:
        """The least time between two tokens of ``batch`` answers: memory or arithmetic, whichever takes longer."""
        # Each request may wake experts of its own; together they cannot wake more than there are.
        active = min(self.model.billions, self.model.active_billions * batch)
        read = active * 1e9 * self.format.bits / 8 + batch * self.cache_bytes(context_tokens)
        return max(read / (self.gpu.bandwidth_gb_s * 1e9 * self.gpus), self._multiply_s(batch)) * 1e3

    def first_token_ms(self, prompt_tokens: int) -> float:
        """The least time for reading a prompt of which nothing is cached."""
        return max(self._multiply_s(prompt_tokens) * 1e3, self.token_ms())

    def tokens_per_s(self, prompt_tokens: int, answer_tokens: int) -> float:
        """The most tokens that are written in a second, whatever the batch: each brings its share of its prompt."""
        return 1 / self._multiply_s(1 + prompt_tokens / answer_tokens)

    def _multiply_s(self, tokens: float) -> float:
        peak = self.gpu.tflops[self.format.compute] * 1e12 * self.gpus
        return OPERATIONS * self.model.active_billions * 1e9 * tokens / peak


def bound(hosting: Hosting, one: Published) -> float:
    """The roofline of the figure that was measured, in its unit: no time is shorter, no rate higher."""
    if one.tokens_per_s is not None:
        return hosting.tokens_per_s(one.prompt, one.answer)
    return hosting.token_ms(one.batch, one.prompt) if one.token_ms is not None else hosting.first_token_ms(one.prompt)


def possible(hosting: Hosting, one: Published) -> bool:
    """Whether the roofline allows what was measured."""
    if one.tokens_per_s is not None:
        return one.tokens_per_s <= bound(hosting, one)
    return (one.token_ms or one.first_token_ms or 0) >= bound(hosting, one)


class Lost(_Part):
    """What measurements show beyond the roofline."""

    layer_ms: Positive
    """Per layer and token: the launch and the end of its kernels, and what GPUs tell each other."""
    peak_share: Positive
    """The share of a GPU's peak that reading a prompt reaches."""


class Tier(_Part):
    """The models that stand for a tier, and where its target differs from the common one."""

    models: tuple[str, ...]
    target: dict[str, float] = {}


class Instances(_Part):
    """All of configs/instances.yaml."""

    target: Target
    usable_percent: Percent
    batch_limit: Count
    formats: dict[Format, WeightFormat]
    gpus: dict[str, Gpu]
    models: dict[str, Model]
    tiers: dict[str, Tier]
    instances: dict[str, Instance]
    published: tuple[Published, ...]

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        named = [(f"instances.{name}", one.gpu, self.gpus) for name, one in self.instances.items()]
        named += [(f"published by {one.by}", one.gpu, self.gpus) for one in self.published]
        models = [(f"published by {one.by}", one.model) for one in self.published]
        models += [(f"tiers.{tier}", name) for tier, one in self.tiers.items() for name in one.models]
        faults = [f"{where} names no GPU: {name}" for where, name, known in named if name not in known]
        faults += [f"{where} names no model: {name}" for where, name in models if name not in self.models]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def target_of(self, tier: str, **asked: float) -> Target:
        """What is asked of a tier: ``asked`` goes before what the tier has of its own."""
        return Target.model_validate(self.target.model_dump() | self.tiers[tier].target | asked)

    def hosting(self, model: str, format: Format, gpu: str, gpus: int = 1) -> Hosting:
        """By their names; KeyError for a wrong one."""
        return Hosting(model=self.models[model], format=self.formats[format], gpu=self.gpus[gpu], gpus=gpus)

    def of(self, published: Published) -> Hosting:
        """What a measurement was made on."""
        return self.hosting(published.model, published.format, published.gpu, published.gpus)

    def lost(self, model: Model, gpus: int) -> Lost:
        """From the measurements of the kind: experts, several GPUs, or one. The nearest kind where there are none."""
        kind = (model.active is not None, gpus > 1)
        return Lost(layer_ms=median(self._layer_ms(kind)), peak_share=median(self._peak_share(kind)))

    def _layer_ms(self, kind: tuple[bool, bool]) -> list[float]:
        found: list[tuple[tuple[bool, bool], float]] = []
        for one in self._teaching():
            if one.token_ms is not None and one.batch == 1:
                hosting = self.of(one)
                beyond = (one.token_ms - hosting.token_ms(1, one.prompt)) / hosting.model.layers
                found.append(((hosting.model.active is not None, one.gpus > 1), beyond))
        return _of_kind(found, kind)

    def _peak_share(self, kind: tuple[bool, bool]) -> list[float]:
        found: list[tuple[tuple[bool, bool], float]] = []
        for one in self._teaching():
            if one.first_token_ms is not None and one.prompt > 1:
                hosting = self.of(one)
                share = hosting.first_token_ms(one.prompt) / one.first_token_ms
                found.append(((hosting.model.active is not None, one.gpus > 1), share))
        return _of_kind(found, kind)

    def _teaching(self) -> list[Published]:
        return [one for one in self.published if one.credible and not one.old]


def _of_kind(found: list[tuple[tuple[bool, bool], float]], kind: tuple[bool, bool]) -> list[float]:
    exact = [value for other, value in found if other == kind]
    near = [value for other, value in found if other[0] == kind[0]]
    return exact or near or [value for _, value in found]


@cache
def load() -> Instances:
    """Read and check the configuration. Raises pydantic's ValidationError with every fault."""
    return Instances.model_validate(configuration.load("instances"))
