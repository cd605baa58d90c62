"""The returns of the tracking page: progress, and what the customer has to do."""

from dataclasses import dataclass
from uuid import UUID

from fulfillment.tracking.page import words
from fulfillment.tracking.page.parcels import Item, items
from fulfillment.tracking.page.scene import Scene
from fulfillment.tracking.page.steps import Step, steps_up_to
from fulfillment.tracking.queries import TrackedReturn
from orders.states import ReturnStatus

STEPS: dict[str, str] = {
    ReturnStatus.REQUESTED: "Requested",
    ReturnStatus.APPROVED: "Approved",
    ReturnStatus.RECEIVED: "Received",
    ReturnStatus.CLOSED: "Completed",
}
TO_DO: dict[str, str] = {
    ReturnStatus.REQUESTED: "The shop is reviewing your request. We will let you know.",
    ReturnStatus.APPROVED: "Pack everything, write {} on the parcel and send it to:",
    ReturnStatus.REFUSED: "The shop did not accept this return. Contact us if you disagree.",
    ReturnStatus.RECEIVED: "We have received it and are checking it. No action needed.",
    ReturnStatus.CLOSED: "We have checked it. No action needed.",
}


@dataclass(frozen=True)
class ReturnCase:
    """A return: number (RMA), address, progress and items."""

    number: str
    state: str
    tone: str
    to_do: str
    address: list[str]
    steps: list[Step]
    items: list[Item]


def returns(scene: Scene) -> list[ReturnCase]:
    """Build the customer's returns, newest first."""
    return [_case(scene, coming) for coming in reversed(scene.tracked.returns)]


def _case(scene: Scene, coming: TrackedReturn) -> ReturnCase:
    is_refused = coming.status == ReturnStatus.REFUSED
    place = 0 if is_refused else list(STEPS).index(coming.status) + 1
    units = {back.line_id: back.requested for back in coming.lines}
    return ReturnCase(
        number=coming.number,
        state="Declined" if is_refused else STEPS[coming.status],
        tone={0: "warn", 4: "good"}.get(place, "active"),
        to_do=TO_DO[coming.status].format(coming.number),
        address=_address(scene) if coming.status == ReturnStatus.APPROVED else [],
        steps=steps_up_to(place, tuple(STEPS.values())) if place else [],
        items=items(scene, units, _notes(coming)),
    )


def _address(scene: Scene) -> list[str]:
    """Return the address lines for returns: the warehouse, in the seller's name."""
    seller = scene.tracked.order.seller
    place = seller.warehouse
    lines = (seller.name, place.name, place.street, f"{place.postcode} {place.city}".strip())
    return [line for line in lines if line]


def _notes(coming: TrackedReturn) -> dict[UUID, str]:
    """Return the result of each line after the inspection."""
    if coming.status not in (ReturnStatus.RECEIVED, ReturnStatus.CLOSED):
        return {}
    return {back.line_id: f"{words.count(back.received, 'item')} received" for back in coming.lines}
