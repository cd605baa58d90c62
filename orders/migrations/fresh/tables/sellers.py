"""Sellers, and the warehouses that pack for them."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
from django.db import migrations, models

import orders.keys

TABLES = [
    migrations.CreateModel(
        name="Warehouse",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("name", models.CharField(max_length=80)),
            ("code", models.SlugField(max_length=12, unique=True)),
            ("time_zone", models.CharField(default="Europe/Berlin", max_length=40)),
            ("country", models.CharField(default="DE", max_length=2)),
            ("street", models.CharField(blank=True, max_length=120)),
            ("postcode", models.CharField(blank=True, max_length=16)),
            ("city", models.CharField(blank=True, max_length=80)),
            (
                "cut_off_hour",
                models.PositiveSmallIntegerField(
                    default=14,
                    help_text="Orders allocated before this local hour ship the same working day.",
                ),
            ),
            (
                "scans_totes",
                models.BooleanField(
                    db_default=False,
                    default=False,
                    help_text="A tote is scanned at the start of a walk, and at each pick into it.",
                ),
            ),
            (
                "picks_by_wave",
                models.BooleanField(
                    db_default=False,
                    default=False,
                    help_text="Pickers get only what a lead has released in a wave.",
                ),
            ),
        ],
        options={
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("country", ""), ("country__regex", "^[A-Z]{2}$"), _connector="OR"
                    ),
                    name="a_warehouse_is_in_a_country",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Seller",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("name", models.CharField(max_length=80)),
            ("slug", models.SlugField(max_length=40, unique=True)),
            (
                "email",
                models.EmailField(
                    help_text="Where the seller is notified of deliveries and exceptions.",
                    max_length=254,
                ),
            ),
            (
                "support_email",
                models.EmailField(
                    blank=True,
                    help_text="Where customers may ask; shown in messages.",
                    max_length=254,
                ),
            ),
            ("language", models.CharField(default="en", max_length=8)),
            ("transit_days_min", models.PositiveSmallIntegerField(default=1)),
            ("transit_days_max", models.PositiveSmallIntegerField(default=2)),
            ("return_days", models.PositiveSmallIntegerField(default=30)),
            ("created_at", models.DateTimeField(auto_now_add=True)),
            (
                "warehouse",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="sellers",
                    to="orders.warehouse",
                ),
            ),
            (
                "ships_as",
                models.CharField(
                    choices=[
                        ("as_available", "As available"),
                        ("together", "All together"),
                        ("complete", "All or nothing"),
                    ],
                    db_default="as_available",
                    default="as_available",
                    help_text="What happens with new orders of which only a part is in stock.",
                    max_length=12,
                ),
            ),
            (
                "has_rules",
                models.BooleanField(
                    db_default=False,
                    default=False,
                    help_text="Whether a routing rule is in force: else the intake asks for none.",
                ),
            ),
            (
                "services_version",
                models.UUIDField(
                    blank=True,
                    editable=False,
                    help_text="Another one whenever a service changes; empty: own couriers bring it at home.",
                    null=True,
                ),
            ),
            (
                "checklist_away_at",
                models.DateTimeField(
                    blank=True,
                    editable=False,
                    help_text="Since when the checklist of the first day is not shown.",
                    null=True,
                ),
            ),
            (
                "refund_days",
                models.PositiveSmallIntegerField(
                    blank=True,
                    help_text="Within which a refund is paid; empty: none is promised.",
                    null=True,
                ),
            ),
            (
                "refund_method",
                models.CharField(
                    db_default="payment",
                    default="payment",
                    help_text="payment, or credit.",
                    max_length=7,
                ),
            ),
            (
                "refunds_shipping",
                models.BooleanField(
                    db_default=False,
                    default=False,
                    help_text="Where a whole order comes back, also where the law does not ask for it.",
                ),
            ),
            (
                "return_fee",
                models.BigIntegerField(
                    db_default=0,
                    default=0,
                    help_text="For a return of the customer's choice; minor units.",
                ),
            ),
            (
                "return_fee_currency",
                models.CharField(blank=True, db_default="", default="", max_length=3),
            ),
            (
                "exchange_days",
                models.PositiveSmallIntegerField(
                    blank=True,
                    help_text="How long goods are kept in exchange for a return; empty: no exchanges.",
                    null=True,
                ),
            ),
            (
                "exchange_skus",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=80),
                    blank=True,
                    db_default=[],
                    default=list,
                    help_text="Products whose SKU begins with the same of these may be exchanged for another.",
                    size=None,
                ),
            ),
            (
                "return_reasons",
                models.JSONField(
                    blank=True,
                    db_default={},
                    default=dict,
                    help_text="{reason: beginnings of the SKUs for which it may be given}; none: for none.",
                ),
            ),
            (
                "return_postage",
                models.JSONField(
                    blank=True,
                    db_default={},
                    default=dict,
                    help_text="{reason: who pays the way back: seller or customer}, where it is said.",
                ),
            ),
            (
                "demo_of",
                models.OneToOneField(
                    blank=True,
                    editable=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="demo",
                    to="orders.seller",
                ),
            ),
            (
                "demo_state",
                models.CharField(
                    blank=True,
                    choices=[
                        ("making", "Being made"),
                        ("ready", "Ready"),
                        ("leaving", "Being removed"),
                    ],
                    db_default="",
                    editable=False,
                    max_length=8,
                ),
            ),
            ("demo_steps", models.PositiveSmallIntegerField(db_default=0, editable=False)),
            (
                "exchange_ahead",
                models.JSONField(
                    blank=True,
                    db_default={},
                    default=dict,
                    help_text="How an exchange is sent before the goods came: days, value, returns; {}: never.",
                ),
            ),
            (
                "return_choices",
                models.JSONField(
                    blank=True,
                    db_default={},
                    default=dict,
                    help_text="{credit, repair: customers may choose it, keep: [worth, currency]}.",
                ),
            ),
        ],
        options={
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("language", ""),
                        ("language__regex", "^[a-z]{2,3}(-[A-Za-z0-9]{2,4})?$"),
                        _connector="OR",
                    ),
                    name="a_seller_speaks_a_language",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("return_fee", 0),
                        models.Q(
                            ("return_fee__gt", 0),
                            models.Q(("return_fee_currency", ""), _negated=True),
                        ),
                        _connector="OR",
                    ),
                    name="a_fee_for_returns_has_its_currency",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("demo_of", None), ("demo_state", "")),
                        models.Q(
                            models.Q(("demo_state", ""), _negated=True),
                            ("demo_of__isnull", False),
                            (
                                "id",
                                django.db.models.functions.comparison.Cast(
                                    django.db.models.functions.text.MD5(
                                        django.db.models.functions.comparison.Cast(
                                            "demo_of", models.TextField()
                                        )
                                    ),
                                    models.UUIDField(),
                                ),
                            ),
                        ),
                        _connector="OR",
                    ),
                    name="a_demo_has_the_id_made_for_it",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="SellerWarehouse",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("position", models.PositiveSmallIntegerField(db_default=0, default=0)),
            (
                "is_paused",
                models.BooleanField(
                    db_default=False,
                    default=False,
                    help_text="No new order gets its units from here.",
                ),
            ),
            (
                "takes_returns",
                models.BooleanField(
                    db_default=False,
                    default=False,
                    help_text="All returns go here; where none does, back to the warehouse they left.",
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="houses",
                    to="orders.seller",
                ),
            ),
            (
                "warehouse",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="served",
                    to="orders.warehouse",
                ),
            ),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    fields=("seller", "warehouse"), name="a_seller_has_a_warehouse_once"
                ),
                models.UniqueConstraint(
                    condition=models.Q(("takes_returns", True)),
                    fields=("seller",),
                    name="one_warehouse_takes_all_returns",
                ),
            ],
        },
    ),
]
