"""What is announced, and what of it came."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE warehouse_inboundline ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON warehouse_inboundline USING (warehouse_inboundline.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all())) WITH CHECK (warehouse_inboundline.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON warehouse_inboundline"


class Migration(migrations.Migration):
    dependencies = [("warehouse", "0029_inbounds")]

    operations = [
        migrations.CreateModel(
            name="InboundLine",
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
                ("position", models.PositiveSmallIntegerField()),
                ("announced", models.PositiveIntegerField(default=0)),
                ("received", models.PositiveIntegerField(default=0)),
                ("damaged", models.PositiveIntegerField(default=0)),
                (
                    "inbound",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="warehouse.inbound",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orders.product",
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
                        condition=models.Q(
                            (
                                "announced__gt",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("received"), "+", models.F("damaged")
                                ),
                            )
                        ),
                        fields=["product"],
                        name="inbound_of_product",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("inbound", "product"), name="an_inbound_names_a_product_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("announced__lte", 1000000)),
                        name="an_inbound_line_can_be_announced",
                    ),
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
