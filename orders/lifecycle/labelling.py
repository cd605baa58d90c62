"""What lets a parcel leave: a label with a tracking number, and no open hold."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Case, Q, Value, When

from orders.carriers import carrier_of
from orders.errors import DomainError
from orders.lifecycle.transitions import lock_orders, move
from orders.models import Hold, Package, Shipment, User
from orders.states import PackageStatus


@transaction.atomic(savepoint=False)
def label_packages(
    shipment: Shipment, *, carrier: str = "own", actor: User | None
) -> list[Package]:
    """Give every packed box of a shipment its label. Raises DomainError when none waits for one."""
    maker = carrier_of(carrier)
    lock_orders([shipment.order_id])
    packed = list(
        Package.objects.filter(shipment=shipment, status=PackageStatus.PACKED)
        .select_for_update(no_key=True)
        .order_by("pk")
    )
    if not packed:
        raise DomainError(f"Shipment {shipment} has no packed box without a label.")
    _number({package.pk: maker.label(package).tracking_number for package in packed})
    return move(packed, PackageStatus.LABELLED, actor=actor, changes={"carrier": carrier})


def refuse_held(shipments: Iterable[Shipment]) -> None:
    """Raise DomainError when one of these shipments, or its order, has an open hold."""
    rows = list(shipments)
    whole_order = Q(shipment__isnull=True, order__in={row.order_id for row in rows})
    holds = Hold.objects.filter(whole_order | Q(shipment__in=rows), released_at__isnull=True)
    if hold := holds.select_related("order").first():
        raise DomainError(f"Order {hold.order} is on hold ({hold}): release the hold first.")


def _number(numbers: dict[UUID, str]) -> None:
    """Write the tracking numbers of many boxes in one statement; they differ, so move() cannot."""
    cases: Iterable[When] = [When(pk=pk, then=Value(number)) for pk, number in numbers.items()]
    Package.objects.filter(pk__in=numbers).update(tracking_number=Case(*cases))
