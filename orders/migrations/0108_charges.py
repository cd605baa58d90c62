"""What an order cost beyond the prices of its lines."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import orders.keys

POLICY = """
ALTER TABLE orders_charge ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders_charge
USING (orders_charge.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all()))
WITH CHECK (orders_charge.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON orders_charge"


class Migration(migrations.Migration):
    dependencies = [("orders", "0107_refunds_in_shops")]

    operations = [
        migrations.CreateModel(
            name="Charge",
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
                        default=0, help_text="The sum of its refunds, paid or not."
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
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="orders.seller",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(discount__gte=0, discount__lte=10000000000000000)
                        & Q(tax__gte=0, tax__lte=10000000000000000)
                        & Q(shipping__gte=0, shipping__lte=10000000000000000)
                        & Q(elsewhere__gte=0, owed__gte=0),
                        name="a_charge_can_be_added_up",
                    ),
                    models.CheckConstraint(
                        condition=Q(paid__gte=F("owed") + F("elsewhere")),
                        name="owed_only_what_was_paid",
                    ),
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
