"""Locations that somebody has to count."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE warehouse_counttask ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON warehouse_counttask USING (EXISTS (SELECT FROM orders_warehouse WHERE orders_warehouse.id = warehouse_counttask.warehouse_id) OR (SELECT portal_sees_all())) WITH CHECK (EXISTS (SELECT FROM orders_warehouse WHERE orders_warehouse.id = warehouse_counttask.warehouse_id) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON warehouse_counttask"


class Migration(migrations.Migration):
    dependencies = [
        ("warehouse", "0018_stock_limits"),
    ]

    operations = [
        migrations.CreateModel(
            name="CountTask",
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
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="orders.warehouse",
                    ),
                ),
                (
                    "location",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="counts",
                        to="warehouse.location",
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("short", "Reported empty"),
                            ("zero", "Nothing left by the books"),
                            ("class", "Due by its picks"),
                            ("asked", "Asked for"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Open"), ("again", "To count again"), ("done", "Done")],
                        default="open",
                        max_length=8,
                    ),
                ),
                (
                    "counter",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        help_text="Who counted last: somebody else counts again.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("status__in", ("open", "again"))),
                        fields=["warehouse"],
                        name="count_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ("open", "again"))),
                        fields=("location",),
                        name="a_location_has_one_open_count",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "again"), _negated=True),
                            ("counter__isnull", False),
                            _connector="OR",
                        ),
                        name="who_counts_again_is_somebody_else",
                    ),
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
