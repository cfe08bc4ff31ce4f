"""What a deployment may choose: the `bodybroker:` keys of cdk.json's context, or `-c bodybroker:<key>=<value>`."""

from dataclasses import dataclass

from constructs import Construct


@dataclass(frozen=True)
class Settings:
    """A deployment's choices, checked."""

    retain_data: bool
    """Tables, keys and secrets survive the deletion of their stack, and tables refuse to be deleted."""
    gold_instance_type: str
    """SageMaker instance type of the gold tier."""
    gold_instances_min: int
    gold_instances_max: int
    alarm_email: str
    """Where alarms are mailed; empty for nowhere."""

    @classmethod
    def of(cls, scope: Construct) -> "Settings":
        """Read the context of ``scope``; ValueError says what is wrong with it."""
        context = {key: str(scope.node.get_context(f"bodybroker:{key}")) for key in cls.__annotations__}
        if context["retain_data"].lower() not in ("true", "false"):
            raise ValueError(f"bodybroker:retain_data is {context['retain_data']}, not true or false")
        settings = cls(
            retain_data=context["retain_data"].lower() == "true",
            gold_instance_type=context["gold_instance_type"],
            gold_instances_min=int(context["gold_instances_min"]),
            gold_instances_max=int(context["gold_instances_max"]),
            alarm_email=context["alarm_email"],
        )
        if not 1 <= settings.gold_instances_min <= settings.gold_instances_max:
            raise ValueError("gold needs 1 <= bodybroker:gold_instances_min <= bodybroker:gold_instances_max")
        return settings
