"""Models: products, parts of kits, barcodes, what channels call them, who changed what of them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from orders.models.accounts import Seller
from orders.models.base import Row, code
from orders.values.counts import (
    MOST_GRAMS,
    MOST_MILLIMETRES,
    MOST_MONEY,
    MOST_PER_CASE,
    MOST_PER_KIT,
    MOST_UNITS,
)
from orders.values.places import COUNTRY, CURRENCY, HS_CODE
from orders.values.texts import LINE


class Product(Row):
    """A product that a seller stocks with us, identified by its SKU."""

    WAREHOUSE_PATH = "seller__houses__warehouse"
    KIND = "product"

    seller = models.ForeignKey(Seller, on_delete=models.CASCADE, related_name="products")
    sku = models.CharField("SKU", max_length=80)
    title = models.CharField(max_length=200)
    category = models.CharField(max_length=60, blank=True, default="", db_default="")
    weight_grams = models.PositiveIntegerField(default=0)
    length_mm = models.PositiveIntegerField(default=0, db_default=0)
    width_mm = models.PositiveIntegerField(default=0, db_default=0)
    height_mm = models.PositiveIntegerField(default=0, db_default=0)
    hs_code = models.CharField("HS code", max_length=10, blank=True, default="", db_default="")
    origin_country = models.CharField(
        "country of origin", max_length=2, blank=True, default="", db_default=""
    )
    customs_description = models.CharField(max_length=LINE, blank=True, default="", db_default="")
    customs_value = models.BigIntegerField(
        default=0, db_default=0, help_text="Of one unit, in minor units of the currency."
    )
    customs_currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    price = models.BigIntegerField(
        default=0, db_default=0, help_text="What a customer pays for one; 0: not known."
    )
    price_currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    low_stock_level = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Fewer available units are low stock; 0: never."
    )
    is_lot_tracked = models.BooleanField(default=False, db_default=False)
    is_serial_tracked = models.BooleanField(default=False, db_default=False)
    least_days_left = models.PositiveSmallIntegerField(
        default=0,
        db_default=0,
        help_text="Before its lot expires a unit is no longer sent so many days.",
    )
    picker_note = models.CharField(
        "note for the picker", max_length=LINE, blank=True, default="", db_default=""
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "sku"], name="a_sku_is_used_once"),
            models.CheckConstraint(
                name="a_product_can_be_lifted", condition=Q(weight_grams__lte=MOST_GRAMS)
            ),
            models.CheckConstraint(
                name="a_product_fits_in_a_building",
                condition=Q(
                    length_mm__lte=MOST_MILLIMETRES,
                    width_mm__lte=MOST_MILLIMETRES,
                    height_mm__lte=MOST_MILLIMETRES,
                ),
            ),
            models.CheckConstraint(
                name="customs_read_a_product",
                condition=code("hs_code", HS_CODE)
                & code("origin_country", COUNTRY)
                & code("customs_currency", CURRENCY),
            ),
            models.CheckConstraint(
                name="a_customs_value_has_a_currency",
                condition=Q(customs_value=0)
                | Q(customs_value__gt=0, customs_value__lte=MOST_MONEY) & ~Q(customs_currency=""),
            ),
            models.CheckConstraint(
                name="a_price_has_a_currency",
                condition=code("price_currency", CURRENCY)
                & (Q(price=0) | Q(price__gt=0, price__lte=MOST_MONEY) & ~Q(price_currency="")),
            ),
            models.CheckConstraint(
                name="a_low_stock_level_can_be_counted",
                condition=Q(low_stock_level__lte=MOST_UNITS),
            ),
        ]
        # A channel may write a SKU in other letters than we do.
        indexes = [models.Index(F("seller"), Lower("sku"), name="product_by_any_letters")]

    def __str__(self) -> str:
        return f"{self.sku} {self.title}"


class Barcode(Row):
    """A code printed on a product, or on a case of `units` of it; a scanner may read any."""

    WAREHOUSE_PATH = "seller__houses__warehouse"

    seller = models.ForeignKey(Seller, on_delete=models.CASCADE, related_name="barcodes")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="barcodes")
    code = models.CharField(max_length=80)
    units = models.PositiveIntegerField(
        default=1, db_default=1, help_text="Of the case that the code is on; 1: of the product."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "code"], name="a_barcode_names_one_product"),
            models.CheckConstraint(
                name="a_case_holds_units",
                condition=Q(units__gte=1, units__lte=MOST_PER_CASE),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class KitPart(Row):
    """Units of a product in one unit of a kit: a product with parts, which never lies anywhere."""

    WAREHOUSE_PATH = "seller__houses__warehouse"

    seller = models.ForeignKey(Seller, on_delete=models.CASCADE, db_index=False)
    kit = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="parts", db_index=False)
    part = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="kits")
    units = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kit", "part"], name="a_kit_names_a_part_once"),
            models.CheckConstraint(
                name="a_kit_holds_units", condition=Q(units__gte=1, units__lte=MOST_PER_KIT)
            ),
            models.CheckConstraint(name="a_kit_is_no_part_of_itself", condition=~Q(kit=F("part"))),
        ]

    def __str__(self) -> str:
        return f"{self.units} × {self.part.sku}"


class SkuAlias(Row):
    """What a channel calls a product of ours, in small letters; learnt when a line is linked."""

    WAREHOUSE_PATH = "seller__houses__warehouse"

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


class Picture(Row):
    """The picture of a product as we drew it again, in WebP: what was sent is not kept."""

    WAREHOUSE_PATH = "seller__houses__warehouse"
    LARGEST_SIDE = 800  # pixels; the check constraint says the same

    seller = models.ForeignKey(Seller, on_delete=models.CASCADE, db_index=False)
    product = models.OneToOneField(Product, on_delete=models.CASCADE, related_name="picture")
    image = models.BinaryField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    version = models.CharField(max_length=16, help_text="The beginning of the hash of the image.")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    added_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_picture_fits_on_a_screen",
                condition=Q(width__gte=1, width__lte=800, height__gte=1, height__lte=800),
            )
        ]

    def __str__(self) -> str:
        return f"{self.width} × {self.height}"


class ProductChange(Row):
    """A field of a product before and after the event that changed it, or a person's reason."""

    WAREHOUSE_PATH = "seller__houses__warehouse"

    seller = models.ForeignKey(Seller, on_delete=models.CASCADE, db_index=False)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="changes")
    event = models.ForeignKey(
        "orders.Event", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    field = models.CharField(max_length=30)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event", "field"], name="an_event_changes_a_product_field_once"
            )
        ]

    def __str__(self) -> str:
        return self.field
