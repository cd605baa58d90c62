"""Model of the lots of products: when one expires, and whether a lead keeps it from orders."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from orders.models import Product, Seller
from orders.models.base import Row, days
from orders.values.texts import LINE

LONGEST_LOT = 40  # of `Stock.lot`; GS1 has at most 20
WITHOUT_LOT = "no lot"  # chosen where units without a lot lie beside those of others


class Lot(Row):
    """A lot of a product, as it is printed on the goods; `expires_on` is the last good day.

    What is `blocked_at` is in the books, and no order gets it. `note`: why a lead has blocked it,
    released it or changed its date, whichever was last.
    """

    WAREHOUSE_PATH = "seller__houses__warehouse"
    KIND = "lot"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="lots", db_index=False
    )
    code = models.CharField(max_length=LONGEST_LOT)
    expires_on = models.DateField(null=True, blank=True)
    blocked_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=LINE, blank=True, default="", db_default="")
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "code"], name="a_product_has_a_lot_once"),
            models.CheckConstraint(name="a_lot_has_a_code", condition=~Q(code="")),
            models.CheckConstraint(
                name="a_lot_expires_on_a_possible_day", condition=days("expires_on")
            ),
        ]
        indexes = [
            models.Index(
                fields=["seller", "expires_on"],
                name="lot_that_expires",
                condition=Q(expires_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.code
