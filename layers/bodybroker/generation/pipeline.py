"""How a job of layer 2 is carried out: configs/generation/pipeline.yaml."""

from functools import cache
from typing import Annotated, Self

from pydantic import Field, model_validator

from bodybroker.generation.parameters import Parameters, Positive
from bodybroker.kernel import configuration

MAP_LIMIT = 40
"""Iterations of an inline Map that Step Functions runs at once."""
EXPRESS_LIMIT_S = 300
"""Of one Express execution."""


AtOnce = Annotated[int, Field(ge=1, le=MAP_LIMIT)]


class Entities(Parameters):
    """A number of entities, by the target of the build."""

    aws: AtOnce
    local: AtOnce


class PipelineRules(Parameters):
    """Seconds, but for `concurrency` and `asked` (keys explained in pipeline.yaml)."""

    concurrency: Entities
    asked: Entities
    deadline_s: Positive
    specialist_s: Positive
    fall_back_s: Positive
    check_s: Positive
    commit_s: Positive
    execution_s: Annotated[int, Field(ge=1, le=EXPRESS_LIMIT_S)]

    @model_validator(mode="after")
    def _ends_in_time(self) -> Self:
        """A commit that takes too long is followed by a settlement, which may take as long."""
        longest = self.deadline_s + self.specialist_s + self.fall_back_s + self.check_s + 2 * self.commit_s
        if longest > self.execution_s:
            raise ValueError(f"a job may take {longest} s, an execution {self.execution_s} s")
        return self


@cache
def load() -> PipelineRules:
    """The rules; raises pydantic.ValidationError with every fault of the document."""
    return PipelineRules.model_validate(configuration.load("generation/pipeline"))
