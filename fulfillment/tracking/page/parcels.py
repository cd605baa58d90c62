"""The parcels of the tracking page: contents, status and arrival."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from fulfillment.tracking.page import words
from fulfillment.tracking.page.scene import LEFT_WITH, Scene
from fulfillment.tracking.queries import Box
from orders.lifecycle.kits import by_kit
from orders.states import PACKAGE_UNDER_WAY, PackageStatus

STATES: dict[str, str] = {
    PackageStatus.PACKED: "Packed",
    PackageStatus.LABELLED: "Packed",
    PackageStatus.HANDED_OVER: "On its way",
    PackageStatus.IN_TRANSIT: "On its way",
    PackageStatus.OUT_FOR_DELIVERY: "Out for delivery",
    PackageStatus.ATTEMPT_FAILED: "Could not be delivered",
    PackageStatus.AT_PICKUP_POINT: "At the pickup point",
    PackageStatus.DELIVERED: "Delivered",
    PackageStatus.RETURNING: "On its way back",
    PackageStatus.RETURNED: "Returned to us",
    PackageStatus.LOST: "Lost",
    PackageStatus.DAMAGED: "Damaged",
}
TONES: dict[str, str] = {
    **dict.fromkeys(PACKAGE_UNDER_WAY, "active"),
    PackageStatus.DELIVERED: "good",
    PackageStatus.ATTEMPT_FAILED: "warn",
    PackageStatus.LOST: "warn",
    PackageStatus.DAMAGED: "warn",
}


@dataclass(frozen=True)
class Item:
    """A quantity of a product, of a kit with its parts; of a gift the title is hidden."""

    quantity: int
    title: str
    note: str = ""
    parts: Sequence["Item"] = ()


@dataclass(frozen=True)
class Parcel:
    """A parcel, or the items that are not packed yet."""

    title: str
    state: str
    when: str
    tone: str
    items: list[Item]
    note: str = ""


def parcels(scene: Scene) -> list[Parcel]:
    """Build the parcels, and last what is being prepared and what is not in stock yet."""
    boxes = scene.tracked.boxes
    rests = [(state, units) for state, units in _rests(scene) if units]
    number = len(boxes) + len(rests)
    found = [_parcel(scene, box, _title(index, number)) for index, box in enumerate(boxes, start=1)]
    return found + [
        Parcel(_title(index, number), state, "", "neutral", items(scene, units, _notes(scene)))
        for index, (state, units) in enumerate(rests, start=len(boxes) + 1)
    ]


def _rests(scene: Scene) -> list[tuple[str, dict[UUID, int]]]:
    """[(state, units)] of what is in no parcel yet; what ships together is one."""
    if scene.waits_for_all:
        return [("On hold" if scene.is_held else "Waiting for stock", scene.rest)]
    preparing = "On hold" if scene.is_held else "Being prepared"
    return [(preparing, scene.in_stock), ("Not in stock yet", scene.waiting)]


def _notes(scene: Scene) -> dict[UUID, str]:
    """{line id: what of it is not in stock}, where that is one parcel with what is."""
    if not scene.waits_for_all:
        return {}
    if scene.is_incomplete:
        return dict.fromkeys(scene.waiting, "waits for the rest of the order")
    return {line_id: f"{units} not in stock yet" for line_id, units in scene.waiting.items()}


def items(scene: Scene, parts: dict[UUID, int], notes: dict[UUID, str] | None = None) -> list[Item]:
    """List the products of these units; of a gift only their number."""
    if scene.tracked.order.is_gift:
        return [Item(sum(parts.values()), "")]
    said = notes or {}
    lines = [*scene.tracked.kits, *scene.tracked.lines]
    return [
        Item(
            sold.units,
            f"{sold.kit.title}: {sold.line.title}" if sold.kit else sold.line.title,
            said.get(sold.line.id, ""),
            [Item(number, part.title, said.get(part.id, "")) for number, part in sold.parts],
        )
        for sold in by_kit(lines, parts)
    ]


def _title(index: int, number: int) -> str:
    return f"Parcel {index} of {number}" if number > 1 else "Your parcel"


def _parcel(scene: Scene, box: Box, title: str) -> Parcel:
    parts = {part.line_id: part.quantity for part in box.parts}
    tone = TONES.get(box.status, "neutral")
    is_left = box.status == PackageStatus.DELIVERED and box.handed_to in LEFT_WITH
    state = LEFT_WITH[box.handed_to] if is_left else STATES[box.status]
    note = ""
    if box.shared_with:
        orders = "order" if len(box.shared_with) == 1 else "orders"
        note = f"In one parcel with your {orders} {', '.join(box.shared_with)}"
    return Parcel(title, state, _when(scene, box), tone, items(scene, parts), note)


def _when(scene: Scene, box: Box) -> str:
    if box.delivered_at:
        return words.moment(scene.local(box.delivered_at), scene.today)
    if box.status == PackageStatus.AT_PICKUP_POINT and box.pickup_until:
        is_open = box.pickup_until >= scene.today
        return words.until(box.pickup_until, scene.today) if is_open else ""
    if box.status == PackageStatus.OUT_FOR_DELIVERY and (promise := scene.at_door()):
        hours = words.hours(scene.local(promise.earliest), scene.local(promise.latest))
        return f"{words.day(promise.local_on, scene.today)}, {hours}"
    if box.status in (PackageStatus.HANDED_OVER, PackageStatus.IN_TRANSIT):
        promise = scene.arrival(box)
        if promise and promise.latest >= scene.now:
            first = scene.local(promise.earliest).date()
            return f"arrives {words.days(first, promise.local_on, scene.today)}"
    return ""
