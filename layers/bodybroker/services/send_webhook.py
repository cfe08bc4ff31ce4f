"""Use case: tell the studio's game server what has happened: once, however often the queue hands it over."""

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bodybroker.kernel import configuration
from bodybroker.kernel.clock import Clock
from bodybroker.kernel.errors import Unavailable
from bodybroker.ports.webhooks import Deliveries, Notice, Receiver

HOUR_S = 3600

Fate = Literal["delivered", "repeated", "nobody"]
"""`repeated`: it had been delivered before; `nobody`: the studio has not said where to."""
Count = Annotated[int, Field(gt=0)]


class WebhookSettings(BaseModel):
    """configs/webhooks.yaml"""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    timeout_s: Count
    grace_s: Count
    remember_h: Count


@cache
def load() -> WebhookSettings:
    """The settings; raises pydantic.ValidationError with every fault of the document."""
    return WebhookSettings.model_validate(configuration.load("webhooks"))


@dataclass(frozen=True, slots=True)
class WebhookDesk:
    """Delivers notices. A crash between the receiver's yes and our note of it delivers twice, with the same id."""

    receiver: Receiver
    deliveries: Deliveries
    clock: Clock
    settings: WebhookSettings

    def send(self, notice: Notice) -> Fate:
        """Deliver it unless that is done. Raises Unavailable (to be tried again) and what the receiver raises."""
        now = int(self.clock.now().timestamp())
        claim = self.deliveries.claim(notice.id, now, now + self.settings.timeout_s + self.settings.grace_s)
        if claim == "delivered":
            return "repeated"
        if claim == "busy":
            raise Unavailable("Somebody else is delivering this notice.", code="notice_busy")
        try:
            told = self.receiver.deliver(notice)
        except Exception:
            self.deliveries.release(notice.id)
            raise
        self.deliveries.delivered(notice.id, now + self.settings.remember_h * HOUR_S)
        return "delivered" if told else "nobody"
