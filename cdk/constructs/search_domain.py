"""The OpenSearch domain that holds NPCs' memories."""

import aws_cdk
from aws_cdk import aws_opensearchservice as opensearch
from constructs import Construct

from cdk.acknowledge import acknowledge
from cdk.constructs.function import Function
from cdk.settings import SearchSettings

NAME = "bodybroker-memories"
INDEX = "memories-1"
"""The index that `adapters/memory_index.py` names."""
ENGINE = "OpenSearch_2.19"
ZONES = 2


class SearchDomain(Construct):
    """A domain over two zones, encrypted, TLS only. Every request is signed by a role that may do just that.

    It holds a projection: what is lost with it is made again from the log.
    """

    def __init__(self, scope: Construct, settings: SearchSettings) -> None:
        super().__init__(scope, "Search")
        spread = settings.instances >= ZONES
        self.domain = opensearch.CfnDomain(
            self,
            "Domain",
            domain_name=NAME,
            engine_version=ENGINE,
            cluster_config=opensearch.CfnDomain.ClusterConfigProperty(
                instance_type=settings.instance_type,
                instance_count=settings.instances,
                zone_awareness_enabled=spread,
                zone_awareness_config=opensearch.CfnDomain.ZoneAwarenessConfigProperty(availability_zone_count=ZONES)
                if spread
                else None,
            ),
            ebs_options=opensearch.CfnDomain.EBSOptionsProperty(
                ebs_enabled=True, volume_type="gp3", volume_size=settings.volume_gb
            ),
            encryption_at_rest_options=opensearch.CfnDomain.EncryptionAtRestOptionsProperty(enabled=True),
            node_to_node_encryption_options=opensearch.CfnDomain.NodeToNodeEncryptionOptionsProperty(enabled=True),
            domain_endpoint_options=opensearch.CfnDomain.DomainEndpointOptionsProperty(
                enforce_https=True, tls_security_policy="Policy-Min-TLS-1-2-PFS-2023-10"
            ),
            # An index is made by the one function that knows its mapping.
            advanced_options={"rest.action.multi.allow_explicit_index": "false"},
            access_policies=self._access_policy(),
        )
        self.domain.apply_removal_policy(aws_cdk.RemovalPolicy.DESTROY)
        acknowledge(
            self.domain,
            {
                "OS1": "functions run outside of any VPC; no request is answered that a role of ours has not signed",
                "OS3": "functions have no fixed addresses; roles are allowed, one by one",
                "OS4": "a projection that two nodes hold and the log can rebuild needs no managers of its own",
                **{f"OS9[LogExport::{log}_SLOW_LOGS]": "they would keep what was asked" for log in ("SEARCH", "INDEX")},
            },
        )
        output = aws_cdk.CfnOutput(self, "Endpoint", value=self.endpoint)
        output.override_logical_id("SearchEndpoint")

    @property
    def endpoint(self) -> str:
        """Its host name."""
        return self.domain.attr_domain_endpoint

    @property
    def arn(self) -> str:
        """Its ARN, without a reference to it: its own policy names it."""
        return aws_cdk.Stack.of(self).format_arn(service="es", resource="domain", resource_name=NAME)

    def let_ask(self, function: Function) -> None:
        """Let ``function`` search, and nothing else."""
        self._let(function, ["es:ESHttpPost"], f"{self.arn}/{INDEX}/_msearch")

    def let_write(self, function: Function) -> None:
        """Let ``function`` make the index, write, search and remove."""
        self._let(function, ["es:ESHttpGet", "es:ESHttpPost", "es:ESHttpPut"], f"{self.arn}/{INDEX}")
        self._let(function, ["es:ESHttpGet", "es:ESHttpPost"], f"{self.arn}/{INDEX}/*")
        acknowledge(function.role, {f"IAM5[Resource::{self.arn}/{INDEX}/*]": "documents have paths of their own"})

    def let_forget(self, function: Function) -> None:
        """Let ``function`` remove what a query finds."""
        paths = ("_refresh", "_count", "_delete_by_query")
        self._let(function, ["es:ESHttpPost"], *(f"{self.arn}/{INDEX}/{path}" for path in paths))

    def _let(self, function: Function, actions: list[str], *resources: str) -> None:
        function.may(actions, *resources)
        function.function.add_environment("SEARCH_ENDPOINT", self.endpoint)

    def _access_policy(self) -> dict[str, object]:
        """Roles of this account, each as far as its own policy goes; nobody from elsewhere, nobody unsigned."""
        account = f"arn:{aws_cdk.Stack.of(self).partition}:iam::{aws_cdk.Stack.of(self).account}:root"
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": account},
            "Action": ["es:ESHttpGet", "es:ESHttpPost", "es:ESHttpPut"],
            "Resource": f"{self.arn}/*",
            "Condition": {"StringLike": {"aws:PrincipalArn": f"{account[:-5]}:role/BodyBroker-*"}},
        }
        return {"Version": "2012-10-17", "Statement": [statement]}
