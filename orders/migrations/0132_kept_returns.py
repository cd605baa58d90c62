"""What the customer wants for a return, and whether they keep it: then nothing comes back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0131_exchanges_ahead_of_sellers")]

    operations = [
        migrations.AddField(
            "return", "is_kept", models.BooleanField(db_default=False, default=False)
        ),
        migrations.AddField(
            "return",
            "wish",
            models.CharField(blank=True, db_default="", default="", max_length=8),
        ),
    ]
