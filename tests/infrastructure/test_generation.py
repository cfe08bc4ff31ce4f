"""The making of places: nothing that the studio is to be told gets lost."""

import json

from bodybroker.services import send_webhook

from cdk.stacks.generation import NOTICES_AT_ONCE, WEBHOOK_TIMEOUT_S


def _queues(app):
    return {one.id: one for one in app.all("SQS::Queue") if one.stack == "Generation"}


def test_notices_that_cannot_be_told_become_dead_letters(app):
    ((dead_id, dead),) = ((id, one) for id, one in _queues(app).items() if "Dead" in id)
    ((_, queue),) = ((id, one) for id, one in _queues(app).items() if "Dead" not in id)
    assert queue["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::GetAtt": [dead_id, "Arn"]}
    assert queue["RedrivePolicy"]["maxReceiveCount"] > 1
    assert dead["MessageRetentionPeriod"] > queue["MessageRetentionPeriod"]
    assert dead["RedriveAllowPolicy"] == {"redrivePermission": "allowAll"}, "SQS could not move them there"


def test_the_function_works_the_queue_off(app):
    (mapping,) = (each for each in app.all("Lambda::EventSourceMapping") if each.stack == "Generation")
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    function = app.functions()["webhooks"]
    (queue,) = (one for id, one in _queues(app).items() if "Dead" not in id)
    assert queue["VisibilityTimeout"] >= 6 * function["Timeout"]
    assert NOTICES_AT_ONCE * send_webhook.load().timeout_s < WEBHOOK_TIMEOUT_S == function["Timeout"]


def test_the_template_holds_no_address_and_no_key(app):
    (secret,) = (one for one in app.all("SecretsManager::Secret") if one.stack == "Generation")
    assert secret["Name"] == app.functions()["webhooks"]["Environment"]["Variables"]["WEBHOOK_SECRET"]
    assert not secret.get("SecretString") and not secret.get("GenerateSecretString")
    assert json.dumps(secret["Description"]).count("signing_key") == 2
