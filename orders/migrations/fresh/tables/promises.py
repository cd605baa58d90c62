"""Promises, how they ended, and problems with parcels."""

import datetime

import django.db.models.deletion
import django.db.models.functions.comparison
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import orders.keys

TABLES = [
    migrations.CreateModel(
        name="Promise",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("ships", "Ships"),
                        ("arrives", "Arrives"),
                        ("at_door", "Delivery window"),
                        ("refunded", "Refunded"),
                    ],
                    max_length=8,
                ),
            ),
            ("earliest", models.DateTimeField()),
            ("latest", models.DateTimeField(help_text="The deadline.")),
            ("likely", models.DateTimeField(blank=True, null=True)),
            (
                "local_on",
                models.DateField(help_text="The deadline's date at the place of delivery."),
            ),
            ("zone", models.CharField(max_length=40)),
            ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
            (
                "reason",
                models.CharField(
                    blank=True,
                    choices=[
                        ("stock_late", "Stock late"),
                        ("warehouse_behind", "Warehouse delay"),
                        ("carrier_delay", "Carrier delay"),
                        ("weather", "Weather"),
                        ("other", "Other"),
                        ("late", "Not done in time"),
                        ("order_changed", "Order changed"),
                        ("planned", "Planned for this day"),
                        ("held", "Was on hold"),
                        ("wished", "Customer's choice"),
                    ],
                    db_default="",
                    default="",
                    help_text="Why it stands in for another one.",
                    max_length=16,
                ),
            ),
            (
                "carrier",
                models.CharField(
                    blank=True,
                    db_default="",
                    default="",
                    help_text="Code of who brings it.",
                    max_length=20,
                ),
            ),
            (
                "warned_at",
                models.DateTimeField(
                    blank=True,
                    help_text="When the seller was warned that it is at risk.",
                    null=True,
                ),
            ),
            (
                "done_at",
                models.DateTimeField(
                    blank=True,
                    help_text="When what was promised happened, in time or not.",
                    null=True,
                ),
            ),
            ("kept_at", models.DateTimeField(blank=True, null=True)),
            (
                "is_early",
                models.BooleanField(
                    db_default=False, default=False, help_text="Kept before its earliest moment."
                ),
            ),
            ("revised_at", models.DateTimeField(blank=True, null=True)),
            (
                "is_moved",
                models.BooleanField(
                    db_default=False,
                    default=False,
                    help_text="Revised to another date; else only made more precise.",
                ),
            ),
            ("broken_at", models.DateTimeField(blank=True, null=True)),
            ("released_at", models.DateTimeField(blank=True, null=True)),
            (
                "settled_at",
                models.GeneratedField(
                    db_persist=True,
                    expression=django.db.models.functions.comparison.Coalesce(
                        "kept_at", "revised_at", "broken_at", "released_at"
                    ),
                    output_field=models.DateTimeField(null=True),
                ),
            ),
            (
                "courier",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    help_text="Our own courier who brings it.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "order",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="promises",
                    to="orders.order",
                ),
            ),
            (
                "package",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="promises",
                    to="orders.package",
                ),
            ),
            (
                "replaces",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    help_text="The promise that this one stands in for.",
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="replaced_by",
                    to="orders.promise",
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.seller"
                ),
            ),
            (
                "shipment",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="promises",
                    to="orders.shipment",
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(
                    condition=models.Q(("settled_at__isnull", True)),
                    fields=["latest"],
                    name="promise_open",
                ),
                models.Index(fields=["seller", "settled_at"], name="promise_settled"),
                models.Index(
                    condition=models.Q(("replaces__isnull", False)),
                    fields=["replaces"],
                    name="promise_replaces",
                ),
                models.Index(
                    condition=models.Q(("settled_at__isnull", True), ("warned_at__isnull", False)),
                    fields=["seller", "warned_at"],
                    name="promise_at_risk",
                ),
                models.Index(
                    condition=models.Q(("broken_at__isnull", False), ("done_at__isnull", True)),
                    fields=["seller", "broken_at"],
                    name="promise_broken",
                ),
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "earliest__gte",
                            datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.UTC),
                        ),
                        (
                            "earliest__lt",
                            datetime.datetime(9000, 1, 1, 0, 0, tzinfo=datetime.UTC),
                        ),
                        (
                            "latest__gte",
                            datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.UTC),
                        ),
                        (
                            "latest__lt",
                            datetime.datetime(9000, 1, 1, 0, 0, tzinfo=datetime.UTC),
                        ),
                        (
                            "likely__gte",
                            datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.UTC),
                        ),
                        (
                            "likely__lt",
                            datetime.datetime(9000, 1, 1, 0, 0, tzinfo=datetime.UTC),
                        ),
                        ("local_on__gte", datetime.date(1970, 1, 1)),
                        ("local_on__lt", datetime.date(9000, 1, 1)),
                    ),
                    name="a_promise_has_readable_moments",
                ),
                models.CheckConstraint(
                    condition=models.Q(("latest__gte", models.F("earliest"))),
                    name="a_promise_ends_after_it_starts",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("broken_at", None), ("released_at", None), ("revised_at", None)),
                        models.Q(("kept_at", None), ("released_at", None), ("revised_at", None)),
                        models.Q(("broken_at", None), ("kept_at", None), ("released_at", None)),
                        models.Q(("broken_at", None), ("kept_at", None), ("revised_at", None)),
                        _connector="OR",
                    ),
                    name="a_promise_is_settled_once",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("kept_at", None),
                        models.Q(
                            ("done_at", models.F("kept_at")),
                            ("done_at__isnull", False),
                            ("kept_at__lte", models.F("latest")),
                        ),
                        _connector="OR",
                    ),
                    name="a_kept_promise_was_done_in_time",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("is_early", False),
                        models.Q(("kept_at", None), _negated=True),
                        _connector="OR",
                    ),
                    name="only_a_kept_promise_is_early",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="PromiseCount",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("settled_on", models.DateField()),
            ("kind", models.CharField(max_length=8)),
            (
                "outcome",
                models.CharField(help_text="kept, early, moved, broken, missed, …", max_length=9),
            ),
            ("carrier", models.CharField(blank=True, max_length=20)),
            ("is_of_shipment", models.BooleanField()),
            ("number", models.IntegerField()),
            ("is_sum", models.BooleanField(default=False)),
            (
                "courier",
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
                "seller",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.seller"
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(fields=["seller", "settled_on"], name="promise_counts"),
                models.Index(
                    condition=models.Q(("is_sum", False)),
                    fields=["id"],
                    name="promise_counts_to_add_up",
                ),
            ],
        },
    ),
]
