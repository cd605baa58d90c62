"""The words in which the customer chose the reason of a return."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0141_reasons_of_sellers")]

    operations = [
        migrations.AddField(
            "return", "reason_words", models.JSONField(blank=True, db_default={}, default=dict)
        ),
    ]
