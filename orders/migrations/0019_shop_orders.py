"""What a shop has said of each of its orders."""

import django.db.models.deletion
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE orders_shoporder ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders_shoporder
USING (orders_shoporder.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all()))
WITH CHECK (orders_shoporder.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON orders_shoporder"


class Migration(migrations.Migration):
    dependencies = [("orders", "0018_calls")]

    operations = [
        migrations.CreateModel(
            name="ShopOrder",
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
                ("reference", models.CharField(max_length=120)),
                (
                    "version",
                    models.CharField(
                        blank=True,
                        help_text="Sorts what the shop said; empty: nothing whole yet.",
                        max_length=120,
                    ),
                ),
                (
                    "payment",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("paid", "paid"),
                            ("authorised", "authorised, not yet captured"),
                            ("unpaid", "not paid yet"),
                            ("voided", "voided"),
                            ("refunded", "refunded"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "held_for",
                    models.CharField(
                        blank=True,
                        help_text="The payment for which it was last put on hold.",
                        max_length=12,
                    ),
                ),
                ("is_cancelled", models.BooleanField(default=False)),
                ("lines", models.JSONField(default=dict)),
                ("removed", models.JSONField(default=dict)),
                (
                    "taken",
                    models.JSONField(
                        default=dict,
                        help_text="Units of lines that came here from it: others were added here.",
                    ),
                ),
                (
                    "fields",
                    models.JSONField(
                        default=dict,
                        help_text="What it said of address and contact, each as a keyed hash.",
                    ),
                ),
                ("differences", models.JSONField(default=list)),
                ("differs_at", models.DateTimeField(blank=True, null=True)),
                (
                    "accepted",
                    models.JSONField(
                        default=list,
                        help_text="The differences that a person has settled; not shown again.",
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="orders.saleschannel",
                    ),
                ),
                (
                    "order",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="in_shop",
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
                "indexes": [
                    models.Index(
                        condition=models.Q(("differs_at__isnull", False)),
                        fields=["seller", "differs_at"],
                        name="shop_order_differs",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("seller", "channel", "reference"), name="a_shop_order_is_known_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
