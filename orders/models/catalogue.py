"""Models: products, their barcodes, and what channels call them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from orders.models.accounts import Seller
from orders.models.base import Row


class Product(Row):
    """A product that a seller stocks with us, identified by its SKU."""

    WAREHOUSE_PATH = "seller__warehouse"

    seller = models.ForeignKey(Seller, on_delete=models.CASCADE, related_name="products")
    sku = models.CharField("SKU", max_length=80)
    title = models.CharField(max_length=200)
    weight_grams = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seller", "sku"], name="a_sku_is_used_once")]
        # A channel may write a SKU in other letters than we do.
        indexes = [models.Index(F("seller"), Lower("sku"), name="product_by_any_letters")]

    def __str__(self) -> str:
        return f"{self.sku} {self.title}"


class Barcode(Row):
    """A code printed on a product; a scanner may read any of them, or the SKU."""

    WAREHOUSE_PATH = "seller__warehouse"

    seller = models.ForeignKey(Seller, on_delete=models.CASCADE, related_name="barcodes")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="barcodes")
    code = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "code"], name="a_barcode_names_one_product")
        ]

    def __str__(self) -> str:
        return self.code


class SkuAlias(Row):
    """What a channel calls a product of ours, in small letters; learnt when a line is linked."""

    WAREHOUSE_PATH = "seller__warehouse"

    seller = models.ForeignKey(Seller, on_delete=models.CASCADE, db_index=False)
    channel = models.ForeignKey("orders.SalesChannel", on_delete=models.CASCADE, db_index=False)
    sku = models.CharField("SKU", max_length=80)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="aliases")
    learnt_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    learnt_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "sku"], name="a_channel_means_one_product_by_a_sku"
            ),
            models.CheckConstraint(
                name="an_alias_is_in_small_letters", condition=Q(sku=Lower("sku")) & ~Q(sku="")
            ),
        ]

    def __str__(self) -> str:
        return self.sku
