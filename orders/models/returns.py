"""Models: returns and their lines."""

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language

from orders.models.accounts import Seller, User, Warehouse
from orders.models.base import Row
from orders.models.catalogue import Product
from orders.models.orders import Order, OrderLine
from orders.states import (
    DISCREPANCY_MOVES,
    DISCREPANCY_UNDO_MOVES,
    RETURN_MOVES,
    DiscrepancyStatus,
    ReturnStatus,
)
from orders.values.counts import MOST_UNITS
from orders.words import inside, say, say_as

EXPIRED = "Expired"  # is said of a return in place of its status


class ReturnRule(Row):
    """A rule of a seller's return policy: conditions, which must all hold, and what it decides.

    The first rule by `position` that fits decides. A deleted one stays: returns name it.
    """

    KIND = "return_rule"
    LONGEST, SKU = 250, 80

    class Outcome(models.TextChoices):
        APPROVE = "approve", "Approve"
        REVIEW = "review", "You decide"
        REFUSE = "refuse", "Refuse"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    position = models.PositiveSmallIntegerField(help_text="Lower goes first.")
    outcome = models.CharField(max_length=7, choices=Outcome.choices)
    reasons = ArrayField(models.CharField(max_length=20), blank=True, default=list)
    countries = ArrayField(models.CharField(max_length=2), blank=True, default=list)
    skus = ArrayField(models.CharField(max_length=SKU), blank=True, default=list)  # beginnings
    categories = ArrayField(
        models.CharField(max_length=60), blank=True, default=list, db_default=[]
    )
    conditions = ArrayField(  # of `ReturnLine.Condition`
        models.CharField(max_length=9), blank=True, default=list, db_default=[]
    )
    days_from = models.PositiveIntegerField(null=True, blank=True)
    days_to = models.PositiveIntegerField(null=True, blank=True)
    value_from = models.BigIntegerField(null=True, blank=True, help_text="In minor units.")
    value_to = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True, help_text="Of the value.")
    words = models.CharField(max_length=LONGEST, blank=True, help_text="The customer reads them.")
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_value_of_returns_has_its_currency",
                condition=Q(value_from__isnull=True, value_to__isnull=True) | ~Q(currency=""),
            )
        ]
        indexes = [models.Index(fields=["seller", "position"], name="return_rule_by_place")]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}, rule {self.position}"


