"""Runs, stops and walks that are not over are found among all that ever were."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("warehouse", "0009_ledger_is_appended")]

    operations = [
        AddIndexConcurrently(
            model_name="picklist",
            index=models.Index(
                condition=models.Q(("status", "put_back")),
                fields=["warehouse"],
                name="pick_list_to_put_back",
            ),
        ),
        AddIndexConcurrently(
            model_name="run",
            index=models.Index(
                condition=models.Q(("status__in", ("planned", "started"))),
                fields=["warehouse", "on"],
                name="run_open",
            ),
        ),
        AddIndexConcurrently(
            model_name="stop",
            index=models.Index(
                condition=models.Q(("finished_at__isnull", True)), fields=["run"], name="stop_open"
            ),
        ),
    ]
