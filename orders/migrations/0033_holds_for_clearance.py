"""One more reason of a hold: only the shop can settle the payment."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0032_ask_shops_for_orders"),
    ]

    operations = [
        migrations.AlterField(
            model_name="hold",
            name="reason",
            field=models.CharField(
                choices=[
                    ("unknown_sku", "Unknown SKU"),
                    ("no_address", "Address missing"),
                    ("payment", "Not paid yet"),
                    ("clearance", "Not cleared in the shop"),
                    ("pickup", "Local pick-up"),
                    ("shop", "Changed in the shop"),
                    ("seller", "Requested by seller"),
                ],
                max_length=20,
            ),
        ),
    ]
