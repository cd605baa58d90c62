"""Print jobs: the documents of boxes that a printer is to print."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE warehouse_printjob ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON warehouse_printjob USING (EXISTS (SELECT FROM warehouse_printer WHERE warehouse_printer.id = warehouse_printjob.printer_id) OR (SELECT portal_sees_all())) WITH CHECK (EXISTS (SELECT FROM warehouse_printer WHERE warehouse_printer.id = warehouse_printjob.printer_id) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON warehouse_printjob"


class Migration(migrations.Migration):
    dependencies = [("warehouse", "0063_printers")]

    operations = [
        migrations.CreateModel(
            name="PrintJob",
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
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="orders.package"
                    ),
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
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
