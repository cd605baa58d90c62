"""What stands in a file of a warehouse is of it, and of no seller."""

import django.db.models.deletion
from django.db import migrations, models

POLICY = """
DROP POLICY tenant ON orders_importrecord;
CREATE POLICY tenant ON orders_importrecord
USING (orders_importrecord.seller_id = ANY ((SELECT portal_sees())::uuid[]){building} OR (SELECT portal_sees_all()))
WITH CHECK (orders_importrecord.seller_id = ANY (portal_sees()){building} OR portal_sees_all());
"""
BUILDING = " OR EXISTS (SELECT FROM orders_warehouse WHERE orders_warehouse.id = orders_importrecord.warehouse_id)"


class Migration(migrations.Migration):
    dependencies = [("orders", "0099_mails_of_numbers")]

    operations = [
        migrations.AddField(
            model_name="importrecord",
            name="warehouse",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orders.warehouse",
            ),
        ),
        # No AlterField: it would check the foreign key anew.
        migrations.RunSQL(
            "ALTER TABLE orders_importrecord ALTER COLUMN seller_id DROP NOT NULL",
            migrations.RunSQL.noop,
            state_operations=[
                migrations.AlterField(
                    model_name="importrecord",
                    name="seller",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="orders.seller",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(POLICY.format(building=BUILDING), POLICY.format(building="")),
    ]
