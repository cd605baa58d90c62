"""Printers that print by themselves, each with a token of its agent."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE warehouse_printer ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON warehouse_printer USING (EXISTS (SELECT FROM orders_warehouse WHERE orders_warehouse.id = warehouse_printer.warehouse_id) OR (SELECT portal_sees_all())) WITH CHECK (EXISTS (SELECT FROM orders_warehouse WHERE orders_warehouse.id = warehouse_printer.warehouse_id) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON warehouse_printer"


class Migration(migrations.Migration):
    dependencies = [
        ("warehouse", "0059_blocked_locations"),
        ("orders", "0115_check_waived_refunds"),
    ]

    operations = [
        migrations.CreateModel(
            name="Printer",
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
                ("name", models.CharField(max_length=40)),
                (
                    "prints",
                    models.CharField(
                        choices=[
                            ("both", "Labels and slips"),
                            ("labels", "Labels"),
                            ("slips", "Slips"),
                        ],
                        default="both",
                        max_length=8,
                    ),
                ),
                (
                    "labels",
                    models.CharField(
                        choices=[("made", "PDF or picture"), ("zpl", "ZPL, 203 dots an inch")],
                        default="made",
                        max_length=4,
                    ),
                ),
                ("token_hash", models.BinaryField(max_length=32, unique=True)),
                ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "seen_at",
                    models.DateTimeField(
                        blank=True, help_text="When its agent asked last.", null=True
                    ),
                ),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
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
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at__isnull", True)),
                        fields=("warehouse", "name"),
                        name="a_printer_name_is_used_once",
                    )
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
