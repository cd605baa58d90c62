"""How an order stands, from its parcels: a delivery that failed is not “Shipped”."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from orders.models import Order, Package
from orders.states import OrderStatus, PackageStatus
from orders.words import inside, predicate, say, say_count, state
from orders.words.writing import written

# Statuses of orders that are summed up from units: a parcel may tell more.
TRAVELLING = (
    OrderStatus.PARTLY_SHIPPED, OrderStatus.SHIPPED, OrderStatus.OUT_FOR_DELIVERY,
    OrderStatus.PARTLY_DELIVERED, OrderStatus.UNDELIVERED,
)  # fmt: skip
# What of a parcel is said of its order, the worst first.
TROUBLE = {
    PackageStatus.ATTEMPT_FAILED: "Delivery attempt failed",
    PackageStatus.LOST: "Lost",
    PackageStatus.DAMAGED: "Damaged on the way",
    PackageStatus.RETURNING: "Coming back",
    PackageStatus.RETURNED: "Came back",
    PackageStatus.AT_PICKUP_POINT: "At a pickup point",
}
FACTS_SHOWN = 3


class Standing(NamedTuple):
    """The state of an order: its code, in words, and what there is to say of it."""

    code: str
    words: str
    facts: list[str]


def standing(order: Order, boxes: Sequence[Package]) -> Standing:
    """Sum up an order and its parcels, by number; a pure function."""
    parcels = [box for box in boxes if box.status != PackageStatus.CANCELLED]
    found = in_short(order, {box.status for box in parcels})
    return found._replace(facts=_facts(parcels, found.code if found.code in TROUBLE else ""))


def in_short(order: Order, statuses: Collection[str]) -> Standing:
    """The state of an order whose parcels have these statuses, without facts."""
    status = OrderStatus(order.status)
    present = statuses if status in TRAVELLING else ()
    worst = next((code for code in TROUBLE if code in present), None)
    if worst is None:
        return Standing(status.value, status.label, [])
    return Standing(worst.value, TROUBLE[worst], [])


def in_trouble() -> ArraySubquery:
    """The statuses of an order's parcels that may be its state, for a list of orders."""
    parcels = Package.objects.filter(order=OuterRef("pk"), status__in=TROUBLE)
    return ArraySubquery(parcels.order_by().values("status"))


def _facts(parcels: Sequence[Package], worst: str = "") -> list[str]:
    """What is to be said of each parcel, those in trouble first; of a single one only why."""
    if len(parcels) < 2:
        detail = _detail(parcels[0]) if parcels and worst else ""
        return [f"{detail[:1].upper()}{detail[1:]}."] if detail else []
    numbered = list(enumerate(parcels, 1))
    numbered.sort(key=lambda pair: pair[1].status != worst)
    facts = [_fact(box, number, len(parcels)) for number, box in numbered]
    if (more := len(facts) - FACTS_SHOWN) > 0:
        facts[FACTS_SHOWN:] = [
            say_count(more, "And {n} more parcel, below.", "And {n} more parcels, below.", n=more)
        ]
    return facts


def _fact(box: Package, number: int, total: int) -> str:
    present = _detail(box) or predicate(state(box))
    return say("Parcel {number} of {total}: {state}.", number=number, total=total, state=present)


def _detail(box: Package) -> str:
    """Why it did not arrive, or until when it waits; "" of any other parcel."""
    if box.status == PackageStatus.ATTEMPT_FAILED and box.failure:
        return inside(say(box.get_failure_display()))
    if box.status == PackageStatus.AT_PICKUP_POINT and box.pickup_until:
        return say("to be collected by {day}", day=written(box.pickup_until, "D j M"))
    return ""