class Return(Row):
    """Goods of one order on their way back; `number` is the RMA number on the parcel.

    `undeliverable`: no customer requested it, a parcel came back unopened; its units count as
    `came_back`. `unannounced`: nobody asked; what is in it are discrepancies, until decided on.
    """

    MOVES = RETURN_MOVES
    WAREHOUSE_PATH = "order__seller__houses__warehouse"
    KIND = "return"

    class Reason(models.TextChoices):
        TOO_LARGE = "too_large", "Too large"
        TOO_SMALL = "too_small", "Too small"
        NOT_AS_SHOWN = "not_as_shown", "Not as described"
        DAMAGED = "damaged", "Arrived damaged"
        WRONG = "wrong", "Wrong product"
        CHANGED_MIND = "changed_mind", "Changed my mind"
        UNDELIVERABLE = "undeliverable", "Undeliverable"
        UNANNOUNCED = "unannounced", "Not announced"

    class Surcharge(models.TextChoices):
        WAIVED = "waived", "Waived"
        ASKED = "asked", "Asked for"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="returns")
    number = models.CharField(max_length=20, unique=True)
    warehouse = models.ForeignKey(  # to which it goes; none: the seller's usual one
        Warehouse, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    status = models.CharField(max_length=12, choices=ReturnStatus.choices, default="requested")
    reason = models.CharField(max_length=20, choices=Reason.choices)
    # As the customer chose it, by language, where the seller has own words: renamed or not since.
    reason_words = models.JSONField(blank=True, default=dict, db_default={})
    comment = models.CharField(max_length=500, blank=True)
    rule = models.ForeignKey(
        ReturnRule, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, help_text="Which decided, or left it to the seller.",
    )  # fmt: skip
    words = models.CharField(max_length=250, blank=True, default="", db_default="")
    fee = models.BigIntegerField(default=0, db_default=0)  # as it was shown with the form
    postage_by = models.CharField(max_length=8, blank=True, default="", db_default="")  # so too
    exchange = models.OneToOneField(  # the order in which products are sent in exchange
        Order, on_delete=models.PROTECT, null=True, blank=True, related_name="exchange_for"
    )
    exchange_until = models.DateField(null=True, blank=True)  # kept until; if sent, goods due by
    hand_in_by = models.DateField(null=True, blank=True)  # as it was approved; none from before
    # {order line: minor units by which a unit wanted in exchange costs more, below 0 less}
    price_gaps = models.JSONField(blank=True, default=dict, db_default={})
    surcharge_decision = models.CharField(
        max_length=6, choices=Surcharge.choices, blank=True, default="", db_default=""
    )
    wish = models.CharField(max_length=8, blank=True, default="", db_default="")  # for it
    is_kept = models.BooleanField(default=False, db_default=False)  # by the customer: none comes
    # Cancelled by us, as nobody had handed it in by its day.
    is_expired = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="only_a_cancelled_return_is_expired",
                condition=Q(is_expired=False) | Q(status=ReturnStatus.CANCELLED),
            )
        ]
        indexes = [
            models.Index(fields=["seller", "status", "created_at"], name="return_by_status"),
            models.Index(F("seller"), F("id").desc(), name="return_by_age"),
            models.Index(F("created_at"), name="return_arrived", condition=Q(status="received")),
            models.Index(F("hand_in_by"), name="return_to_hand_in", condition=Q(status="approved")),
        ]

    def __str__(self) -> str:
        return self.number

    def get_status_display(self) -> str:  # type: ignore[no-redef]  # Django keeps ours
        """Its status in English: of one that expired not that anybody cancelled it."""
        return EXPIRED if self.is_expired else str(ReturnStatus(self.status).label)

    @property
    def is_undeliverable(self) -> bool:
        return self.reason == self.Reason.UNDELIVERABLE

    def own_words(self, language: str) -> str:
        """The seller's words of its reason as the customer chose them; "" for the portal's."""
        return str(self.reason_words.get(language, ""))

    @property
    def reason_said(self) -> str:
        """The reason in the reader's language: in words of the seller's own with what they mean."""
        meaning = say(self.get_reason_display())
        own = self.own_words(get_language() or "en") or self.own_words("en")
        return f"{own} ({inside(meaning)})" if own and own != meaning else meaning

    @property
    def event_kind(self) -> str:
        """The prefix of its events: only `return` makes messages to the customer."""
        return "undeliverable" if self.is_undeliverable else self.KIND


# The reasons that a customer may choose.
OURS = (Return.Reason.UNDELIVERABLE, Return.Reason.UNANNOUNCED)
ASKED_FOR = [choice for choice in Return.Reason.choices if choice[0] not in OURS]


