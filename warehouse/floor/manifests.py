"""Close a manifest: hand over what was scanned for a carrier; say why the rest stays."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from orders.carriers import carrier_of
from orders.errors import DomainError
from orders.events.recording import record
from orders.lifecycle.holds import IS_HELD
from orders.models import Event, LabelRequest, Package, Shipment, User, Warehouse
from orders.states import PackageStatus, ShipmentStatus
from orders.words import say
from warehouse.floor.hand_over import hand_over
from warehouse.models import Manifest


@transaction.atomic(savepoint=False)
def close_manifest(
    packages: Iterable[Package],
    *,
    warehouse: Warehouse,
    counted: int,
    rest: str = "",
    actor: User | None,
) -> Manifest:
    """Hand these parcels of one carrier over, and keep what it took as a manifest.

    Raises DomainError when the worker counted another number, or when more are ready for this
    carrier and nobody says why they stay (`rest`, a Manifest.Rest).
    """
    listed = list(packages)
    if not listed:
        raise DomainError(say("The list is empty: scan a parcel first."))
    # A parcel that is on the pallet but was not scanned shows in the count.
    if counted != len(listed):
        raise DomainError(
            say(
                "You counted {counted}. Scanned: {number}. Count again "
                "or scan the missing parcels.",
                counted=counted,
                number=len(listed),
            )
        )
    code = listed[0].carrier
    expected = expected_parcels(warehouse, code).count()
    if len(listed) < expected and not rest:
        raise DomainError(
            say(
                "{name}: {expected} parcels are ready, {number} are scanned. "
                "Scan the rest, or say why they stay.",
                name=carrier_of(code).name,
                expected=expected,
                number=len(listed),
            )
        )
    hand_over(listed, actor=actor)
    manifest = Manifest.objects.create(
        warehouse=warehouse,
        carrier=code,
        parcels=[package.pk for package in listed],
        handed_over=len(listed),
        expected=max(expected, len(listed)),
        rest=rest if len(listed) < expected else "",
        closed_by=actor,
    )
    numbers = {"parcels": len(listed), "expected": manifest.expected, "rest": manifest.rest}
    record([Event.of(manifest, "closed", actor=actor, **numbers)])
    return manifest


def ready_parcels(warehouse: Warehouse) -> QuerySet[Package]:
    """Labelled packages of ready shipments of this warehouse; not what is inside another."""
    return Package.objects.filter(
        shipment__warehouse=warehouse,
        shipment__status=ShipmentStatus.READY,
        status=PackageStatus.LABELLED,
        inside__isnull=True,
    )


def expected_parcels(warehouse: Warehouse, carrier: str) -> QuerySet[Package]:
    """The ready parcels that this carrier is to take: of no order on hold."""
    held = Shipment.objects.filter(IS_HELD, pk=OuterRef("shipment"))
    return ready_parcels(warehouse).filter(~Exists(held), carrier=carrier)


def left_behind(warehouse: Warehouse, before: datetime) -> QuerySet[Package]:
    """The parcels with a label of before this moment that are still here, of no order on hold."""
    labels = LabelRequest.objects.filter(
        package=OuterRef("pk"), unwanted_at__isnull=True, answered_at__lt=before
    )
    held = Shipment.objects.filter(IS_HELD, pk=OuterRef("shipment"))
    here = Package.objects.filter(
        shipment__warehouse=warehouse, status=PackageStatus.LABELLED, inside__isnull=True
    )
    return here.filter(Exists(labels), ~Exists(held))


def is_void(code: str, warehouse: Warehouse) -> bool:
    """Whether this is the number of a label that nobody wants any more."""
    requests = LabelRequest.objects.filter(package__shipment__warehouse=warehouse)
    return requests.filter(tracking_number=code, unwanted_at__isnull=False).exists()
