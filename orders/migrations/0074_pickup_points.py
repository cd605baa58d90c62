"""Pickup points: where customers may collect the parcels of our own couriers."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models
from django.db.models import Q

import orders.keys

POLICY = """
ALTER TABLE orders_pickuppoint ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders_pickuppoint USING (EXISTS (SELECT FROM orders_warehouse WHERE orders_warehouse.id = orders_pickuppoint.warehouse_id) OR (SELECT portal_sees_all())) WITH CHECK (EXISTS (SELECT FROM orders_warehouse WHERE orders_warehouse.id = orders_pickuppoint.warehouse_id) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON orders_pickuppoint"


class Migration(migrations.Migration):
    dependencies = [("orders", "0073_problems_of_whole_parcels")]

    operations = [
        migrations.CreateModel(
            name="PickupPoint",
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
                ("name", models.CharField(max_length=60)),
                ("street", models.CharField(max_length=60)),
                ("postcode", models.CharField(blank=True, max_length=16)),
                ("city", models.CharField(max_length=60)),
                ("country", models.CharField(max_length=2)),
                (
                    "hours",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(blank=True, max_length=40),
                        help_text=(
                            "When it is open, in words, Monday first; empty: it is closed that day."
                        ),
                        size=None,
                    ),
                ),
                (
                    "days_kept",
                    models.PositiveSmallIntegerField(
                        default=7, help_text="How long it keeps a parcel."
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "warehouse",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pickup_points",
                        to="orders.warehouse",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["warehouse", "name", "street", "postcode", "city"],
                        condition=Q(is_active=True),
                        name="a_pickup_point_is_on_the_list_once",
                    ),
                    models.CheckConstraint(
                        name="a_pickup_point_is_in_a_country",
                        condition=Q(country="") | Q(country__regex="^[A-Z]{2}$"),
                    ),
                    models.CheckConstraint(
                        name="a_pickup_point_keeps_parcels_for_some_days",
                        condition=Q(days_kept__gte=1, days_kept__lte=30),
                    ),
                    models.CheckConstraint(name="a_week_has_seven_days", condition=Q(hours__len=7)),
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
