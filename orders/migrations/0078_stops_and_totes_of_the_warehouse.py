"""The warehouse holds an order that it is not to ship; it may have its totes scanned."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0076_find_wishes_of_a_point"),
    ]

    operations = [
        migrations.AlterField(
            model_name="hold",
            name="reason",
            field=models.CharField(
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
                ],
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="warehouse",
            name="scans_totes",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="A tote is scanned at the start of a walk, and at each pick into it.",
            ),
        ),
    ]
