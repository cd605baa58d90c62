"""Parcels that wait for a run, or were collected just now, are found among all that ever left."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0040_import_mappings")]

    operations = [
        AddIndexConcurrently(
            model_name="package",
            index=models.Index(
                models.F("handed_over_at"),
                condition=models.Q(("status__in", ("handed_over", "in_transit", "attempt_failed"))),
                name="package_to_go_out",
            ),
        ),
        AddIndexConcurrently(
            model_name="package",
            index=models.Index(
                models.F("delivered_at"),
                condition=models.Q(("pickup_point", ""), _negated=True),
                name="package_collected",
            ),
        ),
    ]
