"""The firewall before the API."""

from collections.abc import Sequence
from typing import TypeAlias

from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from cdk.constructs.problems import Problem

REQUESTS_PER_5_MINUTES = 3000
"""Per address: ten requests a second, so that a few players can share one."""
BODY_BYTES = 16 * 1024

PROBLEMS = (
    TOO_LARGE := Problem(413, "body_too_large", f"A body may have {BODY_BYTES} bytes."),
    TOO_MANY := Problem(429, "too_many_requests", "This address sends too many requests; wait a minute."),
)

SPEECH_RULES = ("CrossSiteScripting_BODY", "GenericLFI_BODY", "GenericRFI_BODY")
"""Managed rules that would block what a player says to an NPC ("../", "<script>"). Bodies are JSON that never becomes a
path, a URL or a page; they are counted, not blocked. SizeRestrictions_BODY allows 8 KB where we allow 16."""

Rule: TypeAlias = wafv2.CfnWebACL.RuleProperty
Statement: TypeAlias = wafv2.CfnWebACL.StatementProperty


class WebAcl(Construct):
    """Limits a body's size and an address's rate, and blocks what AWS's managed rules know as attacks."""

    def __init__(self, scope: Construct, id: str, *, protects: str) -> None:
        """``protects``: the ARN of the API's stage."""
        super().__init__(scope, id)
        acl = wafv2.CfnWebACL(
            self,
            "Acl",
            scope="REGIONAL",
            default_action=wafv2.CfnWebACL.DefaultActionProperty(allow={}),
            visibility_config=_visible("Api"),
            custom_response_bodies={problem.code: _body(problem) for problem in PROBLEMS},
            rules=[
                _block(0, "BodySize", _oversized(), TOO_LARGE),
                _block(1, "AddressRate", _too_fast(), TOO_MANY),
                _managed(2, "AWSManagedRulesKnownBadInputsRuleSet", ()),
                _managed(3, "AWSManagedRulesCommonRuleSet", (*SPEECH_RULES, "SizeRestrictions_BODY")),
            ],
        )
        wafv2.CfnWebACLAssociation(self, "Association", resource_arn=protects, web_acl_arn=acl.attr_arn)


def _visible(name: str) -> wafv2.CfnWebACL.VisibilityConfigProperty:
    return wafv2.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=f"BodyBroker{name}", sampled_requests_enabled=True
    )


def _body(problem: Problem) -> wafv2.CfnWebACL.CustomResponseBodyProperty:
    return wafv2.CfnWebACL.CustomResponseBodyProperty(content_type="APPLICATION_JSON", content=problem.render())


def _oversized() -> Statement:
    return Statement(
        size_constraint_statement=wafv2.CfnWebACL.SizeConstraintStatementProperty(
            comparison_operator="GT",
            size=BODY_BYTES,
            field_to_match=wafv2.CfnWebACL.FieldToMatchProperty(
                body=wafv2.CfnWebACL.BodyProperty(oversize_handling="MATCH")
            ),
            text_transformations=[wafv2.CfnWebACL.TextTransformationProperty(priority=0, type="NONE")],
        )
    )


def _too_fast() -> Statement:
    return Statement(
        rate_based_statement=wafv2.CfnWebACL.RateBasedStatementProperty(
            aggregate_key_type="IP", limit=REQUESTS_PER_5_MINUTES
        )
    )


def _block(priority: int, name: str, statement: Statement, problem: Problem) -> Rule:
    response = wafv2.CfnWebACL.CustomResponseProperty(
        response_code=problem.status, custom_response_body_key=problem.code
    )
    return Rule(
        name=name,
        priority=priority,
        statement=statement,
        action=wafv2.CfnWebACL.RuleActionProperty(block=wafv2.CfnWebACL.BlockActionProperty(custom_response=response)),
        visibility_config=_visible(name),
    )


def _managed(priority: int, name: str, counted: Sequence[str]) -> Rule:
    count = wafv2.CfnWebACL.RuleActionProperty(count={})
    group = wafv2.CfnWebACL.ManagedRuleGroupStatementProperty(
        vendor_name="AWS",
        name=name,
        rule_action_overrides=[
            wafv2.CfnWebACL.RuleActionOverrideProperty(name=rule, action_to_use=count) for rule in counted
        ]
        or None,
    )
    return Rule(
        name=name,
        priority=priority,
        statement=Statement(managed_rule_group_statement=group),
        override_action=wafv2.CfnWebACL.OverrideActionProperty(none={}),
        visibility_config=_visible(name),
    )
