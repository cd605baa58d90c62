"""By how much what is wanted in exchange costs more or less, and what the seller decided."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0163_check_prices_of_products")]

    operations = [
        migrations.AlterField(  # of its choices: no statement
            "hold",
            "reason",
            models.CharField(
                choices=[
                    ("unknown_sku", "Unknown SKU"),
                    ("no_address", "Address missing"),
                    ("no_service", "Not deliverable"),
                    ("payment", "Not paid yet"),
                    ("clearance", "Not cleared in the shop"),
                    ("pickup", "Local pick-up"),
                    ("shop", "Changed in the shop"),
                    ("shop_hold", "Held in the shop"),
                    ("seller", "Requested by seller"),
                    ("warehouse", "Stopped by the warehouse"),
                    ("exchange", "Waits for a return"),
                    ("surcharge", "Costs more than what comes back"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddField(
            "return", "price_gaps", models.JSONField(blank=True, db_default={}, default=dict)
        ),
        migrations.AddField(
            "return",
            "surcharge_decision",
            models.CharField(
                blank=True,
                choices=[("waived", "Waived"), ("asked", "Asked for")],
                db_default="",
                default="",
                max_length=6,
            ),
        ),
    ]
