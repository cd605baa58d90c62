"""A warehouse in which nobody works any more is closed, and its history stays."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0188_check_lists_of_warehouses")]

    operations = [
        migrations.AddField(
            "warehouse",
            "closed_at",
            models.DateTimeField(blank=True, editable=False, null=True),
        )
    ]
