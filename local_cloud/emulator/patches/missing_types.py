"""CloudFormation resource types that MiniStack lacks and our stacks use.

docs/local-cloud.md lists what each of them does here. The SageMaker types come with the SageMaker plane.
"""

from typing import Any

from ministack.services import waf
from ministack.services.cloudformation import provisioners

TARGETS = (
    "ministack.services.cloudformation.provisioners:_RESOURCE_HANDLERS",
    "ministack.services.waf:_associations",
)


def install() -> None:
    """Register the types."""
    provisioners._RESOURCE_HANDLERS["AWS::WAFv2::WebACLAssociation"] = {
        "create": _associate,
        "update": _associate_again,
        "delete": _dissociate,
    }


def _associate(logical_id: str, props: dict[str, Any], stack_name: str) -> tuple[str, dict[str, Any]]:
    """Recorded, so that GetWebACLForResource answers; requests are not filtered."""
    waf._associations[props["ResourceArn"]] = props["WebACLArn"]
    return f"{props['WebACLArn']}|{props['ResourceArn']}", {}


def _associate_again(
    physical_id: str, old: dict[str, Any], new: dict[str, Any], stack_name: str
) -> tuple[str, dict[str, Any]]:
    _dissociate(physical_id, old)
    return _associate("", new, stack_name)


def _dissociate(physical_id: str, props: dict[str, Any]) -> None:
    waf._associations.pop(props["ResourceArn"], None)
