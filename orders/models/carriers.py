"""Models: services, the warehouses that a seller ships from, label requests, pickup points."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from orders.models.accounts import Seller, Warehouse
from orders.models.base import Row, code
from orders.models.shipments import Package
from orders.values.places import COUNTRY
from orders.values.postcodes import POSTCODES

SERVICE_NAME = 80
MOST_TRANSIT_DAYS = 60
MOST_DAYS_KEPT = 30
# Characters of a pickup point: of its name, its street and its town, and of a weekday.
NAME, POSTCODE, HOURS = 60, 16, 40


class Service(Row):
    """A way in which a seller's parcels travel: by whom, on which days, and what it takes.

    Services are asked by `position`; the first that reaches the address and takes the goods is
    promised. A deleted one stays in the table: orders and their history name it.
    """

    class Days(models.TextChoices):
        """The days on which it travels and delivers."""

        WEEKDAYS = "weekdays", "Monday to Friday"
        SATURDAYS = "saturdays", "Monday to Saturday"
        ALL = "all", "Every day, Sundays and public holidays too"

    seller = models.ForeignKey(
        Seller, on_delete=models.PROTECT, related_name="services", db_index=False
    )
    name = models.CharField(max_length=SERVICE_NAME, help_text="As the seller calls it.")
    position = models.PositiveSmallIntegerField(help_text="Lower goes first.")
    is_active = models.BooleanField(default=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    carrier = models.CharField(
        max_length=20, blank=True, help_text="Code of the carrier; empty: chosen when it is packed."
    )
    days = models.CharField(max_length=10, choices=Days.choices, default=Days.WEEKDAYS)
    cut_off = models.TimeField(
        null=True, blank=True, help_text="Local time of the warehouse; empty: the warehouse's."
    )
    most_grams = models.PositiveIntegerField(null=True, blank=True, help_text="Of an order.")
    most_units = models.PositiveIntegerField(null=True, blank=True)
    most_value = models.BigIntegerField(null=True, blank=True, help_text="In minor units.")
    currency = models.CharField(max_length=3, blank=True, help_text="Of the value.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_limit_of_value_has_its_currency",
                condition=Q(most_value__isnull=True) | ~Q(currency=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["seller", "position"],
                name="service_in_force",
                condition=Q(deleted_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Destination(Row):
    """Where a service goes, and in how many days; or where it does not.

    `country` is ISO 3166 alpha-2, EU for the rest of the European Union, or * for the rest of the
    world. The most specific destination of a service decides about an address: a postcode before
    its country, a country before the rest.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    service = models.ForeignKey(
        Service, on_delete=models.CASCADE, related_name="destinations", db_index=False
    )
    position = models.PositiveSmallIntegerField()
    country = models.CharField(max_length=2)
    postcodes = ArrayField(
        models.CharField(max_length=POSTCODES),
        blank=True,
        default=list,
        help_text="How a postcode begins (20, BT), or a range (10000-14999); empty: all of them.",
    )
    is_served = models.BooleanField(default=True)
    days_min = models.PositiveSmallIntegerField(default=0)
    days_max = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                name="transit_takes_days_in_order",
                condition=Q(days_min__lte=F("days_max"), days_max__lte=MOST_TRANSIT_DAYS),
            ),
            models.UniqueConstraint(
                fields=["service", "position"], name="a_destination_has_a_place"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country} {', '.join(self.postcodes)}".strip()


