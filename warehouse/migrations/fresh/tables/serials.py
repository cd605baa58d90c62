"""Lots of products, and serial numbers of units."""

import datetime

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import orders.keys

TABLES = [
    migrations.CreateModel(
        name="Lot",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("code", models.CharField(max_length=40)),
            ("expires_on", models.DateField(blank=True, null=True)),
            ("blocked_at", models.DateTimeField(blank=True, null=True)),
            ("note", models.CharField(blank=True, db_default="", default="", max_length=500)),
            (
                "changed_by",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "product",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="lots",
                    to="orders.product",
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.seller"
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(
                    condition=models.Q(("expires_on__isnull", False)),
                    fields=["seller", "expires_on"],
                    name="lot_that_expires",
                )
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("product", "code"), name="a_product_has_a_lot_once"
                ),
                models.CheckConstraint(
                    condition=models.Q(("code", ""), _negated=True), name="a_lot_has_a_code"
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("expires_on__gte", datetime.date(1970, 1, 1)),
                        ("expires_on__lt", datetime.date(9000, 1, 1)),
                    ),
                    name="a_lot_expires_on_a_possible_day",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="PackedSerial",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("number", models.CharField(max_length=40)),
            ("came_back_at", models.DateTimeField(blank=True, null=True)),
            (
                "package_line",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="serials",
                    to="orders.packageline",
                ),
            ),
            (
                "product",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="orders.product",
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.seller"
                ),
            ),
        ],
        options={
            "indexes": [models.Index(fields=["seller", "number"], name="serial_by_number")],
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(("came_back_at__isnull", True)),
                    fields=("product", "number"),
                    name="a_unit_is_in_one_box",
                ),
                models.CheckConstraint(
                    condition=models.Q(("number", ""), _negated=True),
                    name="a_packed_serial_is_no_blank",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="ReturnedSerial",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("number", models.CharField(max_length=40)),
            ("read_at", models.DateTimeField(default=django.utils.timezone.now)),
            (
                "return_line",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="serials",
                    to="orders.returnline",
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.seller"
                ),
            ),
            (
                "sent",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="returned",
                    to="warehouse.packedserial",
                ),
            ),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    fields=("return_line", "number"), name="a_returned_unit_is_read_once"
                ),
                models.CheckConstraint(
                    condition=models.Q(("number", ""), _negated=True),
                    name="a_returned_serial_is_no_blank",
                ),
            ],
        },
    ),
]
