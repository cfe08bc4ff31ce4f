"""The making of places: nothing that the studio is to be told gets lost."""

import json

from bodybroker.generation import pipeline
from bodybroker.services import send_webhook

from cdk.stacks.generation import NOTICES_AT_ONCE, WEBHOOK_TIMEOUT_S

TASKS = {"Specialist": "specialist", "Check": "check_location", "Commit": "commit_location"}


def _may(app, name, word):
    """What a function may do with the resources whose reference holds a word."""
    role = app.functions()[name]["Role"]["Fn::GetAtt"][0]
    found = (s for s in app.statements(role) if any(word in json.dumps(resource) for resource in s.resources))
    return {action.split(":")[1] for statement in found for action in statement.actions}


def test_the_machine_is_express_and_calls_its_own_functions_alone(app):
    (machine,) = (one for one in app.all("StepFunctions::StateMachine") if one.stack == "Generation")
    assert machine["StateMachineType"] == "EXPRESS"
    arns = {key: {"Fn::GetAtt": [app.functions()[name].id, "Arn"]} for key, name in TASKS.items()}
    assert machine["DefinitionSubstitutions"] == {f"{key}FunctionArn": arn for key, arn in arns.items()}
    role = machine["RoleArn"]["Fn::GetAtt"][0]
    (called,) = (s.resources for s in app.statements(role) if s.actions == ["lambda:InvokeFunction"])
    assert sorted(map(json.dumps, called)) == sorted(map(json.dumps, arns.values()))


def test_a_function_that_hangs_ends_with_its_task(app):
    rules, functions = pipeline.load(), app.functions()
    given = {name: functions[name]["Timeout"] for name in TASKS.values()}
    expected = {"specialist": rules.specialist_s, "check_location": rules.check_s, "commit_location": rules.commit_s}
    assert given == expected


def test_one_model_on_a_laptop_is_not_asked_by_forty_at_once(app):
    rules, functions = pipeline.load(), app.functions()
    variables = functions["locations"]["Environment"]["Variables"] | functions["specialist"]["Environment"]["Variables"]
    assert variables["PIPELINE_CONCURRENCY"] == str(rules.concurrency.local)
    assert variables["PIPELINE_ASKED"] == str(rules.asked.local)


def test_who_makes_places_may_do_just_that(app):
    jobs = {"GetItem", "PutItem", "Query"}
    for name in (*TASKS.values(), "locations"):
        assert _may(app, name, "LocationsTable") == jobs, name
    assert _may(app, "locations", "BudgetsTable") == {"GetItem"}
    assert _may(app, "specialist", "WorldsTable") == set()
    assert _may(app, "check_location", "WorldsTable") == _may(app, "locations", "WorldsTable") == {"GetItem", "Query"}
    assert _may(app, "commit_location", "WorldsTable") == {"GetItem", "Query", "PutItem"}
    starters = {s.policy for s in app.statements() if "states:StartExecution" in s.actions}
    assert [policy.startswith("LocationsRole") for policy in starters] == [True]
    tellers = {s.policy.split("Role")[0] for s in app.statements() if "sqs:SendMessage" in s.actions}
    assert tellers >= {"Commitlocation", "Locations"}


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
