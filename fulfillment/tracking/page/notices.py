"""The notices of the tracking page: problems, changes, and what the customer can do."""

from dataclasses import dataclass

from fulfillment.tracking.page import words
from fulfillment.tracking.page.moved import new_date
from fulfillment.tracking.page.scene import NOTHING_TO_COME, Scene
from fulfillment.tracking.queries import Box
from orders.models import Hold, Package, Promise
from orders.states import PackageStatus

FAILURES: dict[str, str] = {
    Package.Failure.NOT_HOME: "Nobody was home. Your parcel is safe with us. "
    "We will write to you as soon as a new delivery day is set.",
    Package.Failure.REFUSED: "It was refused at the door and goes back to {seller}. "
    "If that was a mistake, contact us.",
    Package.Failure.ADDRESS_WRONG: "We could not find the address. Please send us the right one: "
    "until then your parcel stays with us.",
    Package.Failure.DAMAGED: "It was damaged in transit and will not be delivered. "
    "We are sorry: {seller} decides what happens next and will contact you.",
}
TROUBLE: dict[str, str] = {
    PackageStatus.LOST: "{} was lost in transit. We are sorry: {seller} decides what "
    "happens next and will contact you.",
    PackageStatus.DAMAGED: "{} was damaged in transit. We are sorry and will find a solution.",
    PackageStatus.RETURNING: "{} could not be delivered and is on its way back to {seller}.",
    PackageStatus.RETURNED: "{} could not be delivered and was returned to {seller}.",
}


@dataclass(frozen=True)
class Notice:
    """`tone` is warn or info."""

    text: str
    tone: str


def notices(scene: Scene) -> list[Notice]:
    """Build the notices, the most serious first."""
    failed = scene.boxes(PackageStatus.ATTEMPT_FAILED)
    seller = scene.tracked.order.seller.name
    found = [
        FAILURES[box.failure].format(seller=seller) for box in failed[:1] if box.failure in FAILURES
    ]
    if Hold.Reason.NO_ADDRESS in scene.tracked.holds:
        found.append("The delivery address is incomplete. Contact us so that we can ship it.")
    elif scene.is_late:
        found.append(_late(scene))
    if moved := new_date(scene):
        found.insert(0, moved)
    names = _names(scene)
    for name, box in names:
        if text := TROUBLE.get(box.status):
            found.append(text.format(name, seller=seller))
    waiting = [
        _collect(scene, name, box)
        for name, box in names
        if box.status == PackageStatus.AT_PICKUP_POINT
    ]
    return [Notice(text, "warn") for text in found] + waiting + _changes(scene)


def _names(scene: Scene) -> list[tuple[str, Box]]:
    """Return each parcel with its name at the beginning of a sentence."""
    boxes = scene.tracked.boxes
    many = len(boxes) > 1
    return [
        (f"Parcel {number}" if many else "Your parcel", box)
        for number, box in enumerate(boxes, start=1)
    ]


def _collect(scene: Scene, name: str, box: Box) -> Notice:
    """Say where and until when a parcel can be collected."""
    if box.pickup_until is None:
        return Notice(f"{name} is ready to collect at the pickup point.", "info")
    if box.pickup_until < scene.today:
        day = words.past_day(box.pickup_until, scene.today)
        return Notice(f"{name} could be collected until {day}: {box.pickup_point}.", "warn")
    last_day = words.until(box.pickup_until, scene.today)
    return Notice(f"{name} can be collected {last_day}: {box.pickup_point}.", "info")


def _late(scene: Scene) -> str:
    """Say that the current promise is broken, with its date."""
    promise = scene.current_promise
    if promise is None:
        return ""
    day = words.past_day(promise.local_on, scene.today)
    if promise.kind == Promise.Kind.ARRIVES:
        return f"It should have arrived by {day}. We are sorry and will keep you updated."
    hours = words.hours(scene.local(promise.earliest), scene.local(promise.latest))
    if promise.local_on == scene.today:
        return f"It was planned for {hours}. We are sorry: it will still arrive today."
    return f"It was planned for {day}, {hours}. We are sorry and will keep you updated."


def _changes(scene: Scene) -> list[Notice]:
    if scene.tracked.order.status in NOTHING_TO_COME:
        return []
    backordered = sum(line.backordered for line in scene.tracked.lines)
    cancelled = sum(line.cancelled for line in scene.tracked.lines)
    found = []
    if scene.is_incomplete:
        found.append(Notice("Not everything is in stock yet. It ships all together.", "info"))
    elif backordered:
        said = f"{words.count(backordered, 'item')} {words.are(backordered)} not in stock yet."
        it = "it" if backordered == 1 else "them"
        found.append(Notice(f"{said} We will ship {it} as soon as we can.", "info"))
    if cancelled:
        were = "was" if cancelled == 1 else "were"
        found.append(Notice(f"{words.count(cancelled, 'item')} {were} cancelled.", "info"))
    return found
