"""Old attempts and reports are found for retention."""

from django.contrib.postgres.indexes import BrinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("notifications", "0005_due_by_seller"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="attempt",
            index=BrinIndex(fields=["started_at"], name="attempt_by_age"),
        ),
        AddIndexConcurrently(
            model_name="receipt",
            index=BrinIndex(fields=["received_at"], name="receipt_by_age"),
        ),
    ]
