"""What the seller's parcels get from a carrier: labels with tracking numbers."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Case, Value, When

from orders.carriers import carrier_of
from orders.errors import DomainError
from orders.models import Package, Shipment, User
from orders.states import PackageStatus
from orders.transitions import lock_orders, move


@transaction.atomic
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
        raise DomainError(f"Shipment {shipment} has no packed box that waits for a label.")
    _number({package.pk: maker.label(package).tracking_number for package in packed})
    return move(packed, PackageStatus.LABELLED, actor=actor, changes={"carrier": carrier})


def _number(numbers: dict[UUID, str]) -> None:
    """Write the tracking numbers of many boxes in one statement; they differ, so move() cannot."""
    cases: Iterable[When] = [When(pk=pk, then=Value(number)) for pk, number in numbers.items()]
    Package.objects.filter(pk__in=numbers).update(tracking_number=Case(*cases))
