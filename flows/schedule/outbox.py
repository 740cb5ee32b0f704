"""The flow that sends what waits between two runs: until quiet hours end, or a channel answers again."""

from datetime import UTC, datetime

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from cuadra.flows import steps
from cuadra.flows.alerts.delivery import Delivery
from cuadra.flows.settings import Settings


@flow(name="outbox", validate_parameters=False)
def empty_outbox() -> State[Delivery]:
    """Send what waits in the published outbox; the flow run fails while a channel takes no messages."""
    settings = Settings()
    if not settings.publication.exists():
        return Completed(name="Skipped", message="Nothing is published yet.")
    outcome = steps.tell(settings, datetime.now(UTC))
    if outcome.errors:
        return Failed(message="; ".join(outcome.errors), data=outcome)
    return Completed(message=f"{outcome.told} told, {outcome.held} held back by quiet hours", data=outcome)
