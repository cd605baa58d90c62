"""A customer reports a problem with units of a parcel, or a parcel that has not come."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from orders.catalogue.pictures import drawn_again
from orders.errors import DomainError
from orders.events.recording import record
from orders.lifecycle.transitions import lock_orders
from orders.models import Event, Order, OrderLine, Package, PackageLine, Problem
from orders.returns.photos import MOST_PHOTOS, keep_photos
from orders.states import OrderStatus, PackageStatus
from orders.values.texts import one_line

MOST_A_DAY = 10
# What has come, or should have.
REPORTABLE = (PackageStatus.DELIVERED, PackageStatus.LOST, PackageStatus.DAMAGED)


class TooMany(DomainError):
    """More reports of one order than a person makes."""


@dataclass(frozen=True, slots=True)
class Reportable:
    """Units of a line in a parcel that came, or should have come; without a line, all of it."""

    package: Package
    line: OrderLine | None
    quantity: int
    number: int  # of the parcel, from 1

    @property
    def key(self) -> str:
        """What a form calls it."""
        return f"{self.package.pk}.{self.line.pk}" if self.line else str(self.package.pk)


def reportable(order: Order) -> list[Reportable]:
    """What a customer can report, without what is reported, refunded or sent again already: first
    the units by line, then the parcels. Of a lost parcel only that it has not come.
    """
    rows = PackageLine.objects.filter(package__order=order)
    rows = rows.select_related("package", "shipment_line__line").order_by(
        "package__created_at", "package__number", "shipment_line__line__position"
    )
    is_open = set(
        Problem.objects.filter(order=order, answered_at=None).values_list("package", "line")
    )
    made_good = _made_good(order)
    reported = {package for package, _ in [*is_open, *made_good]}
    whole = {package for package, line in [*is_open, *made_good] if line is None}
    parcels: dict[UUID, int] = {}
    units: dict[UUID, int] = defaultdict(int)
    found, boxes = [], {}
    for row in rows:
        if row.package.status in (PackageStatus.CANCELLED, PackageStatus.PACKING):
            continue
        number = parcels.setdefault(row.package_id, len(parcels) + 1)
        line = row.shipment_line.line
        if row.package.status not in REPORTABLE or row.package_id in whole:
            continue
        units[row.package_id] += row.quantity
        boxes[row.package_id] = Reportable(row.package, None, units[row.package_id], number)
        if row.package.status == PackageStatus.LOST:
            continue  # nobody has seen what is in it
        left = row.quantity - made_good.get((row.package_id, line.pk), 0)
        if (row.package_id, line.pk) not in is_open and left > 0:
            found.append(Reportable(row.package, line, left, number))
    return [*found, *(box for pk, box in boxes.items() if pk not in reported)]


def _made_good(order: Order) -> dict[tuple[UUID, UUID | None], int]:
    """{(package, line): units that were refunded or are sent again}; a called-off one is not."""
    rows = Problem.objects.filter(order=order).filter(
        Q(answer=Problem.Answer.REFUND)
        | Q(answer=Problem.Answer.REPLACEMENT) & ~Q(replacement__status=OrderStatus.CANCELLED)
    )
    units: dict[tuple[UUID, UUID | None], int] = defaultdict(int)
    for package, line, quantity in rows.values_list("package", "line", "quantity"):
        units[package, line] += quantity
    return dict(units)


def report_problem(
    order: Order, *, key: str, kind: str, quantity: int, words: str, photos: Sequence[bytes] = ()
) -> Problem:
    """Report a problem; the photos are drawn again before anything is locked.

    What has not come is the parcel, with all its units.
    Raises InvalidInput for what is no picture, TooMany, Refusal of so many photos, or DomainError
    where it was reported.
    """
    if len(photos) > MOST_PHOTOS:
        raise TooMany(f"At most {MOST_PHOTOS} photos are kept of one report.")
    drawn = [drawn_again(photo) for photo in photos]
    with transaction.atomic():
        lock_orders([order.pk])
        unit = _unit(order, key, kind, quantity)
        _refuse_many(order)
        problem = Problem.objects.create(
            seller_id=order.seller_id,
            order=order,
            package=unit.package,
            line=unit.line,
            kind=kind,
            quantity=quantity if unit.line else unit.quantity,
            words=one_line(words)[: Problem.LONGEST],
        )
        keep_photos(problem, drawn)
        what: dict[str, Any] = (
            {"line": str(unit.line.pk)} if unit.line else {"package": str(unit.package.pk)}
        )
        record([Event.of(problem, "reported", units=problem.quantity, kind=kind, **what)])
    return problem


def _unit(order: Order, key: str, kind: str, quantity: int) -> Reportable:
    unit = next((one for one in reportable(order) if one.key == key), None)
    if unit is None:
        raise DomainError("This was reported already, or is in no parcel that has come.")
    if kind not in Problem.Kind.values or (kind == Problem.Kind.NOT_ARRIVED) != (not unit.line):
        raise DomainError("Say what is wrong with a product, or that a parcel has not come.")
    if unit.line and not 1 <= quantity <= unit.quantity:
        raise DomainError(f"Say what is wrong, with 1 to {unit.quantity} of {unit.line.title}.")
    return unit


def _refuse_many(order: Order) -> None:
    since = timezone.now() - timedelta(days=1)
    if order.problems.filter(reported_at__gt=since).count() >= MOST_A_DAY:
        raise TooMany(f"{MOST_A_DAY} problems were reported within a day.")