class ReturnLine(Row):
    """Units of an order line in a return, counted by decision and by outcome of the inspection."""

    WAREHOUSE_PATH, KIND = "order_return__order__seller__houses__warehouse", "return_line"

    class Condition(models.TextChoices):
        UNOPENED = "unopened", "Unopened"
        AS_NEW = "as_new", "Opened but as new"
        USED = "used", "Used"
        DAMAGED = "damaged", "Damaged"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    order_return = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="return_lines")
    requested = models.PositiveIntegerField()
    condition = models.CharField(  # as the customer says it
        max_length=9, choices=Condition.choices, blank=True, default="", db_default=""
    )
    approved = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    unexpected = models.PositiveIntegerField(default=0)
    received = models.PositiveIntegerField(default=0)
    inspected = models.PositiveIntegerField(default=0)
    restocked = models.PositiveIntegerField(default=0)
    refurbished = models.PositiveIntegerField(default=0)
    written_off = models.PositiveIntegerField(default=0)
    sent_back = models.PositiveIntegerField(default=0)
    # Of the inspected units those that were graded: A as new, B used, C damaged.
    grade_a = models.PositiveIntegerField(default=0, db_default=0)
    grade_b = models.PositiveIntegerField(default=0, db_default=0)
    grade_c = models.PositiveIntegerField(default=0, db_default=0)
    is_coming = models.BooleanField(default=False, db_default=False)  # requested, or approved

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["line"], condition=Q(is_coming=True), name="a_line_comes_back_in_one_return"
            ),
            models.UniqueConstraint(
                fields=["order_return", "line"], name="a_line_is_once_in_a_return"
            ),
            models.CheckConstraint(
                name="a_request_can_be_counted", condition=Q(requested__lte=MOST_UNITS)
            ),
            models.CheckConstraint(
                name="a_request_is_decided_once",
                condition=Q(requested__gte=F("approved") + F("refused")),
            ),
            models.CheckConstraint(
                name="received_only_what_was_approved",
                condition=Q(received__lte=F("approved") + F("unexpected")),
            ),
            models.CheckConstraint(
                name="inspected_only_what_was_received", condition=Q(inspected__lte=F("received"))
            ),
            models.CheckConstraint(
                name="each_inspected_unit_has_one_fate",
                condition=Q(
                    inspected=F("restocked") + F("refurbished") + F("written_off") + F("sent_back")
                ),
            ),
            models.CheckConstraint(
                name="graded_units_were_inspected",
                condition=Q(inspected__gte=F("grade_a") + F("grade_b") + F("grade_c")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.requested} × {self.line.title}"

    @property
    def condition_said(self) -> str:
        """What the customer says of it, in the reader's language; "" where nothing was said."""
        return say_as("condition", self.get_condition_display()) if self.condition else ""

    @property
    def order_id(self) -> UUID:
        return self.order_return.order_id


class Discrepancy(Row):
    """What a parcel of a return holds and should not, or lacks: recorded, then decided on.

    `line` is that of the order, where it has one of these units; `product` the article that was
    scanned, empty where no catalogue has the `code`. A parcel that nobody knows has no order.
    """

    MOVES, UNDO_MOVES = DISCREPANCY_MOVES, DISCREPANCY_UNDO_MOVES
    WAREHOUSE_PATH = "seller__houses__warehouse"
    KIND = "discrepancy"

    class Kind(models.TextChoices):
        WRONG = "wrong", "Not in the return"
        EXTRA = "extra", "More than approved"
        UNKNOWN = "unknown", "Not in the catalogue"
        MISSING = "missing", "Missing"
        EMPTY = "empty", "The parcel was empty"
        UNANNOUNCED = "unannounced", "Nobody announced it"
        LATE = "late", "Found after the decision"  # what was missing
        SWAPPED = "swapped", "Not the unit that was sent"  # another serial number, or lot
        WORN = "worn", "Used or damaged"  # not in the state in which it may come back

    class Decision(models.TextChoices):
        ACCEPT = "accept", "Take into the return"
        KEEP = "keep", "Keep, into stock"
        SEND_BACK = "send_back", "Send back"
        DISCARD = "discard", "Discard"
        CREDIT = "credit", "Refund all the same"
        NO_CREDIT = "no_credit", "Do not refund"
        ARRIVED = "arrived", "Arrived after all"
        # Of what was exchanged, and for which another one was sent before it came.
        FREE = "free", "Leave it as an exchange"
        SOLD = "sold", "Close as sold"
        EXCHANGED = "exchanged", "Take into the exchange"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, null=True, blank=True, related_name="discrepancies"
    )
    order_return = models.ForeignKey(
        Return, on_delete=models.PROTECT, null=True, blank=True, related_name="discrepancies"
    )
    line = models.ForeignKey(
        OrderLine, on_delete=models.PROTECT, null=True, blank=True, related_name="discrepancies"
    )
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    code = models.CharField(max_length=120, blank=True, help_text="What was read, as it was read.")
    kind = models.CharField(max_length=11, choices=Kind.choices)
    quantity = models.PositiveIntegerField()
    status = models.CharField(max_length=8, choices=DiscrepancyStatus.choices, default="open")
    decision = models.CharField(max_length=9, choices=Decision.choices, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    found_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "discrepancies"
        constraints = [
            models.CheckConstraint(
                name="a_discrepancy_is_of_some_units",
                condition=Q(quantity__gte=1, quantity__lte=MOST_UNITS),
            ),
            models.CheckConstraint(
                name="a_discrepancy_ends_in_a_decision",
                condition=Q(status=DiscrepancyStatus.OPEN, decision="")
                | ~Q(status=DiscrepancyStatus.OPEN) & ~Q(decision=""),
            ),
            models.CheckConstraint(
                name="what_is_missing_has_a_line",
                condition=~Q(kind__in=("missing", "empty")) | Q(line__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["seller", "found_at"],
                name="discrepancy_unfinished",
                condition=~Q(status=DiscrepancyStatus.DONE),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.title}"

    @property
    def title(self) -> str:
        """What it is called: by the order, else by the catalogue, else what was read."""
        named = self.line or self.product
        return named.title if named else self.code
