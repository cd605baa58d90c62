"""Where a product is picked first, and refilled."""

import django.db.models.deletion
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE warehouse_pickface ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON warehouse_pickface USING (warehouse_pickface.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all())) WITH CHECK (warehouse_pickface.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON warehouse_pickface"


class Migration(migrations.Migration):
    dependencies = [("warehouse", "0033_find_locations")]

    operations = [
        migrations.CreateModel(
            name="PickFace",
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
                ("minimum", models.PositiveIntegerField()),
                ("target", models.PositiveIntegerField()),
                (
                    "location",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pick_faces",
                        to="warehouse.location",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pick_faces",
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
                "indexes": [],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("product", "location"), name="a_product_has_a_face_once_in_a_place"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("target__gte", models.F("minimum")), ("target__gt", 0)),
                        name="a_face_is_refilled_above_its_minimum",
                    ),
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
