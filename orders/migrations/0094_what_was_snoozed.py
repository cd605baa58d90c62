"""A snooze is of what was seen: what happens to the same subject later is shown."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0093_words_of_bulk_rows")]

    operations = [
        migrations.AddField(
            model_name="mattermark",
            name="since",
            field=models.DateTimeField(
                blank=True, help_text="Of what was snoozed: what happens later is shown.", null=True
            ),
        ),
    ]
