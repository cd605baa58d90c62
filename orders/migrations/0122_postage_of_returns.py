"""Who pays the way back of a return, as it was said with the form."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0121_reasons_of_returns")]

    operations = [
        migrations.AddField(
            "return",
            "postage_by",
            models.CharField(blank=True, db_default="", default="", max_length=8),
        ),
    ]
