"""The contract with language models: requests, answers, usage and what a token costs."""
