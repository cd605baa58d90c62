"""Pick faces with their minimum and target, and tasks to refill them from reserve."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import orders.keys

TABLES = [
    migrations.CreateModel(
        name="PickFace",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
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
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.seller"
                ),
            ),
        ],
        options={
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
    migrations.CreateModel(
        name="ReplenishTask",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
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
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="orders.seller"
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
]
