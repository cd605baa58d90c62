"""Orders of which units lie where no service brings them from are found among a million."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0176_units_not_as_agreed")]

    operations = [
        AddIndexConcurrently(
            "order",
            models.Index(
                condition=models.Q(("service__has_key", "beyond")),
                fields=["seller"],
                name="order_lies_beyond",
            ),
        )
    ]
