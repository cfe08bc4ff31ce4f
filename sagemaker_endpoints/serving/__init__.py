"""The CPU model server: OpenAI chat completions behind SageMaker's `/ping` and `/invocations`."""
