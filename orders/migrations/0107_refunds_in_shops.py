"""What each refund in a shop was worth; a promise may be about money."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0106_fees_of_returns")]

    operations = [
        migrations.AddField(
            "shoporder",
            "paid_back",
            models.JSONField(
                blank=True,
                db_default={},
                default=dict,
                help_text="{the shop's id of a refund: its amount in minor units}, where it says so.",
            ),
        ),
        migrations.AlterField(
            "promise",
            "kind",
            models.CharField(
                choices=[
                    ("ships", "Ships"),
                    ("arrives", "Arrives"),
                    ("at_door", "Delivery window"),
                    ("refunded", "Refunded"),
                ],
                max_length=8,
            ),
        ),
    ]
