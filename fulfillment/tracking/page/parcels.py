"""The parcels of the tracking page: contents, status and arrival."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from fulfillment.tracking.page.scene import Scene, taken_by
from fulfillment.tracking.queries import Box, TrackedLine
from fulfillment.tracking.wording import acts_in
from orders.carriers import CARRIERS, OWN, link_of
from orders.lifecycle.kits import by_kit
from orders.models import Hold
from orders.states import PACKAGE_UNDER_WAY, OrderStatus, PackageStatus
from orders.wishes.points import open_hours

# A status whose words are those of another one, for the customer.
SAME_AS: dict[str, str] = {
    PackageStatus.LABELLED: "packed",
    PackageStatus.HANDED_OVER: "on_way",
    PackageStatus.IN_TRANSIT: "on_way",
}
# A day may be promised of it; after a failed attempt once it is set.
TO_BRING = (PackageStatus.HANDED_OVER, PackageStatus.IN_TRANSIT, PackageStatus.ATTEMPT_FAILED)
NOTHING_TO_SEND = (OrderStatus.CANCELLED, OrderStatus.NOTHING_TO_SHIP)
NOT_BY_IT = (Hold.Reason.PICKUP, Hold.Reason.NO_SERVICE)
TONES: dict[str, str] = {
    **dict.fromkeys(PACKAGE_UNDER_WAY, "active"),
    PackageStatus.DELIVERED: "good",
    PackageStatus.ATTEMPT_FAILED: "warn",
    PackageStatus.LOST: "warn",
    PackageStatus.DAMAGED: "warn",
}


@dataclass(frozen=True)
class Item:
    """A quantity of a product, of a kit with its parts; of a gift the title is hidden.

    `picture`: its address below that of the page.
    """

    quantity: int
    title: str
    note: str = ""
    parts: Sequence["Item"] = ()
    picture: str = ""


@dataclass(frozen=True)
class Parcel:
    """A parcel, or the items that are not packed yet.

    `number` is that of the carrier, whose page of it is `link`. `open_hours`: of the pickup point
    where it waits.
    """

    title: str
    state: str
    when: str
    tone: str
    items: list[Item]
    carrier: str = ""
    number: str = ""
    link: str = ""
    note: str = ""
    open_hours: str = ""


def parcels(scene: Scene) -> list[Parcel]:
    """Build the parcels, and last what is being prepared and what is not in stock yet."""
    boxes = scene.tracked.boxes
    rests = [(state, units) for state, units in _rests(scene) if units]
    number = len(boxes) + len(rests)
    titles = [_title(scene, index, number) for index in range(1, number + 1)]
    found = [_parcel(scene, box, title) for box, title in zip(boxes, titles, strict=False)]
    return found + [
        Parcel(title, state, "", "neutral", items(scene, units, _notes(scene)))
        for (state, units), title in zip(rests, titles[len(boxes) :], strict=True)
    ]


def _rests(scene: Scene) -> list[tuple[str, dict[UUID, int]]]:
    """[(state, units)] of what is in no parcel yet; what ships together is one."""
    words = scene.words
    on_hold = words.held[Hold.Reason.PICKUP] if scene.is_fetched else words.on_hold
    if scene.waits_for_all:
        return [(on_hold if scene.is_held else words.waiting_for_stock, scene.rest)]
    preparing = on_hold if scene.is_held else words.being_prepared
    return [(preparing, scene.in_stock), (words.not_in_stock, scene.waiting)]


def _notes(scene: Scene) -> dict[UUID, str]:
    """{line id: what of it is not in stock}, where that is one parcel with what is."""
    if not scene.waits_for_all:
        return {}
    if scene.is_incomplete:
        return dict.fromkeys(scene.waiting, scene.words.waits_for_rest)
    count, missing = scene.voice.count, scene.words.units_missing
    return {line_id: count(missing, units) for line_id, units in scene.waiting.items()}


def items(scene: Scene, parts: dict[UUID, int], notes: dict[UUID, str] | None = None) -> list[Item]:
    """List the products of these units; of a gift only their number."""
    if scene.tracked.order.is_gift:
        return [Item(sum(parts.values()), "")]
    said, colon = notes or {}, acts_in(scene.voice.language).colon
    lines = [*scene.tracked.kits, *scene.tracked.lines]
    return [
        Item(
            sold.units,
            f"{sold.kit.title}{colon}{sold.line.title}" if sold.kit else sold.line.title,
            said.get(sold.line.id, ""),
            [Item(number, part.title, said.get(part.id, "")) for number, part in sold.parts],
            _picture(sold.line),
        )
        for sold in by_kit(lines, parts)
    ]


def _picture(line: TrackedLine) -> str:
    return f"picture/?of={line.id}&v={line.picture}" if line.picture else ""


def service(scene: Scene) -> str:
    """By which service it comes, in the shop's words; "" where that is not sure."""
    tracked, words = scene.tracked, scene.words
    if tracked.order.status in NOTHING_TO_SEND or not tracked.service:
        return ""
    if any(reason in NOT_BY_IT for reason in tracked.holds):
        return ""
    by = tracked.service_carrier
    if by and any(box.carrier not in ("", by) for box in tracked.boxes):
        return ""  # the packer took another carrier
    if tracked.service == CARRIERS[OWN].name:
        return ""  # our name of it, not the shop's: the parcels name their carrier
    return scene.voice.say(words.by_service, service=tracked.service)


def _title(scene: Scene, index: int, number: int) -> str:
    if number > 1:
        return scene.words.parcel_of.format(number=index, total=number)
    return scene.words.your_parcel


def _parcel(scene: Scene, box: Box, title: str) -> Parcel:
    parts = {part.line_id: part.quantity for part in box.parts}
    tone = TONES.get(box.status, "neutral")
    taker = taken_by(box) if box.status == PackageStatus.DELIVERED else ""
    note = ""
    if box.shared_with:
        others = ", ".join(box.shared_with)
        note = scene.voice.say(scene.words.shared_parcel, orders=others)
    words = scene.words
    status = SAME_AS.get(box.status, box.status)
    state = words.left[taker] if taker else words.states[status]
    carrier = CARRIERS.get(box.carrier) if box.tracking_number else None
    return Parcel(
        title,
        state,
        _when(scene, box),
        tone,
        items(scene, parts),
        _carrier(scene, box, carrier.name if carrier else ""),
        box.tracking_number,
        link_of(box.carrier, box.tracking_number),
        note,
        open_hours(scene.tracked.open_hours.get(box.id, ()), scene.voice.language),
    )


def _carrier(scene: Scene, box: Box, name: str) -> str:
    own = acts_in(scene.voice.language).own_couriers
    return own if name and box.carrier == OWN else name


def _when(scene: Scene, box: Box) -> str:
    voice = scene.voice
    if box.delivered_at:
        return voice.moment(scene.local(box.delivered_at))
    if box.status == PackageStatus.AT_PICKUP_POINT and box.pickup_until:
        is_open = box.pickup_until >= scene.today
        return voice.until(box.pickup_until) if is_open else ""
    if box.status == PackageStatus.OUT_FOR_DELIVERY and (promise := scene.at_door(box)):
        if promise.latest < scene.now:
            return ""
        hours = voice.hours(scene.local(promise.earliest), scene.local(promise.latest))
        return voice.day_hours(voice.day(promise.local_on), hours)
    if box.status in TO_BRING:
        promise = scene.arrival(box)
        if promise and promise.latest >= scene.now:
            first = scene.local(promise.earliest).date()
            when = voice.days(first, promise.local_on)
            return scene.words.arrives_when.format(when=when)
    return ""
