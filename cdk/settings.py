"""What a deployment may choose: the `bodybroker:` keys of cdk.json's context, or `-c bodybroker:<key>=<value>`."""

from collections.abc import Mapping
from dataclasses import dataclass

from constructs import Construct

from cdk.constructs.artifacts import ROOT

TIERS = ("gold", "silver", "bronze", "guard")
FLOORS = {"gold": 1, "silver": 1, "bronze": 0, "guard": 1}
"""The fewest instances of a tier. Only an asynchronous endpoint may have none: its requests wait for one."""
OPTIONAL_TIERS = ("silver", "bronze", "guard")
"""Gold is always there: every ladder stands on it."""
SMALLEST_VOLUME_GB = 10
"""OpenSearch takes no smaller disk."""
DEFAULT_SERVING = "vllm"
"""`serving.properties` as it is; another name is a file of changes to it, beside it."""


@dataclass(frozen=True)
class TierSettings:
    """How one tier is deployed."""

    enabled: bool
    serving: str
    """`vllm`, or the name of an option: `int4`, `tensorrt_llm`."""
    instance_type: str
    instances_min: int
    instances_max: int


@dataclass(frozen=True)
class SearchSettings:
    """The domain of NPCs' memories. `volume_gb` is that of one instance's disk."""

    instance_type: str
    instances: int
    volume_gb: int


@dataclass(frozen=True)
class EmbeddingSettings:
    """The endpoint of the embedding model."""

    instance_type: str
    instances_min: int
    instances_max: int


@dataclass(frozen=True)
class Settings:
    """A deployment's choices, checked."""

    retain_data: bool
    """Tables, keys and secrets survive the deletion of their stack, and tables refuse to be deleted."""
    tiers: Mapping[str, TierSettings]
    """By the tier's name."""
    search: SearchSettings
    embedding: EmbeddingSettings
    alarm_email: str
    """Where alarms are mailed; empty for nowhere."""

    @classmethod
    def of(cls, scope: Construct) -> "Settings":
        """Read the context of ``scope``; ValueError lists everything that is wrong with it."""
        reader = _Reader(scope)
        settings = cls(
            retain_data=reader.boolean("retain_data"),
            tiers={tier: reader.tier(tier) for tier in TIERS},
            search=reader.search(),
            embedding=reader.embedding(),
            alarm_email=reader.text("alarm_email"),
        )
        if reader.faults:
            raise ValueError("; ".join(reader.faults))
        return settings


class _Reader:
    """Reads keys of the context and collects what is wrong with them."""

    def __init__(self, scope: Construct) -> None:
        self.faults: list[str] = []
        self._scope = scope

    def text(self, key: str) -> str:
        return str(self._scope.node.get_context(f"bodybroker:{key}"))

    def boolean(self, key: str) -> bool:
        text = self.text(key).lower()
        if text not in ("true", "false"):
            self.faults.append(f"bodybroker:{key} is {text}, not true or false")
        return text == "true"

    def integer(self, key: str) -> int:
        text = self.text(key)
        if not text.isdecimal():
            self.faults.append(f"bodybroker:{key} is {text}, not a whole number")
            return 0
        return int(text)

    def tier(self, tier: str) -> TierSettings:
        settings = TierSettings(
            enabled=tier not in OPTIONAL_TIERS or self.boolean(f"{tier}_enabled"),
            serving=self.text(f"{tier}_serving"),
            instance_type=self.text(f"{tier}_instance_type"),
            instances_min=self.integer(f"{tier}_instances_min"),
            instances_max=self.integer(f"{tier}_instances_max"),
        )
        if not FLOORS[tier] <= settings.instances_min <= settings.instances_max or settings.instances_max < 1:
            span = f"{FLOORS[tier]} <= bodybroker:{tier}_instances_min <= bodybroker:{tier}_instances_max"
            self.faults.append(f"{tier} needs {span}, and a maximum of at least 1")
        if settings.serving not in servings(tier):
            self.faults.append(f"bodybroker:{tier}_serving is {settings.serving}, not one of {servings(tier)}")
        return settings

    def search(self) -> SearchSettings:
        settings = SearchSettings(
            instance_type=self.text("search_instance_type"),
            instances=self.integer("search_instances"),
            volume_gb=self.integer("search_volume_gb"),
        )
        if settings.instances < 1 or settings.volume_gb < SMALLEST_VOLUME_GB:
            self.faults.append(
                "bodybroker:search_instances must be at least 1, "
                f"bodybroker:search_volume_gb at least {SMALLEST_VOLUME_GB}"
            )
        return settings

    def embedding(self) -> EmbeddingSettings:
        settings = EmbeddingSettings(
            instance_type=self.text("embedding_instance_type"),
            instances_min=self.integer("embedding_instances_min"),
            instances_max=self.integer("embedding_instances_max"),
        )
        if not 1 <= settings.instances_min <= settings.instances_max:
            self.faults.append("1 <= bodybroker:embedding_instances_min <= bodybroker:embedding_instances_max")
        return settings


def servings(tier: str) -> list[str]:
    """The serving configurations that a tier has: `vllm` and its options."""
    options = {path.stem for path in (ROOT / "sagemaker_endpoints" / tier).glob("*.properties")} - {"serving"}
    return [DEFAULT_SERVING, *sorted(options)]
