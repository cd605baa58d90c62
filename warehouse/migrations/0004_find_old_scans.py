"""Old scans are found for retention."""

from django.contrib.postgres.indexes import BrinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("warehouse", "0003_badges_and_devices"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="scan",
            index=BrinIndex(fields=["at"], name="scan_by_age"),
        ),
    ]
