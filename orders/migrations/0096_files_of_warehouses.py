"""A file may be of a warehouse and no seller, as one of its locations."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

POLICY = """
DROP POLICY tenant ON orders_import;
CREATE POLICY tenant ON orders_import
USING (orders_import.seller_id = ANY ((SELECT portal_sees())::uuid[]){building} OR (SELECT portal_sees_all()))
WITH CHECK (orders_import.seller_id = ANY (portal_sees()){building} OR portal_sees_all());
"""
BUILDING = " OR EXISTS (SELECT FROM orders_warehouse WHERE orders_warehouse.id = orders_import.warehouse_id)"


class Migration(migrations.Migration):
    dependencies = [("orders", "0095_shipments_in_waves")]

    operations = [
        migrations.AddField(
            model_name="import",
            name="warehouse",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="Of files that no seller has, such as one of its locations.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orders.warehouse",
            ),
        ),
        # No AlterField: it would check the foreign key anew.
        migrations.RunSQL(
            "ALTER TABLE orders_import ALTER COLUMN seller_id DROP NOT NULL",
            migrations.RunSQL.noop,
            state_operations=[
                migrations.AlterField(
                    model_name="import",
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
        AddConstraintNotValid(
            model_name="import",
            constraint=models.CheckConstraint(
                condition=Q(seller__isnull=False, warehouse__isnull=True)
                | Q(seller__isnull=True, warehouse__isnull=False),
                name="a_file_is_of_a_seller_or_a_warehouse",
            ),
        ),
        migrations.RunSQL(POLICY.format(building=BUILDING), POLICY.format(building="")),
    ]
