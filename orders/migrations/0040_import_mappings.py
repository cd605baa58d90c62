"""The columns that sellers chose for files with the same headings."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE orders_importmapping ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders_importmapping
USING (orders_importmapping.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all()))
WITH CHECK (orders_importmapping.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON orders_importmapping"


class Migration(migrations.Migration):
    dependencies = [("orders", "0039_import_records")]

    operations = [
        migrations.CreateModel(
            name="ImportMapping",
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
                ("headings_hash", models.BinaryField(max_length=32)),
                ("columns", models.JSONField()),
                ("day_first", models.BooleanField(default=True)),
                ("saved_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "seller",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="orders.seller",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="importmapping",
            constraint=models.UniqueConstraint(
                fields=("seller", "kind", "headings_hash"), name="one_mapping_for_the_same_headings"
            ),
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
