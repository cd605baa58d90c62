"""Returns that arrived and are not closed: a sweep looks for those that nobody finished."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0089_lines_that_come_back")]

    operations = [
        AddIndexConcurrently(
            "return",
            models.Index(F("created_at"), name="return_arrived", condition=Q(status="received")),
        ),
    ]
