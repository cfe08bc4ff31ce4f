"""Least privilege: one role a function, exact actions, exact resources."""

import json

NO_RESOURCE_TO_NAME = {
    "cloudwatch:PutMetricData",
    "dynamodb:ListStreams",
    "ecr:GetAuthorizationToken",
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    "sagemaker:ListInferenceComponents",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}
"""Actions that IAM grants on everything or not at all."""


def test_no_action_has_a_wildcard(app):
    for statement in app.statements():
        assert not [action for action in statement.actions if "*" in action], statement.policy


def test_only_actions_without_resources_are_granted_on_everything(app):
    for statement in app.statements():
        if "*" in statement.resources:
            assert set(statement.actions) <= NO_RESOURCE_TO_NAME, statement.policy


def test_every_function_has_a_role_of_its_own(app):
    roles = [function["Role"]["Fn::GetAtt"][0] for function in app.functions().values()]
    assert len(set(roles)) == len(roles)


def test_functions_get_no_managed_policies(app):
    roles = {function["Role"]["Fn::GetAtt"][0] for function in app.functions().values()}
    for role in app.all("IAM::Role"):
        if role.id in roles:
            assert not role.get("ManagedPolicyArns"), role.id


def _services(app, name):
    role = app.functions()[name]["Role"]["Fn::GetAtt"][0]
    return {action.split(":")[0] for statement in app.statements(role) for action in statement.actions} - {"logs"}


def test_functions_reach_only_the_services_that_they_need(app):
    reached = {name: _services(app, name) for name in app.functions()}
    assert reached == {
        "authorizer": {"kms"},
        "adapters": {"dynamodb", "s3", "sagemaker"},
        "accounts": {"dynamodb", "kms", "secretsmanager"},
        "worlds": {"dynamodb", "kms"},
        "history": {"dynamodb", "kms"},
        "npcs": {"dynamodb", "kms"},
        "behaviour": {"dynamodb", "kms"},
        "branches": {"dynamodb", "kms"},
        "commands": {"dynamodb", "kms"},
        "encounters": {"dynamodb", "es", "kms", "sagemaker"},
        "memories": {"dynamodb", "es", "kms", "sagemaker", "sqs"},
        "turns": {"dynamodb", "kms", "lambda", "sagemaker"},
        "projector": {"dynamodb", "kms", "sqs"},
        "rebuild": {"dynamodb", "kms"},
        "eraser": {"dynamodb", "es", "sqs"},
        "ledger": {"dynamodb", "s3", "sqs"},
        "locations": {"dynamodb", "kms", "sqs", "states"},
        "specialist": {"dynamodb", "kms", "sagemaker"},
        "check_location": {"dynamodb", "kms"},
        "commit_location": {"dynamodb", "kms", "sqs"},
        "webhooks": {"dynamodb", "secretsmanager", "sqs"},
        "budget_sweeper": {"dynamodb"},
        "cloud_models": {"secretsmanager"},
        "refresh_prices": {"s3", "sns"},
        "bronze_budget": {"dynamodb", "s3"},
        "bronze_submit": {"dynamodb", "sagemaker", "states"},
        "bronze_result": {"dynamodb", "s3", "sqs", "states"},
        "bronze_sweeper": {"dynamodb", "s3", "states"},
    }


def test_only_accounts_may_sign(app):
    signers = {statement.policy for statement in app.statements() if "kms:Sign" in statement.actions}
    assert len(signers) == 1
    assert signers.pop().startswith("AccountsRole")


def test_only_one_function_asks_the_bronze_model_and_none_forges_its_answers(app):
    askers = {s.policy for s in app.statements() if "sagemaker:InvokeEndpointAsync" in s.actions}
    assert [policy.startswith("BronzesubmitRole") for policy in askers] == [True]
    for statement in app.statements():
        if "s3:PutObject" in statement.actions and "answers/" in json.dumps(statement.resources):
            assert statement.policy.startswith("BronzeServedRole"), statement.policy


def _may(app, name, export):
    """What a function may do with the resources whose exported name holds `export`."""
    role = app.functions()[name]["Role"]["Fn::GetAtt"][0]
    return {
        action
        for statement in app.statements(role)
        if any(export in json.dumps(resource) for resource in statement.resources)
        for action in statement.actions
    }


def test_only_accounts_make_and_destroy_keys_and_cannot_unwrap_them(app):
    assert _may(app, "accounts", "KeysWrappingKey") == {"kms:GenerateDataKeyWithoutPlaintext"}
    assert _may(app, "accounts", "KeysTable") == {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}
    for name in (
        "worlds",
        "history",
        "npcs",
        "behaviour",
        "branches",
        "commands",
        "encounters",
        "turns",
        "projector",
        "rebuild",
    ):
        spends = {"dynamodb:ConditionCheckItem"} if name in ("encounters", "turns") else set()
        assert _may(app, name, "KeysWrappingKey") == {"kms:Decrypt"}, name
        assert _may(app, name, "KeysTable") == {"dynamodb:GetItem"} | spends, name


def test_who_speaks_for_npcs_may_spend_and_not_more(app):
    for name in ("encounters", "turns"):
        assert _may(app, name, "BudgetsTable") == {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}, name
    assert _may(app, "commands", "BudgetsTable") == set()


def test_the_eraser_removes_what_it_cannot_read(app):
    assert _may(app, "eraser", "KeysWrappingKey") == set()
    assert _may(app, "eraser", "WorldsTable") == {"dynamodb:Query", "dynamodb:BatchWriteItem"}
    assert _may(app, "eraser", "ProjectionsTable") == set()
    for name in ("eraser", "projector"):
        assert _may(app, name, "LocationsTable") == {"dynamodb:Query", "dynamodb:BatchWriteItem"}, name


def test_answers_are_looked_up_and_kept_and_never_listed_or_changed(app):
    users = {name for name in app.functions() if _may(app, name, "ContentCacheTable")}
    named = {name for name, each in app.functions().items() if "CONTENT_CACHE_TABLE" in json.dumps(each["Environment"])}
    assert users == named != set()
    for name in users:
        assert _may(app, name, "ContentCacheTable") == {"dynamodb:BatchGetItem", "dynamodb:PutItem"}, name


def test_the_ledger_is_written_by_one_and_spoiled_by_nobody(app):
    writers = {statement.policy for statement in app.statements() if {"s3:PutObject"} & set(statement.actions)}
    spending = [policy for policy in writers if "Books" in json.dumps(_resources(app, policy))]
    assert [policy.startswith("LedgerRole") for policy in spending] == [True]
    actions = {action for statement in app.statements() for action in statement.actions}
    assert "s3:DeleteObject" not in actions


def _resources(app, policy):
    return [statement.resources for statement in app.statements() if statement.policy == policy]


def test_the_sweeper_settles_and_nothing_else(app):
    assert _may(app, "budget_sweeper", "BudgetsTable") == {"dynamodb:Scan", "dynamodb:UpdateItem"}


def test_the_rebuild_may_do_all_that_the_projector_may(app):
    reading_the_stream = {"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"}
    for table in ("WorldsTable", "ProjectionsTable"):
        assert _may(app, "rebuild", table) >= _may(app, "projector", table) - reading_the_stream
