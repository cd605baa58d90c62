"""Services of sellers and where they go."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import orders.keys

POLICIES = """
ALTER TABLE orders_service ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders_service
USING (orders_service.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all()))
WITH CHECK (orders_service.seller_id = ANY (portal_sees()) OR portal_sees_all());
ALTER TABLE orders_destination ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders_destination
USING (orders_destination.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all()))
WITH CHECK (orders_destination.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICIES = """
DROP POLICY tenant ON orders_service;
DROP POLICY tenant ON orders_destination;
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0058_packages_in_a_box")]

    operations = [
        migrations.CreateModel(
            name="Service",
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
                ("name", models.CharField(help_text="As the seller calls it.", max_length=80)),
                ("position", models.PositiveSmallIntegerField(help_text="Lower goes first.")),
                ("is_active", models.BooleanField(default=True)),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "carrier",
                    models.CharField(
                        blank=True,
                        help_text="Code of the carrier; empty: chosen when it is packed.",
                        max_length=20,
                    ),
                ),
                (
                    "days",
                    models.CharField(
                        choices=[
                            ("weekdays", "Monday to Friday"),
                            ("saturdays", "Monday to Saturday"),
                            ("all", "Every day, Sundays and public holidays too"),
                        ],
                        default="weekdays",
                        max_length=10,
                    ),
                ),
                (
                    "cut_off",
                    models.TimeField(
                        blank=True,
                        help_text="Local time of the warehouse; empty: the warehouse's.",
                        null=True,
                    ),
                ),
                (
                    "most_grams",
                    models.PositiveIntegerField(blank=True, help_text="Of an order.", null=True),
                ),
                ("most_units", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "most_value",
                    models.BigIntegerField(blank=True, help_text="In minor units.", null=True),
                ),
                ("currency", models.CharField(blank=True, help_text="Of the value.", max_length=3)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "seller",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="services",
                        to="orders.seller",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Destination",
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
                ("position", models.PositiveSmallIntegerField()),
                ("country", models.CharField(max_length=2)),
                (
                    "postcodes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=21),
                        blank=True,
                        default=list,
                        help_text="How a postcode begins (20, BT), or a range (10000-14999); empty: all of them.",
                        size=None,
                    ),
                ),
                ("is_served", models.BooleanField(default=True)),
                ("days_min", models.PositiveSmallIntegerField(default=0)),
                ("days_max", models.PositiveSmallIntegerField(default=0)),
                (
                    "seller",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orders.seller",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="destinations",
                        to="orders.service",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
            },
        ),
        migrations.AddIndex(
            model_name="service",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True)),
                fields=["seller", "position"],
                name="service_in_force",
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("most_value__isnull", True),
                    models.Q(("currency", ""), _negated=True),
                    _connector="OR",
                ),
                name="a_limit_of_value_has_its_currency",
            ),
        ),
        migrations.AddConstraint(
            model_name="destination",
            constraint=models.CheckConstraint(
                condition=models.Q(("days_max__lte", 60), ("days_min__lte", models.F("days_max"))),
                name="transit_takes_days_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="destination",
            constraint=models.UniqueConstraint(
                fields=("service", "position"), name="a_destination_has_a_place"
            ),
        ),
        migrations.RunSQL(POLICIES, NO_POLICIES),
    ]
