"""Which machine holds which latency at which price: configurations of a model, measured against a target."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from bodybroker.models.roofline import Format, Hosting, Instances, Lost, Target

SECONDS = 3600
MILLION = 1_000_000


@dataclass(frozen=True)
class Size:
    """One model in one format on one instance, as fast as it probably is. Times in milliseconds."""

    model: str
    format: Format
    instance: str
    gpus: int
    """That share one copy of the weights."""
    copies: int
    batch: int
    """Answers that each copy writes at a time: the most that keep the target, or 1 where one alone misses it."""
    token_ms: float
    """Between two tokens at that batch."""
    alone_ms: float
    """Between two tokens of a request that is alone."""
    roofline_ms: float
    """The same, were nothing lost."""
    first_token_ms: float
    """Of a request that is alone, its prompt's prefix cached."""
    cold_first_token_ms: float
    """The same with nothing cached."""
    tokens_per_s: float
    """Written by the whole instance while it is busy."""
    hour_usd: Decimal

    def holds(self, target: Target) -> bool:
        """Whether both of the target's times are kept."""
        return self.token_ms <= target.token_ms and self.first_token_ms <= target.first_token_ms

    def million_usd(self, use_percent: int) -> Decimal:
        """Dollars per 1M written tokens, when the instance is busy in so many per cent of its hours."""
        return self.hour_usd * MILLION * 100 / (Decimal(str(self.tokens_per_s)) * SECONDS * use_percent)


@dataclass(frozen=True)
class TooLarge:
    """The weights do not fit, or no conversation fits beside them."""

    model: str
    format: Format
    instance: str


def sizes(known: Instances, hours_usd: dict[str, Decimal], target: Target, tier: str) -> Iterator[Size | TooLarge]:
    """Every configuration of a tier's models on the instances whose hour's price is known."""
    for model in known.tiers[tier].models:
        for format in known.formats:
            for instance, hour_usd in hours_usd.items():
                yield size(known, target, model, format, instance, hour_usd)


def size(
    known: Instances, target: Target, model: str, format: Format, instance: str, hour_usd: Decimal
) -> Size | TooLarge:
    """A model on an instance, on as few GPUs per copy as keep the target; on the fewest that fit where none do."""
    machine = known.instances[instance]
    fewest: Size | None = None
    for gpus in (count for count in (1, 2, 4, 8) if count <= machine.gpus):
        hosting = known.hosting(model, format, machine.gpu, gpus)
        room = hosting.room(target.context_tokens, known.usable_percent)
        if room < 1:
            continue
        speed = _Speed(hosting, known.lost(hosting.model, gpus), target)
        batch = speed.batch(min(room, known.batch_limit))
        copies = machine.gpus // gpus
        found = Size(
            model=model,
            format=format,
            instance=instance,
            gpus=gpus,
            copies=copies,
            batch=batch,
            token_ms=speed.token_ms(batch),
            alone_ms=speed.token_ms(1),
            roofline_ms=hosting.token_ms(),
            first_token_ms=speed.first_token_ms(target.fresh_tokens),
            cold_first_token_ms=speed.first_token_ms(target.prompt_tokens),
            tokens_per_s=copies * speed.tokens_per_s(batch),
            hour_usd=hour_usd,
        )
        if found.holds(target):
            return found
        fewest = fewest or found
    return fewest or TooLarge(model, format, instance)


def cheapest(found: list[Size], target: Target) -> Size | None:
    """Per written token, of those that hold the target."""
    return min((one for one in found if one.holds(target)), key=lambda one: one.million_usd(100), default=None)


@dataclass(frozen=True)
class _Speed:
    """A hosting with what it loses."""

    hosting: Hosting
    lost: Lost
    target: Target

    def token_ms(self, batch: int) -> float:
        beyond = self.lost.layer_ms * self.hosting.model.layers
        return self.hosting.token_ms(batch, self.target.context_tokens) + beyond

    def first_token_ms(self, prompt_tokens: int) -> float:
        beyond = self.lost.layer_ms * self.hosting.model.layers
        return self.hosting.first_token_ms(prompt_tokens) / self.lost.peak_share + beyond

    def batch(self, most: int) -> int:
        """The most answers at a time that keep the target."""
        return next((size for size in range(most, 1, -1) if self.token_ms(size) <= self.target.token_ms), 1)

    def tokens_per_s(self, batch: int) -> float:
        """By one copy: between tokens it reads the prompts of the next requests."""
        reading = self.hosting.first_token_ms(self.target.fresh_tokens) / self.lost.peak_share
        return 1e3 / (self.token_ms(batch) / batch + reading / self.target.answer_tokens)
