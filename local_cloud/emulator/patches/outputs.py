"""Stack outputs that name an execute-api URL show the gateway's, which works."""

import os
import re
from typing import Any

from ministack.services.cloudformation import stacks

TARGETS = (
    "ministack.services.cloudformation.stacks:_resolve_stack_outputs"
    "(outputs_defs, conditions, resources, param_values, mappings, stack_name, stack_id)",
)

GATEWAY_URL = "BODYBROKER_GATEWAY_URL"

_EXECUTE_API = re.compile(r"https://[a-z0-9]+\.execute-api\.[a-z0-9-]+\.[a-z0-9.-]+(?=/v1(?:/|$))")


def rewrite(value: str, gateway_url: str) -> str:
    """The value with every `https://<api>.execute-api.<region>.<suffix>/v1` pointing to the gateway."""
    return _EXECUTE_API.sub(gateway_url.rstrip("/"), value)


def install() -> None:
    """Rewrite outputs and exports when BODYBROKER_GATEWAY_URL is set."""
    gateway_url = os.environ.get(GATEWAY_URL)
    if not gateway_url:
        return
    resolve = stacks._resolve_stack_outputs

    def resolve_stack_outputs(*arguments: Any) -> Any:
        outputs, exports = resolve(*arguments)
        for output in outputs:
            output["OutputValue"] = rewrite(output["OutputValue"], gateway_url)
        for export in exports.values():
            export["Value"] = rewrite(export["Value"], gateway_url)
        return outputs, exports

    stacks._resolve_stack_outputs = resolve_stack_outputs
