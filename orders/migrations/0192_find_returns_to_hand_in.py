"""Returns that are to be handed in are found by their last day."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("orders", "0191_last_day_to_hand_in")]

    operations = [
        AddIndexConcurrently(
            "return",
            models.Index(
                models.F("hand_in_by"),
                condition=models.Q(("status", "approved")),
                name="return_to_hand_in",
            ),
        )
    ]
