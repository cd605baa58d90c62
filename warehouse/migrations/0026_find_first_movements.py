"""The first movement at a location is found without its ledger, and what is closed without a scan."""

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
    ]
