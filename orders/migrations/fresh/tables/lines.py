"""Lines of orders, and what holds orders back."""

import datetime

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import orders.keys
import orders.values.search_texts

TABLES = [
    migrations.CreateModel(
        name="OrderLine",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("position", models.PositiveSmallIntegerField()),
            (
                "sku",
                models.CharField(
                    blank=True,
                    help_text="The shop's own, kept while it is unknown.",
                    max_length=255,
                    verbose_name="SKU",
                ),
            ),
            ("title", models.CharField(max_length=600)),
            (
                "ships",
                models.BooleanField(
                    default=True, help_text="False for a gift card, a service, or another's stock."
                ),
            ),
            (
                "unit_price",
                models.BigIntegerField(
                    default=0, help_text="In minor units of the order's currency."
                ),
            ),
            ("ordered", models.PositiveIntegerField()),
            ("allocated", models.PositiveIntegerField(default=0)),
            ("backordered", models.PositiveIntegerField(default=0)),
            ("cancelled", models.PositiveIntegerField(default=0)),
            ("picked", models.PositiveIntegerField(default=0)),
            ("packed", models.PositiveIntegerField(default=0)),
            ("shipped", models.PositiveIntegerField(default=0)),
            ("delivered", models.PositiveIntegerField(default=0)),
            ("lost", models.PositiveIntegerField(default=0)),
            ("came_back", models.PositiveIntegerField(default=0)),
            ("returned", models.PositiveIntegerField(default=0)),
            ("replaced", models.PositiveIntegerField(default=0)),
            (
                "order",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="lines",
                    to="orders.order",
                ),
            ),
            (
                "replaces",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="orders.orderline",
                ),
            ),
            (
                "product",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
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
                "shop_line",
                models.CharField(
                    blank=True,
                    db_default="",
                    default="",
                    help_text="The shop's own id of the line, as text.",
                    max_length=120,
                ),
            ),
            (
                "is_kit",
                models.BooleanField(
                    db_default=False,
                    default=False,
                    help_text="It ships as its parts, which are lines of their own.",
                ),
            ),
            (
                "kit_line",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to="orders.orderline",
                ),
            ),
            (
                "units_per_kit",
                models.PositiveSmallIntegerField(
                    db_default=0, default=0, help_text="Of a part: in one unit of its kit."
                ),
            ),
        ],
        options={
            "ordering": ["position"],
            "indexes": [
                models.Index(
                    models.F("order"),
                    condition=models.Q(
                        ("product__isnull", False),
                        ("ships", True),
                        (
                            "ordered__gt",
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("allocated"), "+", models.F("backordered")
                                ),
                                "+",
                                models.F("cancelled"),
                            ),
                        ),
                    ),
                    name="line_to_allocate",
                ),
                models.Index(
                    models.F("product"),
                    condition=models.Q(("backordered__gt", 0)),
                    name="line_backordered",
                ),
                models.Index(
                    condition=models.Q(("backordered__gt", 0)),
                    fields=["seller", "order"],
                    name="line_waiting",
                ),
                models.Index(
                    models.F("seller"),
                    models.F("sku"),
                    models.OrderBy(models.F("id"), descending=True),
                    name="line_by_sku",
                ),
                django.contrib.postgres.indexes.GinIndex(
                    django.contrib.postgres.indexes.OpClass(
                        orders.values.search_texts.Plain("title"), name="gin_trgm_ops"
                    ),
                    name="line_by_plain_title",
                ),
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "ordered__gte",
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("allocated"), "+", models.F("backordered")
                                ),
                                "+",
                                models.F("cancelled"),
                            ),
                        )
                    ),
                    name="no_unit_is_in_two_places",
                ),
                models.CheckConstraint(
                    condition=models.Q(("ordered__lte", 1000000)), name="a_line_can_be_counted"
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("unit_price__gte", 0), ("unit_price__lte", 10000000000000000)
                    ),
                    name="a_price_can_be_added_up",
                ),
                models.CheckConstraint(
                    condition=models.Q(("allocated__gte", models.F("picked"))),
                    name="picked_only_what_is_allocated",
                ),
                models.CheckConstraint(
                    condition=models.Q(("picked__gte", models.F("packed"))),
                    name="packed_only_what_is_picked",
                ),
                models.CheckConstraint(
                    condition=models.Q(("packed__gte", models.F("shipped"))),
                    name="shipped_only_what_is_packed",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "shipped__gte",
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("delivered"), "+", models.F("lost")
                                ),
                                "+",
                                models.F("came_back"),
                            ),
                        )
                    ),
                    name="a_journey_ends_once",
                ),
                models.CheckConstraint(
                    condition=models.Q(("delivered__gte", models.F("returned"))),
                    name="returned_only_what_was_delivered",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "replaced__lte",
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("lost"), "+", models.F("came_back")
                                ),
                                "+",
                                models.F("returned"),
                            ),
                        )
                    ),
                    name="replaced_only_what_failed",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Hold",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            (
                "reason",
                models.CharField(
                    choices=[
                        ("unknown_sku", "Unknown SKU"),
                        ("no_address", "Address missing"),
                        ("no_service", "Not deliverable"),
                        ("payment", "Not paid yet"),
                        ("clearance", "Not cleared in the shop"),
                        ("pickup", "Local pick-up"),
                        ("shop", "Changed in the shop"),
                        ("shop_hold", "Held in the shop"),
                        ("seller", "Requested by seller"),
                        ("warehouse", "Stopped by the warehouse"),
                        ("exchange", "Waits for a return"),
                    ],
                    max_length=20,
                ),
            ),
            ("detail", models.CharField(blank=True, max_length=250)),
            (
                "until",
                models.DateTimeField(
                    blank=True, help_text="When it is released by itself.", null=True
                ),
            ),
            ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
            ("released_at", models.DateTimeField(blank=True, null=True)),
            (
                "opened_by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "released_by",
                models.ForeignKey(
                    blank=True,
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
                    related_name="holds",
                    to="orders.order",
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
                    related_name="holds",
                    to="orders.shipment",
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(
                    condition=models.Q(("released_at__isnull", True)),
                    fields=["seller", "order"],
                    name="hold_open",
                ),
                models.Index(
                    condition=models.Q(("released_at__isnull", True), ("until__isnull", False)),
                    fields=["until"],
                    name="hold_to_end",
                ),
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "until__gte",
                            datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.UTC),
                        ),
                        (
                            "until__lt",
                            datetime.datetime(9000, 1, 1, 0, 0, tzinfo=datetime.UTC),
                        ),
                    ),
                    name="a_hold_ends_readably",
                )
            ],
        },
    ),
]
