"""Models: shipments, packages and their lines."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from orders.models.accounts import Seller, Warehouse
from orders.models.base import Row, days, moments
from orders.models.orders import Order, OrderLine
from orders.states import (
    PACKAGE_MOVES,
    PACKAGE_TO_GO_OUT,
    PACKAGE_UNDO_MOVES,
    SHIPMENT_MOVES,
    SHIPMENT_TO_SEND,
    SHIPMENT_UNDO_MOVES,
    PackageStatus,
    ShipmentStatus,
)

WISH = 80  # characters that are typed: as many as a courier's answer at the door has
PLACE = 120  # characters of the name and address of a pickup point
# Shown to the seller under "Needs attention": a person has to decide, or to act in time.
NOT_DELIVERED = (
    PackageStatus.ATTEMPT_FAILED,
    PackageStatus.AT_PICKUP_POINT,
    PackageStatus.RETURNING,
)


class Shipment(Row):
    """Units of one order that leave one warehouse together: the work of picking and packing."""

    MOVES = SHIPMENT_MOVES
    UNDO_MOVES = SHIPMENT_UNDO_MOVES
    WAREHOUSE_PATH = "warehouse"
    KIND = "shipment"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="shipments")
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, db_index=False)
    number = models.CharField(max_length=70)
    status = models.CharField(
        max_length=12, choices=ShipmentStatus.choices, default=ShipmentStatus.PLANNED
    )
    priority = models.SmallIntegerField(default=0)
    is_apart = models.BooleanField(
        default=False,
        db_default=False,
        help_text="It was split off: what gets stock later goes elsewhere.",
    )
    together = models.UUIDField(
        null=True,
        blank=True,
        help_text="Shipments with the same value go out in one box, with one label.",
    )
    wave = models.UUIDField(
        null=True,
        blank=True,
        editable=False,
        help_text="The wave in which a lead has released it to be picked.",
    )
    ship_by = models.DateTimeField()
    will_miss_since = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="Since when the warehouse foresees that it is not picked by then.",
    )
    chosen = models.JSONField(
        null=True,
        blank=True,
        editable=False,
        help_text="Why it leaves this warehouse, where the seller has several.",
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "number"], name="a_shipment_number_is_used_once"
            ),
            models.CheckConstraint(name="a_shipment_is_due_readably", condition=moments("ship_by")),
        ]
        indexes = [
            models.Index(
                F("warehouse"),
                F("ship_by"),
                F("priority").desc(),
                F("id"),
                name="shipment_to_pick",
                condition=Q(status=ShipmentStatus.RELEASED),
            ),
            models.Index(fields=["warehouse", "status", "ship_by"], name="shipment_by_status"),
            models.Index(F("seller"), F("id").desc(), name="shipment_by_age"),
            models.Index(
                fields=["seller", "ship_by"],
                name="shipment_to_send",
                condition=Q(status__in=SHIPMENT_TO_SEND),
            ),
            models.Index(
                fields=["together"],
                name="shipment_in_one_box",
                condition=Q(together__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ShipmentLine(Row):
    """Units of an order line in a shipment."""

    WAREHOUSE_PATH = "shipment__warehouse"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="shipment_lines")
    quantity = models.PositiveIntegerField()
    picked = models.PositiveIntegerField(default=0)
    packed = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shipment", "line"], name="a_line_is_once_in_a_shipment"
            ),
            models.CheckConstraint(
                name="shipment_line_counts_rise_in_order",
                condition=Q(packed__lte=F("picked"), picked__lte=F("quantity")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.line.title}"


class Package(Row):
    """One box with a label and a tracking number."""

    MOVES = PACKAGE_MOVES
    UNDO_MOVES = PACKAGE_UNDO_MOVES
    WAREHOUSE_PATH = "shipment__warehouse"
    KIND = "package"

    class Failure(models.TextChoices):
        NOT_HOME = "not_home", "Nobody home"
        REFUSED = "refused", "Parcel refused"
        ADDRESS_WRONG = "address_wrong", "Wrong address"
        DAMAGED = "damaged", "Parcel damaged"

    class Loss(models.TextChoices):
        """How a parcel was lost, in the event that says so."""

        NOT_FOUND = "not_found", "Not found"
        STOLEN = "stolen", "Stolen"
        BY_CARRIER = "by_carrier", "Lost by the carrier"
        OTHER_LOSS = "other_loss", "Other"

    class HandedTo(models.TextChoices):
        RECEIVER = "receiver", "Recipient"
        NEIGHBOUR = "neighbour", "Neighbour"
        SAFE_PLACE = "safe_place", "Safe place"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="packages")
    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="packages")
    number = models.CharField(max_length=80)
    status = models.CharField(
        max_length=20, choices=PackageStatus.choices, default=PackageStatus.PACKING
    )
    carrier = models.CharField(
        max_length=20, blank=True, help_text="Code of the carrier; set with the label."
    )
    tracking_number = models.CharField(max_length=40, blank=True)
    inside = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="inner",
        db_index=False,
        help_text="The box in which it goes out: that one is labelled and scanned, for both.",
    )
    weight_grams = models.PositiveIntegerField(null=True, blank=True)
    courier_name = models.CharField(
        max_length=80, blank=True, help_text="First name, on the day only."
    )
    stops_before = models.PositiveSmallIntegerField(null=True, blank=True)
    received_by = models.CharField(max_length=80, blank=True, help_text="A name or a safe place.")
    handed_to = models.CharField(
        max_length=10, choices=HandedTo.choices, blank=True, help_text="Empty until delivered."
    )
    pickup_point = models.CharField(
        max_length=PLACE, blank=True, help_text="Where the customer collects it: name and street."
    )
    pickup_until = models.DateField(
        null=True, blank=True, help_text="The last day to collect it there."
    )
    failure = models.CharField(
        max_length=20, choices=Failure.choices, blank=True, help_text="Why the last attempt failed."
    )
    handed_over_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["carrier", "tracking_number"],
                condition=~Q(tracking_number="") & Q(inside__isnull=True),
                name="a_tracking_number_names_one_box",
            ),
            models.CheckConstraint(
                name="what_is_in_a_box_has_its_number_and_no_weight",
                condition=Q(inside__isnull=True)
                | (~Q(tracking_number="") & Q(weight_grams__isnull=True) & ~Q(inside=F("id"))),
            ),
            models.UniqueConstraint(
                fields=["shipment", "number"], name="a_package_number_is_used_once"
            ),
            models.CheckConstraint(
                name="a_parcel_is_kept_until_a_readable_day", condition=days("pickup_until")
            ),
            models.CheckConstraint(
                name="only_what_is_delivered_was_handed_to_somebody",
                condition=Q(handed_to="") | Q(delivered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_pickup_point_has_a_last_day",
                condition=Q(pickup_point="", pickup_until__isnull=True)
                | (~Q(pickup_point="") & Q(pickup_until__isnull=False)),
            ),
            models.UniqueConstraint(
                fields=["shipment"],
                condition=Q(status=PackageStatus.PACKING),
                name="one_open_box_per_shipment",
            ),
        ]
        indexes = [
            models.Index(fields=["seller", "tracking_number"], name="package_by_tracking_number"),
            models.Index(
                fields=["inside"], name="package_in_box", condition=Q(inside__isnull=False)
            ),
            models.Index(F("seller"), F("id").desc(), name="package_by_age"),
            # Few of all parcels are that: what waits for its carrier, and what is missing.
            models.Index(
                fields=["seller", "status"],
                name="package_in_question",
                condition=Q(status__in=(PackageStatus.LABELLED, PackageStatus.LOST)),
            ),
            models.Index(
                fields=["seller", "delivered_at"],
                name="package_delivered",
                condition=Q(delivered_at__isnull=False),
            ),
            models.Index(
                fields=["seller"],
                name="package_not_delivered",
                condition=Q(status__in=NOT_DELIVERED),
            ),
            # Few of all parcels are there: what waits for a run, or may be taken back, is found at
            # once, however many were delivered.
            models.Index(
                F("handed_over_at"),
                name="package_to_go_out",
                condition=Q(status__in=PACKAGE_TO_GO_OUT),
            ),
            models.Index(
                F("delivered_at"), name="package_collected", condition=~Q(pickup_point="")
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def can_undo_door(self) -> bool:
        """Whether the courier may undo the outcome of the stop: no further step followed."""
        return not self.was_collected and self.status in (
            PackageStatus.DELIVERED,
            PackageStatus.ATTEMPT_FAILED,
            PackageStatus.AT_PICKUP_POINT,
        )

    @property
    def was_collected(self) -> bool:
        """Whether the customer collected it at a pickup point."""
        return self.status == PackageStatus.DELIVERED and bool(self.pickup_point)


class PackageLine(Row):
    """Units of a shipment line in a box."""

    WAREHOUSE_PATH = "package__shipment__warehouse"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    package = models.ForeignKey(Package, on_delete=models.CASCADE, related_name="lines")
    shipment_line = models.ForeignKey(
        ShipmentLine, on_delete=models.PROTECT, related_name="package_lines"
    )
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["package", "shipment_line"], name="a_line_is_once_in_a_package"
            )
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.shipment_line.line.title}"


class Wish(Row):
    """What a customer wants of the delivery of an order; of each kind one is in force.

    Who chose it is the customer, as with a return. The text names places and people: it is erased
    with the customer.
    """

    WAREHOUSE_PATH = "order__seller__houses__warehouse"
    KIND = "wish"

    class Kind(models.TextChoices):
        DAY = "day", "Another day"
        NEIGHBOUR = "neighbour", "Neighbour"
        SAFE_PLACE = "safe_place", "Safe place"
        PICKUP = "pickup", "Pickup point"
        NOTE = "note", "Note for the courier"

    class End(models.TextChoices):
        WITHDRAWN = "withdrawn", "Withdrawn"
        SUPERSEDED = "superseded", "Superseded"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="wishes")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.CharField(max_length=PLACE, blank=True)
    point = models.ForeignKey(
        "orders.PickupPoint",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="wishes",
        db_index=False,
        help_text="The pickup point that was chosen; the text is its name and address.",
    )
    on = models.DateField(null=True, blank=True, help_text="Not before this day.")
    made_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    end = models.CharField(max_length=10, choices=End.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "kind"],
                condition=Q(ended_at__isnull=True),
                name="one_wish_of_a_kind_is_in_force",
            ),
            models.CheckConstraint(
                name="a_wished_day_is_a_readable_one",
                condition=Q(kind="day", on__isnull=False) & days("on")
                | ~Q(kind="day") & Q(on__isnull=True),
            ),
            models.CheckConstraint(
                name="a_wish_ends_in_one_way",
                condition=Q(end="", ended_at__isnull=True) | ~Q(end="") & Q(ended_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["point"], name="wish_of_a_point", condition=Q(point__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.on or self.text}"
