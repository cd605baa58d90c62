"""From which warehouses the orders of a seller ship."""

import django.db.models.deletion
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE orders_sellerwarehouse ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders_sellerwarehouse USING (orders_sellerwarehouse.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all())) WITH CHECK (orders_sellerwarehouse.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON orders_sellerwarehouse"


class Migration(migrations.Migration):
    dependencies = [("orders", "0134_demos_have_their_ids")]

    operations = [
        migrations.CreateModel(
            name="SellerWarehouse",
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
                ("position", models.PositiveSmallIntegerField(db_default=0, default=0)),
                (
                    "is_paused",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="No new order gets its units from here.",
                    ),
                ),
                (
                    "takes_returns",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="All returns go here; where none does, back to the warehouse "
                        "they left.",
                    ),
                ),
                (
                    "seller",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="houses",
                        to="orders.seller",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="served",
                        to="orders.warehouse",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("seller", "warehouse"), name="a_seller_has_a_warehouse_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("takes_returns", True)),
                        fields=("seller",),
                        name="one_warehouse_takes_all_returns",
                    ),
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
