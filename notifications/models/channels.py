"""Sender addresses of sellers, used once their domain is verified."""

import secrets

from django.db import models
from django.db.models import Q
from django.utils import timezone

from orders.access import TenantQuerySet
from orders.models import Seller

RECORD_NAME, RECORD_VALUE = "_fulfillment", "fulfillment-verification"


def new_token() -> str:
    """Make the random token of the TXT record."""
    return secrets.token_hex(16)


class SendingDomain(models.Model):
    """A seller's own sender address; used as From only since `verified_at`."""

    SELLER_PATH = "seller"
    WAREHOUSE_PATH = None
    COURIER_PATH = None

    seller = models.OneToOneField(
        Seller, on_delete=models.CASCADE, primary_key=True, related_name="sending_domain"
    )
    address = models.EmailField(help_text="The whole address, such as orders@shop.example.")
    token = models.CharField(max_length=64, default=new_token)
    entered_at = models.DateTimeField(default=timezone.now)
    verified_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["address"],
                condition=Q(verified_at__isnull=False),
                name="a_verified_address_is_of_one_seller",
            )
        ]

    def __str__(self) -> str:
        return self.address

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    @property
    def record_name(self) -> str:
        """The name of the TXT record that proves the domain."""
        return f"{RECORD_NAME}.{self.domain}"

    @property
    def record_value(self) -> str:
        return f"{RECORD_VALUE}={self.token}"


def sender_of(seller: Seller) -> str:
    """The seller's own verified address, "" where there is none."""
    try:
        row = seller.sending_domain
    except SendingDomain.DoesNotExist:
        return ""
    return row.address if row.verified_at else ""
