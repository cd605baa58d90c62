"""Serial numbers of the units in a box."""

import django.db.models.deletion
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE warehouse_packedserial ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON warehouse_packedserial USING (warehouse_packedserial.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all())) WITH CHECK (warehouse_packedserial.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON warehouse_packedserial"


class Migration(migrations.Migration):
    dependencies = [
        ("warehouse", "0064_print_jobs"),
        ("orders", "0126_language_of_users"),
    ]

    operations = [
        migrations.CreateModel(
            name="PackedSerial",
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
                ("number", models.CharField(max_length=40)),
                ("came_back_at", models.DateTimeField(blank=True, null=True)),
                (
                    "package_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="serials",
                        to="orders.packageline",
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
                "indexes": [models.Index(fields=["seller", "number"], name="serial_by_number")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("came_back_at__isnull", True)),
                        fields=("product", "number"),
                        name="a_unit_is_in_one_box",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number", ""), _negated=True),
                        name="a_packed_serial_is_no_blank",
                    ),
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
