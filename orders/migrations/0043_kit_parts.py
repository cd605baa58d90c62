"""Kits: products that are picked as parts."""

import django.db.models.deletion
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE orders_kitpart ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders_kitpart
USING (orders_kitpart.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all()))
WITH CHECK (orders_kitpart.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON orders_kitpart"


class Migration(migrations.Migration):
    dependencies = [("orders", "0042_search_behind_row_security")]

    operations = [
        migrations.CreateModel(
            name="KitPart",
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
                ("units", models.PositiveSmallIntegerField()),
                (
                    "kit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="orders.product",
                    ),
                ),
                (
                    "part",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="kits",
                        to="orders.product",
                    ),
                ),
                (
                    "seller",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="orders.seller",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("kit", "part"), name="a_kit_names_a_part_once"),
                    models.CheckConstraint(
                        condition=models.Q(("units__gte", 1), ("units__lte", 1000)),
                        name="a_kit_holds_units",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kit", models.F("part")), _negated=True),
                        name="a_kit_is_no_part_of_itself",
                    ),
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
