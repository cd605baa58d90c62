"""Models: what customers report of their parcels, and the photos of that and of returns."""

from collections import Counter
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone

from orders.models.accounts import Seller, User
from orders.models.base import Row
from orders.models.orders import Order, OrderLine
from orders.models.returns import Return, ReturnLine
from orders.models.shipments import Package, PackageLine
from orders.values.counts import MOST_UNITS


class Problem(Row):
    """What a customer reports of units of a line in a parcel, or of all of it, and the answer.

    `line` is empty where the parcel as a whole is meant: `quantity` then counts all its units.
    The words of both are erased with the customer.
    """

    WAREHOUSE_PATH = "order__seller__houses__warehouse"
    KIND = "problem"
    LONGEST = 500

    class Kind(models.TextChoices):
        MISSING = "missing", "Missing from the parcel"
        DAMAGED = "damaged", "Arrived damaged"
        WRONG = "wrong", "Wrong product"
        NOT_ARRIVED = "not_arrived", "Parcel not arrived"

    class Answer(models.TextChoices):
        REPLACEMENT = "replacement", "Sent again"
        REFUND = "refund", "Refund"
        RETURN = "return", "To be sent back"
        WORDS = "words", "Answered"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="problems")
    package = models.ForeignKey(Package, on_delete=models.CASCADE, db_index=False)
    line = models.ForeignKey(
        OrderLine, on_delete=models.CASCADE, null=True, blank=True, db_index=False
    )
    kind = models.CharField(max_length=11, choices=Kind.choices)
    quantity = models.PositiveIntegerField()
    words = models.CharField(max_length=LONGEST, blank=True)
    reported_at = models.DateTimeField(default=timezone.now)
    answer = models.CharField(max_length=11, choices=Answer.choices, blank=True)
    answer_words = models.CharField(max_length=LONGEST, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    replacement = models.ForeignKey(
        Order, on_delete=models.SET_NULL, null=True, blank=True, related_name="replaces_for",
        db_index=False, help_text="The order in which it is sent again.",
    )  # fmt: skip
    settled_at = models.DateTimeField(
        null=True, blank=True, help_text="When the seller has paid a refund back, in the shop."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["package", "line"],
                condition=Q(answered_at__isnull=True),
                name="one_problem_of_a_line_is_open",
            ),
            models.UniqueConstraint(
                fields=["package"],
                condition=Q(answered_at__isnull=True, line__isnull=True),
                name="one_problem_of_a_parcel_is_open",
            ),
            models.CheckConstraint(
                name="a_problem_is_of_some_units",
                condition=Q(quantity__gte=1, quantity__lte=MOST_UNITS),
            ),
            models.CheckConstraint(
                name="a_problem_is_answered_in_one_way",
                condition=Q(answer="", answered_at__isnull=True)
                | ~Q(answer="") & Q(answered_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["seller", "reported_at"],
                name="problem_open",
                condition=Q(answered_at__isnull=True),
            ),
            models.Index(
                fields=["seller", "answered_at"],
                name="problem_to_refund",
                condition=Q(answer="refund", settled_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.line.title}" if self.line else f"Parcel {self.package}"

    @property
    def units(self) -> Counter[UUID]:
        """{order line id: units} that are meant; one statement for a whole parcel."""
        if self.line_id:
            return Counter({self.line_id: self.quantity})
        rows = PackageLine.objects.filter(package=self.package_id)
        units = Counter[UUID]()
        for line_id, number in rows.values_list("shipment_line__line", "quantity"):
            units[line_id] += number
        return units


class ProblemPhoto(Row):
    """A photo of a problem, of what is to be returned, or of what came, as we drew it again, in
    WebP: nothing else of the file is kept.
    """

    WAREHOUSE_PATH = "seller__houses__warehouse"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    problem = models.ForeignKey(
        Problem, on_delete=models.CASCADE, null=True, blank=True, related_name="photos"
    )
    order_return = models.ForeignKey(
        Return,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="photos",
        db_index=False,
    )
    # Of a photo by the worker who inspected the return, beside `order_return`: of which units.
    return_line = models.ForeignKey(
        ReturnLine,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="photos",
        db_index=False,
    )
    image = models.BinaryField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_photo_is_of_one_thing",
                condition=Q(problem__isnull=False, order_return__isnull=True)
                | Q(problem__isnull=True, order_return__isnull=False),
            ),
            models.CheckConstraint(
                name="a_photo_of_units_is_of_their_return",
                condition=Q(return_line__isnull=True) | Q(order_return__isnull=False),
            ),
            models.CheckConstraint(
                name="a_photo_fits_on_a_screen",
                condition=Q(width__gte=1, width__lte=800, height__gte=1, height__lte=800),
            ),
        ]
        indexes = [
            models.Index(
                fields=["order_return"],
                name="photo_of_return",
                condition=Q(order_return__isnull=False),
            ),
            models.Index(
                fields=["return_line"],
                name="photo_of_inspection",
                condition=Q(return_line__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.width} × {self.height}"
