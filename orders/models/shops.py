"""Model of sales channels."""

from django.db import models

from orders.models.accounts import Seller
from orders.models.base import Row


class SalesChannel(Row):
    """A source of a seller's orders: a shop platform, the API or a file."""

    class Kind(models.TextChoices):
        """The kinds besides the shop platforms, which `orders.shops` registers, one file each."""

        API = "api", "API"
        FILE = "file", "File"

    seller = models.ForeignKey(Seller, on_delete=models.CASCADE, related_name="channels")
    # No choices: a new platform needs no migration. Forms and actions ask `orders.shops`.
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    secret = models.CharField(
        max_length=128, blank=True, help_text="What the shop signs its calls with."
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "name"], name="a_channel_name_is_used_once")
        ]

    def __str__(self) -> str:
        return self.name
