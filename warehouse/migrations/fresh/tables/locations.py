"""Locations in a warehouse."""

import django.db.models.deletion
from django.db import migrations, models

import orders.keys

TABLES = [
    migrations.CreateModel(
        name="Location",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("code", models.CharField(max_length=30)),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("bin", "Bin"),
                        ("shelf", "Shelf"),
                        ("dock", "Dock"),
                        ("tote", "Tote"),
                    ],
                    default="bin",
                    max_length=8,
                ),
            ),
            (
                "walk_position",
                models.PositiveIntegerField(
                    default=0, help_text="Order of the walk through the aisles."
                ),
            ),
            (
                "warehouse",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="locations",
                    to="orders.warehouse",
                ),
            ),
            (
                "is_staging",
                models.BooleanField(
                    db_default=False,
                    default=False,
                    help_text="What lies here is put away before it is promised to orders or picked.",
                    verbose_name="goods wait here",
                ),
            ),
            (
                "cart",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    help_text="Of a tote that is a slot of this cart.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="places",
                    to="warehouse.cart",
                ),
            ),
            (
                "closed_at",
                models.DateTimeField(
                    blank=True, help_text="Since then nobody puts goods here.", null=True
                ),
            ),
            (
                "blocked_at",
                models.DateTimeField(
                    blank=True, help_text="Since then no order gets what lies here.", null=True
                ),
            ),
            (
                "blocked_note",
                models.CharField(
                    blank=True,
                    db_default="",
                    default="",
                    help_text="Why it is blocked.",
                    max_length=500,
                ),
            ),
            (
                "wall",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    help_text="Of a tote that is a cell of this put wall.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="places",
                    to="warehouse.putwall",
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(
                    condition=models.Q(("is_staging", True)),
                    fields=["warehouse"],
                    name="location_staging",
                ),
                models.Index(fields=["warehouse", "walk_position"], name="location_by_walk"),
                models.Index(
                    condition=models.Q(("cart__isnull", False)),
                    fields=["cart"],
                    name="slots_of_a_cart",
                ),
                models.Index(
                    condition=models.Q(("wall__isnull", False)),
                    fields=["wall"],
                    name="cells_of_a_wall",
                ),
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("warehouse", "code"), name="a_location_code_is_used_once"
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("kind", "tote"), _negated=True),
                        ("is_staging", False),
                        _connector="OR",
                    ),
                    name="goods_do_not_wait_in_a_tote",
                ),
            ],
        },
    ),
]
