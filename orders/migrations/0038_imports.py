"""Files that sellers upload, as they came."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE orders_import ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders_import
USING (orders_import.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all()))
WITH CHECK (orders_import.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON orders_import"


class Migration(migrations.Migration):
    dependencies = [("orders", "0037_product_pictures")]

    operations = [
        migrations.CreateModel(
            name="Import",
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
                ("kind", models.CharField(max_length=20)),
                ("name", models.CharField(help_text="What the file is called.", max_length=120)),
                ("content", models.BinaryField()),
                ("size", models.PositiveIntegerField()),
                (
                    "form",
                    models.JSONField(
                        default=dict, help_text="How it is read: format, encoding, separator."
                    ),
                ),
                ("headings", models.JSONField(default=list)),
                (
                    "sample",
                    models.JSONField(default=list, help_text="Its first rows, as they are read."),
                ),
                (
                    "columns",
                    models.JSONField(
                        default=dict, help_text="{field: number of its column, from 0}"
                    ),
                ),
                (
                    "day_first",
                    models.BooleanField(default=True, help_text="How 03/04/2026 is read."),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploaded", "Columns to be chosen"),
                            ("checking", "Being checked"),
                            ("checked", "Ready to import"),
                            ("committing", "Being imported"),
                            ("done", "Done"),
                            ("failed", "Not readable"),
                        ],
                        default="uploaded",
                        max_length=12,
                    ),
                ),
                (
                    "trouble",
                    models.CharField(
                        blank=True, help_text="Why it cannot be read.", max_length=250
                    ),
                ),
                ("position", models.PositiveIntegerField(default=0)),
                ("rows", models.PositiveIntegerField(default=0)),
                ("to_create", models.PositiveIntegerField(default=0)),
                ("to_update", models.PositiveIntegerField(default=0)),
                ("skipped", models.PositiveIntegerField(default=0)),
                ("rejected", models.PositiveIntegerField(default=0)),
                ("created", models.PositiveIntegerField(default=0)),
                ("updated", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "worked_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, help_text="The least lately goes first."
                    ),
                ),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="orders.saleschannel",
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
            model_name="import",
            index=models.Index(fields=["seller", "-created_at"], name="import_of_seller"),
        ),
        migrations.AddIndex(
            model_name="import",
            index=models.Index(
                condition=models.Q(("state__in", ["checking", "committing"])),
                fields=["worked_at"],
                name="import_due",
            ),
        ),
        migrations.AddIndex(
            model_name="import",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["created_at"], name="import_by_age"
            ),
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
