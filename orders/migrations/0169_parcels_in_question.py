"""What waits for its carrier, and what is lost, is found among a million parcels."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0168_pickers_keep_to_zones")]

    operations = [
        AddIndexConcurrently(
            "package",
            models.Index(
                condition=models.Q(("status__in", ("labelled", "lost"))),
                fields=["seller", "status"],
                name="package_in_question",
            ),
        )
    ]
