"""Units to bring from reserve to a pick face."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE warehouse_replenishtask ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON warehouse_replenishtask USING (warehouse_replenishtask.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all())) WITH CHECK (warehouse_replenishtask.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON warehouse_replenishtask"


class Migration(migrations.Migration):
    dependencies = [("warehouse", "0034_pick_faces")]

    operations = [
        migrations.CreateModel(
            name="ReplenishTask",
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
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Open"), ("done", "Done"), ("dropped", "Dropped")],
                        default="open",
                        max_length=7,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "face",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tasks",
                        to="warehouse.pickface",
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
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="warehouse.location",
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "open")),
                        fields=("face",),
                        name="a_face_has_one_open_task",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("units__gt", 0)), name="a_task_brings_some_units"
                    ),
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
