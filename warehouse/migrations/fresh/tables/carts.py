"""Carts, put walls, cartons and waves."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import orders.keys

TABLES = [
    migrations.CreateModel(
        name="Carton",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("code", models.CharField(help_text="What a scanner reads on it.", max_length=30)),
            ("name", models.CharField(max_length=60)),
            ("grams", models.PositiveIntegerField(help_text="Empty, with the usual filling.")),
            ("varies_grams", models.PositiveIntegerField(default=0)),
            ("closed_at", models.DateTimeField(blank=True, help_text="No longer used.", null=True)),
            (
                "warehouse",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="cartons",
                    to="orders.warehouse",
                ),
            ),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    fields=("warehouse", "code"), name="a_carton_code_is_used_once"
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("grams__range", (1, 20000)), ("varies_grams__lte", models.F("grams"))
                    ),
                    name="a_carton_has_a_weight",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Cart",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("code", models.CharField(help_text="What a scanner reads on it.", max_length=20)),
            ("slots", models.PositiveSmallIntegerField()),
            (
                "retired_at",
                models.DateTimeField(blank=True, help_text="No longer used.", null=True),
            ),
            (
                "warehouse",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="carts",
                    to="orders.warehouse",
                ),
            ),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    fields=("warehouse", "code"), name="a_cart_code_is_used_once"
                ),
                models.CheckConstraint(
                    condition=models.Q(("slots__range", (2, 24))), name="a_cart_has_slots"
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="PutWall",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("code", models.CharField(help_text="What a scanner reads on it.", max_length=20)),
            ("cells", models.PositiveSmallIntegerField()),
            (
                "most_units",
                models.PositiveSmallIntegerField(
                    default=4, help_text="A batch walk takes orders of one to so many units."
                ),
            ),
            (
                "scans_cells",
                models.BooleanField(
                    default=True,
                    help_text="Each put is confirmed by a scan of its cell, else by the next unit.",
                ),
            ),
            (
                "retired_at",
                models.DateTimeField(
                    blank=True, help_text="Since then no batch walk begins for it.", null=True
                ),
            ),
            (
                "warehouse",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="walls",
                    to="orders.warehouse",
                ),
            ),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    fields=("warehouse", "code"), name="a_wall_code_is_used_once"
                ),
                models.CheckConstraint(
                    condition=models.Q(("cells__range", (2, 60))), name="a_wall_has_cells"
                ),
                models.CheckConstraint(
                    condition=models.Q(("most_units__range", (1, 20))),
                    name="a_wall_sorts_small_orders",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Wave",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            (
                "carrier",
                models.CharField(
                    blank=True, help_text="Code of the carrier; empty: any.", max_length=20
                ),
            ),
            ("until", models.DateTimeField(help_text="What is to leave by then.")),
            ("shipments", models.PositiveIntegerField()),
            ("released_at", models.DateTimeField(default=django.utils.timezone.now)),
            (
                "released_by",
                models.ForeignKey(
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
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
            "indexes": [models.Index(fields=["warehouse", "-released_at"], name="wave_latest")],
        },
    ),
]
