"""Goods that a seller announced, their lines, and what of them arrived damaged."""

import datetime

import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import orders.keys

TABLES = [
    migrations.CreateModel(
        name="Inbound",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
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
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.seller"
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
                models.UniqueConstraint(fields=("number",), name="an_inbound_number_is_used_once"),
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
    migrations.CreateModel(
        name="InboundLine",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("position", models.PositiveSmallIntegerField()),
            ("announced", models.PositiveIntegerField(default=0)),
            ("received", models.PositiveIntegerField(default=0)),
            ("damaged", models.PositiveIntegerField(default=0)),
            (
                "inbound",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="lines",
                    to="warehouse.inbound",
                ),
            ),
            (
                "product",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="orders.product",
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
                    condition=models.Q(
                        (
                            "announced__gt",
                            django.db.models.expressions.CombinedExpression(
                                models.F("received"), "+", models.F("damaged")
                            ),
                        )
                    ),
                    fields=["product"],
                    name="inbound_of_product",
                )
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("inbound", "product"), name="an_inbound_names_a_product_once"
                ),
                models.CheckConstraint(
                    condition=models.Q(("announced__lte", 1000000)),
                    name="an_inbound_line_can_be_announced",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="InboundDamage",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("units", models.PositiveIntegerField()),
            (
                "reason",
                models.CharField(
                    choices=[
                        ("broken", "Broken"),
                        ("wet", "Wet"),
                        ("crushed", "Packaging crushed"),
                        ("expired", "Expired"),
                        ("other", "Other damage"),
                    ],
                    max_length=8,
                ),
            ),
            ("reported_at", models.DateTimeField(default=django.utils.timezone.now)),
            ("image", models.BinaryField(blank=True, null=True)),
            ("width", models.PositiveSmallIntegerField(blank=True, null=True)),
            ("height", models.PositiveSmallIntegerField(blank=True, null=True)),
            (
                "reported_by",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.seller"
                ),
            ),
            (
                "line",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="damages",
                    to="warehouse.inboundline",
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(
                    condition=models.Q(("image__isnull", False)),
                    fields=["reported_at"],
                    name="damage_with_photo",
                )
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("units__gt", 0)), name="a_damage_is_of_some_units"
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("height__isnull", True),
                            ("image__isnull", True),
                            ("width__isnull", True),
                        ),
                        models.Q(
                            ("height__gte", 1),
                            ("height__lte", 800),
                            ("image__isnull", False),
                            ("width__gte", 1),
                            ("width__lte", 800),
                        ),
                        _connector="OR",
                    ),
                    name="a_photo_of_damage_has_a_size",
                ),
            ],
        },
    ),
]
