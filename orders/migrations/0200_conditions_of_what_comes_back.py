"""The condition of what comes back, as the customer says it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0198_check_expired_returns")]

    operations = [
        migrations.AddField(
            "returnline",
            "condition",
            models.CharField(
                blank=True,
                choices=[
                    ("unopened", "Unopened"),
                    ("as_new", "Opened but as new"),
                    ("used", "Used"),
                    ("damaged", "Damaged"),
                ],
                db_default="",
                default="",
                max_length=9,
            ),
        ),
    ]
