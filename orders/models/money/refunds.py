"""Models of refunds: what an order cost, what is owed for a return, and for each of its lines.

Amounts are in minor units of the order's currency. Money is moved in the shop, never here.
"""

from typing import cast

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from orders.models.accounts import Seller
from orders.models.base import Row
from orders.models.orders import Order, OrderLine
from orders.models.promises import Promise
from orders.models.returns import Return
from orders.states import REFUND_MOVES, REFUND_UNDO_MOVES, RefundStatus
from orders.values.counts import MOST_MONEY, MOST_UNITS


class Charge(Row):
    """What an order cost beyond the prices of its lines; and how much of all that was given back.

    `paid`, `elsewhere` and `owed` are counted anew with each refund. Without this row nobody has
    told us of discount, tax and shipping: then amounts are told to no customer.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="charge")
    is_known = models.BooleanField(default=True, help_text="What follows was told with the order.")
    discount = models.BigIntegerField(default=0, help_text="Off the prices of all lines.")
    tax = models.BigIntegerField(default=0, help_text="On top of the prices; 0 if they include it.")
    shipping = models.BigIntegerField(default=0, help_text="What the customer paid for it.")
    paid = models.BigIntegerField(default=0, help_text="Prices, tax, shipping, less the discount.")
    elsewhere = models.BigIntegerField(
        default=0, help_text="Of what was cancelled, or refunded for no return."
    )
    owed = models.BigIntegerField(
        default=0, help_text="The sum of its refunds, or what was paid of each."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_charge_can_be_added_up",
                condition=Q(discount__gte=0, discount__lte=MOST_MONEY)
                & Q(tax__gte=0, tax__lte=MOST_MONEY)
                & Q(shipping__gte=0, shipping__lte=MOST_MONEY)
                & Q(elsewhere__gte=0, owed__gte=0),
            ),
            models.CheckConstraint(
                name="owed_only_what_was_paid", condition=Q(paid__gte=F("owed") + F("elsewhere"))
            ),
        ]

    def __str__(self) -> str:
        return f"Charge of {self.order}"


class Refund(Row):
    """What is owed for a return: told to the seller, and ticked off when the shop has paid it.

    One that is waived counts for nothing; its units are still those of its return. What comes to be
    owed once it is paid or waived is a row of its own: the last row of a return names it as its
    `order_return`, the others as `former_of`.
    `is_exact`: discount, tax and shipping of the order are known, so the customer may be told.
    """

    MOVES = REFUND_MOVES
    UNDO_MOVES = REFUND_UNDO_MOVES
    KIND = "refund"

    class Method(models.TextChoices):
        PAYMENT = "payment", "Back to the payment"
        CREDIT = "credit", "Store credit"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="refunds")
    order_return = models.OneToOneField(
        Return, on_delete=models.PROTECT, null=True, blank=True, related_name="refund"
    )
    former_of = models.ForeignKey(
        Return, on_delete=models.PROTECT, null=True, blank=True, related_name="former_refunds",
        db_index=False, help_text="The return for which more was owed since.",
    )  # fmt: skip
    covers = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text="Of the return: {units: {order line: units}, credits: [discrepancy]}.",
    )
    status = models.CharField(max_length=6, choices=RefundStatus.choices, default=RefundStatus.OWED)
    currency = models.CharField(max_length=3)
    goods = models.BigIntegerField(help_text="The prices of the units.")
    discount = models.BigIntegerField(default=0, help_text="Their share of the discount.")
    tax = models.BigIntegerField(default=0, help_text="Their share of the tax on top.")
    shipping = models.BigIntegerField(default=0)
    fee = models.BigIntegerField(default=0, help_text="For the return; never more than the rest.")
    difference = models.BigIntegerField(
        default=0,
        db_default=0,
        help_text="What was bought cost more than what it is exchanged for.",
    )
    differences = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text="Of it: {order line: [units, amount]}.",
    )
    goodwill = models.BigIntegerField(default=0, db_default=0, help_text="Of the seller's will.")
    amount = models.BigIntegerField(
        help_text="Goods, tax, shipping, difference, goodwill, less discount and fee."
    )
    is_exact = models.BooleanField(default=True)
    method = models.CharField(max_length=7, choices=Method.choices, default=Method.PAYMENT)
    promise = models.OneToOneField(
        Promise, on_delete=models.SET_NULL, null=True, blank=True, related_name="refund"
    )
    paid = models.BigIntegerField(
        null=True, blank=True, help_text="What was paid back; empty: the shop did not say."
    )
    paid_at = models.DateTimeField(null=True, blank=True)
    shop_refund = models.CharField(
        max_length=60, blank=True, help_text="The shop's id of it, where the shop told us."
    )
    is_by_hand = models.BooleanField(
        default=False, db_default=False, help_text="The seller ticked it off, and said how."
    )
    credit_code = models.CharField(max_length=60, blank=True, default="", db_default="")
    owed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_refund_adds_up_with_all_its_parts",
                condition=Q(
                    amount=F("goods")
                    - F("discount")
                    + F("tax")
                    + F("shipping")
                    - F("fee")
                    + F("difference")
                    + F("goodwill")
                ),
            ),
            models.CheckConstraint(
                name="a_refund_is_never_below_zero",
                condition=Q(goods__gte=0, discount__gte=0, tax__gte=0)
                & Q(shipping__gte=0, fee__gte=0, amount__gte=0),
            ),
            models.CheckConstraint(
                name="goodwill_is_never_below_zero", condition=Q(goodwill__gte=0)
            ),
            models.CheckConstraint(
                name="a_refund_is_of_one_return",
                condition=Q(order_return__isnull=False, former_of__isnull=True)
                | Q(order_return__isnull=True, former_of__isnull=False),
            ),
            models.CheckConstraint(
                name="only_a_paid_refund_has_its_moment",
                condition=Q(status=RefundStatus.PAID, paid_at__isnull=False)
                | (
                    ~Q(status=RefundStatus.PAID)
                    & Q(paid_at=None, paid=None, shop_refund="", is_by_hand=False)
                ),
            ),
        ]
        indexes = [
            models.Index(
                fields=["seller", "owed_at"],
                name="refund_owed",
                condition=Q(status=RefundStatus.OWED),
            ),
            models.Index(
                fields=["former_of"],
                name="refund_former",
                condition=Q(former_of__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Refund of {self.of_return}"

    @property
    def of_return(self) -> Return:
        """The return for which it is or was owed."""
        return cast(Return, self.order_return or self.former_of)  # a constraint says so

    @property
    def is_nothing(self) -> bool:
        """Whether a fee or a discount took all of it: nothing was to be paid, nobody is told so."""
        return self.status == RefundStatus.PAID and self.paid == 0


class RefundLine(Row):
    """Units of an order line in a refund, with price and shares; of a kit as a whole."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    refund = models.ForeignKey(Refund, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="refund_lines")
    units = models.PositiveIntegerField()
    goods = models.BigIntegerField()
    discount = models.BigIntegerField(default=0)
    tax = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["refund", "line"], name="a_line_is_once_in_a_refund"),
            models.CheckConstraint(
                name="a_refunded_line_has_units",
                condition=Q(units__gte=1, units__lte=MOST_UNITS)
                & Q(goods__gte=0, discount__gte=0, tax__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.units} × {self.line.title}"
