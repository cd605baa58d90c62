"""What customs, shelves and pickers have to know of a product."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0033_holds_for_clearance")]

    operations = [
        migrations.AddField(
            model_name="product",
            name="customs_currency",
            field=models.CharField(blank=True, db_default="", default="", max_length=3),
        ),
        migrations.AddField(
            model_name="product",
            name="customs_description",
            field=models.CharField(blank=True, db_default="", default="", max_length=500),
        ),
        migrations.AddField(
            model_name="product",
            name="customs_value",
            field=models.BigIntegerField(
                db_default=0, default=0, help_text="Of one unit, in minor units of the currency."
            ),
        ),
        migrations.AddField(
            model_name="product",
            name="height_mm",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="product",
            name="hs_code",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=10, verbose_name="HS code"
            ),
        ),
        migrations.AddField(
            model_name="product",
            name="is_lot_tracked",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="product",
            name="is_serial_tracked",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="product",
            name="length_mm",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="product",
            name="low_stock_level",
            field=models.PositiveIntegerField(
                db_default=0, default=0, help_text="Fewer available units are low stock; 0: never."
            ),
        ),
        migrations.AddField(
            model_name="product",
            name="origin_country",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=2,
                verbose_name="country of origin",
            ),
        ),
        migrations.AddField(
            model_name="product",
            name="picker_note",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=500,
                verbose_name="note for the picker",
            ),
        ),
        migrations.AddField(
            model_name="product",
            name="width_mm",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        AddConstraintNotValid(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight_grams__lte", 10000000)), name="a_product_can_be_lifted"
            ),
        ),
        AddConstraintNotValid(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("height_mm__lte", 100000),
                    ("length_mm__lte", 100000),
                    ("width_mm__lte", 100000),
                ),
                name="a_product_fits_in_a_building",
            ),
        ),
        AddConstraintNotValid(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("hs_code", ""), ("hs_code__regex", "^[0-9]{6,10}$"), _connector="OR"),
                    models.Q(
                        ("origin_country", ""),
                        ("origin_country__regex", "^[A-Z]{2}$"),
                        _connector="OR",
                    ),
                    models.Q(
                        ("customs_currency", ""),
                        ("customs_currency__regex", "^[A-Z]{3}$"),
                        _connector="OR",
                    ),
                ),
                name="customs_read_a_product",
            ),
        ),
        AddConstraintNotValid(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("customs_value", 0),
                    models.Q(
                        ("customs_value__gt", 0),
                        ("customs_value__lte", 10000000000000000),
                        models.Q(("customs_currency", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_customs_value_has_a_currency",
            ),
        ),
        AddConstraintNotValid(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(("low_stock_level__lte", 1000000)),
                name="a_low_stock_level_can_be_counted",
            ),
        ),
    ]
