"""A lead can block a location: no order gets what lies there."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("warehouse", "0058_corrections_of_lots")]

    operations = [
        migrations.AddField(
            model_name="location",
            name="blocked_at",
            field=models.DateTimeField(
                blank=True, help_text="Since then no order gets what lies here.", null=True
            ),
        ),
        migrations.AddField(
            model_name="location",
            name="blocked_note",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Why it is blocked.",
                max_length=500,
            ),
        ),
    ]
