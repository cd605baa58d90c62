"""Models: orders, their lines with counters, and idempotency keys."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex, GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import Combinable
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.functional import cached_property

from orders.keys import tracking_token
from orders.models.accounts import Seller
from orders.models.base import Row, code, moments
from orders.models.catalogue import Product
from orders.models.shops import SalesChannel
from orders.states import OrderStatus, ShippingRule
from orders.values.contacts import LONGEST_EMAIL, mailable
from orders.values.counts import MOST_MONEY, MOST_UNITS
from orders.values.places import COUNTRY, LANGUAGE
from orders.values.search_texts import Plain, from_its_end, squeezed, week_of
from orders.values.texts import NOTE, NUMBER, PERSON, REFERENCE, SHORT, STREET, TITLE

RULE_NAME, RULE_WORDS, POSTCODE_BEGINNING, TAG = 80, 250, 10, 30


class Order(Row):
    """A customer's purchase from one seller. `status` is a summary computed from the lines."""

    WAREHOUSE_PATH = "seller__houses__warehouse"
    KIND = "order"

    seller = models.ForeignKey(
        Seller, on_delete=models.PROTECT, related_name="orders", db_index=False
    )
    channel = models.ForeignKey(
        SalesChannel, on_delete=models.PROTECT, related_name="orders", db_index=False
    )
    reference = models.CharField(
        max_length=REFERENCE, help_text="The shop's own id of the order, as text."
    )
    number = models.CharField(
        max_length=NUMBER, help_text="What customer and seller call the order."
    )
    status = models.CharField(
        max_length=20, choices=OrderStatus.choices, default=OrderStatus.RECEIVED
    )
    priority = models.SmallIntegerField(default=0, help_text="Higher goes first.")
    ships_as = models.CharField(
        max_length=12,
        choices=ShippingRule.choices,
        default=ShippingRule.AS_AVAILABLE,
        db_default=ShippingRule.AS_AVAILABLE,
        help_text="What happens where only a part of it is in stock.",
    )
    customer_name = models.CharField(
        max_length=PERSON, blank=True, help_text="Who receives it: the name on the label."
    )
    buyer_name = models.CharField(
        max_length=PERSON,
        blank=True,
        db_default="",
        default="",
        help_text="Who bought it and is written to; empty: the one who receives it.",
    )
    email = models.CharField(max_length=LONGEST_EMAIL, blank=True)
    phone = models.CharField(max_length=20, blank=True, help_text="E.164, or empty.")
    company = models.CharField(max_length=SHORT, blank=True)
    street = models.CharField(
        max_length=STREET, blank=True, help_text="Lines separated by line breaks."
    )
    postcode = models.CharField(max_length=SHORT, blank=True)
    city = models.CharField(max_length=SHORT, blank=True)
    region = models.CharField(max_length=SHORT, blank=True)
    country = models.CharField(max_length=2, blank=True)
    language = models.CharField(max_length=8, default="en")
    time_zone = models.CharField(max_length=40, help_text="Of the place of delivery.")
    currency = models.CharField(max_length=3, blank=True)
    note = models.CharField(
        max_length=NOTE, blank=True, help_text="The customer's words to the packer."
    )
    is_gift = models.BooleanField(default=False)
    service = models.JSONField(
        null=True,
        blank=True,
        editable=False,
        help_text="The service by which it was promised, as it was then; see orders/services.",
    )
    tags = ArrayField(
        models.CharField(max_length=TAG),
        default=list,
        blank=True,
        db_default=[],
        help_text="Words of the seller, to find it by; no customer sees them.",
    )
    shipments_made = models.PositiveSmallIntegerField(default=0)
    token_revision = models.PositiveSmallIntegerField(default=1)
    tracking_hash = models.BinaryField(max_length=32, unique=True)
    ship_by = models.DateTimeField(help_text="The promise by which work is put in order.")
    placed_at = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "channel", "reference"], name="the_same_order_twice_is_one_order"
            ),
            models.CheckConstraint(
                name="an_order_has_readable_moments", condition=moments("placed_at", "ship_by")
            ),
            models.CheckConstraint(
                name="an_order_goes_to_a_country", condition=code("country", COUNTRY)
            ),
            models.CheckConstraint(
                name="an_order_is_in_a_language", condition=code("language", LANGUAGE)
            ),
        ]
        indexes = [
            models.Index(F("seller"), F("created_at").desc(), F("id").desc(), name="order_by_age"),
            models.Index(
                F("seller"),
                F("status"),
                F("created_at").desc(),
                F("id").desc(),
                name="order_by_status",
            ),
            models.Index(fields=["seller", "number"], name="order_by_number"),
            models.Index(
                F("seller"),
                OpClass(Upper("number"), name="text_pattern_ops"),
                name="order_by_number_prefix",
            ),
            models.Index(fields=["seller", "email"], name="order_by_email"),
            GinIndex(
                F("seller"),
                week_of("created_at"),
                OpClass(Plain("customer_name"), name="gin_trgm_ops"),
                name="order_by_name_of_week",
            ),
            models.Index(
                F("seller"),
                OpClass(from_its_end("phone"), name="text_pattern_ops"),
                name="order_by_end_of_phone",
            ),
            models.Index(F("seller"), squeezed("postcode"), name="order_by_postcode"),
            models.Index(
                fields=["seller"], condition=Q(service__has_key="beyond"), name="order_lies_beyond"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @cached_property
    def token(self) -> str:
        """The secret part of the tracking URL."""
        return tracking_token(self.pk, self.token_revision, made_as=bytes(self.tracking_hash))

    @property
    def mailable(self) -> str:
        """Its e-mail address where mails can be sent to it, else ""."""
        return mailable(self.email)

    @property
    def first_name(self) -> str:
        return (self.buyer_name or self.customer_name).split(" ")[0]

    @property
    def has_address(self) -> bool:
        """Whether the address is complete enough for a parcel."""
        return bool(self.street and self.city and self.country)


def _up_to(total: str, *parts: str) -> Q:
    """Condition of a check constraint: the sum of `parts` is at most `total`."""
    together: Combinable = F(parts[0])
    for part in parts[1:]:
        together = together + F(part)
    return Q(**{f"{total}__gte": together})


class OrderLine(Row):
    """A product and a quantity of an order; the counters say how far the units have come."""

    WAREHOUSE_PATH = "order__seller__houses__warehouse"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, blank=True, db_index=False
    )
    sku = models.CharField(
        "SKU", max_length=SHORT, blank=True, help_text="The shop's own, kept while it is unknown."
    )
    shop_line = models.CharField(
        max_length=REFERENCE,
        blank=True,
        db_default="",
        default="",
        help_text="The shop's own id of the line, as text.",
    )
    title = models.CharField(max_length=TITLE)
    ships = models.BooleanField(
        default=True, help_text="False for a gift card, a service, or another's stock."
    )
    unit_price = models.BigIntegerField(
        default=0, help_text="In minor units of the order's currency."
    )
    ordered = models.PositiveIntegerField()
    allocated = models.PositiveIntegerField(default=0)
    backordered = models.PositiveIntegerField(default=0)
    cancelled = models.PositiveIntegerField(default=0)
    picked = models.PositiveIntegerField(default=0)
    packed = models.PositiveIntegerField(default=0)
    shipped = models.PositiveIntegerField(default=0)
    delivered = models.PositiveIntegerField(default=0)
    lost = models.PositiveIntegerField(default=0)
    came_back = models.PositiveIntegerField(default=0)
    returned = models.PositiveIntegerField(default=0)
    replaced = models.PositiveIntegerField(default=0)  # never came, and sent again
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    is_kit = models.BooleanField(
        default=False,
        db_default=False,
        help_text="It ships as its parts, which are lines of their own.",
    )
    kit_line = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    units_per_kit = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Of a part: in one unit of its kit."
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                name="no_unit_is_in_two_places",
                condition=_up_to("ordered", "allocated", "backordered", "cancelled"),
            ),
            models.CheckConstraint(
                name="a_line_can_be_counted", condition=Q(ordered__lte=MOST_UNITS)
            ),
            models.CheckConstraint(
                name="a_price_can_be_added_up",
                condition=Q(unit_price__gte=0, unit_price__lte=MOST_MONEY),
            ),
            models.CheckConstraint(
                name="picked_only_what_is_allocated", condition=_up_to("allocated", "picked")
            ),
            models.CheckConstraint(
                name="packed_only_what_is_picked", condition=_up_to("picked", "packed")
            ),
            models.CheckConstraint(
                name="shipped_only_what_is_packed", condition=_up_to("packed", "shipped")
            ),
            models.CheckConstraint(
                name="a_journey_ends_once",
                condition=_up_to("shipped", "delivered", "lost", "came_back"),
            ),
            models.CheckConstraint(
                name="returned_only_what_was_delivered", condition=_up_to("delivered", "returned")
            ),
            models.CheckConstraint(
                name="replaced_only_what_never_came",
                condition=Q(replaced__lte=F("lost") + F("came_back")),
            ),
        ]
        indexes = [
            models.Index(
                F("order"),
                name="line_to_allocate",
                condition=Q(ships=True, product__isnull=False)
                & Q(ordered__gt=F("allocated") + F("backordered") + F("cancelled")),
            ),
            models.Index(F("product"), name="line_backordered", condition=Q(backordered__gt=0)),
            models.Index(
                fields=["seller", "order"], name="line_waiting", condition=Q(backordered__gt=0)
            ),
            models.Index(F("seller"), F("sku"), F("id").desc(), name="line_by_sku"),
            GinIndex(OpClass(Plain("title"), name="gin_trgm_ops"), name="line_by_plain_title"),
        ]

    def __str__(self) -> str:
        return f"{self.ordered} × {self.title}"

    @property
    def is_undecided(self) -> bool:
        """Whether the allocator has yet to say of a unit whether it is in stock."""
        known = self.allocated + self.backordered + self.cancelled
        return self.ships and self.product_id is not None and self.ordered > known


