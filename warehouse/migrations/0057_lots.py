"""Lots of products: when they expire, and which are kept from orders."""

import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE warehouse_lot ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON warehouse_lot USING (warehouse_lot.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all())) WITH CHECK (warehouse_lot.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON warehouse_lot"


class Migration(migrations.Migration):
    dependencies = [
        ("warehouse", "0056_files_of_warehouses_are_checked"),
        ("orders", "0116_days_before_expiry"),
    ]

    operations = [
        migrations.CreateModel(
            name="Lot",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=orders.keys.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("code", models.CharField(max_length=40)),
                ("expires_on", models.DateField(blank=True, null=True)),
                ("blocked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "note",
                    models.CharField(blank=True, db_default="", default="", max_length=500),
                ),
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
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="orders.seller",
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
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
