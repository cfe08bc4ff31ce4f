"""SNS invokes a function as Lambda's asynchronous invocations do: what fails is tried again, then a dead letter.

MiniStack tries once and takes every outcome for a success.
"""

import json
from typing import Any

from ministack.services import lambda_svc, sns

TARGETS = (
    "ministack.services.sns:_deliver_to_lambda"
    "(endpoint, envelope, topic_arn, sub_arn, msg_id, raw_message, message_attributes)",
    "ministack.services.lambda_svc:_get_func_record_for_ref",
    "ministack.services.lambda_svc:_execution_record_for_config(func, config)",
    "ministack.services.lambda_svc:invoke_async_with_retry(func, event)",
)


def install() -> None:
    """Replace the delivery."""
    sns._deliver_to_lambda = _deliver


def _deliver(
    endpoint: str,
    envelope: str,
    topic_arn: str,
    sub_arn: str,
    msg_id: str,
    raw_message: str,
    message_attributes: dict[str, Any],
) -> None:
    function, configuration, name = lambda_svc._get_func_record_for_ref(endpoint)
    if not function or not configuration:
        sns.logger.warning("SNS: there is no function %s", name)
        return
    record = {
        "EventVersion": "1.0",
        "EventSubscriptionArn": sub_arn,
        "EventSource": "aws:sns",
        "Sns": json.loads(envelope),
    }
    executed = lambda_svc._execution_record_for_config(function, configuration)
    lambda_svc.invoke_async_with_retry(executed, {"Records": [record]})
