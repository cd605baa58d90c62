"""Carriers' services, labels and pick-up points."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import orders.keys

TABLES = [
    migrations.CreateModel(
        name="Service",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
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
        options={
            "indexes": [
                models.Index(
                    condition=models.Q(("deleted_at__isnull", True)),
                    fields=["seller", "position"],
                    name="service_in_force",
                )
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("most_value__isnull", True),
                        models.Q(("currency", ""), _negated=True),
                        _connector="OR",
                    ),
                    name="a_limit_of_value_has_its_currency",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Destination",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
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
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("days_max__lte", 60), ("days_min__lte", models.F("days_max"))
                    ),
                    name="transit_takes_days_in_order",
                ),
                models.UniqueConstraint(
                    fields=("service", "position"), name="a_destination_has_a_place"
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="LabelRequest",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("carrier", models.CharField(help_text="Code of the carrier.", max_length=20)),
            ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
            (
                "due_at",
                models.DateTimeField(
                    blank=True,
                    help_text="When the sweep does what is left; empty: nothing is.",
                    null=True,
                ),
            ),
            (
                "attempts",
                models.PositiveSmallIntegerField(default=0, help_text="Failed ones, in a row."),
            ),
            (
                "cause",
                models.CharField(
                    blank=True,
                    choices=[
                        ("refused", "The carrier refused"),
                        ("unanswered", "The carrier did not answer"),
                        ("broken", "The carrier's answer cannot be used"),
                    ],
                    help_text="Why the last attempt failed.",
                    max_length=12,
                ),
            ),
            (
                "reason",
                models.CharField(blank=True, help_text="The same, in a sentence.", max_length=300),
            ),
            ("refused_at", models.DateTimeField(blank=True, null=True)),
            ("answered_at", models.DateTimeField(blank=True, null=True)),
            ("tracking_number", models.CharField(blank=True, max_length=40)),
            (
                "file",
                models.BinaryField(blank=True, default=b"", help_text="Empty: we draw the label."),
            ),
            ("media_type", models.CharField(blank=True, max_length=40)),
            (
                "unwanted_at",
                models.DateTimeField(
                    blank=True,
                    help_text="Since when nobody wants the label: it is to be voided.",
                    null=True,
                ),
            ),
            ("voided_at", models.DateTimeField(blank=True, null=True)),
            (
                "asked_by",
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
                "package",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="label_requests",
                    to="orders.package",
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.seller"
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(
                    models.F("due_at"),
                    condition=models.Q(("due_at__isnull", False)),
                    name="label_request_due",
                )
            ],
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(("refused_at__isnull", True), ("unwanted_at__isnull", True)),
                    fields=("package",),
                    name="one_label_is_wanted_per_package",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("answered_at__isnull", True), ("tracking_number", "")),
                        models.Q(
                            ("answered_at__isnull", False),
                            models.Q(("tracking_number", ""), _negated=True),
                        ),
                        _connector="OR",
                    ),
                    name="an_answered_label_has_a_number",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("voided_at__isnull", True), ("unwanted_at__isnull", False), _connector="OR"
                    ),
                    name="only_an_unwanted_label_is_voided",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("due_at__isnull", False),
                        ("answered_at__isnull", False),
                        ("refused_at__isnull", False),
                        ("unwanted_at__isnull", False),
                        _connector="OR",
                    ),
                    name="an_open_label_request_is_due",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="PickupPoint",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
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
                    help_text="When it is open, in words, Monday first; empty: it is closed that day.",
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
                    condition=models.Q(("is_active", True)),
                    fields=("warehouse", "name", "street", "postcode", "city"),
                    name="a_pickup_point_is_on_the_list_once",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("country", ""), ("country__regex", "^[A-Z]{2}$"), _connector="OR"
                    ),
                    name="a_pickup_point_is_in_a_country",
                ),
                models.CheckConstraint(
                    condition=models.Q(("days_kept__gte", 1), ("days_kept__lte", 30)),
                    name="a_pickup_point_keeps_parcels_for_some_days",
                ),
                models.CheckConstraint(
                    condition=models.Q(("hours__len", 7)), name="a_week_has_seven_days"
                ),
            ],
        },
    ),
]
