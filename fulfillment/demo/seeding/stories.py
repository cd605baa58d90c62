"""Some weeks of a small warehouse, played by the real actions at the hours of a day.

Each story is one order. `time_machine` sets the clock, step by step, so that every row has the
moments and dates it would have had. The caller reads the rows and rolls all of it back.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import count
from uuid import UUID
from zoneinfo import ZoneInfo

import time_machine
from django.utils import timezone

from fulfillment.demo.seeding import floor_steps as floor
from fulfillment.demo.seeding.base import Base, Good
from notifications.models import Attempt, Message
from notifications.states import CLAIMABLE, MessageStatus
from orders.intake.acceptance import accept_orders
from orders.lifecycle.cancel import cancel_order
from orders.lifecycle.holds import hold_order, release_hold
from orders.models import Hold, Order, Package, Product, Return
from orders.promises.watching import watch_promises
from orders.returns.handling import request_return
from orders.shops.base import IncomingLine, IncomingOrder
from warehouse.couriers.runs import deliver_stop, fail_stop, take_to_pickup_point
from warehouse.couriers.undelivered import send_back, take_back
from warehouse.models import Location, Stop
from warehouse.stock.allocation import allocate_due
from warehouse.stock.receiving import receive_stock

# How many of a hundred orders have so many lines.
SIZES = {1: 45, 2: 22, 3: 12, 4: 8, 5: 5, 6: 3, 8: 3, 12: 2}
# What may become of an order besides being delivered at once, and how many of a hundred do.
FATES = {"cancelled": 3.0, "not_home": 5.0, "refused": 1.0, "returned": 4.0, "held": 2.0}
# What orders in work wait for, and how many of a hundred do; in the order in which they are told,
# for the crew takes whatever waits.
WAITS = {
    "decision": 3.0, "collecting": 2.0, "second_attempt": 3.0, "door": 14.0, "run": 14.0,
    "hand_over": 14.0, "packing": 8.0, "picking": 28.0, "stock": 6.0, "payment": 4.0,
    "unknown_sku": 2.0, "no_address": 2.0,
}  # fmt: skip
# When the orders of a day come in: fewer at noon, more in the evening.
HOURS = (7.2, 8.1, 9.1, 10.2, 11.3, 12.4, 13.2, 15.6, 17.4, 18.5, 19.3, 20.2, 21.1, 22.3)
WINDOWS = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0)  # hours after the couriers leave
AFTER_RING = 0.2
FEW_DAYS = (0, 3)
SUNDAY = 6
LONG_AGO = 17  # days: the week that is told is over by then, with all that follows from it
WORK_DAYS = 14
STOCKED = 5_000
TOOK = timedelta(seconds=2)  # from the plan of a message until it left
UNKNOWN_SKU = "LAMP-COPPER"


@dataclass(frozen=True, slots=True)
class Story:
    """An order that was told: its share among the others, and whether it is still in work."""

    order_id: UUID
    share: float
    is_in_work: bool


@dataclass(frozen=True, slots=True)
class Marks:
    """What stands in the rows of a story where each copy has words of its own."""

    name: str = "Told Toldsen"
    email: str = "told@customer.example"
    phone: str = "+491511999999"
    street: str = "Told Street 1"
    postcode: str = "12345"
    city: str = "Toldtown"


MARKS = Marks()


class Teller:
    """Tells the stories of the first seller: an agenda of steps, each at its moment."""

    def __init__(self, base: Base, now: datetime) -> None:
        self.base, self.shop = base, base.shops[0]
        self.zone = ZoneInfo(base.warehouse.time_zone)
        self.today = now.astimezone(self.zone).date()
        self.agenda: list[tuple[datetime, int, Callable[[], object]]] = []
        self.numbers = count(1)
        self.fates: dict[UUID, str] = {}
        self.stories: list[Story] = []

    def tell(self, *, small: bool) -> list[Story]:
        """A week of orders until all are over, then yesterday's, each as far as it has to wait."""
        monday = self.today - timedelta(days=LONG_AGO)
        monday -= timedelta(days=monday.weekday())
        self._at(monday, 1.0, self._fill_bins)
        for day in FEW_DAYS if small else range(7):
            self._plan_orders(monday + timedelta(days=day), day, small)
        for day in range(WORK_DAYS):
            self._plan_work(monday + timedelta(days=day))
        for number, wait in enumerate(WAITS):
            yesterday = self.today - timedelta(days=1)
            self._at(yesterday, 7.5 + number / 2, partial(self._tell_waiting, wait, small))
        while self.agenda:
            moment, _, step = heapq.heappop(self.agenda)
            with time_machine.travel(moment, tick=False):
                step()
        _try_to_send()
        return self.stories

    def _at(self, day: date, hour: float, step: Callable[[], object]) -> None:
        moment = datetime.combine(day, time(0), self.zone) + timedelta(hours=hour)
        heapq.heappush(self.agenda, (moment, next(self.numbers), step))

    def _later(self, hours: float, step: Callable[[], object]) -> None:
        moment = timezone.now() + timedelta(hours=hours)
        heapq.heappush(self.agenda, (moment, next(self.numbers), step))

    # Orders come in

    def _plan_orders(self, on: date, day: int, small: bool) -> None:
        kinds: list[tuple[int, str, float]] = [(size, "", n) for size, n in SIZES.items()]
        fates = [(1 + index % 3, fate, n) for index, (fate, n) in enumerate(FATES.items())]
        if small:
            kinds, fates = kinds[day > 0 :: 3], fates[day > 0 :: 2]
        for place, (size, fate, share) in enumerate(kinds + fates):
            hour = HOURS[(place * 5 + day) % len(HOURS)]
            step = partial(self._begin, self.shop.goods[:size], fate, share)
            self._at(on, hour, step)

    def _begin(self, goods: list[Good], fate: str, share: float) -> None:
        order = self._accept(goods)
        self.stories.append(Story(order.pk, share, is_in_work=False))
        self.fates[order.pk] = fate
        allocate_due()
        if fate == "cancelled":
            self._later(0.3, lambda: cancel_order(order, actor=None))
        if fate == "held":
            hold = hold_order(order, reason=Hold.Reason.SELLER, actor=None)
            self._later(26.0, lambda: release_hold(hold, actor=None))

    def _accept(self, goods: list[Good], *, unknown: bool = False, street: str = "") -> Order:
        number = next(self.numbers)
        name = f"told-{number}"
        lines = [
            IncomingLine(good.sku, good.title, 1 + (place % 3 == 2), good.price)
            for place, good in enumerate(goods)
        ]
        if unknown:
            lines.append(IncomingLine(UNKNOWN_SKU, "Copper lamp", 1, 4990))
        incoming = IncomingOrder(
            reference=name,
            number=name,
            placed_at=timezone.now(),
            lines=lines,
            customer_name=MARKS.name,
            email=MARKS.email,
            phone=MARKS.phone if number % 3 == 0 else "",  # not everybody is texted
            street=MARKS.street if street == "" else "",
            postcode=MARKS.postcode,
            city=MARKS.city,
            country="DE",
            language="en",
            currency="EUR",
        )
        [accepted] = accept_orders(self.shop.channel, [incoming])
        return Order.objects.get(pk=accepted.order_id)

    # The crew works

    def _fill_bins(self) -> None:
        for good in self.shop.goods[: max(SIZES)]:
            receive_stock(
                location=Location.objects.get(pk=good.bin_id),
                product=Product.objects.get(pk=good.product_id),
                quantity=STOCKED,
                actor=self.base.lead,
            )

    def _plan_work(self, on: date) -> None:
        for hour in (9.7, 12.5, 17.7, 21.7):
            self._at(on, hour, watch_promises)
        if on.weekday() == SUNDAY:
            return
        self._at(on, 8.5, self._drive)
        for hour in (9.5, 14.8):
            self._at(on, hour, lambda: floor.pack_all(self.base, floor.pick_all(self.base)))
        self._at(on, 16.5, lambda: floor.hand_over_all(self.base))

    def _drive(self) -> None:
        run = floor.drive(self.base, WINDOWS)
        for stop in run.stops.order_by("position") if run else ():
            until = (stop.window_starts - timezone.now()).total_seconds() / 3600
            self._later(until + AFTER_RING, partial(self._ring, stop))

    def _ring(self, stop: Stop) -> None:
        """At the door: the fate of the order decides."""
        package = stop.packages.get()
        courier, fate = self.base.couriers[0], self.fates.get(package.order_id, "")
        if fate in ("not_home", "refused"):
            self.fates[package.order_id] = ""
            fail_stop(stop, reason=fate, actor=courier)
            if fate == "refused":
                self._later(8.0, lambda: send_back(package, actor=self.base.lead))
                self._later(24.0, lambda: self._take_back(package))
            return
        deliver_stop(stop, received_by=MARKS.name, actor=courier)
        if fate == "returned":
            self._later(50.0, lambda: self._send_in(package.order_id))

    def _take_back(self, package: Package) -> None:
        back = take_back(package, actor=self.base.lead)
        self._later(2.0, lambda: floor.decide_and_inspect(self.base, _fresh(back)))

    def _send_in(self, order_id: UUID) -> Return:
        order = Order.objects.get(pk=order_id)
        line = order.lines.order_by("position")[0]
        back = request_return(order, units={line.pk: 1}, reason=Return.Reason.CHANGED_MIND)
        if order_id in self.fates:
            self._later(70.0, lambda: floor.decide_and_inspect(self.base, _fresh(back)))
        return back

    # What is in work

    def _tell_waiting(self, wait: str, small: bool) -> None:
        """Orders of the last day that wait for this."""
        sizes, told = (1,) if small else (1, 2, 4), []
        for size in sizes:
            goods = self.shop.sold_out[:size] if wait == "stock" else self.shop.goods[:size]
            order = self._accept(
                goods, unknown=wait == "unknown_sku", street="none" * (wait == "no_address")
            )
            told.append(order.pk)
            self.stories.append(Story(order.pk, WAITS[wait] / len(sizes), is_in_work=True))
            if wait == "payment":
                hold_order(order, reason=Hold.Reason.PAYMENT, actor=None)
        allocate_due()
        steps = STEPS_BEFORE.get(wait, ())
        picked = floor.pick_all(self.base) if "pick" in steps else []
        if "pack" in steps:
            floor.pack_all(self.base, picked)
        if "hand_over" in steps:
            floor.hand_over_all(self.base)
        run = floor.drive(self.base, WINDOWS[:1], orders=told) if "drive" in steps else None
        for stop in run.stops.all() if run and wait in AT_DOOR else ():
            self._end_waiting(wait, stop)

    def _end_waiting(self, wait: str, stop: Stop) -> None:
        courier = self.base.couriers[0]
        if wait == "second_attempt":
            fail_stop(stop, reason=Package.Failure.NOT_HOME, actor=courier)
        elif wait == "collecting":
            until = self.today + timedelta(days=6)
            take_to_pickup_point(stop, place="Kiosk, Ringweg 4", until=until, actor=courier)
        else:
            order_id = stop.packages.get().order_id
            deliver_stop(stop, received_by=MARKS.name, actor=courier)
            self._send_in(order_id)


# What the crew does before an order waits for this.
OUT = ("pick", "pack", "hand_over", "drive")
STEPS_BEFORE: dict[str, tuple[str, ...]] = {
    "packing": OUT[:1],
    "hand_over": OUT[:2],
    "run": OUT[:3],
    **dict.fromkeys(("door", "second_attempt", "collecting", "decision"), OUT),
}
AT_DOOR = ("second_attempt", "collecting", "decision")


def _try_to_send() -> None:
    """Every message that waits was tried seconds after it was planned; `reading` says it left."""
    Attempt.objects.bulk_create(
        Attempt(
            message=message,
            number=1,
            provider="seed",
            started_at=message.created_at + TOOK,
            duration_ms=40,
            outcome=MessageStatus.SENT,
        )
        for message in Message.objects.filter(status__in=CLAIMABLE)
    )


def _fresh(back: Return) -> Return:
    return Return.objects.get(pk=back.pk)
