"""Tasks to count a location, what was counted, corrections of the books, their limits."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import orders.keys

TABLES = [
    migrations.CreateModel(
        name="StockLimits",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            (
                "warehouse",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="stock_limits",
                    to="orders.warehouse",
                ),
            ),
            (
                "asks_above",
                models.PositiveIntegerField(
                    default=1000, help_text="More units in one scan are asked back."
                ),
            ),
            (
                "approves_above",
                models.PositiveIntegerField(
                    default=20, help_text="More units are adjusted or moved by two people."
                ),
            ),
        ],
        options={
            "verbose_name_plural": "stock limits",
        },
    ),
    migrations.CreateModel(
        name="CountTask",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
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
    migrations.CreateModel(
        name="CountedUnits",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.seller"
                ),
            ),
            (
                "task",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="units",
                    to="warehouse.counttask",
                ),
            ),
            (
                "counter",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
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
            ("units", models.PositiveIntegerField(default=0)),
            ("books", models.PositiveIntegerField(blank=True, null=True)),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    fields=("task", "counter", "product"), name="a_person_counts_a_product_once"
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Correction",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.seller"
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
                "location",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="corrections",
                    to="warehouse.location",
                ),
            ),
            (
                "to",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="warehouse.location",
                ),
            ),
            ("units", models.IntegerField()),
            (
                "reason",
                models.CharField(
                    choices=[
                        ("damaged", "Damaged"),
                        ("expired", "Expired"),
                        ("lost", "Not there"),
                        ("found", "Found"),
                        ("wrong", "Booked wrongly"),
                        ("place", "Needs another place"),
                        ("other", "Other"),
                    ],
                    max_length=8,
                ),
            ),
            ("note", models.CharField(blank=True, max_length=200)),
            (
                "status",
                models.CharField(
                    choices=[("waiting", "Waiting"), ("posted", "Posted"), ("refused", "Refused")],
                    default="waiting",
                    max_length=8,
                ),
            ),
            (
                "asked_by",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
            (
                "decided_by",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    help_text="Empty where nobody else had to.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "books",
                models.PositiveIntegerField(
                    blank=True,
                    help_text="What the books said of the location when it was asked.",
                    null=True,
                ),
            ),
            (
                "lot",
                models.CharField(
                    blank=True, db_default="", default="", help_text="Of the units.", max_length=40
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(
                    condition=models.Q(("status", "waiting")),
                    fields=["seller"],
                    name="correction_waiting",
                ),
                models.Index(fields=["product", "asked_at"], name="correction_of_product"),
            ],
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(("status", "waiting")),
                    fields=("product", "location"),
                    name="one_correction_of_a_place_waits",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("units", 0), _negated=True),
                        models.Q(("to__isnull", True), ("units__gt", 0), _connector="OR"),
                    ),
                    name="a_correction_changes_something",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("decided_by__isnull", True),
                        models.Q(("decided_by", models.F("asked_by")), _negated=True),
                        _connector="OR",
                    ),
                    name="nobody_approves_their_own",
                ),
            ],
        },
    ),
]
