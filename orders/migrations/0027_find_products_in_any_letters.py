"""Products are found by their SKU in other letters."""

import django.db.models.functions.text
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0026_sku_aliases")]

    operations = [
        AddIndexConcurrently(
            model_name="product",
            index=models.Index(
                models.F("seller"),
                django.db.models.functions.text.Lower("sku"),
                name="product_by_any_letters",
            ),
        ),
    ]
