"""The put walls at which what a batch walk picked is sorted by order."""

import django.db.models.deletion
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE warehouse_putwall ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON warehouse_putwall USING (EXISTS (SELECT FROM orders_warehouse WHERE orders_warehouse.id = warehouse_putwall.warehouse_id) OR (SELECT portal_sees_all())) WITH CHECK (EXISTS (SELECT FROM orders_warehouse WHERE orders_warehouse.id = warehouse_putwall.warehouse_id) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON warehouse_putwall"


class Migration(migrations.Migration):
    dependencies = [
        ("warehouse", "0067_repaired_units"),
    ]

    operations = [
        migrations.CreateModel(
            name="PutWall",
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
                ("code", models.CharField(help_text="What a scanner reads on it.", max_length=20)),
                ("cells", models.PositiveSmallIntegerField()),
                (
                    "most_units",
                    models.PositiveSmallIntegerField(
                        default=4, help_text="A batch walk takes orders of one to so many units."
                    ),
                ),
                (
                    "scans_cells",
                    models.BooleanField(
                        default=True,
                        help_text="Each put is confirmed by a scan of its cell, else by the next unit.",
                    ),
                ),
                (
                    "retired_at",
                    models.DateTimeField(
                        blank=True, help_text="Since then no batch walk begins for it.", null=True
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="walls",
                        to="orders.warehouse",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("warehouse", "code"), name="a_wall_code_is_used_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cells__range", (2, 60))), name="a_wall_has_cells"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("most_units__range", (1, 20))),
                        name="a_wall_sorts_small_orders",
                    ),
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
