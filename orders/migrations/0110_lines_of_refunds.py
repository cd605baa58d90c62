"""What is owed for each line of a return."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import orders.keys

POLICY = """
ALTER TABLE orders_refundline ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders_refundline
USING (orders_refundline.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all()))
WITH CHECK (orders_refundline.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON orders_refundline"


class Migration(migrations.Migration):
    dependencies = [("orders", "0109_refunds")]

    operations = [
        migrations.CreateModel(
            name="RefundLine",
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
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="orders.seller",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("refund", "line"), name="a_line_is_once_in_a_refund"
                    ),
                    models.CheckConstraint(
                        condition=Q(units__gte=1, units__lte=1000000)
                        & Q(goods__gte=0, discount__gte=0, tax__gte=0),
                        name="a_refunded_line_has_units",
                    ),
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
