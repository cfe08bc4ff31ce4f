"""A stand-in for the providers of cloud models, for the local cloud and for tests.

It speaks as they do (OpenAI's chat completions and responses, Anthropic's messages, Gemini's generateContent), and the
small model that is served on this machine really answers. It offers what they do not: `PUT /control/faults`, which has
a provider refuse, stall or talk nonsense, and `GET /control/calls`, which tells what was asked. It also serves a price
list in the shape of litellm's at `/prices.json`."""

API_KEY = "local"
"""The key that it takes for every provider's."""

BASES = {"openai": "/openai/v1", "anthropic": "/anthropic", "gemini": "/gemini"}
"""Where each provider's API begins: what a secret's `api_base` ends in."""
