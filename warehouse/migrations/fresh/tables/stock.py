"""Supply per warehouse, stock per location, the ledger, reservations."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import orders.keys

TABLES = [
    migrations.CreateModel(
        name="Supply",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("on_hand", models.PositiveIntegerField(default=0)),
            ("reserved", models.PositiveIntegerField(default=0)),
            (
                "product",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="supplies",
                    to="orders.product",
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
            "indexes": [models.Index(fields=["seller", "product"], name="supply_of_seller")],
            "constraints": [
                models.UniqueConstraint(
                    fields=("product", "warehouse"), name="one_supply_per_product_and_warehouse"
                ),
                models.CheckConstraint(
                    condition=models.Q(("reserved__lte", models.F("on_hand"))),
                    name="stock_never_oversold",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Stock",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("lot", models.CharField(blank=True, max_length=40)),
            ("on_hand", models.PositiveIntegerField(default=0)),
            ("pinned", models.PositiveIntegerField(default=0)),
            (
                "location",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="stocks",
                    to="warehouse.location",
                ),
            ),
            (
                "product",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="stocks",
                    to="orders.product",
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.seller"
                ),
            ),
            (
                "closed_at",
                models.DateTimeField(
                    blank=True,
                    help_text="Found empty: nobody picks it here until it is counted.",
                    null=True,
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(
                    condition=models.Q(("closed_at__isnull", False)),
                    fields=["location"],
                    name="stock_closed",
                )
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("product", "location", "lot"), name="one_stock_per_place_and_lot"
                ),
                models.CheckConstraint(
                    condition=models.Q(("pinned__lte", models.F("on_hand"))),
                    name="pinned_only_what_is_there",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="StockMovement",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("lot", models.CharField(blank=True, max_length=40)),
            ("quantity", models.IntegerField()),
            (
                "reason",
                models.CharField(
                    choices=[
                        ("received", "Received"),
                        ("put_away", "Put away"),
                        ("moved", "Moved"),
                        ("picked", "Picked"),
                        ("put_back", "Put back"),
                        ("handed_over", "Handed over"),
                        ("missing", "Missing"),
                        ("restocked", "Restocked"),
                        ("repaired", "Repaired"),
                        ("adjusted", "Adjusted"),
                    ],
                    max_length=12,
                ),
            ),
            (
                "subject_id",
                models.UUIDField(
                    blank=True,
                    help_text="The pick line, package, return line or inbound line.",
                    null=True,
                ),
            ),
            ("at", models.DateTimeField(default=django.utils.timezone.now)),
            (
                "actor",
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
                "location",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    to="warehouse.location",
                ),
            ),
            (
                "product",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.product"
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
                models.Index(fields=["product", "location", "at"], name="movement_of_place"),
                models.Index(fields=["location", "at"], name="movement_at_location"),
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("quantity", 0), _negated=True),
                    name="a_movement_moves_something",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Reservation",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("quantity", models.PositiveIntegerField()),
            (
                "line",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="reservations",
                    to="orders.orderline",
                ),
            ),
            (
                "seller",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.seller"
                ),
            ),
            (
                "supply",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="reservations",
                    to="warehouse.supply",
                ),
            ),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    fields=("line", "supply"), name="one_reservation_per_line_and_supply"
                ),
                models.CheckConstraint(
                    condition=models.Q(("quantity__gt", 0)), name="a_reservation_holds_something"
                ),
            ],
        },
    ),
]
