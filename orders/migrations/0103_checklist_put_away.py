"""A new seller's checklist can be put away."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0102_sent_copies")]

    operations = [
        migrations.AddField(
            model_name="seller",
            name="checklist_away_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="Since when the checklist of the first day is not shown.",
                null=True,
            ),
        )
    ]
