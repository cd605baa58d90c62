"""Products with their codes, parts and pictures."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import orders.keys

TABLES = [
    migrations.CreateModel(
        name="Product",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("sku", models.CharField(max_length=80, verbose_name="SKU")),
            ("title", models.CharField(max_length=200)),
            ("weight_grams", models.PositiveIntegerField(default=0)),
            ("is_active", models.BooleanField(default=True)),
            ("created_at", models.DateTimeField(auto_now_add=True)),
            (
                "seller",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="products",
                    to="orders.seller",
                ),
            ),
            (
                "customs_currency",
                models.CharField(blank=True, db_default="", default="", max_length=3),
            ),
            (
                "customs_description",
                models.CharField(blank=True, db_default="", default="", max_length=500),
            ),
            (
                "customs_value",
                models.BigIntegerField(
                    db_default=0,
                    default=0,
                    help_text="Of one unit, in minor units of the currency.",
                ),
            ),
            ("height_mm", models.PositiveIntegerField(db_default=0, default=0)),
            (
                "hs_code",
                models.CharField(
                    blank=True, db_default="", default="", max_length=10, verbose_name="HS code"
                ),
            ),
            ("is_lot_tracked", models.BooleanField(db_default=False, default=False)),
            ("is_serial_tracked", models.BooleanField(db_default=False, default=False)),
            ("length_mm", models.PositiveIntegerField(db_default=0, default=0)),
            (
                "low_stock_level",
                models.PositiveIntegerField(
                    db_default=0,
                    default=0,
                    help_text="Fewer available units are low stock; 0: never.",
                ),
            ),
            (
                "origin_country",
                models.CharField(
                    blank=True,
                    db_default="",
                    default="",
                    max_length=2,
                    verbose_name="country of origin",
                ),
            ),
            (
                "picker_note",
                models.CharField(
                    blank=True,
                    db_default="",
                    default="",
                    max_length=500,
                    verbose_name="note for the picker",
                ),
            ),
            ("width_mm", models.PositiveIntegerField(db_default=0, default=0)),
            (
                "least_days_left",
                models.PositiveSmallIntegerField(
                    db_default=0,
                    default=0,
                    help_text="Before its lot expires a unit is no longer sent so many days.",
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(
                    models.F("seller"),
                    django.db.models.functions.text.Lower("sku"),
                    name="product_by_any_letters",
                )
            ],
            "constraints": [
                models.UniqueConstraint(fields=("seller", "sku"), name="a_sku_is_used_once"),
                models.CheckConstraint(
                    condition=models.Q(("weight_grams__lte", 10000000)),
                    name="a_product_can_be_lifted",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("height_mm__lte", 100000),
                        ("length_mm__lte", 100000),
                        ("width_mm__lte", 100000),
                    ),
                    name="a_product_fits_in_a_building",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("hs_code", ""), ("hs_code__regex", "^[0-9]{6,10}$"), _connector="OR"
                        ),
                        models.Q(
                            ("origin_country", ""),
                            ("origin_country__regex", "^[A-Z]{2}$"),
                            _connector="OR",
                        ),
                        models.Q(
                            ("customs_currency", ""),
                            ("customs_currency__regex", "^[A-Z]{3}$"),
                            _connector="OR",
                        ),
                    ),
                    name="customs_read_a_product",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("customs_value", 0),
                        models.Q(
                            ("customs_value__gt", 0),
                            ("customs_value__lte", 10000000000000000),
                            models.Q(("customs_currency", ""), _negated=True),
                        ),
                        _connector="OR",
                    ),
                    name="a_customs_value_has_a_currency",
                ),
                models.CheckConstraint(
                    condition=models.Q(("low_stock_level__lte", 1000000)),
                    name="a_low_stock_level_can_be_counted",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Barcode",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("code", models.CharField(max_length=80)),
            (
                "product",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="barcodes",
                    to="orders.product",
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="barcodes",
                    to="orders.seller",
                ),
            ),
            (
                "units",
                models.PositiveIntegerField(
                    db_default=1,
                    default=1,
                    help_text="Of the case that the code is on; 1: of the product.",
                ),
            ),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    fields=("seller", "code"), name="a_barcode_names_one_product"
                ),
                models.CheckConstraint(
                    condition=models.Q(("units__gte", 1), ("units__lte", 10000)),
                    name="a_case_holds_units",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="KitPart",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("units", models.PositiveSmallIntegerField()),
            (
                "kit",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="parts",
                    to="orders.product",
                ),
            ),
            (
                "part",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="kits",
                    to="orders.product",
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.CASCADE, to="orders.seller"
                ),
            ),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("kit", "part"), name="a_kit_names_a_part_once"),
                models.CheckConstraint(
                    condition=models.Q(("units__gte", 1), ("units__lte", 1000)),
                    name="a_kit_holds_units",
                ),
                models.CheckConstraint(
                    condition=models.Q(("kit", models.F("part")), _negated=True),
                    name="a_kit_is_no_part_of_itself",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Picture",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("image", models.BinaryField()),
            ("width", models.PositiveSmallIntegerField()),
            ("height", models.PositiveSmallIntegerField()),
            (
                "version",
                models.CharField(
                    help_text="The beginning of the hash of the image.", max_length=16
                ),
            ),
            ("added_at", models.DateTimeField(auto_now=True)),
            (
                "added_by",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "product",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="picture",
                    to="orders.product",
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.CASCADE, to="orders.seller"
                ),
            ),
        ],
        options={
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("height__gte", 1),
                        ("height__lte", 800),
                        ("width__gte", 1),
                        ("width__lte", 800),
                    ),
                    name="a_picture_fits_on_a_screen",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="ProductChange",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("field", models.CharField(max_length=30)),
            ("before", models.TextField(blank=True)),
            ("after", models.TextField(blank=True)),
            (
                "event",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to="orders.event",
                ),
            ),
            (
                "product",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="changes",
                    to="orders.product",
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.CASCADE, to="orders.seller"
                ),
            ),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    fields=("event", "field"), name="an_event_changes_a_product_field_once"
                )
            ],
        },
    ),
]
