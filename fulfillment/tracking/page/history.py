"""What happened to an order, in the customer's words."""

from dataclasses import dataclass

from fulfillment.tracking.page import words
from fulfillment.tracking.page.scene import LEFT_WITH, Scene
from fulfillment.tracking.queries import Happened
from orders.event_kinds import event_kind
from orders.models import Package

WHY: dict[str | None, str] = {
    Package.Failure.NOT_HOME: "nobody was home",
    Package.Failure.REFUSED: "refused at the door",
    Package.Failure.ADDRESS_WRONG: "address not found",
    Package.Failure.DAMAGED: "damaged",
}


@dataclass(frozen=True)
class Entry:
    """A line of the history."""

    when: str
    text: str


def history(scene: Scene) -> list[Entry]:
    """Newest first, at the place of delivery; one line for what happened to several parcels."""
    together: dict[tuple[str, str], list[Happened]] = {}
    for event in scene.tracked.history:
        when = words.moment(scene.local(event.at), scene.today)
        together.setdefault((when, _text(scene, event)), []).append(event)
    return [Entry(when, _told(scene, text, events)) for (when, text), events in together.items()]


def _text(scene: Scene, event: Happened) -> str:
    if event.kind == "package.delivered" and event.to in LEFT_WITH:
        return LEFT_WITH[event.to]
    text = event_kind(event.kind).customer.format(seller=scene.tracked.order.seller.name)
    return f"{text}: {WHY[event.reason]}" if event.reason in WHY else text


def _told(scene: Scene, text: str, events: list[Happened]) -> str:
    """The text, with the parcels it is about where there are others."""
    subjects = {event.subject_id for event in events}
    boxes = scene.tracked.boxes
    numbers = [
        str(number)
        for number, box in enumerate(boxes, start=1)
        if {box.id, box.shipment_id} & subjects
    ]
    if not numbers or (len(numbers) == len(boxes) and not scene.rest):
        return text
    name = "Parcels" if numbers[1:] else "Parcel"
    return f"{name} {words.listed(numbers)}: {text[0].lower()}{text[1:]}"
