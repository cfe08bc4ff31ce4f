"""Use case: look after inferences whose notification, resumption or settlement did not happen."""

from dataclasses import dataclass

from bodybroker.kernel.clock import Clock
from bodybroker.kernel.log import Log
from bodybroker.models import bronze
from bodybroker.models.bronze import BronzeSettings, Inference, Outcome
from bodybroker.ports.bronze import Inferences, Objects, Open, Tasks
from bodybroker.ports.budgets import Budgets
from bodybroker.services.ask_bronze import call_of, read_answer, seconds, wake
from bodybroker.services.pay_bronze import late_entry


@dataclass(frozen=True, slots=True)
class Sweeper:
    """Brings every open inference one step on, as often as it is called."""

    inferences: Inferences
    objects: Objects
    tasks: Tasks
    budgets: Budgets
    clock: Clock
    settings: BronzeSettings
    log: Log

    def sweep(self) -> int:
        """Look after what is due; how many there were. What fails is due again at the next sweep."""
        now = seconds(self.clock)
        due = self.inferences.due(now, self.settings.sweep_batch)
        failures: list[Exception] = []
        for entry in due:
            try:
                self._attend(entry, now)
            except Exception as error:  # one inference must not stop the others
                self.log.error("not_attended", inference=entry.inference_id, error=repr(error))
                failures.append(error)
        if failures:
            raise ExceptionGroup(f"{len(failures)} of {len(due)} inferences", failures)
        return len(due)

    def _attend(self, entry: Open, now: int) -> None:
        inference = self.inferences.find(entry.inference_id)
        step = bronze.next_step(inference, now, self.settings)
        if inference is None or step == "close":
            self._close(entry, inference)
        elif step == "wait":
            self.inferences.open(entry.inference_id, bronze.look_at(inference, self.settings))
        elif step == "look":
            self._look(entry, inference, now)
        elif step == "wake":
            self._wake(inference)
        else:
            self._pay(entry, inference, now)

    def _close(self, entry: Open, inference: Inference | None) -> None:
        if inference is not None and inference.token is None:
            self.log.warning("orphan_closed", inference=entry.inference_id)
        self.inferences.close(entry.inference_id, entry)

    def _look(self, entry: Open, inference: Inference, now: int) -> None:
        """Nobody told us: the answer may lie in S3 nevertheless."""
        outcome = self._find_outcome(inference)
        if outcome is not None:
            self.log.warning("notification_lost", inference=inference.inference_id, call=call_of(inference))
            self.inferences.tell(inference.inference_id, outcome, now + self.settings.keep_s)
            # The next step follows from what the row holds now, which may be what a notification told meanwhile.
            self._attend(entry, now)
        elif now < inference.closes_at:
            assert inference.token is not None
            failed = self.tasks.fail(inference.token, bronze.LOST, "neither an answer nor a failure in time")
            self.log.warning("inference_lost", inference=inference.inference_id, call=call_of(inference), failed=failed)
            self.inferences.open(inference.inference_id, inference.closes_at)
        else:
            self.inferences.close(entry.inference_id, entry)

    def _find_outcome(self, inference: Inference) -> Outcome | None:
        if inference.output is not None and self.objects.get(inference.output) is not None:
            return read_answer(self.objects, inference.output)
        if inference.failure is not None and (reason := self.objects.get(inference.failure)) is not None:
            return bronze.failed_outcome(reason.decode(errors="replace"))
        return None

    def _wake(self, inference: Inference) -> None:
        """Again, if need be: whoever stored the outcome may not have lived to tell."""
        if wake(self.tasks, inference):
            self.log.warning("woken_by_sweeper", inference=inference.inference_id, call=call_of(inference))
        self.inferences.open(inference.inference_id, inference.closes_at)

    def _pay(self, entry: Open, inference: Inference, now: int) -> None:
        """Nobody used the answer, but it cost what it cost."""
        if self.inferences.decide(inference.inference_id, "late") == "late":
            self.budgets.note(late_entry(inference, self.settings, now))
            self.log.warning("late_answer_paid", inference=inference.inference_id, call=call_of(inference))
        self.inferences.close(entry.inference_id, entry)
