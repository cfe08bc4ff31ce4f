"""The asynchronous tier's callback."""

import json


def _of(app, kind, word):
    (found,) = (one for one in app.all(kind) if word in one.id)
    return found


def test_both_topics_tell_the_function_and_nothing_is_lost(app):
    subscriptions = [one for one in app.all("SNS::Subscription") if one.stack == "Bronze"]
    topics = {json.dumps(one["TopicArn"]) for one in subscriptions}
    assert len(topics) == 2
    assert ["Succeeded" in topic for topic in sorted(topics)] == [False, True]
    queue = {"Fn::GetAtt": [_of(app, "SQS::Queue", "Unheard").id, "Arn"]}
    for subscription in subscriptions:
        assert subscription["Protocol"] == "lambda"
        assert subscription["Endpoint"] == {"Fn::GetAtt": [app.functions()["bronze_result"].id, "Arn"]}
        assert subscription["RedrivePolicy"] == {"deadLetterTargetArn": queue}
    invoked = _of(app, "Lambda::EventInvokeConfig", "Bronzeresult")
    assert invoked["DestinationConfig"]["OnFailure"]["Destination"] == queue
    assert invoked["MaximumRetryAttempts"] == 2


def test_the_sweeper_runs_every_minute(app):
    (schedule,) = (one for one in app.all("Scheduler::Schedule") if one.stack == "Bronze")
    assert schedule["ScheduleExpression"] == "rate(1 minute)"
    assert schedule["Target"]["Arn"] == {"Fn::GetAtt": [app.functions()["bronze_sweeper"].id, "Arn"]}


def test_tasks_are_told_through_the_machine_alone(app):
    for name in ("bronze_submit", "bronze_result", "bronze_sweeper"):
        role = app.functions()[name]["Role"]["Fn::GetAtt"][0]
        (statement,) = (s for s in app.statements(role) if "states:SendTaskSuccess" in s.actions)
        assert "stateMachine:bodybroker-ask-bronze" in json.dumps(statement.resources)
