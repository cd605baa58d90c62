"""Models of serial numbers: of the units in a box, and of those that came back."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from orders.models import PackageLine, Product, ReturnLine, Seller
from orders.models.base import Row

LONGEST_SERIAL = 40  # GS1 has at most 20


class PackedSerial(Row):
    """The serial number of one unit in a box, as it was read; `came_back_at`: when it came back.

    It goes with its unit: what is taken out of the box, or put back, can be packed again.
    """

    WAREHOUSE_PATH = "package_line__package__shipment__warehouse"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", db_index=False)
    package_line = models.ForeignKey(PackageLine, on_delete=models.CASCADE, related_name="serials")
    number = models.CharField(max_length=LONGEST_SERIAL)
    came_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product", "number"],
                condition=Q(came_back_at__isnull=True),
                name="a_unit_is_in_one_box",
            ),
            models.CheckConstraint(name="a_packed_serial_is_no_blank", condition=~Q(number="")),
        ]
        indexes = [models.Index(fields=["seller", "number"], name="serial_by_number")]

    def __str__(self) -> str:
        return self.number


class ReturnedSerial(Row):
    """A serial number read on a returned unit; `sent` is empty where it is of another unit."""

    WAREHOUSE_PATH = "return_line__line__order__seller__houses__warehouse"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    return_line = models.ForeignKey(
        ReturnLine, on_delete=models.CASCADE, related_name="serials", db_index=False
    )
    sent = models.ForeignKey(
        PackedSerial, on_delete=models.CASCADE, related_name="returned", null=True, blank=True
    )
    number = models.CharField(max_length=LONGEST_SERIAL)
    read_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["return_line", "number"], name="a_returned_unit_is_read_once"
            ),
            models.CheckConstraint(name="a_returned_serial_is_no_blank", condition=~Q(number="")),
        ]

    def __str__(self) -> str:
        return self.number