class SellerWarehouse(Row):
    """A warehouse from which a seller's orders ship; the first by `position` is the usual one.

    Every seller has a row for `Seller.warehouse`: the database writes it, whoever sets that.
    One that was taken off the list keeps its row: who works there still sees what left it.
    """

    WAREHOUSE_PATH = "warehouse"

    seller = models.ForeignKey(
        Seller, on_delete=models.CASCADE, related_name="houses", db_index=False
    )
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="served")
    position = models.PositiveSmallIntegerField(default=0, db_default=0)
    is_paused = models.BooleanField(
        default=False, db_default=False, help_text="No new order gets its units from here."
    )
    takes_returns = models.BooleanField(
        default=False,
        db_default=False,
        help_text="All returns go here; where none does, back to the warehouse they left.",
    )
    removed_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When it was taken off the list."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "warehouse"], name="a_seller_has_a_warehouse_once"
            ),
            models.UniqueConstraint(
                fields=["seller"],
                condition=Q(takes_returns=True),
                name="one_warehouse_takes_all_returns",
            ),
            models.CheckConstraint(
                name="a_warehouse_off_the_list_takes_part_in_nothing",
                condition=Q(removed_at__isnull=True) | Q(is_paused=True, takes_returns=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.warehouse)


class LabelRequest(Row):
    """A request for the label of a box, written before the carrier is asked.

    Its id is the idempotency key: a retry, also after a crash, sends the same one. `due_at` is the
    lease of the process that asks now, or else the time of the next attempt.
    """

    WAREHOUSE_PATH = "package__shipment__warehouse"

    class Cause(models.TextChoices):
        REFUSED = "refused", "The carrier refused"
        UNANSWERED = "unanswered", "The carrier did not answer"
        BROKEN = "broken", "The carrier's answer cannot be used"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="label_requests")
    carrier = models.CharField(max_length=20, help_text="Code of the carrier.")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(
        null=True, blank=True, help_text="When the sweep does what is left; empty: nothing is."
    )
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Failed ones, in a row.")
    cause = models.CharField(
        max_length=12, choices=Cause.choices, blank=True, help_text="Why the last attempt failed."
    )
    reason = models.CharField(max_length=300, blank=True, help_text="The same, in a sentence.")
    refused_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    tracking_number = models.CharField(max_length=40, blank=True)
    file = models.BinaryField(blank=True, default=b"", help_text="Empty: we draw the label.")
    media_type = models.CharField(max_length=40, blank=True)
    unwanted_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when nobody wants the label: it is to be voided."
    )
    voided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["package"],
                condition=Q(refused_at__isnull=True, unwanted_at__isnull=True),
                name="one_label_is_wanted_per_package",
            ),
            models.CheckConstraint(
                name="an_answered_label_has_a_number",
                condition=Q(answered_at__isnull=True, tracking_number="")
                | (Q(answered_at__isnull=False) & ~Q(tracking_number="")),
            ),
            models.CheckConstraint(
                name="only_an_unwanted_label_is_voided",
                condition=Q(voided_at__isnull=True) | Q(unwanted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="an_open_label_request_is_due",
                condition=Q(due_at__isnull=False)
                | Q(answered_at__isnull=False)
                | Q(refused_at__isnull=False)
                | Q(unwanted_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(F("due_at"), name="label_request_due", condition=Q(due_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.carrier}: {self.package}"


class PickupPoint(Row):
    """A shop that keeps parcels of our own couriers until their customers collect them.

    What a customer has chosen keeps its name and address: it is closed, and another one is added.
    """

    SELLER_PATH = None
    WAREHOUSE_PATH = "warehouse"
    KIND = "pickup_point"

    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="pickup_points", db_index=False
    )
    name = models.CharField(max_length=NAME)
    street = models.CharField(max_length=NAME)
    postcode = models.CharField(max_length=POSTCODE, blank=True)
    city = models.CharField(max_length=NAME)
    country = models.CharField(max_length=2)
    hours = ArrayField(
        models.CharField(max_length=HOURS, blank=True),
        help_text="When it is open, in words, Monday first; empty: it is closed that day.",
    )
    days_kept = models.PositiveSmallIntegerField(default=7, help_text="How long it keeps a parcel.")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["warehouse", "name", "street", "postcode", "city"],
                condition=Q(is_active=True),
                name="a_pickup_point_is_on_the_list_once",
            ),
            models.CheckConstraint(
                name="a_pickup_point_is_in_a_country", condition=code("country", COUNTRY)
            ),
            models.CheckConstraint(
                name="a_pickup_point_keeps_parcels_for_some_days",
                condition=Q(days_kept__gte=1, days_kept__lte=MOST_DAYS_KEPT),
            ),
            models.CheckConstraint(name="a_week_has_seven_days", condition=Q(hours__len=7)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """Name and address, as customers choose it and couriers write it down."""
        town = f"{self.postcode} {self.city}".strip()
        return f"{self.name}, {self.street}, {town}"
