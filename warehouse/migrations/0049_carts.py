"""The carts with which a picker walks through many shipments at once."""

import django.db.models.deletion
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE warehouse_cart ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON warehouse_cart USING (EXISTS (SELECT FROM orders_warehouse WHERE orders_warehouse.id = warehouse_cart.warehouse_id) OR (SELECT portal_sees_all())) WITH CHECK (EXISTS (SELECT FROM orders_warehouse WHERE orders_warehouse.id = warehouse_cart.warehouse_id) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON warehouse_cart"


class Migration(migrations.Migration):
    dependencies = [
        ("warehouse", "0048_walks_with_carts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Cart",
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
                ("code", models.CharField(help_text="What a scanner reads on it.", max_length=20)),
                ("slots", models.PositiveSmallIntegerField()),
                (
                    "retired_at",
                    models.DateTimeField(blank=True, help_text="No longer used.", null=True),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="carts",
                        to="orders.warehouse",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("warehouse", "code"), name="a_cart_code_is_used_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("slots__range", (2, 24))), name="a_cart_has_slots"
                    ),
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
