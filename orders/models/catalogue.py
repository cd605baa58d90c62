"""Models: products and barcodes."""

from django.db import models

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
