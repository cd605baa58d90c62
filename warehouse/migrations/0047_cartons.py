"""The boxes in which a warehouse packs, with their weight."""

import django.db.models.deletion
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE warehouse_carton ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON warehouse_carton USING (EXISTS (SELECT FROM orders_warehouse WHERE orders_warehouse.id = warehouse_carton.warehouse_id) OR (SELECT portal_sees_all())) WITH CHECK (EXISTS (SELECT FROM orders_warehouse WHERE orders_warehouse.id = warehouse_carton.warehouse_id) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON warehouse_carton"


class Migration(migrations.Migration):
    dependencies = [
        ("warehouse", "0037_manifests"),
        ("orders", "0073_problems_of_whole_parcels"),
    ]

    operations = [
        migrations.CreateModel(
            name="Carton",
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
                ("code", models.CharField(help_text="What a scanner reads on it.", max_length=30)),
                ("name", models.CharField(max_length=60)),
                ("grams", models.PositiveIntegerField(help_text="Empty, with the usual filling.")),
                ("varies_grams", models.PositiveIntegerField(default=0)),
                (
                    "closed_at",
                    models.DateTimeField(blank=True, help_text="No longer used.", null=True),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cartons",
                        to="orders.warehouse",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("warehouse", "code"), name="a_carton_code_is_used_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("grams__range", (1, 20000)), ("varies_grams__lte", models.F("grams"))
                        ),
                        name="a_carton_has_a_weight",
                    ),
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
