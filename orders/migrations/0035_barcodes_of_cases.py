"""Barcodes of cases; the rules on products also hold for the rows of before."""

from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0034_product_details")]

    operations = [
        ValidateConstraint(model_name="product", name="a_product_can_be_lifted"),
        ValidateConstraint(model_name="product", name="a_product_fits_in_a_building"),
        ValidateConstraint(model_name="product", name="customs_read_a_product"),
        ValidateConstraint(model_name="product", name="a_customs_value_has_a_currency"),
        ValidateConstraint(model_name="product", name="a_low_stock_level_can_be_counted"),
        migrations.AddField(
            model_name="barcode",
            name="units",
            field=models.PositiveIntegerField(
                db_default=1,
                default=1,
                help_text="Of the case that the code is on; 1: of the product.",
            ),
        ),
        AddConstraintNotValid(
            model_name="barcode",
            constraint=models.CheckConstraint(
                condition=models.Q(("units__gte", 1), ("units__lte", 10000)),
                name="a_case_holds_units",
            ),
        ),
    ]
