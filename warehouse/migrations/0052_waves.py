"""Waves: the shipments that a lead releases to be picked together."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE warehouse_wave ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON warehouse_wave USING (EXISTS (SELECT FROM orders_warehouse WHERE orders_warehouse.id = warehouse_wave.warehouse_id) OR (SELECT portal_sees_all())) WITH CHECK (EXISTS (SELECT FROM orders_warehouse WHERE orders_warehouse.id = warehouse_wave.warehouse_id) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON warehouse_wave"


class Migration(migrations.Migration):
    dependencies = [
        ("warehouse", "0051_find_slots_of_carts"),
        ("orders", "0095_shipments_in_waves"),
    ]

    operations = [
        migrations.CreateModel(
            name="Wave",
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
                    "carrier",
                    models.CharField(
                        blank=True, help_text="Code of the carrier; empty: any.", max_length=20
                    ),
                ),
                ("until", models.DateTimeField(help_text="What is to leave by then.")),
                ("shipments", models.PositiveIntegerField()),
                ("released_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "released_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="orders.warehouse",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["warehouse", "-released_at"], name="wave_latest")],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
