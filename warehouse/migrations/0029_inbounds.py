"""Goods that sellers announce."""

import datetime

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE warehouse_inbound ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON warehouse_inbound USING (warehouse_inbound.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all())) WITH CHECK (warehouse_inbound.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON warehouse_inbound"


class Migration(migrations.Migration):
    dependencies = [("warehouse", "0026_find_first_movements")]

    operations = [
        migrations.CreateModel(
            name="Inbound",
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
                ("number", models.CharField(max_length=12)),
                ("reference", models.CharField(max_length=120)),
                ("expected_on", models.DateField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("announced", "Announced"),
                            ("receiving", "Receiving"),
                            ("closed", "Closed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="announced",
                        max_length=9,
                    ),
                ),
                ("announced_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("differs", models.BooleanField(default=False)),
                (
                    "settled_at",
                    models.DateTimeField(
                        blank=True, help_text="When the seller has seen the differences.", null=True
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
                "indexes": [
                    models.Index(
                        condition=models.Q(("status__in", ("announced", "receiving"))),
                        fields=["warehouse", "expected_on"],
                        name="inbound_open",
                    ),
                    models.Index(
                        condition=models.Q(("differs", True), ("settled_at__isnull", True)),
                        fields=["seller", "closed_at"],
                        name="inbound_differs",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("number",), name="an_inbound_number_is_used_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "cancelled"), _negated=True),
                        fields=("seller", "reference"),
                        name="a_seller_announces_a_reference_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expected_on__gte", datetime.date(1970, 1, 1)),
                            ("expected_on__lt", datetime.date(9000, 1, 1)),
                        ),
                        name="an_inbound_has_a_possible_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("differs", False), ("settled_at__isnull", True)),
                            models.Q(("closed_at__isnull", False), ("status", "closed")),
                            _connector="OR",
                        ),
                        name="only_a_closed_inbound_differs",
                    ),
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
