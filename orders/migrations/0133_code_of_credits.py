"""The code of the store credit with which a refund was paid."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0132_kept_returns")]

    operations = [
        migrations.AddField(
            "refund",
            "credit_code",
            models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
    ]
