"""Printers, which print by themselves, and what each is to print."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import orders.keys

TABLES = [
    migrations.CreateModel(
        name="Printer",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("name", models.CharField(max_length=40)),
            (
                "prints",
                models.CharField(
                    choices=[
                        ("both", "Labels and slips"),
                        ("labels", "Labels"),
                        ("slips", "Slips"),
                    ],
                    default="both",
                    max_length=8,
                ),
            ),
            (
                "labels",
                models.CharField(
                    choices=[("made", "PDF or picture"), ("zpl", "ZPL, 203 dots an inch")],
                    default="made",
                    max_length=4,
                ),
            ),
            ("token_hash", models.BinaryField(max_length=32, unique=True)),
            ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
            (
                "seen_at",
                models.DateTimeField(blank=True, help_text="When its agent asked last.", null=True),
            ),
            ("removed_at", models.DateTimeField(blank=True, null=True)),
            (
                "warehouse",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    to="orders.warehouse",
                ),
            ),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(("removed_at__isnull", True)),
                    fields=("warehouse", "name"),
                    name="a_printer_name_is_used_once",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="PrintJob",
        fields=[
            (
                "id",
                models.UUIDField(
                    default=orders.keys.new_id, editable=False, primary_key=True, serialize=False
                ),
            ),
            (
                "document",
                models.CharField(choices=[("slip", "Slip"), ("label", "Label")], max_length=8),
            ),
            (
                "status",
                models.CharField(
                    choices=[
                        ("waiting", "Waits for the printer"),
                        ("taken", "At the printer"),
                        ("printed", "Printed"),
                        ("failed", "Not printed"),
                        ("dropped", "No longer wanted"),
                    ],
                    default="waiting",
                    max_length=8,
                ),
            ),
            ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
            ("taken_at", models.DateTimeField(blank=True, null=True)),
            ("ended_at", models.DateTimeField(blank=True, null=True)),
            ("problem", models.CharField(blank=True, max_length=200)),
            (
                "asked_by",
                models.ForeignKey(
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "package",
                models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="orders.package"),
            ),
            (
                "printer",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    to="warehouse.printer",
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(
                    condition=models.Q(("status__in", ["waiting", "taken"])),
                    fields=["printer", "asked_at"],
                    name="print_job_next",
                )
            ],
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(("status", "waiting")),
                    fields=("package", "document"),
                    name="a_document_waits_once",
                )
            ],
        },
    ),
]
