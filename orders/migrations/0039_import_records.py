"""What stands in uploaded files: one row an order, product and so on."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE orders_importrecord ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders_importrecord
USING (orders_importrecord.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all()))
WITH CHECK (orders_importrecord.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON orders_importrecord"


class Migration(migrations.Migration):
    dependencies = [("orders", "0038_imports")]

    operations = [
        migrations.CreateModel(
            name="ImportRecord",
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
                ("number", models.PositiveIntegerField(help_text="Its first row in the file.")),
                (
                    "key",
                    models.CharField(help_text="What it is known by, as order id.", max_length=400),
                ),
                ("source", models.JSONField()),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("create", "Create"),
                            ("update", "Update"),
                            ("skip", "Skip"),
                            ("reject", "Reject"),
                        ],
                        max_length=8,
                    ),
                ),
                ("is_done", models.BooleanField(default=False)),
                (
                    "problems",
                    models.JSONField(
                        default=list, help_text="[[row, column, found, expected, what to do]]"
                    ),
                ),
                (
                    "note",
                    models.CharField(blank=True, help_text="Why it is skipped.", max_length=250),
                ),
                (
                    "seen",
                    models.JSONField(default=dict, help_text="What the check found in the books."),
                ),
                ("content_hash", models.BinaryField(default=bytes, max_length=32)),
                (
                    "file",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="orders.import",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="import_records",
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
        ),
        migrations.AddIndex(
            model_name="importrecord",
            index=models.Index(fields=["file", "key"], name="import_record_by_key"),
        ),
        migrations.AddIndex(
            model_name="importrecord",
            index=models.Index(
                condition=models.Q(("action__in", ["create", "update"]), ("is_done", False)),
                fields=["file", "number"],
                name="import_record_to_write",
            ),
        ),
        migrations.AddIndex(
            model_name="importrecord",
            index=models.Index(fields=["file", "action", "number"], name="import_record_by_action"),
        ),
        migrations.AddConstraint(
            model_name="importrecord",
            constraint=models.UniqueConstraint(
                fields=("file", "number"), name="a_row_is_of_one_record"
            ),
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
