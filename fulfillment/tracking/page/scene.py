"""Scene: a tracked order and the time, with derived facts that choose the texts of the page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from fulfillment.tracking.languages.page_words import PageWords
from fulfillment.tracking.page.words import Voice
from fulfillment.tracking.queries import Box, HistoryEvent, Tracked, TrackedPromise
from orders.models import Hold, Package, Promise
from orders.states import (
    PACKAGE_UNDER_WAY,
    OrderStatus,
    PackageStatus,
    ShipmentStatus,
    ShippingRule,
)
from orders.wishes.chances import COMES_AGAIN

NOTHING_TO_COME = (OrderStatus.CANCELLED, OrderStatus.NOTHING_TO_SHIP, OrderStatus.UNDELIVERED)
# Parcels that somebody else received have words of their own; without names (privacy).
LEFT_WITH = (Package.HandedTo.NEIGHBOUR, Package.HandedTo.SAFE_PLACE)

# By which event a parcel of this status may have lost its day, so that another one is due.
LOST_ITS_DAY: dict[str, str] = {
    PackageStatus.ATTEMPT_FAILED: "package.attempt_failed",
    PackageStatus.HANDED_OVER: "package.found",
    PackageStatus.IN_TRANSIT: "package.found",
}
COLLECTED = "collected"  # at a pickup point, in words of its own as well
NOT_BEGUN = (ShipmentStatus.PLANNED, ShipmentStatus.CANCELLED)


def taken_by(box: Box) -> str:
    """Who has a delivered parcel, where there are words of their own: else ""."""
    if box.pickup_point:
        return COLLECTED
    return box.handed_to if box.handed_to in LEFT_WITH else ""


def turned_back_for(box: Box) -> str:
    """Why a parcel goes back, as it was told, where there are words of its own."""
    if box.pickup_point:
        return "not_collected"
    why = (Package.Failure.REFUSED, Package.Failure.DAMAGED)
    return box.failure if box.failure in why else ""


@dataclass(frozen=True)
class Scene:
    """A tracked order, the current time, and the language of the reader."""

    tracked: Tracked
    now: datetime
    language: str = "en"

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.tracked.order.time_zone)

    @cached_property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @cached_property
    def voice(self) -> Voice:
        return Voice(self.language, self.today)

    @property
    def words(self) -> PageWords:
        return self.voice.words

    def local(self, moment: datetime) -> datetime:
        """Convert to the local time of the delivery."""
        return moment.astimezone(self.zone)

    def boxes(self, *statuses: str) -> list[Box]:
        return [box for box in self.tracked.boxes if box.status in statuses]

    @cached_property
    def rest(self) -> dict[UUID, int]:
        """{line id: units} that are in no closed parcel yet."""
        left = {line.id: line.wanted for line in self.tracked.lines}
        for box in self.tracked.boxes:
            for part in box.parts:
                left[part.line_id] = left.get(part.line_id, 0) - part.quantity
        return {line_id: units for line_id, units in left.items() if units > 0}

    @cached_property
    def waiting(self) -> dict[UUID, int]:
        """{line id: units} of the rest that are not in stock: nothing has a date for them."""
        waits = {line.id: line.backordered for line in self.tracked.lines}
        return {
            line_id: min(units, waits[line_id])
            for line_id, units in self.rest.items()
            if waits.get(line_id)
        }

    @cached_property
    def in_stock(self) -> dict[UUID, int]:
        """{line id: units} of the rest that are being prepared."""
        left = {
            line_id: units - self.waiting.get(line_id, 0) for line_id, units in self.rest.items()
        }
        return {line_id: units for line_id, units in left.items() if units}

    @property
    def only_waits(self) -> bool:
        """Whether nothing is left but units that are not in stock."""
        to_come = self.boxes(PackageStatus.PACKED, PackageStatus.LABELLED, *PACKAGE_UNDER_WAY)
        return bool(self.waiting) and not (self.in_stock or to_come)

    @property
    def waits_for_all(self) -> bool:
        """Whether what is in stock waits for what is not, because all is shipped together."""
        together = self.tracked.order.ships_as != ShippingRule.AS_AVAILABLE
        has_begun = any(work.status not in NOT_BEGUN for work in self.tracked.works)
        waits = bool(self.waiting) and self.current_promise is None
        return together and waits and not has_begun

    @property
    def is_incomplete(self) -> bool:
        """Whether it ships all or nothing, and waits: nobody says which product is missing."""
        return self.tracked.order.ships_as == ShippingRule.COMPLETE and self.waits_for_all

    @property
    def comes_again(self) -> bool:
        """Whether each parcel that could not be delivered is tried again without a word."""
        failed = self.boxes(PackageStatus.ATTEMPT_FAILED)
        return all(box.failure in COMES_AGAIN for box in failed)

    def has_work(self, *statuses: str) -> bool:
        """Whether some shipment has one of these statuses."""
        return any(work.status in statuses for work in self.tracked.works)

    @property
    def is_ready(self) -> bool:
        return self.has_work(ShipmentStatus.READY)

    @property
    def is_packed(self) -> bool:
        return self.has_work(ShipmentStatus.PACKED, ShipmentStatus.READY)

    @cached_property
    def current_promise(self) -> TrackedPromise | None:
        """The promise to show: the delivery window on the day, else the next arrival."""
        if self.tracked.order.status in NOTHING_TO_COME or self.tracked.is_done or self.is_stranded:
            return None
        if door := self.next_door():
            return door
        if self.to_decide or self.boxes(PackageStatus.AT_PICKUP_POINT):
            return None
        return self.next_arrival()

    @property
    def to_decide(self) -> list[Box]:
        """The parcels that could not be delivered, and of which no day is set yet."""
        return [box for box in self.boxes(PackageStatus.ATTEMPT_FAILED) if self.awaits_day(box)]

    @property
    def found(self) -> list[Box]:
        """The parcels that were lost and found again, and of which no day is set yet."""
        under_way = self.boxes(PackageStatus.HANDED_OVER, PackageStatus.IN_TRANSIT)
        return [box for box in under_way if self.awaits_day(box)]

    def replacement_of(self, box: Box) -> str:
        """The number of the order that replaces a parcel which was found again, or ""."""
        for row in self.tracked.history:
            if row.subject_id == box.id and row.kind == "package.found":
                return self.tracked.replacements.get(row.problem or "", "")
        return ""

    def awaits_day(self, box: Box) -> bool:
        """Whether no day was promised since an attempt failed, or since it was found again.

        Ids are ordered by the time at which they were made.
        """
        kind = LOST_ITS_DAY.get(box.status)
        events = (row for row in self.tracked.history if row.subject_id == box.id)
        last = next((row.id for row in events if row.kind == kind), None)
        if last is None:
            return box.status == PackageStatus.ATTEMPT_FAILED
        promised = self._newest(Promise.Kind.ARRIVES, {box.shipment_id})
        return promised is None or promised.id is None or promised.id < last

    @property
    def is_stranded(self) -> bool:
        """No parcel is on the way any more, but not all units have arrived."""
        under_way = self.boxes(PackageStatus.PACKED, PackageStatus.LABELLED, *PACKAGE_UNDER_WAY)
        return not (self.rest or under_way or self.tracked.is_done)

    @property
    def is_partly_delivered(self) -> bool:
        """The journey is over, but some units were lost or came back, and nothing replaced them.

        As the status of the order, but also once some of the others are returned.
        """
        is_whole = self.tracked.order.status == OrderStatus.DELIVERED
        is_missing = any(line.lost + line.came_back for line in self.tracked.lines)
        return self.tracked.is_done and is_missing and not is_whole

    @property
    def sent_again(self) -> str:
        """The orders with which what never came is sent again; "" where some of it is not."""
        is_replaced = self.tracked.order.status == OrderStatus.REPLACED
        return self.voice.listed(self.tracked.sent_again) if is_replaced else ""

    def is_replaced(self, box: Box) -> bool:
        """Whether all that was in a parcel that never came is sent again."""
        lines = {line.id: line for line in self.tracked.lines}
        mine = [lines[part.line_id] for part in box.parts if part.line_id in lines]
        missing = [(line.replaced, line.lost + line.came_back) for line in mine]
        return bool(self.tracked.sent_again) and all(units >= most > 0 for units, most in missing)

    @property
    def is_late(self) -> bool:
        """Whether the current promise is past its latest time."""
        return self.current_promise is not None and self.current_promise.latest < self.now

    def replaced_by(self, promise: TrackedPromise) -> TrackedPromise | None:
        """Return the promise that this one replaced."""
        known = (row for row in self.tracked.promises if row.id == promise.replaces_id)
        return next(known, None) if promise.replaces_id else None

    def at_door(self, box: Box) -> TrackedPromise | None:
        """Return the delivery window: parcels of one warehouse come with one van, and share it."""
        houses: dict[UUID | None, UUID | None] = {
            work.id: work.warehouse_id for work in self.tracked.works
        }
        promised = {promise.shipment_id for promise in self.tracked.promises}
        here = houses.get(box.shipment_id)
        return self._newest(Promise.Kind.AT_DOOR, {pk for pk in promised if houses.get(pk) == here})

    def day_set(self, box: Box) -> TrackedPromise | None:
        """Return the arrival that was promised since nobody was home: then the parcel comes again.

        Ids tell which was later: both are made of the time.
        """
        promise, failed = self.arrival(box), self._failed(box)
        if promise is None or failed is None or promise.shipment_id != box.shipment_id:
            return None
        if promise.id is None or failed.id is None or promise.id < failed.id:
            return None
        is_open = not (promise.revised_at or promise.broken_at) and promise.latest >= self.now
        return promise if is_open else None

    def _failed(self, box: Box) -> HistoryEvent | None:
        """The last failed attempt at a parcel that is tried again."""
        if box.status != PackageStatus.ATTEMPT_FAILED or box.failure not in COMES_AGAIN:
            return None
        failed = (row for row in self.tracked.history if row.kind == "package.attempt_failed")
        return next((row for row in failed if row.subject_id == box.id), None)

    def next_door(self) -> TrackedPromise | None:
        """Return the delivery window of what is out, of the van that comes first."""
        out = self.boxes(PackageStatus.OUT_FOR_DELIVERY)
        doors = [door for box in out if (door := self.at_door(box))]
        return min(doors, key=lambda door: door.latest, default=None)

    @cached_property
    def out(self) -> list[Box]:
        """The parcels on the van that comes first."""
        out, door = self.boxes(PackageStatus.OUT_FOR_DELIVERY), self.next_door()
        return [box for box in out if self.at_door(box) is door]

    def arrival(self, box: Box | None = None) -> TrackedPromise | None:
        """Return the arrival promise of a shipped parcel, else that of the order.

        That of the order says nothing about the rest once promises of its shipments replaced it.
        """
        if box and self.awaits_day(box):
            return None
        if box and (own := self._newest(Promise.Kind.ARRIVES, {box.shipment_id})):
            return own
        whole = self._newest(Promise.Kind.ARRIVES, {None})
        return None if whole is None or whole.revised_at else whole

    def next_arrival(self) -> TrackedPromise | None:
        """Return the promise of the parcel that arrives first, else that of the order."""
        promises = [
            promise for box in self.boxes(*PACKAGE_UNDER_WAY) if (promise := self.arrival(box))
        ]
        return min(promises, key=lambda promise: promise.latest, default=self.arrival())

    @property
    def is_held(self) -> bool:
        """Whether it is on hold: what has not left has no date, or one that may not be kept."""
        return bool(self.tracked.holds)

    @property
    def is_fetched(self) -> bool:
        """Whether the customer collects it from the shop: nothing is delivered."""
        return self.is_held and Hold.Reason.PICKUP in self.tracked.holds

    def leaving(self) -> TrackedPromise | None:
        """Return the shipping promise of a packed shipment."""
        packed: set[UUID | None] = {
            work.id
            for work in self.tracked.works
            if work.status in (ShipmentStatus.PACKED, ShipmentStatus.READY)
        }
        newest = self._newest(Promise.Kind.SHIPS, packed)
        return None if newest is None or newest.revised_at else newest

    def is_overdue(self, box: Box) -> bool:
        """Whether a parcel waits at a pickup point after its last day."""
        is_there = box.status == PackageStatus.AT_PICKUP_POINT
        return is_there and box.pickup_until is not None and box.pickup_until < self.today

    @property
    def goes_to_point(self) -> bool:
        """Whether the van takes what it has to the pickup point that the customer chose."""
        return self.tracked.to_point and not any(box.shared_with for box in self.out)

    @property
    def has_many(self) -> bool:
        """Whether there are several parcels; what is in none yet is one more."""
        return len(self.tracked.boxes) + bool(self.rest) > 1

    def promised(self, promise: TrackedPromise) -> list[Box]:
        """Return the parcels of this promise; none where it is that of the whole order."""
        if promise.kind == Promise.Kind.AT_DOOR:
            return self.out
        under_way = self.boxes(*PACKAGE_UNDER_WAY) if promise.shipment_id else []
        return [box for box in under_way if self.arrival(box) is promise]

    def of_parcels(self, text: str, boxes: Sequence[Box]) -> str:
        """Add the numbers of these parcels to a text, unless it is about none or all of them."""
        numbers = [str(n) for n, box in enumerate(self.tracked.boxes, start=1) if box in boxes]
        if not numbers or (len(numbers) == len(self.tracked.boxes) and not self.rest):
            return text
        # No name to isolate, but a sentence of the same direction: it is a part of the phrase.
        said = f"{text[0].lower()}{text[1:]}".replace("{", "{{").replace("}", "}}")
        forms = self.words.of_parcels.items()
        phrases = {number: form.replace("{text}", said) for number, form in forms}
        return self.voice.count(phrases, len(numbers), numbers=self.voice.listed(numbers))

    def units(self, boxes: Iterable[Box]) -> int:
        return sum(part.quantity for box in boxes for part in box.parts)

    def _newest(
        self, kind: str, shipments: set[UUID | None] | None = None
    ) -> TrackedPromise | None:
        return next(
            (
                promise
                for promise in self.tracked.promises
                if promise.kind == kind and (shipments is None or promise.shipment_id in shipments)
            ),
            None,
        )
