"""A file may be of a warehouse and no seller, as one of its locations."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

BOTH = ("orders_import", "orders_importrecord")
SEEN = "(SELECT portal_sees())::uuid[]"
ALL = "(SELECT portal_sees_all())"
POLICY = """
DROP POLICY tenant ON {table};
CREATE POLICY tenant ON {table}
USING ({table}.seller_id = ANY ({seen}){building} OR {all})
WITH CHECK ({table}.seller_id = ANY (portal_sees()){building} OR portal_sees_all());
"""
BUILDING = (
    " OR EXISTS (SELECT FROM orders_warehouse WHERE orders_warehouse.id = {table}.warehouse_id)"
)


def _policies(building: str) -> str:
    return "".join(
        POLICY.format(table=table, seen=SEEN, all=ALL, building=building.format(table=table))
        for table in BOTH
    )


def _of_warehouse(**options):
    return models.ForeignKey(
        blank=True,
        db_index=False,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="orders.warehouse",
        **options,
    )


def _of_seller():
    return models.ForeignKey(
        blank=True,
        db_index=False,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        to="orders.seller",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0095_shipments_in_waves"),
    ]

    operations = [
        migrations.AddField(
            model_name="import",
            name="warehouse",
            field=_of_warehouse(
                help_text="Of files that no seller has, such as one of its locations."
            ),
        ),
        migrations.AddField(model_name="importrecord", name="warehouse", field=_of_warehouse()),
        # No AlterField: it would check the foreign keys anew.
        migrations.RunSQL(
            "ALTER TABLE orders_import ALTER COLUMN seller_id DROP NOT NULL; "
            "ALTER TABLE orders_importrecord ALTER COLUMN seller_id DROP NOT NULL",
            migrations.RunSQL.noop,
            state_operations=[
                migrations.AlterField(model_name="import", name="seller", field=_of_seller()),
                migrations.AlterField(model_name="importrecord", name="seller", field=_of_seller()),
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
        migrations.RunSQL(_policies(BUILDING), _policies("")),
    ]
