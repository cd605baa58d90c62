"""What came of an act on each of many orders."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE orders_bulkrow ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders_bulkrow
USING (orders_bulkrow.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all()))
WITH CHECK (orders_bulkrow.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON orders_bulkrow"


class Migration(migrations.Migration):
    dependencies = [("orders", "0083_bulk_jobs")]

    operations = [
        migrations.CreateModel(
            name="BulkRow",
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
                ("position", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("done", "Done"), ("refused", "Not done")],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                (
                    "words",
                    models.CharField(blank=True, help_text="Why it was not done.", max_length=250),
                ),
                (
                    "job",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="orders.bulkjob",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
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
            model_name="bulkrow",
            index=models.Index(fields=["job", "state", "position"], name="bulk_row_by_state"),
        ),
        migrations.AddConstraint(
            model_name="bulkrow",
            constraint=models.UniqueConstraint(
                fields=("job", "order"), name="a_job_does_an_order_once"
            ),
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
