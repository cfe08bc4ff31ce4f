"""Where the ledger is kept and read: a bucket, and a table over its files for Athena."""

from typing import Any

import aws_cdk
from aws_cdk import aws_athena as athena
from aws_cdk import aws_glue as glue
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk.acknowledge import acknowledge
from cdk.constructs.function import Function

DATABASE = "bodybroker"
TABLE = "ledger"
WORKGROUP = "bodybroker"
LEDGER, FAULTY, QUERIES = "ledger/", "faulty/", "queries/"
KEPT = aws_cdk.Duration.days(400)
"""Entries: a year's books and a month to close them."""
KEPT_RESULTS = aws_cdk.Duration.days(7)
MOST_SCANNED_BYTES = 100 * 1024**3
"""What one query may read: half a dollar."""

COLUMNS = {
    "call_id": "string",
    "at": "string",
    "player": "string",
    "plan": "string",
    "world": "string",
    "job": "string",
    "layer": "int",
    "tier": "string",
    "model": "string",
    "adapter": "string",
    "verdict": "string",
    "usage": "struct<prompt_tokens:bigint,cached_tokens:bigint,completion_tokens:bigint>",
    "cost_nanodollars": "bigint",
    "charged_nanodollars": "bigint",
    "latency_ms": "bigint",
    "first_token_ms": "bigint",
}
"""`models.ledger.Entry`, as Athena reads it."""


class Books(Construct):
    """The ledger's bucket, and the Glue table, whose partitions Athena computes: nobody has to add them."""

    def __init__(self, scope: Construct, id: str, *, retain: bool) -> None:
        super().__init__(scope, id)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            encryption=s3.BucketEncryption.KMS_MANAGED,
            bucket_key_enabled=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            removal_policy=aws_cdk.RemovalPolicy.RETAIN if retain else aws_cdk.RemovalPolicy.DESTROY,
            lifecycle_rules=[
                s3.LifecycleRule(id="Entries", prefix=LEDGER, expiration=KEPT),
                s3.LifecycleRule(id="Results", prefix=QUERIES, expiration=KEPT_RESULTS),
                s3.LifecycleRule(id="Uploads", abort_incomplete_multipart_upload_after=aws_cdk.Duration.days(1)),
            ],
        )
        acknowledge(self.bucket, {"S1": "one function writes it and operators read it, who are in CloudTrail"})
        account = aws_cdk.Stack.of(self).account
        database = glue.CfnDatabase(
            self,
            "Database",
            catalog_id=account,
            database_name=DATABASE,
            database_input=glue.CfnDatabase.DatabaseInputProperty(name=DATABASE, description="The Body Broker"),
        )
        table = glue.CfnTable(
            self, "Table", catalog_id=account, database_name=DATABASE, table_input=self._table_input()
        )
        table.add_resource_dependency(database)
        self._make_workgroup()

    def let_file(self, function: Function) -> None:
        """Let ``function`` write entries, and put aside what is none."""
        bucket = self.bucket.bucket_arn
        function.may(["s3:GetObject", "s3:PutObject"], f"{bucket}/{LEDGER}*")
        function.may(["s3:PutObject"], f"{bucket}/{FAULTY}*")
        # Without it S3 answers 403 for a file that is not there yet.
        function.may(["s3:ListBucket"], bucket)
        resource = self.bucket.node.default_child
        assert isinstance(resource, aws_cdk.CfnResource)
        name = aws_cdk.Stack.of(self).get_logical_id(resource)
        acknowledge(
            function.role,
            {f"IAM5[Resource::<{name}.Arn>/{prefix}*]": "every file below it" for prefix in (LEDGER, FAULTY)},
        )

    def _table_input(self) -> Any:
        location = f"s3://{self.bucket.bucket_name}/{LEDGER}"
        return glue.CfnTable.TableInputProperty(
            name=TABLE,
            description="Calls of models: what they cost, and who paid",
            table_type="EXTERNAL_TABLE",
            partition_keys=[
                glue.CfnTable.ColumnProperty(name="dt", type="string"),
                glue.CfnTable.ColumnProperty(name="hour", type="int"),
            ],
            parameters={
                "classification": "json",
                "compressionType": "gzip",
                "projection.enabled": "true",
                "projection.dt.type": "date",
                "projection.dt.format": "yyyy-MM-dd",
                "projection.dt.range": "2026-01-01,NOW+1DAY",
                "projection.hour.type": "integer",
                "projection.hour.range": "0,23",
                "projection.hour.digits": "2",
                "storage.location.template": f"{location}dt=${{dt}}/hour=${{hour}}/",
            },
            storage_descriptor=glue.CfnTable.StorageDescriptorProperty(
                columns=[glue.CfnTable.ColumnProperty(name=name, type=type) for name, type in COLUMNS.items()],
                location=location,
                input_format="org.apache.hadoop.mapred.TextInputFormat",
                output_format="org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
                serde_info=glue.CfnTable.SerdeInfoProperty(serialization_library="org.openx.data.jsonserde.JsonSerDe"),
            ),
        )

    def _make_workgroup(self) -> None:
        results = athena.CfnWorkGroup.ResultConfigurationProperty(
            output_location=f"s3://{self.bucket.bucket_name}/{QUERIES}",
            encryption_configuration=athena.CfnWorkGroup.EncryptionConfigurationProperty(encryption_option="SSE_S3"),
        )
        athena.CfnWorkGroup(
            self,
            "Queries",
            name=WORKGROUP,
            description="Questions to the ledger",
            recursive_delete_option=True,
            work_group_configuration=athena.CfnWorkGroup.WorkGroupConfigurationProperty(
                bytes_scanned_cutoff_per_query=MOST_SCANNED_BYTES,
                enforce_work_group_configuration=True,
                publish_cloud_watch_metrics_enabled=True,
                result_configuration=results,
            ),
        )
