"""Holds that the shop has put on an order itself, and why."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0052_more_news_of_shops")]

    operations = [
        migrations.AddField(
            "shoporder",
            "shop_holds",
            models.JSONField(
                blank=True,
                db_default=[],
                default=list,
                help_text="Why the shop does not want it sent now, or not from here; no names.",
            ),
        ),
        migrations.AlterField(
            "hold",
            "reason",
            models.CharField(
                choices=[
                    ("unknown_sku", "Unknown SKU"),
                    ("no_address", "Address missing"),
                    ("payment", "Not paid yet"),
                    ("clearance", "Not cleared in the shop"),
                    ("pickup", "Local pick-up"),
                    ("shop", "Changed in the shop"),
                    ("shop_hold", "Held in the shop"),
                    ("seller", "Requested by seller"),
                ],
                max_length=20,
            ),
        ),
    ]
