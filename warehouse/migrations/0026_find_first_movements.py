"""Indexes: first movements of locations, what is closed there, corrections of a product."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("warehouse", "0025_stock_found_empty")]

    operations = [
        AddIndexConcurrently(
            model_name="stockmovement",
            index=models.Index(fields=["location", "at"], name="movement_at_location"),
        ),
        AddIndexConcurrently(
            model_name="stock",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False)),
                fields=["location"],
                name="stock_closed",
            ),
        ),
        AddIndexConcurrently(
            model_name="correction",
            index=models.Index(fields=["product", "asked_at"], name="correction_of_product"),
        ),
    ]
