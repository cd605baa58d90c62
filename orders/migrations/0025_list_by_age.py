"""Indexes for lists of a seller's shipments, packages and returns, the newest first."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import F


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0024_pushes")]

    operations = [
        AddIndexConcurrently(
            model_name=model,
            index=models.Index(F("seller"), F("id").desc(), name=f"{model}_by_age"),
        )
        for model in ("shipment", "package", "return")
    ]
