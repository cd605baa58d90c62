"""The order in which products are sent in exchange for a return, and until when they are kept."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0117_exchanges_of_sellers")]

    operations = [
        migrations.AddField(
            "return",
            "exchange",
            models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="exchange_for",
                to="orders.order",
            ),
        ),
        migrations.AddField(
            "return",
            "exchange_until",
            models.DateField(
                blank=True,
                null=True,
            ),
        ),
        migrations.AlterField(
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
                ],
                max_length=20,
            ),
        ),
    ]
