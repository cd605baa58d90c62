"""Model of sales channels."""

from django.db import models
from django.db.models import Q

from orders.models.accounts import Seller
from orders.models.base import Row


class SalesChannel(Row):
    """A source of a seller's orders: a shop platform, the API or a file."""

    class Kind(models.TextChoices):
        """The kinds besides the shop platforms, which `orders.shops` registers, one file each."""

        API = "api", "API"
        FILE = "file", "File"

    seller = models.ForeignKey(Seller, on_delete=models.CASCADE, related_name="channels")

    class SendsOnce(models.TextChoices):
        """How far an order of the shop has to be paid before it is sent."""

        PAID = "paid", "it is paid"
        AUTHORISED = "authorised", "the payment is authorised"
        RECEIVED = "received", "it is received, paid or not"

    # No choices: a new platform needs no migration. Forms and actions ask `orders.shops`.
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    secret = models.TextField(
        blank=True, help_text="Encrypted; what the shop signs its calls with."
    )
    previous_secret = models.TextField(
        blank=True, db_default="", help_text="Encrypted; is accepted too, until its end."
    )
    previous_until = models.DateTimeField(null=True, blank=True)
    sends_once = models.CharField(
        max_length=12,
        choices=SendsOnce.choices,
        default=SendsOnce.PAID,
        db_default=SendsOnce.PAID.value,
    )
    mapping = models.JSONField(
        blank=True,
        default=dict,
        db_default={},
        help_text="Where the values stand in a shop's own JSON; read by its adapter.",
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "name"], name="a_channel_name_is_used_once"),
            models.CheckConstraint(
                name="a_former_shop_secret_has_an_end",
                condition=Q(previous_secret="", previous_until__isnull=True)
                | ~Q(previous_secret="") & Q(previous_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name
