"""The CDK app: what `cdk deploy` makes, on AWS and on the local cloud."""
