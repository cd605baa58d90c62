"""What is owed for a return."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models
from django.db.models import F, Q

import orders.keys

POLICY = """
ALTER TABLE orders_refund ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders_refund
USING (orders_refund.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all()))
WITH CHECK (orders_refund.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON orders_refund"


class Migration(migrations.Migration):
    dependencies = [("orders", "0108_charges")]

    operations = [
        migrations.CreateModel(
            name="Refund",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=orders.keys.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("owed", "Owed"), ("paid", "Paid")], default="owed", max_length=4
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("goods", models.BigIntegerField(help_text="The prices of the units.")),
                (
                    "discount",
                    models.BigIntegerField(default=0, help_text="Their share of the discount."),
                ),
                (
                    "tax",
                    models.BigIntegerField(default=0, help_text="Their share of the tax on top."),
                ),
                ("shipping", models.BigIntegerField(default=0)),
                (
                    "fee",
                    models.BigIntegerField(
                        default=0, help_text="For the return; never more than the rest."
                    ),
                ),
                (
                    "amount",
                    models.BigIntegerField(
                        help_text="Goods, tax, shipping, less discount and fee."
                    ),
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
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="orders.seller",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(
                            amount=F("goods") - F("discount") + F("tax") + F("shipping") - F("fee")
                        ),
                        name="a_refund_adds_up",
                    ),
                    models.CheckConstraint(
                        condition=Q(goods__gte=0, discount__gte=0, tax__gte=0)
                        & Q(shipping__gte=0, fee__gte=0, amount__gte=0),
                        name="a_refund_is_never_below_zero",
                    ),
                    models.CheckConstraint(
                        condition=Q(status="owed", paid_at=None, paid=None)
                        | Q(status="paid", paid_at__isnull=False),
                        name="a_paid_refund_has_its_moment",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=Q(status="owed"), fields=["seller", "owed_at"], name="refund_owed"
                    ),
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
