"""What each shop was last told of our stock."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE orders_toldstock ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders_toldstock
USING (orders_toldstock.seller_id = ANY ((SELECT portal_sees())::uuid[])
    OR (SELECT portal_sees_all()))
WITH CHECK (orders_toldstock.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON orders_toldstock"


class Migration(migrations.Migration):
    dependencies = [("orders", "0050_stock_of_shops")]

    operations = [
        migrations.CreateModel(
            name="ToldStock",
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
                ("sku", models.CharField(max_length=80, verbose_name="SKU")),
                (
                    "place",
                    models.CharField(
                        blank=True,
                        help_text="The shop's id of its location, where it has several.",
                        max_length=60,
                    ),
                ),
                ("units", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "is_sold",
                    models.BooleanField(
                        default=True, help_text="The shop has a product with this SKU."
                    ),
                ),
                ("problem", models.CharField(blank=True, max_length=250)),
                (
                    "told_at",
                    models.DateTimeField(blank=True, help_text="When it last answered.", null=True),
                ),
                (
                    "due_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        help_text="Is compared with the shop from then on, changed or not.",
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="orders.saleschannel",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="told_stock",
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
                        condition=models.Q(("problem", ""), _negated=True),
                        fields=["seller", "told_at"],
                        name="stock_untold",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("channel", "sku", "place"), name="a_shop_is_told_one_stock_of_a_sku"
                    )
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
