"""The peer of `router.py`: litellm's Router with three models that answer at once, as its documentation sets one up.

Runs in an environment of its own. For each line on stdin (the names of models that fail) it makes so many calls as its
argument says and prints the microseconds of CPU of one.
"""

import asyncio
import sys
import time
from typing import Any

import litellm
from litellm import CustomLLM, ModelResponse, Router
from litellm.types.utils import Choices, Message, Usage

CALLS = int(sys.argv[1])
MESSAGES = [
    {"role": "system", "content": "You are Grisel, a ghoul. " * 40},
    {"role": "user", "content": "Good evening."},
]


class Instant(CustomLLM):
    """A provider whose models have answered before they were asked, or are not there."""

    broken: frozenset[str] = frozenset()

    async def acompletion(self, *args: Any, **kwargs: Any) -> ModelResponse:
        model = kwargs["model"]
        if model in self.broken:
            raise litellm.ServiceUnavailableError("not there", llm_provider="instant", model=model)
        message = Message(content="Fresh meat tonight.", role="assistant")
        usage = Usage(prompt_tokens=300, completion_tokens=5, total_tokens=305)
        return ModelResponse(model="tiny", choices=[Choices(message=message, finish_reason="stop")], usage=usage)


async def measure(router: Router) -> float:
    for _ in range(20):
        await router.acompletion("gold", messages=MESSAGES, max_tokens=60)
    begun = time.process_time()
    for _ in range(CALLS):
        answer = await router.acompletion("gold", messages=MESSAGES, max_tokens=60)
        assert answer.choices[0].message.content == "Fresh meat tonight."
    return 1e6 * (time.process_time() - begun) / CALLS


async def main() -> None:
    instant = Instant()
    litellm.custom_provider_map = [{"provider": "instant", "custom_handler": instant}]
    names = ("gold", "silver", "cloud")
    router = Router(
        model_list=[{"model_name": name, "litellm_params": {"model": f"instant/{name}"}} for name in names],
        fallbacks=[{"gold": ["silver", "cloud"]}],
        num_retries=0,
        disable_cooldowns=True,  # a cooldown would spare the failures
    )
    for line in sys.stdin:
        instant.broken = frozenset(line.split())
        print(await measure(router), flush=True)


asyncio.run(main())
