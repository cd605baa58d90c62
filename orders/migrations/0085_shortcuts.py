"""Single keys in lists, which a person can switch off."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0084_bulk_rows")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="has_shortcuts",
            field=models.BooleanField(
                db_default=True,
                default=True,
                help_text="Whether single keys do something in lists (WCAG 2.1.4).",
            ),
        ),
    ]
