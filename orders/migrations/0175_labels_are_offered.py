"""Who makes the labels of returns is a choice, too: said beside the column, which stays as it is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0174_labels_of_returns")]

    operations = [
        migrations.AlterField(
            "seller",
            "return_choices",
            models.JSONField(
                blank=True,
                db_default={},
                default=dict,
                help_text="{credit, repair: offered, keep: [worth, currency], label: whose}.",
            ),
        ),
    ]
