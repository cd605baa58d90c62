"""What the tracking page of an order says of others, and of a correction, each only where due."""

from collections.abc import Iterable
from uuid import UUID

from orders.lifecycle.edit import was_corrected
from orders.models import Order, Package, Problem
from orders.problems.answering import former_order
from orders.states import OrderStatus, PackageStatus


def sent_again(order: Order) -> list[str]:
    """The numbers of the orders with which what never came is sent."""
    problems = Problem.objects.filter(order=order.pk, replacement__isnull=False)
    alive = problems.exclude(replacement__status=OrderStatus.CANCELLED)
    return list(alive.order_by("answered_at", "pk").values_list("replacement__number", flat=True))


def former_number(order: Order) -> str:
    """Of which order it sends units again; "" of what is in exchange, or goes back repaired."""
    former = former_order(order)
    return former.number if former else ""


def replacements_of(problems: Iterable[str]) -> dict[str, str]:
    """{problem with a parcel that was found: the number of the order that was sent for it}."""
    if not (known := [problem for problem in problems if problem]):
        return {}
    rows = Problem.objects.filter(pk__in=known, replacement__isnull=False)
    kept = rows.exclude(replacement__status=OrderStatus.CANCELLED).order_by("pk")
    return {str(pk): number for pk, number in kept.values_list("pk", "replacement__number")}


def is_corrected(order: UUID, parcels: Iterable[tuple[str, str]]) -> bool:
    """Whether an address that was not found is a new one by now; `parcels`: status and failure."""
    waits = (PackageStatus.ATTEMPT_FAILED, Package.Failure.ADDRESS_WRONG)
    return any(parcel == waits for parcel in parcels) and was_corrected(order)
