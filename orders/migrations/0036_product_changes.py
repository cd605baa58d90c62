"""Who changed what of a product; the rule on cases also holds for the rows of before."""

import django.db.models.deletion
from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations, models

import orders.keys

POLICY = """
ALTER TABLE orders_productchange ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders_productchange
USING (orders_productchange.seller_id = ANY ((SELECT portal_sees())::uuid[]) OR (SELECT portal_sees_all()))
WITH CHECK (orders_productchange.seller_id = ANY (portal_sees()) OR portal_sees_all());
"""
NO_POLICY = "DROP POLICY tenant ON orders_productchange"


class Migration(migrations.Migration):
    dependencies = [("orders", "0035_barcodes_of_cases")]

    operations = [
        ValidateConstraint(model_name="barcode", name="a_case_holds_units"),
        migrations.CreateModel(
            name="ProductChange",
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
                ("field", models.CharField(max_length=30)),
                ("before", models.TextField(blank=True)),
                ("after", models.TextField(blank=True)),
                (
                    "event",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="orders.event",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="orders.product",
                    ),
                ),
                (
                    "seller",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="orders.seller",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("event", "field"), name="an_event_changes_a_product_field_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
    ]
