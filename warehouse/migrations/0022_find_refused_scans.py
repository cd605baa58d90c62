"""Refused scans are found by warehouse and day."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("warehouse", "0021_corrections")]

    operations = [
        AddIndexConcurrently(
            model_name="scan",
            index=models.Index(
                condition=models.Q(("is_refused", True)),
                fields=["warehouse", "at"],
                name="scan_refused",
            ),
        ),
    ]
