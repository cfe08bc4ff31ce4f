"""How jobs are kept and shared: configs/generation/jobs.yaml. How long one may take is the pipeline's to say."""

from functools import cache

from bodybroker.generation import pipeline
from bodybroker.generation.parameters import Parameters, Positive
from bodybroker.generation.pipeline import PipelineRules
from bodybroker.kernel import configuration

DAY_S = 86_400


class JobRules(Parameters):
    """Seconds, but for `keep_days` and `pause_ms` (keys explained in jobs.yaml)."""

    restart_s: Positive
    tries: Positive
    pause_ms: Positive
    keep_days: Positive
    pipeline: PipelineRules

    @property
    def keep_s(self) -> int:
        """Seconds from its beginning for which a job can be looked at."""
        return self.keep_days * DAY_S


@cache
def load() -> JobRules:
    """The rules; raises pydantic.ValidationError with every fault of a document."""
    return JobRules.model_validate({**configuration.load("generation/jobs"), "pipeline": pipeline.load()})
