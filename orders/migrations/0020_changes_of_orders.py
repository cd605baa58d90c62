"""Texts of changes of orders, in a table of their own that is erased with the person."""

import django.db.models.deletion
from django.db import migrations, models

import orders.keys

# A new table: no process of the former version works with it, so it is switched on at once.
POLICY = """
CREATE POLICY tenant ON orders_orderchange
    USING (orders_orderchange.seller_id = ANY ((SELECT portal_sees())::uuid[])
        OR (SELECT portal_sees_all()))
    WITH CHECK (orders_orderchange.seller_id = ANY (portal_sees()) OR portal_sees_all());
ALTER TABLE orders_orderchange ENABLE ROW LEVEL SECURITY;
"""
NO_POLICY = """
ALTER TABLE orders_orderchange DISABLE ROW LEVEL SECURITY;
DROP POLICY tenant ON orders_orderchange;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0019_shop_orders"),
    ]

    operations = [
        migrations.CreateModel(
            name="OrderChange",
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
                ("field", models.CharField(max_length=20)),
                ("before", models.CharField(blank=True, max_length=5000)),
                ("after", models.CharField(blank=True, max_length=5000)),
                (
                    "event",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="orders.event",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
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
                    models.UniqueConstraint(
                        fields=("event", "field"), name="an_event_changes_a_field_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
