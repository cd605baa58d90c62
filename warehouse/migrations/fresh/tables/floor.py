"""Pick lists, their lines, and applied scans."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import orders.keys

TABLES = [
    migrations.CreateModel(
        name="PickList",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            (
                "status",
                models.CharField(
                    choices=[
                        ("open", "Open"),
                        ("aside", "Paused"),
                        ("done", "Done"),
                        ("to_sort", "To sort"),
                        ("put_back", "To put back"),
                    ],
                    default="open",
                    max_length=8,
                ),
            ),
            ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            (
                "picker",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="pick_lists",
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
                "shipment",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="pick_lists",
                    to="orders.shipment",
                ),
            ),
            (
                "tote",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="warehouse.location",
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
            ("paused_at", models.DateTimeField(blank=True, null=True)),
            (
                "cart_walk",
                models.UUIDField(
                    blank=True,
                    editable=False,
                    help_text="The same of all that are picked on one way: into a cart, or a batch.",
                    null=True,
                ),
            ),
            (
                "batch_tote",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    help_text="Of a batch walk: what all its orders are picked into together.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="warehouse.location",
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(
                    condition=models.Q(("status", "put_back")),
                    fields=["warehouse"],
                    name="pick_list_to_put_back",
                ),
                models.Index(
                    condition=models.Q(("cart_walk__isnull", False)),
                    fields=["cart_walk"],
                    name="pick_lists_of_a_cart",
                ),
                models.Index(
                    condition=models.Q(("batch_tote__isnull", False)),
                    fields=["batch_tote", "id"],
                    name="pick_lists_of_a_batch",
                ),
            ],
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(("cart_walk__isnull", True), ("status", "open")),
                    fields=("picker",),
                    name="one_open_walk_without_a_cart",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="PickLine",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("position", models.PositiveSmallIntegerField()),
            ("quantity", models.PositiveIntegerField()),
            ("picked", models.PositiveIntegerField(default=0)),
            ("short", models.PositiveIntegerField(default=0)),
            (
                "short_reason",
                models.CharField(
                    blank=True,
                    choices=[
                        ("empty", "Location empty"),
                        ("damaged", "Product damaged"),
                        ("misplaced", "Wrong product in location"),
                        ("withheld", "Blocked or expired"),
                    ],
                    max_length=12,
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.seller"
                ),
            ),
            (
                "shipment_line",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="pick_lines",
                    to="orders.shipmentline",
                ),
            ),
            (
                "pick_list",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="lines",
                    to="warehouse.picklist",
                ),
            ),
            (
                "stock",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="pick_lines",
                    to="warehouse.stock",
                ),
            ),
            (
                "to_put_back",
                models.PositiveIntegerField(
                    db_default=0,
                    default=0,
                    help_text="Of a cancelled walk: units that still lie in its tote.",
                ),
            ),
            (
                "to_sort",
                models.PositiveIntegerField(
                    db_default=0,
                    default=0,
                    help_text="Picked units that still lie in the tote of the batch.",
                ),
            ),
        ],
        options={
            "ordering": ["position"],
            "indexes": [
                models.Index(
                    condition=models.Q(("to_sort__gt", 0)),
                    fields=["pick_list"],
                    name="pick_lines_to_sort",
                )
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "quantity__gte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("picked"), "+", models.F("short")
                            ),
                        )
                    ),
                    name="a_pick_line_ends_once",
                ),
                models.CheckConstraint(
                    condition=models.Q(("to_sort__lte", models.F("picked"))),
                    name="what_is_sorted_was_picked",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Scan",
        fields=[
            (
                "pk",
                models.CompositePrimaryKey(
                    "client_id",
                    "sequence",
                    blank=True,
                    editable=False,
                    primary_key=True,
                    serialize=False,
                ),
            ),
            ("client_id", models.UUIDField()),
            ("sequence", models.PositiveIntegerField()),
            ("code", models.CharField(max_length=120)),
            ("outcome", models.CharField(max_length=300)),
            ("is_refused", models.BooleanField(default=False)),
            ("at", models.DateTimeField(default=django.utils.timezone.now)),
            (
                "worker",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "warehouse",
                models.ForeignKey(
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="orders.warehouse",
                ),
            ),
        ],
        options={
            "indexes": [
                django.contrib.postgres.indexes.BrinIndex(fields=["at"], name="scan_by_age"),
                models.Index(
                    condition=models.Q(("is_refused", True)),
                    fields=["warehouse", "at"],
                    name="scan_refused",
                ),
            ],
        },
    ),
]
