"""The history of an order on the tracking page."""

from dataclasses import dataclass

from fulfillment.tracking.page import words
from fulfillment.tracking.page.scene import LEFT_WITH, Scene
from fulfillment.tracking.queries import HistoryEvent
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
    """One entry of the history."""

    when: str
    text: str


def history(scene: Scene) -> list[Entry]:
    """Build the history, newest first, in local time; equal events of parcels share an entry."""
    together: dict[tuple[str, str], list[HistoryEvent]] = {}
    for event in scene.tracked.history:
        when = words.moment(scene.local(event.at), scene.today)
        together.setdefault((when, _text(scene, event)), []).append(event)
    return [
        Entry(when, _with_parcels(scene, text, events)) for (when, text), events in together.items()
    ]


def _text(scene: Scene, event: HistoryEvent) -> str:
    if event.kind == "package.delivered" and event.to in LEFT_WITH:
        return LEFT_WITH[event.to]
    text = event_kind(event.kind).customer.format(seller=scene.tracked.order.seller.name)
    return f"{text}: {WHY[event.reason]}" if event.reason in WHY else text


def _with_parcels(scene: Scene, text: str, events: list[HistoryEvent]) -> str:
    """Add the numbers of the parcels to a text, unless it is about all of them."""
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
