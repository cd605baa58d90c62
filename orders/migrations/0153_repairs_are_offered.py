"""Customers may choose a repair, too: said beside the column, which stays as it is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0152_repairs")]

    operations = [
        migrations.AlterField(
            "seller",
            "return_choices",
            models.JSONField(
                blank=True,
                db_default={},
                default=dict,
                help_text="{credit, repair: customers may choose it, keep: [worth, currency]}.",
            ),
        ),
    ]
