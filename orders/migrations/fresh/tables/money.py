"""Refunds, charges and exchanges."""

import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.db import migrations, models

import orders.keys

TABLES = [
    migrations.CreateModel(
        name="Charge",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            (
                "is_known",
                models.BooleanField(
                    default=True, help_text="What follows was told with the order."
                ),
            ),
            (
                "discount",
                models.BigIntegerField(default=0, help_text="Off the prices of all lines."),
            ),
            (
                "tax",
                models.BigIntegerField(
                    default=0, help_text="On top of the prices; 0 if they include it."
                ),
            ),
            (
                "shipping",
                models.BigIntegerField(default=0, help_text="What the customer paid for it."),
            ),
            (
                "paid",
                models.BigIntegerField(
                    default=0, help_text="Prices, tax, shipping, less the discount."
                ),
            ),
            (
                "elsewhere",
                models.BigIntegerField(
                    default=0, help_text="Of what was cancelled, or refunded for no return."
                ),
            ),
            (
                "owed",
                models.BigIntegerField(
                    default=0, help_text="The sum of its refunds, or what was paid of each."
                ),
            ),
            (
                "order",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="charge",
                    to="orders.order",
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
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("discount__gte", 0),
                        ("discount__lte", 10000000000000000),
                        ("tax__gte", 0),
                        ("tax__lte", 10000000000000000),
                        ("shipping__gte", 0),
                        ("shipping__lte", 10000000000000000),
                        ("elsewhere__gte", 0),
                        ("owed__gte", 0),
                    ),
                    name="a_charge_can_be_added_up",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "paid__gte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("owed"), "+", models.F("elsewhere")
                            ),
                        )
                    ),
                    name="owed_only_what_was_paid",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Refund",
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
                    choices=[("owed", "Owed"), ("paid", "Paid"), ("waived", "Waived")],
                    default="owed",
                    max_length=6,
                ),
            ),
            ("currency", models.CharField(max_length=3)),
            ("goods", models.BigIntegerField(help_text="The prices of the units.")),
            (
                "discount",
                models.BigIntegerField(default=0, help_text="Their share of the discount."),
            ),
            ("tax", models.BigIntegerField(default=0, help_text="Their share of the tax on top.")),
            ("shipping", models.BigIntegerField(default=0)),
            (
                "fee",
                models.BigIntegerField(
                    default=0, help_text="For the return; never more than the rest."
                ),
            ),
            (
                "amount",
                models.BigIntegerField(help_text="Goods, tax, shipping, less discount and fee."),
            ),
            ("is_exact", models.BooleanField(default=True)),
            (
                "method",
                models.CharField(
                    choices=[("payment", "Back to the payment"), ("credit", "Store credit")],
                    default="payment",
                    max_length=7,
                ),
            ),
            (
                "paid",
                models.BigIntegerField(
                    blank=True,
                    help_text="What was paid back; empty: the shop did not say.",
                    null=True,
                ),
            ),
            ("paid_at", models.DateTimeField(blank=True, null=True)),
            (
                "shop_refund",
                models.CharField(
                    blank=True,
                    help_text="The shop's id of it, where the shop told us.",
                    max_length=60,
                ),
            ),
            ("owed_at", models.DateTimeField(default=django.utils.timezone.now)),
            (
                "order",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="refunds",
                    to="orders.order",
                ),
            ),
            (
                "order_return",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="refund",
                    to="orders.return",
                ),
            ),
            (
                "promise",
                models.OneToOneField(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="refund",
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
                "is_by_hand",
                models.BooleanField(
                    db_default=False,
                    default=False,
                    help_text="The seller ticked it off, and said how.",
                ),
            ),
            ("credit_code", models.CharField(blank=True, db_default="", default="", max_length=60)),
        ],
        options={
            "indexes": [
                models.Index(
                    condition=models.Q(("status", "owed")),
                    fields=["seller", "owed_at"],
                    name="refund_owed",
                )
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "amount",
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("goods"), "-", models.F("discount")
                                        ),
                                        "+",
                                        models.F("tax"),
                                    ),
                                    "+",
                                    models.F("shipping"),
                                ),
                                "-",
                                models.F("fee"),
                            ),
                        )
                    ),
                    name="a_refund_adds_up",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("discount__gte", 0),
                        ("goods__gte", 0),
                        ("tax__gte", 0),
                        ("amount__gte", 0),
                        ("fee__gte", 0),
                        ("shipping__gte", 0),
                    ),
                    name="a_refund_is_never_below_zero",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("paid_at__isnull", False), ("status", "paid")),
                        models.Q(
                            models.Q(("status", "paid"), _negated=True),
                            ("is_by_hand", False),
                            ("paid", None),
                            ("paid_at", None),
                            ("shop_refund", ""),
                        ),
                        _connector="OR",
                    ),
                    name="only_a_paid_refund_has_its_moment",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="RefundLine",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("units", models.PositiveIntegerField()),
            ("goods", models.BigIntegerField()),
            ("discount", models.BigIntegerField(default=0)),
            ("tax", models.BigIntegerField(default=0)),
            (
                "line",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="refund_lines",
                    to="orders.orderline",
                ),
            ),
            (
                "refund",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="lines",
                    to="orders.refund",
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
            "constraints": [
                models.UniqueConstraint(
                    fields=("refund", "line"), name="a_line_is_once_in_a_refund"
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("units__gte", 1),
                        ("units__lte", 1000000),
                        ("discount__gte", 0),
                        ("goods__gte", 0),
                        ("tax__gte", 0),
                    ),
                    name="a_refunded_line_has_units",
                ),
            ],
        },
    ),
]
