"""Acts on many orders, which a worker does one by one."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE orders_bulkjob ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders_bulkjob
USING (orders_bulkjob.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all()))
WITH CHECK (orders_bulkjob.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON orders_bulkjob"


class Migration(migrations.Migration):
    dependencies = [("orders", "0082_views_of_orders")]

    operations = [
        migrations.CreateModel(
            name="BulkJob",
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
                    "act",
                    models.CharField(
                        choices=[
                            ("hold", "Put on hold"),
                            ("release", "Release"),
                            ("cancel", "Cancel"),
                            ("priority", "Set priority"),
                            ("tag", "Add tag"),
                            ("untag", "Remove tag"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "given",
                    models.JSONField(
                        default=dict, help_text="What the act needs, as a tag or a reason."
                    ),
                ),
                ("total", models.PositiveIntegerField()),
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
            model_name="bulkjob",
            index=models.Index(
                condition=models.Q(("finished_at__isnull", True)),
                fields=["worked_at"],
                name="bulk_job_due",
            ),
        ),
        migrations.AddIndex(
            model_name="bulkjob",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["created_at"], name="bulk_job_by_age"
            ),
        ),
        migrations.AddIndex(
            model_name="bulkjob",
            index=models.Index(fields=["seller", "-created_at"], name="bulk_job_of_seller"),
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
