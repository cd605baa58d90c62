"""How many units a scan may book unasked, and a person correct alone."""

import django.db.models.deletion
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE warehouse_stocklimits ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON warehouse_stocklimits USING (EXISTS (SELECT FROM orders_warehouse WHERE orders_warehouse.id = warehouse_stocklimits.warehouse_id) OR (SELECT portal_sees_all())) WITH CHECK (EXISTS (SELECT FROM orders_warehouse WHERE orders_warehouse.id = warehouse_stocklimits.warehouse_id) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON warehouse_stocklimits"


class Migration(migrations.Migration):
    dependencies = [
        ("warehouse", "0017_places_found_empty"),
    ]

    operations = [
        migrations.CreateModel(
            name="StockLimits",
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
                (
                    "warehouse",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stock_limits",
                        to="orders.warehouse",
                    ),
                ),
                (
                    "asks_above",
                    models.PositiveIntegerField(
                        default=1000, help_text="More units in one scan are asked back."
                    ),
                ),
                (
                    "approves_above",
                    models.PositiveIntegerField(
                        default=20, help_text="More units are adjusted or moved by two people."
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "stock limits",
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