class RoutingRule(Row):
    """A seller's rule for new orders: conditions, which must all hold, and what it then does.

    Rules apply by `position`; of each effect the first rule that has it decides. A deleted rule
    stays, for the history of orders names it.
    """

    EFFECTS = ("priority", "ships_as", "hold")

    seller = models.ForeignKey(
        Seller, on_delete=models.PROTECT, related_name="routing_rules", db_index=False
    )
    name = models.CharField(max_length=RULE_NAME)
    position = models.PositiveSmallIntegerField(help_text="Lower goes first.")
    is_active = models.BooleanField(default=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    countries = ArrayField(models.CharField(max_length=2), blank=True, default=list)
    postcodes = ArrayField(
        models.CharField(max_length=POSTCODE_BEGINNING),
        blank=True,
        default=list,
        help_text="How a postcode begins: in capitals, without blanks.",
    )
    channel = models.ForeignKey(
        SalesChannel, on_delete=models.PROTECT, null=True, blank=True, db_index=False
    )
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, blank=True, db_index=False
    )
    currency = models.CharField(max_length=3, blank=True, help_text="Of the value.")
    value_from = models.BigIntegerField(null=True, blank=True, help_text="In minor units.")
    value_to = models.BigIntegerField(null=True, blank=True)
    units_from = models.PositiveIntegerField(null=True, blank=True)
    units_to = models.PositiveIntegerField(null=True, blank=True)
    is_gift = models.BooleanField(null=True, blank=True)
    has_note = models.BooleanField(null=True, blank=True)
    priority = models.SmallIntegerField(null=True, blank=True)
    ships_as = models.CharField(max_length=12, choices=ShippingRule.choices, blank=True)
    hold = models.CharField(max_length=RULE_WORDS, blank=True, help_text="Why it is held.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_rule_does_something",
                condition=Q(priority__isnull=False) | ~Q(ships_as="") | ~Q(hold=""),
            ),
            models.CheckConstraint(
                name="a_value_has_its_currency",
                condition=Q(value_from__isnull=True, value_to__isnull=True) | ~Q(currency=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["seller", "position"],
                name="rule_in_force",
                condition=Q(deleted_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.name


class IdempotencyKey(models.Model):
    """The answer to a request with this idempotency key; a repeated request gets it again.

    `status` is that of HTTP: from 400 on the request was refused.
    """

    pk = models.CompositePrimaryKey("seller", "key")
    seller = models.ForeignKey(Seller, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=200)
    request_hash = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField(db_default=201)
    answer = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        # For retention; it costs an insert next to nothing.
        indexes = [BrinIndex(fields=["created_at"], name="answer_by_age")]
