"""Walks that are not done are found among those of a year."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("warehouse", "0080_counts_by_lot")]

    operations = [
        AddIndexConcurrently(
            "picklist",
            models.Index(
                condition=models.Q(("status__in", ("open", "aside", "to_sort", "put_back"))),
                fields=["warehouse", "status"],
                name="pick_list_not_done",
            ),
        )
    ]
