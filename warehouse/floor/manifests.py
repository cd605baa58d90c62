"""Close a manifest: hand over what was scanned for a carrier; say why the rest stays."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from orders.carriers import carrier_of
from orders.errors import DomainError
from orders.events.recording import record
from orders.lifecycle.holds import IS_HELD
from orders.models import Event, LabelRequest, Package, Shipment, User, Warehouse
from orders.prepared import PreparedColumns, PreparedQuery, condition, is_among, parameter
from orders.states import PackageStatus, ShipmentStatus
from orders.words import say
from warehouse.floor.hand_over import hand_over
from warehouse.models import Manifest

LONGEST_LIST = 200
MOST_UNDOABLE = 10
MOST_MANIFESTS = 5
IS_LISTED = is_among("orders_package.id", 2)
IS_INSIDE = is_among("orders_package.inside_id", 2)
IS_EMPTY, IS_OF_CARRIER = condition("$3::text = ''"), condition("orders_package.carrier = $3::text")
# Of a package: a hold stops its shipment, or its order.
IS_STOPPED = Exists(Shipment.objects.filter(IS_HELD, pk=OuterRef("shipment")))


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


def ready_parcels(warehouse: Any) -> QuerySet[Package]:
    """Labelled packages of ready shipments of this warehouse; not what is inside another."""
    return Package.objects.filter(
        shipment__warehouse=warehouse,
        shipment__status=ShipmentStatus.READY,
        status=PackageStatus.LABELLED,
        inside__isnull=True,
    )


def expected_parcels(warehouse: Warehouse, carrier: str) -> QuerySet[Package]:
    """The ready parcels that this carrier is to take: of no order on hold."""
    return ready_parcels(warehouse).filter(~IS_STOPPED, carrier=carrier)


def left_behind(warehouse: Any, before: Any) -> QuerySet[Package]:
    """The parcels with a label of before this moment that are still here, of no order on hold."""
    labels = LabelRequest.objects.filter(
        package=OuterRef("pk"), unwanted_at__isnull=True, answered_at__lt=before
    )
    here = Package.objects.filter(
        shipment__warehouse=warehouse, status=PackageStatus.LABELLED, inside__isnull=True
    )
    return here.filter(Exists(labels), ~IS_STOPPED)


def is_void(code: str, warehouse: Warehouse) -> bool:
    """Whether this is the number of a label that nobody wants any more."""
    requests = LabelRequest.objects.filter(package__shipment__warehouse=warehouse)
    return requests.filter(tracking_number=code, unwanted_at__isnull=False).exists()


def _ready() -> QuerySet[Package]:
    """Labelled packages of ready shipments of the warehouse `$1`."""
    return ready_parcels(parameter(1)).select_related("order", "shipment", "seller")


def _shown() -> QuerySet[Package]:
    """The same with what a row of the screen says, and nothing else: there may be hundreds."""
    return _ready().only(
        "tracking_number",
        "carrier",
        "order__customer_name",
        "order__city",
        "shipment__number",
        "seller__name",
    )


# All of these are asked with each scan. The list is `$2`, its carrier `$3`, "" while it is empty.
LISTED = PreparedQuery(lambda: _ready().filter(IS_LISTED))
LISTED_ROWS = PreparedQuery(lambda: _shown().filter(IS_LISTED))
# Of those on the list: what a hold stops, or something of another order inside it.
STOPPED = PreparedColumns(
    lambda: (
        Package.objects.filter(IS_STOPPED, shipment__warehouse=parameter(1))
        .filter(Q(IS_LISTED) | Q(IS_INSIDE))
        .values_list(Coalesce("inside", "pk"))
    )
)
CARRIERS = PreparedColumns(
    lambda: ready_parcels(parameter(1)).filter(IS_LISTED).values_list("pk", "carrier")
)
MISSING = PreparedQuery(
    lambda: (
        _shown()
        .exclude(IS_LISTED)
        .filter(Q(IS_EMPTY) | Q(IS_OF_CARRIER))
        .order_by("shipment__ship_by", "number", "pk")[:LONGEST_LIST]
    )
)
# What is on hold may be on the list all the same, until it is taken off.
EXPECTED = PreparedColumns(
    lambda: (
        ready_parcels(parameter(1))
        .filter(Q(IS_EMPTY) | Q(IS_LISTED) | ~IS_STOPPED & Q(IS_OF_CARRIER))
        .values_list("shipment__warehouse")
        .annotate(number=Count("pk"))
    )
)
LEFT_BEHIND = PreparedColumns(
    lambda: (
        left_behind(parameter(1), parameter(2))
        .filter(is_among("orders_package.id", 3))
        .values_list("pk")
    )
)
# These parcels `$2`, and what is inside them; with their shipments.
IN_BOXES = PreparedQuery(
    lambda: (
        Package.objects.filter(shipment__warehouse=parameter(1))
        .filter(Q(IS_LISTED) | Q(IS_INSIDE))
        .select_related("shipment")
        .order_by("pk")
    )
)
# Shipments handed over since `$2`, newest first: offered for undo.
UNDOABLE: PreparedQuery[Any] = PreparedQuery(
    lambda: (
        Shipment.objects.filter(
            warehouse=parameter(1),
            status=ShipmentStatus.HANDED_OVER,
            packages__status=PackageStatus.HANDED_OVER,
            packages__handed_over_at__gt=parameter(2),
        )
        .annotate(gone_at=Max("packages__handed_over_at"))
        .select_related("order", "seller")
        .only("number", "order__customer_name", "seller__name")
        .order_by("-gone_at", "pk")[:MOST_UNDOABLE]
    )
)
MANIFESTS = PreparedQuery(
    lambda: Manifest.objects.filter(warehouse=parameter(1)).order_by("-closed_at")[:MOST_MANIFESTS]
)
