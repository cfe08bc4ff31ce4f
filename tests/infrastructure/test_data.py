"""Nothing that is stored is stored carelessly."""

PASSING = ("Bronze", "Generation")
"""Stacks whose tables hold only what is under way."""


def test_every_table_is_encrypted_and_kept_and_all_but_the_keys_recoverable(app):
    """A key that could be restored would undo the deletion of an account."""
    kept = (table for table in app.all("DynamoDB::GlobalTable") if table.stack not in PASSING)
    tables = [table for table in kept if not table.id.startswith("ContentCache")]  # what is lost is asked for anew
    assert len(tables) == 8
    assert sum(table.id.startswith("Keys") for table in tables) == 1
    for table in tables:
        assert table["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS"}, table.id
        for replica in table["Replicas"]:
            assert replica["PointInTimeRecoverySpecification"] == {
                "PointInTimeRecoveryEnabled": not table.id.startswith("Keys")
            }, table.id
            assert replica["DeletionProtectionEnabled"] is True, table.id
        assert table.document["DeletionPolicy"] == "Retain", table.id
        assert table["BillingMode"] == "PAY_PER_REQUEST", table.id
        assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}, table.id


def test_only_worlds_keys_and_budgets_have_a_stream_and_no_key_is_in_it(app):
    streams = {table.id: table.get("StreamSpecification") for table in app.all("DynamoDB::GlobalTable")}
    assert [spec for id, spec in streams.items() if id.startswith("Worlds")] == [{"StreamViewType": "NEW_IMAGE"}]
    assert [spec for id, spec in streams.items() if id.startswith("Keys")] == [{"StreamViewType": "KEYS_ONLY"}]
    assert [spec for id, spec in streams.items() if id.startswith("Budgets")] == [{"StreamViewType": "NEW_IMAGE"}]
    assert sum(spec is not None for spec in streams.values()) == 3


def test_the_signing_key_is_rsa_and_signs_only(app):
    keys = [key for key in app.all("KMS::Key") if key.stack == "Identity"]
    assert [(key["KeySpec"], key["KeyUsage"], key.document["DeletionPolicy"]) for key in keys] == [
        ("RSA_2048", "SIGN_VERIFY", "Retain")
    ]


def test_the_wrapping_key_is_symmetric_and_kept(app):
    (key,) = (key for key in app.all("KMS::Key") if key.stack == "Data")
    assert (key.get("KeySpec"), key.get("KeyUsage"), key.document["DeletionPolicy"]) == (None, None, "Retain")


def test_symmetric_keys_rotate(app):
    for key in app.all("KMS::Key"):
        assert key.get("EnableKeyRotation") is True or key.get("KeyUsage") == "SIGN_VERIFY", key.id


def test_the_steam_secret_has_the_name_that_the_function_reads(app):
    (secret,) = (secret for secret in app.all("SecretsManager::Secret") if secret.stack == "Identity")
    assert app.functions()["accounts"]["Environment"]["Variables"]["STEAM_SECRET"] == secret["Name"]


def test_every_log_group_forgets(app):
    groups = app.all("Logs::LogGroup")
    assert groups
    for group in groups:
        assert group["RetentionInDays"] == 30, group.id


def test_every_queue_is_encrypted_and_a_dead_letter_queue_or_has_one(app):
    queues = app.all("SQS::Queue")
    assert queues
    for queue in queues:
        assert queue["SqsManagedSseEnabled"] is True, queue.id
        is_the_end = queue.get("RedriveAllowPolicy") is not None
        assert is_the_end or queue.get("RedrivePolicy"), queue.id
